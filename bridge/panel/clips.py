"""Audio that the user gives the panel itself: a file that was dropped, or something hummed into the microphone.

The page sends the bytes to `POST /clips`; the answer names the clip, or says why it is refused. Clips lie in the
panel's own folder under names that we choose, and only the latest few stay.
"""

import asyncio
import re
import uuid
from pathlib import Path

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bridge.audio_file import open_song
from bridge.clip import Clip
from bridge.errors import AudioRefused, BridgeError
from bridge.panel.context import PanelContext

LARGEST_CLIP_BYTES = 500_000_000
MOST_CLIPS = 20
_ID = re.compile(r"[0-9a-f]{32}")


def clip_routes(context: PanelContext) -> list[Route]:
    """Returns the routes for what the user gives."""

    async def receive(request: Request) -> Response:
        folder = clips_folder(context)
        clip_id = uuid.uuid4().hex
        try:
            await _write(request, folder / clip_id)
            await asyncio.to_thread(open_song, folder / clip_id)
        except BridgeError as error:
            (folder / clip_id).unlink(missing_ok=True)
            return JSONResponse({"refused": _without_path(error, folder / clip_id)})
        except (OSError, ClientDisconnect):
            (folder / clip_id).unlink(missing_ok=True)
            return JSONResponse({"refused": "The file did not arrive whole; try again."})
        _forget_oldest(folder)
        return JSONResponse({"clip": clip_id})

    return [Route("/clips", receive, methods=["POST"])]


def clips_folder(context: PanelContext) -> Path:
    """Returns where the clips lie."""
    return context.folder / "clips"


def find_clip(clip_id: str, context: PanelContext) -> Clip:
    """Returns a clip that was given before, all of it.

    Raises:
        AudioRefused: there is none of that id.
    """
    path = clips_folder(context) / clip_id
    if not _ID.fullmatch(clip_id) or not path.is_file():
        raise AudioRefused("This clip is no longer here; drop or record it again.")
    return Clip(path, open_song(path).duration_sec)


async def _write(request: Request, path: Path) -> None:
    """Writes what arrives.

    Raises:
        AudioRefused: it is too large.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    size_bytes = 0
    with path.open("wb") as file:
        async for chunk in request.stream():
            size_bytes += len(chunk)
            if size_bytes > LARGEST_CLIP_BYTES:
                raise AudioRefused(f"The file is larger than {LARGEST_CLIP_BYTES // 1_000_000} MB; drop a part of it.")
            file.write(chunk)


def _without_path(error: BridgeError, path: Path) -> str:
    """Returns the error's sentence without the name that the file has here, which the user never saw."""
    return error.message.replace(f"“{path}”", "This file")


def _forget_oldest(folder: Path) -> None:
    clips = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
    for path in clips[: max(0, len(clips) - MOST_CLIPS)]:
        path.unlink(missing_ok=True)
