"""Samples as rows of a pick list: what they are, why they are suggested, where their file is, how fast to play them."""

import asyncio
import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.errors import BridgeError
from bridge.events import Notice, Progress, Report, Step
from bridge.library.place import LibraryPlace
from bridge.library.sample import Sample, Suggestion
from bridge.library.store import LibraryStore
from bridge.library_client import LibraryClient

FETCHES_AT_ONCE = 8


@dataclass(frozen=True)
class Row:
    """A suggestion and its file on this machine."""

    suggestion: Suggestion
    path: Path | None
    """None where this machine does not have it."""

    @property
    def sample(self) -> Sample:
        """The sample."""
        return self.suggestion.sample

    def document(self, project_bpm: float = 0.0) -> dict[str, Any]:
        """Returns the row as `--json` prints it and as DAW scripts get it.

        Args:
            project_bpm: tempo to play it in, in quarter notes per minute; 0 leaves it at its own speed.
        """
        sample = self.sample
        rate = playrate(sample, project_bpm)
        return {
            "sample": sample.id,
            "name": sample.name,
            "folders": list(sample.folders),
            "path": str(self.path) if self.path else None,
            "kind": sample.kind,
            "key": sample.key.name if sample.key else "",
            "bpm": round(sample.quarter_bpm, 3),
            "duration_sec": sample.duration_sec,
            "tags": list(sample.tags),
            "score": round(self.suggestion.score, 6),
            "why": list(self.suggestion.reasons),
            "playrate": rate,
            "length_sec": sample.duration_sec / rate,
        }


def playrate(sample: Sample, project_bpm: float) -> float:
    """Returns how fast to play a sample so that it is in time: sample seconds per second on the timeline.

    A loop of 140 BPM is as much in time at 70, and one of 70 at 140: of all speeds that fit, the one is chosen that
    changes the sound least, so the result is from 0.71 to 1.41. One-shots have no tempo and are left alone.
    """
    if sample.kind.startswith("one-shot") or not sample.quarter_bpm or not project_bpm:
        return 1.0
    ratio = project_bpm / sample.quarter_bpm
    return ratio / 2.0 ** round(math.log2(ratio))


def project_id(project: str) -> str:
    """Returns what the engine knows a project by: the same for the same path or name, and telling nothing of it."""
    return hashlib.sha256(project.encode(errors="surrogatepass")).hexdigest()[:32] if project else ""


def local_rows(suggestions: Iterable[Suggestion], place: LibraryPlace) -> list[Row]:
    """Returns rows with the files that this machine has."""
    found = list(suggestions)
    with LibraryStore(place.database) as store:
        paths = store.paths(suggestion.sample.id for suggestion in found)
    return [Row(suggestion, paths.get(suggestion.sample.id)) for suggestion in found]


async def fetched_rows(rows: Sequence[Row], client: LibraryClient, place: LibraryPlace, report: Report) -> list[Row]:
    """Returns the rows with files for all of them: those that this machine lacks are fetched from the engine.

    A sample whose audio cannot be had keeps its row, without a file, and a notice says why.
    """
    free, done = asyncio.Semaphore(FETCHES_AT_ONCE), 0

    async def with_file(row: Row) -> Row:
        nonlocal done
        if row.path is None:
            try:
                async with free:
                    row = Row(row.suggestion, await client.fetch(row.sample, place.samples))
            except (BridgeError, OSError) as error:
                report(
                    Notice(error.message if isinstance(error, BridgeError) else f"A sample cannot be kept: {error}.")
                )
        done += 1
        report(Progress(Step.DOWNLOAD, done / len(rows)))
        return row

    return list(await asyncio.gather(*(with_file(row) for row in rows)))
