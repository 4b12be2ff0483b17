"""Takes audio files into the library: listen, read the name, put the rows away.

A file whose audio the library knows is not listened to again: if it has a new name or lies in another folder, its row
is written anew from what was heard before. Rows are put away a batch at a time, so that a job that is killed loses one
batch at most, and goes on from there when it is asked for again. A file that cannot be read is listed.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.backends.base import Report
from engine.errors import EngineError
from engine.library.batches import batches
from engine.library.names import hints_of, key_with_hints, kind_with_hints, tempo_with_hints
from engine.library.sample import EMBEDDING_MODEL, Heard, LibrarySample
from engine.library.table import SampleTable
from engine.library.tags import TAGGERS
from engine.progress import part_of
from engine.tagging import AudioDescription, describe_files
from engine.worker import Worker

BATCH_SAMPLES = 64
"""As many files as are listened to at once."""
_LISTENED = 0.98
"""Fraction of the work that is listening; the rest is for the table."""


@dataclass(frozen=True)
class SampleFile:
    """A file that is to be in the library."""

    id: str
    """Digest of its bytes."""
    name: str
    folders: tuple[str, ...]
    """Outermost first."""


@dataclass(frozen=True)
class Indexing:
    """What became of the files."""

    indexed_count: int
    """Samples that are new, or have a new name or place."""
    unchanged_count: int
    unreadable: Mapping[str, str]
    """By id, why the file could not be read."""


@dataclass(frozen=True)
class IndexingPlan:
    """What is to be done for which file."""

    unknown: tuple[SampleFile, ...]
    """Their audio has to be listened to."""
    moved: tuple[SampleFile, ...]
    """Known under another name or in other folders."""
    unchanged: tuple[SampleFile, ...]


def plan_indexing(files: Sequence[SampleFile], table: SampleTable) -> IndexingPlan:
    """Returns what each file needs; of files with the same audio, the first counts."""
    by_id = {file.id: file for file in reversed(files)}
    known = {sample.id: sample for sample in table.get(list(by_id)) if sample.tag_scores.keys() >= set(TAGGERS)}
    unknown: list[SampleFile] = []
    moved: list[SampleFile] = []
    unchanged: list[SampleFile] = []
    for file in reversed(by_id.values()):
        sample = known.get(file.id)
        if sample is None:
            unknown.append(file)
        else:
            (unchanged if (sample.name, sample.folders) == (file.name, file.folders) else moved).append(file)
    return IndexingPlan(tuple(unknown), tuple(moved), tuple(unchanged))


def index_files(
    files: Sequence[SampleFile], paths: Mapping[str, Path], table: SampleTable, worker: Worker, report: Report
) -> Indexing:
    """Returns what became of the files, when all that could be read are in the table.

    Args:
        files: which.
        paths: where the audio of those lies that the library does not know, by id.
        table: the library.
        worker: has the taggers; this runs on its thread.
        report: called all along; what it raises ends the work, and what has been done so far stays.

    Raises:
        WeightsUnavailable, WeightsCorrupt, BackendUnavailable: a tagger cannot be had.
        LibraryUnavailable: the table cannot be opened.
    """
    plan = plan_indexing(files, table)
    table.put([_renamed(sample, file) for sample, file in _with_samples(plan.moved, table)])
    unreadable: dict[str, str] = {}
    unknown = [file for file in plan.unknown if file.id in paths]
    described = describe_files(
        [paths[file.id] for file in unknown], TAGGERS, worker, part_of(report, 0.0, _LISTENED)
    ) if unknown else iter(())  # fmt: skip
    for batch in batches(zip(unknown, described, strict=True), BATCH_SAMPLES):
        unreadable |= {file.id: found.message for file, found in batch if isinstance(found, EngineError)}
        table.put([_sample(file, found) for file, found in batch if isinstance(found, AudioDescription)])
    report(_LISTENED, "arranging the library")
    if unknown:
        table.optimise()
    indexed_count = len(unknown) + len(plan.moved) - len(unreadable)
    return Indexing(indexed_count, len(plan.unchanged), unreadable)


def _with_samples(files: Sequence[SampleFile], table: SampleTable) -> Iterator[tuple[LibrarySample, SampleFile]]:
    by_id = {file.id: file for file in files}
    return ((sample, by_id[sample.id]) for sample in table.get(list(by_id)))


def _sample(file: SampleFile, found: AudioDescription) -> LibrarySample:
    measured = found.measurements
    heard = Heard(found.quarter_bpm, found.key, measured.kind)
    sample = LibrarySample(
        id=file.id,
        name=file.name,
        folders=file.folders,
        embedding=found.taggings[EMBEDDING_MODEL].embedding,
        tag_scores={model: tagging.scores for model, tagging in found.taggings.items()},
        quarter_bpm=heard.quarter_bpm,
        key=heard.key,
        loudness_lufs=measured.loudness_lufs,
        duration_sec=measured.duration_sec,
        kind=heard.kind,
        brightness=measured.brightness,
        index_time_sec=time.time(),
        heard=heard,
    )
    return _renamed(sample, file)


def _renamed(sample: LibrarySample, file: SampleFile) -> LibrarySample:
    """Returns the sample under the file's name and in its folders, with what these say of it."""
    hints, heard = hints_of(file.name, file.folders), sample.heard
    return replace(
        sample,
        name=file.name,
        folders=file.folders,
        quarter_bpm=tempo_with_hints(heard.quarter_bpm, hints),
        key=key_with_hints(heard.key, hints),
        kind=kind_with_hints(heard.kind, hints),
    )
