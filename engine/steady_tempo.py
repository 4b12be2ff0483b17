"""Whether music keeps one tempo from beginning to end, and which.

Most recorded music was played to a click. A finder of beats may lose it for a while, or slip onto the off-beats, and is
still right about the tempo before and after. So one grid is tried on the whole piece before anything else: half-beats
of one length, on which nearly all beats lie, those at both ends as well. A piece that slows down at its end is not
steady.
"""

import numpy as np
from numpy.typing import NDArray

from engine.tempo_curve import TempoCurve

Floats = NDArray[np.float64]

_LENGTH_SHARE = 0.01
"""How far the length of a beat is looked for on both sides of the first guess."""
_DRIFT_BEATS = 0.05
"""What one step of that search is off by at the end of the piece."""
_TOLERANCE_SEC = 0.045
_STEADY_SHARE = 0.85
_END_BEATS = 8
_END_SHARE = 0.5
_FIT_ROUNDS = 4
_SNAP_SEC = 0.02
"""A whole number of beats per minute is preferred where the grid's end moves by less than this."""


def fit_steady_tempo(times_sec: Floats, beat_sec: float) -> tuple[TempoCurve, Floats] | None:
    """Returns the curve of a piece of one tempo and the number of each found beat on it; None where the tempo changes.

    Numbers are whole where a beat was found on the grid, and end in a half where it was found between two.

    Args:
        times_sec: of the beats that were found, at least two.
        beat_sec: about how long a beat is, to within a hundredth.
    """
    half_sec = _most_coherent(times_sec, beat_sec) / 2
    first_sec = _phase(times_sec, half_sec)
    for _ in range(_FIT_ROUNDS):
        steps = np.round((times_sec - first_sec) / half_sec)
        is_near = np.abs(times_sec - first_sec - steps * half_sec) <= min(_TOLERANCE_SEC, half_sec / 6)
        if is_near.mean() < _STEADY_SHARE or np.ptp(steps[is_near]) == 0:
            return None
        half_sec, first_sec = np.polyfit(steps[is_near], times_sec[is_near], 1)
    if min(is_near[:_END_BEATS].mean(), is_near[-_END_BEATS:].mean()) < _END_SHARE:
        return None
    # Two tempi of which one is half as fast again share a grid, too; of twice the tempo, the finder is suspected.
    if np.isin(np.diff(steps), (1, 2, 4)).mean() < _STEADY_SHARE:
        return None
    return _whole_beats(steps, is_near, _snapped(2 * half_sec, steps[is_near]), half_sec, first_sec)


def on_grid(times_sec: Floats, beat_sec: float) -> tuple[TempoCurve, Floats]:
    """Returns what `fit_steady_tempo` does for beats of exactly this length, however well they fit."""
    half_sec = beat_sec / 2
    first_sec = _phase(times_sec, half_sec)
    steps = np.round((times_sec - first_sec) / half_sec)
    return _whole_beats(steps, np.ones(len(steps), dtype=np.bool_), beat_sec, half_sec, first_sec)


def _most_coherent(times_sec: Floats, beat_sec: float) -> float:
    """Returns the length of a beat, near the guess, at which the phases of all beats agree best, halves being equal."""
    step = _DRIFT_BEATS * beat_sec / np.ptp(times_sec)
    lengths = beat_sec * (1 + np.arange(-_LENGTH_SHARE, _LENGTH_SHARE + step, step))
    agreement = np.abs(np.exp(4j * np.pi * times_sec / lengths[:, None]).mean(axis=1))
    return float(lengths[agreement.argmax()])


def _phase(times_sec: Floats, period_sec: float) -> float:
    """Returns the time nearest to 0 from which the beats lie at multiples of the period, on the whole."""
    return float(np.angle(np.exp(2j * np.pi * times_sec / period_sec).sum()) / (2 * np.pi) * period_sec)


def _snapped(beat_sec: float, steps: Floats) -> float:
    """Returns the length of a beat at a whole tempo, if the grid's ends hardly move for it."""
    whole_sec = 60 / max(1, round(60 / beat_sec))
    moved_sec = abs(whole_sec - beat_sec) / 4 * np.ptp(steps)
    return whole_sec if moved_sec <= _SNAP_SEC else beat_sec


def _whole_beats(
    steps: Floats, is_near: NDArray[np.bool_], beat_sec: float, half_sec: float, first_sec: float
) -> tuple[TempoCurve, Floats]:
    """Returns the curve whose beats are those half-beats on which more were found, and all numbers on it.

    A length that was snapped turns the grid around its middle.
    """
    odd = float((steps[is_near] % 2).mean() > 0.5)
    middle = steps[is_near].mean()
    first_sec += middle * (half_sec - beat_sec / 2)
    base = 2 * np.floor((steps[0] - odd) / 2) + odd
    numbers = (steps - base) / 2
    start_sec = first_sec + base * beat_sec / 2
    last = max(1.0, np.ceil(numbers[-1]))
    return TempoCurve(np.array([0.0, last]), np.array([start_sec, start_sec + last * beat_sec])), numbers
