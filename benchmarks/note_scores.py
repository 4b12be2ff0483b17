"""How well notes agree: mir_eval's scores of transcription.

Raffel et al., "mir_eval: a transparent implementation of common MIR metrics" (ISMIR 2014). A note is found if one of
its pitch (within 50 cents) begins within 50 ms of it; "offset" asks for its end as well, within 50 ms or a fifth of its
length; "velocity" for its loudness, relative to that of all others.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import mir_eval
import numpy as np
from numpy.typing import NDArray

from engine.notes import Note

ONSET_TOLERANCE_SEC = 0.05
PITCH_TOLERANCE_CENTS = 50.0

Arrays = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
"""Intervals in seconds, shape (notes, 2); pitches in Hz; velocities."""


@dataclass(frozen=True)
class NoteScores:
    """F1 scores, 0 to 1."""

    onset: float
    offset: float
    velocity: float


def to_arrays(notes: Sequence[Note]) -> Arrays:
    """Returns the notes as mir_eval wants them."""
    intervals = np.array([[note.onset_sec, note.offset_sec] for note in notes]).reshape(-1, 2)
    pitches_hz = 440.0 * 2.0 ** ((np.array([note.pitch for note in notes], dtype=float) - 69) / 12)
    return intervals, pitches_hz, np.array([note.velocity for note in notes], dtype=float)


def score_arrays(truth: Arrays, found: Arrays) -> NoteScores:
    """Returns the scores of notes against the truth, whose pitches may lie between semitones; 0 if there are none."""
    if not len(truth[0]) or not len(found[0]):
        return NoteScores(0.0, 0.0, 0.0)
    tolerances = {"onset_tolerance": ONSET_TOLERANCE_SEC, "pitch_tolerance": PITCH_TOLERANCE_CENTS}
    score = mir_eval.transcription.precision_recall_f1_overlap
    velocity = mir_eval.transcription_velocity.precision_recall_f1_overlap
    plain = (*truth[:2], *found[:2])
    return NoteScores(
        onset=float(score(*plain, offset_ratio=None, **tolerances)[2]),
        offset=float(score(*plain, **tolerances)[2]),
        velocity=float(velocity(*truth, *found, offset_ratio=None, **tolerances)[2]),
    )


def score(truth: Sequence[Note], found: Sequence[Note]) -> NoteScores:
    """Returns the scores of notes against the true ones."""
    return score_arrays(to_arrays(truth), to_arrays(found))
