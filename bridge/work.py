"""What becomes a job of the bridge, and what is done for it."""

from pathlib import Path
from typing import Any

from bridge.clip import Clip
from bridge.clip_split import clear_leftovers, split_clip
from bridge.clip_tag import tag_clip
from bridge.clip_transcribe import transcribe_clip
from bridge.continue_verb import Continue
from bridge.core import Connect
from bridge.events import Report
from bridge.host_verbs import Select
from bridge.item_continue import continue_item
from bridge.library import answers
from bridge.library.place import LibraryPlace
from bridge.library_verbs import Search, Suggest, UseSample
from bridge.verbs import Split, Tag, Transcribe

Work = Split | Transcribe | Tag | Continue | Suggest | Search | UseSample
"""The params of a request that becomes a job."""


def paths_of(params: Work | Select) -> tuple[Path, ...]:
    """Returns the paths that a request leads to."""
    match params:
        case Split() | Transcribe():
            return (params.clip.file, params.folder)
        case Continue():
            return (params.folder,)
        case Suggest(clip=Clip(file=file)) | Tag(clip=Clip(file=file)):
            return (file,)
        case Select(clip, folder=folder):
            return tuple(path for path in (clip.file if clip else None, folder) if path is not None)
        case _:
            return ()


def tidy(params: Work) -> None:
    """Removes what a killed bridge has left half done of this request."""
    if isinstance(params, Split | Transcribe | Continue):
        clear_leftovers(params.folder)


async def do_work(
    params: Work, request_id: str, connect: Connect, report: Report, library: LibraryPlace
) -> dict[str, Any]:
    """Returns the result of a request as the protocol has it.

    Args:
        params: what is asked.
        request_id: what the engine knows the request by, so that a repetition joins it.
        connect: the way to the engine.
        report: hears how far it is.
        library: where the sample library is.

    Raises:
        BridgeError: anything in `bridge.errors`.
    """
    match params:
        case Split():
            return await split_clip(params, request_id, connect, report)
        case Transcribe():
            return await transcribe_clip(params, request_id, connect, report)
        case Tag():
            return await tag_clip(params, request_id, connect, report)
        case Continue():
            return await continue_item(params, request_id, connect, report)
        case Suggest():
            return await answers.suggest(params, connect, report, library)
        case Search():
            return await answers.search(params, connect, report, library)
        case UseSample():
            return await answers.record_use(params, request_id, connect, report, library)
