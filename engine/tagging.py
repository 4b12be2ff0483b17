"""What a recording is, in words and numbers: tags, an embedding, tempo, key, loudness, brightness, kind.

    paths ─ read ─┬─ measure ──────── duration, loudness, brightness; one-shot, loop or track
                  ├─ tag ──────────── each model's scores over time, and its embedding
                  └─ tempo and key ── as the kind allows

Files go through in groups, so that a network sees windows of many short files at once. A file that cannot be read gives
its error and does not stop the others.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.backends import REGISTRY, find_card
from engine.backends.base import Card, Report, Tagging, TaggingBackend
from engine.errors import EngineError, InvalidAudio
from engine.measurements.measure import Measurements
from engine.musical_time import Key
from engine.progress import part_of
from engine.sound_file import Sound, SoundFile, open_sound_file, read_sound
from engine.tempo_and_key import TempoAndKeyFinder
from engine.weights.store import WeightStore
from engine.worker import Worker

STANDARD_MODELS = ("MTT_musicnn", "MSD_musicnn")
"""What describes a recording if nobody says otherwise, with any other tagger whose weights are there already."""

_GROUP_FILES = 64
"""As many windows as a GPU takes at once."""
_GROUP_SEC = 240.0
"""Audio that is in memory at once; 85 MB at 44.1 kHz in stereo."""
_WINDOW_SEC = 3.0
"""What the shortest file costs a tagger."""
_READ, _TAGGED = 0.1, 0.8
"""Fractions of a group's work."""

Outcome = Sound | EngineError


@dataclass(frozen=True)
class AudioDescription:
    """What was found out about one recording."""

    taggings: Mapping[str, Tagging]
    """By model, in the order in which the models were asked for."""
    quarter_bpm: float
    """Tempo in quarter notes per minute; 0 where there is none."""
    key: Key | None
    measurements: Measurements


def plan_tagging(models: Sequence[str], weights: WeightStore) -> tuple[str, ...]:
    """Returns the taggers to run: those named, each once; for none, STANDARD_MODELS and all others that are installed.

    Raises:
        ModelNotFound: there is no such tagger.
    """
    if models:
        return tuple(dict.fromkeys(find_card(name, "tagging").name for name in models))
    installed = (
        card.name
        for card in REGISTRY.values()
        if card.task == "tagging" and card.is_visible and _is_installed(card, weights)
    )
    return tuple(dict.fromkeys((*STANDARD_MODELS, *installed)))


def text_card(weights: WeightStore) -> Card | None:
    """Returns the card of a tagger that finds sounds by text and whose weights are on this machine, if there is one."""
    cards = (card for card in REGISTRY.values() if card.reads_text and card.is_visible)
    return next((card for card in cards if _is_installed(card, weights)), None)


def describe_files(
    paths: Sequence[Path], models: Sequence[str], worker: Worker, report: Report
) -> Iterator[AudioDescription | EngineError]:
    """Yields what each file is, in order; for a file that cannot be read, an InvalidAudio.

    Args:
        paths: audio files of any length, down to a single sample.
        models: names of taggers, as `plan_tagging` returns them.
        worker: has the models; this runs on its thread.
        report: called all along; what it raises ends the work.

    Raises:
        ModelNotFound, WeightsUnavailable, WeightsCorrupt, BackendUnavailable: a tagger cannot be had.
    """
    taggers = [worker.tagger(find_card(name, "tagging"), report) for name in models]
    finder = TempoAndKeyFinder(worker)
    for group, part in _groups_of(paths, report):
        sounds = list(_read(group, part_of(part, 0.0, _READ)))
        taggings = _tagged(sounds, taggers, part_of(part, _READ, _TAGGED))
        yield from _described(sounds, taggings, finder, part_of(part, _TAGGED, 1.0))


def embed_files(
    paths: Sequence[Path], tagger: TaggingBackend, report: Report
) -> Iterator[NDArray[np.float32] | EngineError]:
    """Yields where each file lies in a tagger's space, in order; for a file that cannot be read, an InvalidAudio.

    Args:
        paths: audio files of any length, down to a single sample.
        tagger: the model, loaded.
        report: called all along; what it raises ends the work.
    """
    for group, part in _groups_of(paths, report):
        sounds = list(_read(group, part_of(part, 0.0, _READ)))
        taggings = iter(_tagged(sounds, [tagger], part_of(part, _READ, 1.0)))
        for sound in sounds:
            yield sound if isinstance(sound, EngineError) else next(taggings)[tagger.card.name].embedding


def _groups_of(paths: Sequence[Path], report: Report) -> Iterator[tuple[list[SoundFile | EngineError], Report]]:
    """Yields the files that are worked on together, each group with its part of the report."""
    files = [_opened(path) for path in paths]
    total_sec, done_sec = sum(map(_work_sec, files)), 0.0
    for group in _groups(files):
        group_sec = sum(map(_work_sec, group))
        yield group, part_of(report, done_sec / total_sec, min(1.0, (done_sec + group_sec) / total_sec))
        done_sec += group_sec


def _is_installed(card: Card, weights: WeightStore) -> bool:
    return all(map(weights.is_installed, card.weights))


def _opened(path: Path) -> SoundFile | EngineError:
    try:
        return open_sound_file(path)
    except InvalidAudio as error:
        return error


def _work_sec(file: SoundFile | EngineError) -> float:
    """Returns the audio that a file keeps taggers busy with; one that cannot be read costs a little, too."""
    return max(_WINDOW_SEC, file.format.duration_sec) if isinstance(file, SoundFile) else 0.01


def _groups(files: Iterable[SoundFile | EngineError]) -> Iterator[list[SoundFile | EngineError]]:
    """Yields consecutive files, as many as are worked on together."""
    group: list[SoundFile | EngineError] = []
    held_sec = 0.0
    for file in files:
        file_sec = file.format.duration_sec if isinstance(file, SoundFile) and file.is_short else 0.0
        if group and (len(group) == _GROUP_FILES or held_sec + file_sec > _GROUP_SEC):
            yield group
            group, held_sec = [], 0.0
        group.append(file)
        held_sec += file_sec
    if group:
        yield group


def _read(files: Sequence[SoundFile | EngineError], report: Report) -> Iterator[Outcome]:
    for number, file in enumerate(files):
        report(number / len(files), "reading the audio")
        try:
            yield read_sound(file) if isinstance(file, SoundFile) else file
        except InvalidAudio as error:
            yield error


def _tagged(outcomes: Sequence[Outcome], taggers: Sequence[TaggingBackend], report: Report) -> list[dict[str, Tagging]]:
    """Returns each sound's taggings by model; nothing for what could not be read."""
    sounds = [outcome for outcome in outcomes if isinstance(outcome, Sound)]
    taggings: list[dict[str, Tagging]] = [{} for _ in sounds]
    for number, tagger in enumerate(taggers):
        part = part_of(report, number / len(taggers), (number + 1) / len(taggers))
        answers = tagger.tag([sound.recording() for sound in sounds], part)
        for found, tagging in zip(taggings, answers, strict=True):
            found[tagger.card.name] = tagging
    return taggings


def _described(
    outcomes: Sequence[Outcome], taggings: Iterable[Mapping[str, Tagging]], finder: TempoAndKeyFinder, report: Report
) -> Iterator[AudioDescription | EngineError]:
    remaining = iter(taggings)
    for number, outcome in enumerate(outcomes):
        if isinstance(outcome, EngineError):
            yield outcome
            continue
        part = part_of(report, number / len(outcomes), (number + 1) / len(outcomes))
        quarter_bpm, key = finder.find(outcome, part)
        yield AudioDescription(next(remaining), quarter_bpm, key, outcome.measurements)
