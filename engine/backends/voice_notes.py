"""From a pitch curve to notes: which steps a singer meant, through vibrato, glides and breath.

The curve is explained by notes of constant pitch with gaps between them, so that the sum of these costs is least, which
dynamic programming finds exactly: a penalised step fit, as in Killick et al., "Optimal detection of changepoints with a
linear computational cost" (JASA 2012). The costs are those of the note segmentation in SwiftF0 0.3.0, weighed anew:

- every note costs a fixed amount;
- a frame in a note costs its distance from the note's pitch, up to a limit, as far as the frame is surely sung;
- a frame in a note that is probably not sung costs more, and one that probably is costs less than nothing;
- a frame in a note that is much quieter than what is before and after it costs more: a note that is sung again at the
  same pitch shows by such a dip.

Vibrato and short glides then cost less than another note. The weights were chosen on singing (vocadito_1), on synthetic
singing with vibrato and glides, and on rendered melodies of winds and voices together. Half or twice any one of them
changes the F1 of the singing by -0.09 to +0.02.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.notes import Note, PitchBend

Curve = NDArray[np.float64]
"""float64, shape (frames,)."""

NOTE_COST = 7.0
MAX_DISTANCE_SEMITONES = 2.0
DIP_COST = 1.5
"""For each dB beyond the tolerance."""
DIP_TOLERANCE_DB = 2.0
DIP_FRAMES = 6
"""How far around a frame its surroundings reach, about 0.1 s."""
MIN_NOTE_FRAMES = 5
STEP_SEMITONES = 0.1
"""Between the pitches that notes may have."""

_CERTAIN = 0.01
"""Confidences count as at least this, and at most 1 minus this."""
_SUNG = 0.5
"""Confidence of a frame that is probably sung."""
_CLEARLY_OFF_SEMITONES = 0.25
_CLEARLY_TUNED = 0.6
_LOUDEST_VELOCITY = 112
_LOUD_PERCENTILE = 80
_MIN_BEND_SEMITONES = 0.05


@dataclass(frozen=True)
class PitchCurve:
    """What is known of each frame."""

    semitones: Curve
    """Pitch as a MIDI number with a fraction."""
    confidence: Curve
    """How sure it is that somebody sings, 0 to 1."""
    level_db: Curve
    """Relative to full scale."""
    hop_sec: float


@dataclass(frozen=True)
class Step:
    """A note in frames."""

    first: int
    end: int
    """The frame after its last."""
    semitones: float


def find_notes(curve: PitchCurve, has_bends: bool) -> tuple[Note, ...]:
    """Returns the notes, ordered by onset; none overlaps another."""
    steps = [step for step in find_steps(curve) if step.end - step.first >= MIN_NOTE_FRAMES]
    if not steps:
        return ()
    levels_db = [float(np.percentile(curve.level_db[step.first : step.end], _LOUD_PERCENTILE)) for step in steps]
    tuning = tuning_semitones(steps)
    return tuple(
        _note(step, round(step.semitones - tuning), _velocity(level_db - max(levels_db)), curve, has_bends)
        for step, level_db in zip(steps, levels_db, strict=True)
    )


def find_steps(curve: PitchCurve) -> list[Step]:
    """Returns the steps that explain the curve best, in order."""
    sung = curve.semitones[curve.confidence > _SUNG]
    if not len(sung):
        return []
    pitches = np.arange(sung.min(), sung.max() + STEP_SEMITONES, STEP_SEMITONES)
    sure = np.clip(curve.confidence, _CERTAIN, 1 - _CERTAIN)
    frame_costs = np.log((1 - sure) / sure) + DIP_COST * _dips_db(curve.level_db)
    return _trace_back(_best_ends(curve, pitches, frame_costs), pitches)


def _best_ends(curve: PitchCurve, pitches: Curve, frame_costs: Curve) -> list[tuple[int, int] | None]:
    """Returns what it is cheapest to end with each frame: a note, as its first frame and number of pitch, or a gap.

    `inside` is the least cost of everything so far that ends inside a note, for each pitch of that note, and `since`
    that note's first frame; `outside` is the least cost of everything so far that ends with a whole note or a gap.
    """
    inside = np.full(len(pitches), np.inf)
    since = np.zeros(len(pitches), dtype=np.intp)
    outside = 0.0
    ends: list[tuple[int, int] | None] = []
    for frame, (semitones, confidence, cost) in enumerate(
        zip(curve.semitones, curve.confidence, frame_costs, strict=True)
    ):
        since[inside > outside + NOTE_COST] = frame
        distances = np.minimum(np.abs(pitches - semitones), MAX_DISTANCE_SEMITONES)
        inside = np.minimum(inside, outside + NOTE_COST) + confidence * distances + cost
        best = int(np.argmin(inside))
        ends.append((int(since[best]), best) if inside[best] < outside else None)
        outside = min(outside, float(inside[best]))
    return ends


def _trace_back(ends: list[tuple[int, int] | None], pitches: Curve) -> list[Step]:
    """Returns the steps, from the last frame's best end to the first."""
    steps = []
    frame = len(ends)
    while frame > 0:
        end = ends[frame - 1]
        if end is None:
            frame -= 1
        else:
            first, pitch = end
            steps.append(Step(first, frame, float(pitches[pitch])))
            frame = first
    return steps[::-1]


def _dips_db(level_db: Curve) -> Curve:
    """Returns by how much each frame is quieter than both the loudest just before it and the loudest just after it."""
    padded = np.pad(level_db, DIP_FRAMES, mode="edge")
    loudest = np.lib.stride_tricks.sliding_window_view(padded, DIP_FRAMES + 1).max(axis=1)
    around = np.minimum(loudest[: len(level_db)], loudest[DIP_FRAMES:])
    return np.asarray(np.maximum(0.0, around - level_db - DIP_TOLERANCE_DB))


def tuning_semitones(steps: list[Step]) -> float:
    """Returns how far above equal temperament at 440 Hz the steps lie, where that is clear, -0.5 to 0.5; else 0.

    A singer between two semitones would otherwise be written down now in the one, now in the other. Where the steps are
    nearly in tune, or agree on nothing, the nearest semitone to each is best.
    """
    weights = np.array([step.end - step.first for step in steps])
    angles = 2j * np.pi * np.array([step.semitones for step in steps])
    mean = np.sum(weights * np.exp(angles)) / np.sum(weights)
    tuning = float(np.angle(mean)) / (2 * np.pi)
    is_clear = abs(mean) > _CLEARLY_TUNED and abs(tuning) > _CLEARLY_OFF_SEMITONES
    return tuning if is_clear else 0.0


def _velocity(level_db: float) -> int:
    """Returns the velocity of a level relative to the loudest note's; General MIDI's curve, 40 log10 of velocity."""
    return min(127, max(1, round(_LOUDEST_VELOCITY * 10 ** (level_db / 40))))


def _note(step: Step, pitch: int, velocity: int, curve: PitchCurve, has_bends: bool) -> Note:
    # A frame stands for half a hop on either side of its middle.
    onset_sec = max(0.0, (step.first - 0.5) * curve.hop_sec)
    return Note(
        pitch=pitch,
        velocity=velocity,
        onset_sec=onset_sec,
        duration_sec=(step.end - 0.5) * curve.hop_sec - onset_sec,
        bends=_bends(step, pitch, onset_sec, curve) if has_bends else (),
    )


def _bends(step: Step, pitch: int, onset_sec: float, curve: PitchCurve) -> tuple[PitchBend, ...]:
    """Returns the curve around the pitch at every sung frame, leaving out what hardly moves."""
    bends: list[PitchBend] = []
    for frame in range(step.first, step.end):
        semitones = float(np.clip(curve.semitones[frame] - pitch, -MAX_DISTANCE_SEMITONES, MAX_DISTANCE_SEMITONES))
        if curve.confidence[frame] < _SUNG or (bends and abs(semitones - bends[-1].semitones) < _MIN_BEND_SEMITONES):
            continue
        offset_sec = frame * curve.hop_sec - onset_sec if bends else 0.0
        bends.append(PitchBend(offset_sec, semitones))
    return tuple(bends)
