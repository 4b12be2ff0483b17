"""What the panel's page plays and draws, over HTTP.

    /media/samples/ID           a sample of the library, fetched from the engine where this machine lacks it
    /media/jobs/JOB/NAME        a stem or the mix of a split, or how notes sound: see `bridge.panel.job_sounds`
    /media/peaks/...            the waveform of any of these, as JSON; `?columns=` says how fine
    /media/notes/jobs/JOB/NAME  notes, as JSON
    /media/map                  the library's map, as JSON

Everything is meant by ids and names; nothing here takes a path. Sound is answered in ranges, as browsers ask for it
when they seek.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bridge.errors import (
    AssetLost,
    AudioRefused,
    BridgeError,
    EngineUnreachable,
    JobUnknown,
    PlayerUnavailable,
    RequestRefused,
)
from bridge.panel.context import PanelContext
from bridge.panel.job_sounds import MIX, rolls_of, stems_of, write_mix, write_roll
from bridge.panel.map_data import map_json
from bridge.panel.media_cache import MediaCache
from bridge.panel.peaks import MOST_COLUMNS, USUAL_COLUMNS, PeakCache
from bridge.panel.playable import playable_file
from bridge.panel.sample_file import MediaUnknown, sample_file

_STATUSES: dict[type[BridgeError], int] = {
    AudioRefused: 422,
    MediaUnknown: 404,
    JobUnknown: 404,
    AssetLost: 404,
    RequestRefused: 400,
    EngineUnreachable: 503,
    PlayerUnavailable: 503,
}

Endpoint = Callable[[Request], Awaitable[Response]]


class Media:
    """Finds, and where it must makes, the files that are played."""

    def __init__(self, context: PanelContext) -> None:
        self._context = context
        self._cache = MediaCache(context.folder / "media")

    async def sample(self, sample_id: str) -> tuple[Path, str]:
        """Returns a file that browsers play, and its media type.

        Raises:
            MediaUnknown: the library has no such sample.
            BridgeError: it cannot be fetched or played.
        """
        return await playable_file(await sample_file(sample_id, self._context), self._cache)

    async def of_job(self, job_id: str, name: str) -> tuple[Path, str]:
        """Returns a file that browsers play, and its media type.

        Raises:
            JobUnknown: there is no such job.
            MediaUnknown: the job has nothing of that name, or its file has gone.
            BridgeError: it cannot be made or played.
        """
        job = self._context.service.find(job_id)
        stems = stems_of(job)
        key = f"{job.engine_request_id} {name}"
        if name in stems:
            if not stems[name].is_file():
                raise MediaUnknown(f"“{stems[name]}” is not there any more; split the item again.")
            return await playable_file(stems[name], self._cache)
        if stems and name == MIX:
            return await self._cache.file(key, lambda target: write_mix(job, target)), "audio/wav"
        roll = rolls_of(job).get(name)
        if roll is None:
            raise MediaUnknown("The job has nothing of that name, or has not ended yet.")
        return await self._cache.file(key, lambda target: write_roll(roll, target)), "audio/wav"

    def notes(self, job_id: str, name: str) -> dict[str, object]:
        """Returns notes as the browser draws them.

        Raises:
            JobUnknown: there is no such job.
            MediaUnknown: it has no notes of that name.
        """
        roll = rolls_of(self._context.service.find(job_id)).get(name)
        if roll is None:
            raise MediaUnknown("The job has no notes of that name, or has not ended yet.")
        return roll.document()


def media_routes(context: PanelContext) -> list[Route]:
    """Returns what the panel's server answers below /media."""
    media, peaks = Media(context), PeakCache()

    async def sample(request: Request) -> Response:
        return _sound(*await media.sample(request.path_params["sample"]), "private, max-age=86400")

    async def of_job(request: Request) -> Response:
        return _sound(*await media.of_job(request.path_params["job"], request.path_params["name"]), "private, no-cache")

    async def sample_peaks(request: Request) -> Response:
        path, _ = await media.sample(request.path_params["sample"])
        return await _drawn(path, peaks, request)

    async def job_peaks(request: Request) -> Response:
        path, _ = await media.of_job(request.path_params["job"], request.path_params["name"])
        return await _drawn(path, peaks, request)

    async def notes(request: Request) -> Response:
        return JSONResponse(media.notes(request.path_params["job"], request.path_params["name"]))

    async def library_map(request: Request) -> Response:
        content = await map_json(context.connect, context.library())
        return Response(content, media_type="application/json")

    async def nothing(request: Request) -> Response:
        raise MediaUnknown("There is nothing to hear or to see here.")

    places: dict[str, Endpoint] = {
        "/media/samples/{sample}": sample,
        "/media/jobs/{job}/{name}": of_job,
        "/media/peaks/samples/{sample}": sample_peaks,
        "/media/peaks/jobs/{job}/{name}": job_peaks,
        "/media/notes/jobs/{job}/{name}": notes,
        "/media/map": library_map,
        "/media/{rest:path}": nothing,
    }
    return [Route(path, _with_sentences(endpoint), methods=["GET"]) for path, endpoint in places.items()]


def _sound(path: Path, media_type: str, caching: str) -> Response:
    return FileResponse(path, media_type=media_type, headers={"cache-control": caching})


async def _drawn(path: Path, peaks: PeakCache, request: Request) -> Response:
    text = request.query_params.get("columns", str(USUAL_COLUMNS))
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MOST_COLUMNS):
        raise RequestRefused(f"A waveform has 1 to {MOST_COLUMNS} columns.")
    found = await asyncio.to_thread(peaks.of, path, int(text))
    return JSONResponse(found.document(), headers={"cache-control": "private, no-cache"})


def _with_sentences(endpoint: Endpoint) -> Endpoint:
    """Returns an endpoint whose refusals are sentences."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except BridgeError as error:
            return PlainTextResponse(f"{error.message}\n", _status_of(error))

    return answer


def _status_of(error: BridgeError) -> int:
    return next((status for kind, status in _STATUSES.items() if isinstance(error, kind)), 500)
