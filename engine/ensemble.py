"""Transcription of a whole mix: separate it, and write down every stem with the model that suits it.

This is what MT3 (Gardner et al. 2022) does with one network for all instruments; here a separator and specialists do
it, because each of them is better at its own task than the one network is at all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.audio_file import probe
from engine.audio_stream import open_stream
from engine.backends import default_card, find_card
from engine.backends.base import Report
from engine.notes import NoteTrack
from engine.one_voice import one_voice
from engine.progress import part_of
from engine.separation import Quality, Residual, StemFile, plan_order, separate_file
from engine.worker import Worker

LEAK_DB = 30.0
"""A stem that is so much below the loudest one holds what leaked into it, and no instrument."""

_SEPARATED = 0.6


@dataclass(frozen=True)
class Part:
    """How a stem is written down."""

    model: str
    program: int
    """General MIDI program."""
    pitches: range = range(128)
    """What the instrument can play; other notes are overtones or leakage."""
    has_one_voice: bool = False
    """Whether it plays one note at a time."""


PARTS = {
    "drums": Part("drums", 0),
    "bass": Part("basic-pitch", 33, range(23, 68), has_one_voice=True),
    "vocals": Part("voice", 53),
    "guitar": Part("basic-pitch", 25, range(40, 89)),
    "piano": Part("piano", 0),
    "other": Part("basic-pitch", 0),
    "accompaniment": Part("basic-pitch", 0),
}


def transcribe_stems(mix: Path, has_bends: bool, worker: Worker, folder: Path, report: Report) -> tuple[NoteTrack, ...]:
    """Returns a track for every stem of the mix that holds notes, called after it, in the order of `PARTS`.

    Args:
        mix: an audio file that `probe` accepts.
        has_bends: whether to give pitch bends, where a model finds them.
        worker: has the models.
        folder: where the stems are written on the way; they are deleted.
        report: called all along; what it raises ends the work.
    """
    stems = _separated(mix, worker, folder, part_of(report, 0.0, _SEPARATED))
    try:
        heard = _heard(stems)
        share = (1 - _SEPARATED) / max(1, len(heard))
        tracks = [
            _transcribed(stem, has_bends, worker, part_of(report, first, first + share))
            for stem, first in ((stem, _SEPARATED + number * share) for number, stem in enumerate(heard))
        ]
    finally:
        for stem in stems:
            stem.path.unlink(missing_ok=True)
    return tuple(track for track in tracks if track.notes)


def _separated(mix: Path, worker: Worker, folder: Path, report: Report) -> list[StemFile]:
    card = default_card("separation")
    order = plan_order(card, probe(mix), (), Quality.BALANCED, Residual.NONE, "audio/wav", None)
    return separate_file(mix, worker.separator(card, report), order, folder, report)


def _heard(stems: Sequence[StemFile]) -> list[StemFile]:
    """Returns the stems that hold an instrument, in the order of `PARTS`."""
    loudest_db = max(stem.rms_db for stem in stems)
    order = list(PARTS)
    return sorted(
        (stem for stem in stems if stem.rms_db > loudest_db - LEAK_DB), key=lambda stem: order.index(stem.name)
    )


def _transcribed(stem: StemFile, has_bends: bool, worker: Worker, report: Report) -> NoteTrack:
    part = PARTS[stem.name]
    backend = worker.transcriber(find_card(part.model, "transcription"), report)
    stream = open_stream(stem.path, backend.card.sample_rate_hz)
    track = backend.transcribe(stream.blocks, stream.sample_count, has_bends, report)
    notes = tuple(note for note in track.notes if track.is_drum or note.pitch in part.pitches)
    if part.has_one_voice:
        notes = one_voice(notes)
    return replace(track, name=stem.name, program=part.program, notes=notes)
