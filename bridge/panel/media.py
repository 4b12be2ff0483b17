"""What the page plays and draws: samples by their id, never by a path.

An id is the SHA-256 of the sample's audio. The file comes from the library on this machine, or is fetched from the
engine; `?columns=N` says how fine a waveform is wanted.
"""

import asyncio
from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile as sf
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bridge.errors import AudioRefused, BridgeError
from bridge.panel.context import PanelContext
from bridge.panel.sample_file import sample_file

USUAL_COLUMNS, MOST_COLUMNS = 160, 4000
MOST_PEAKS_KEPT = 1000
_PRIVATE = {"cache-control": "private, max-age=3600"}


def media_routes(context: PanelContext) -> list[Route]:
    """Returns the routes below /media."""

    async def sample(request: Request) -> Response:
        try:
            return FileResponse(await sample_file(request.path_params["id"], context), headers=_PRIVATE)
        except BridgeError as error:
            return PlainTextResponse(f"{error.message}\n", 404)

    async def sample_peaks(request: Request) -> Response:
        wanted = request.query_params.get("columns", "")
        columns = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 5 else USUAL_COLUMNS
        try:
            path = await sample_file(request.path_params["id"], context)
            peaks = await asyncio.to_thread(peaks_of, path, max(1, min(columns, MOST_COLUMNS)))
        except BridgeError as error:
            return PlainTextResponse(f"{error.message}\n", 404)
        return JSONResponse(peaks, headers=_PRIVATE)

    return [Route("/media/samples/{id}", sample), Route("/media/peaks/samples/{id}", sample_peaks)]


@lru_cache(MOST_PEAKS_KEPT)
def peaks_of(path: Path, columns: int) -> dict[str, object]:
    """Returns a file's waveform: `min` and `max` per column, full scale being -1 to 1, and `duration_sec`.

    Raises:
        AudioRefused: the file cannot be read.
    """
    try:
        audio, sample_rate_hz = sf.read(path, dtype="float32", always_2d=True)
    except (sf.LibsndfileError, TypeError) as error:
        raise AudioRefused(f"“{path}” cannot be drawn; export it again.") from error
    columns = max(1, min(columns, len(audio)))
    starts = np.arange(columns) * len(audio) // columns
    lowest = np.minimum.reduceat(audio.min(axis=1), starts) if len(audio) else np.zeros(1)
    highest = np.maximum.reduceat(audio.max(axis=1), starts) if len(audio) else np.zeros(1)
    return {
        "duration_sec": len(audio) / sample_rate_hz,
        "min": [round(value, 3) for value in lowest.tolist()],
        "max": [round(value, 3) for value in highest.tolist()],
    }
