"""From beats to a tempo map: one tempo where the music keeps one, few changes where it does not, bars on downbeats.

Beats are counted as quarter notes. Quarter 0 of a map is at time 0, and music hardly begins there; so the grid of the
first beats is continued backwards, and the bar that time 0 falls into is a short one: first what is left of a beat,
then the beats before the first bar line, as a metre of their own. From there on, every downbeat begins a bar.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.musical_time import Beat, TempoChange, TempoMap, TimeSignature, steady_tempo
from engine.steady_tempo import fit_steady_tempo, on_grid
from engine.tempo_curve import TempoCurve, fit_tempo_curve

Floats = NDArray[np.float64]
Metres = list[tuple[float, int]]
"""From the beat with this number on, so many beats make a bar."""

DEFAULT_BPM = 120.0
MIN_BEATS = 4
"""Fewer tell nothing of a tempo."""

_START_TOLERANCE_SEC = 0.03
"""A beat this near to the beginning is at the beginning."""
_BPM_DIGITS = 9
_ROUNDING = 1e-6
"""Beats this near to each other are the same."""


def tempo_map_of(beats: Sequence[Beat], quarter_bpm: float | None = None) -> TempoMap:
    """Returns the tempo map on which the beats are quarter notes and the downbeats bar lines.

    With fewer than four beats it is 120 quarter notes per minute, or `quarter_bpm`, in 4/4 from 0.

    Args:
        beats: as a `BeatBackend` gives them.
        quarter_bpm: the tempo, if somebody knows it: then the map has it from beginning to end, laid on the beats
            as well as it can be; it need not be the tempo of the beats.
    """
    if len(beats) < MIN_BEATS:
        return steady_tempo(quarter_bpm or DEFAULT_BPM)
    times_sec = np.array([beat.time_sec for beat in beats])
    is_downbeat = np.array([beat.bar_position == 1 for beat in beats])
    curve, numbers = on_grid(times_sec, 60 / quarter_bpm) if quarter_bpm else _fit(times_sec)
    if np.all(np.diff(numbers) == 1):
        metres = _metres_as_found(numbers[is_downbeat], max(beat.bar_position for beat in beats))
    else:
        metres = [_commonest_metre(numbers[is_downbeat])]
    return _tempo_map(curve, metres)


def tempo_of(beats: Sequence[Beat]) -> float | None:
    """Returns the tempo in quarter notes per minute in which most of the piece is played, or None without a pulse."""
    if len(beats) < MIN_BEATS:
        return None
    curve, _ = _fit(np.array([beat.time_sec for beat in beats]))
    lengths = curve.beat_sec()
    order = np.argsort(lengths)
    played_sec = np.cumsum(np.diff(curve.times_sec)[order])
    return float(60 / lengths[order[np.searchsorted(played_sec, played_sec[-1] / 2)]])


def _fit(times_sec: Floats) -> tuple[TempoCurve, Floats]:
    """Returns the curve of the beats, and the number of each on it."""
    changing = fit_tempo_curve(times_sec)
    longest = np.diff(changing.knots).argmax()
    steady = fit_steady_tempo(times_sec, float(changing.beat_sec()[longest]))
    return steady or (changing, np.arange(len(times_sec), dtype=np.float64))


def _metres_as_found(downbeats: Floats, longest: int) -> Metres:
    """Returns the metres between the downbeats, changes only; without two downbeats, bars of the longest found."""
    if len(downbeats) < 2:
        return [(float(downbeats[0]) if len(downbeats) else 0.0, longest)]
    metres: Metres = []
    for start, end in pairwise(downbeats):
        if not metres or metres[-1][1] != end - start:
            metres.append((float(start), int(end - start)))
    return metres


def _commonest_metre(downbeats: Floats) -> tuple[float, int]:
    """Returns one metre for the whole piece: the commonest distance of downbeats, laid where most of them fall."""
    distances = Counter(round(end - start) for start, end in pairwise(downbeats) if end - start >= 1)
    beat_count = distances.most_common(1)[0][0] if distances else 4
    phases = Counter(round(number) % beat_count for number in downbeats)
    return float(phases.most_common(1)[0][0] if phases else 0), beat_count


def _tempo_map(curve: TempoCurve, metres: Metres) -> TempoMap:
    """Returns the map of the curve, from time 0 on, with bars as `metres` has them."""
    lengths = curve.beat_sec()
    zero = -curve.times_sec[0] / lengths[0]
    if curve.times_sec[0] < 0:
        zero = float(np.interp(0.0, curve.times_sec, curve.knots))
    if abs(zero - round(zero)) * lengths[0] <= _START_TOLERANCE_SEC:
        # Quarter 0 becomes a beat; the whole curve moves by what is hardly to be heard.
        curve = TempoCurve(curve.knots, curve.times_sec - curve.time_at(round(zero)))
        zero = float(round(zero))
    starts = [0.0, *(time for time in curve.times_sec[1:-1] if time > 0)]
    tempos = tuple(
        TempoChange(float(start), round(60 / float(length), _BPM_DIGITS))
        for start, length in zip(starts, lengths[len(lengths) - len(starts) :], strict=True)
    )
    first_bar = metres[0][0] - metres[0][1] * np.floor((metres[0][0] - zero) / metres[0][1] + _ROUNDING)
    metres = [(float(first_bar), metres[0][1]), *metres[1:]]
    return TempoMap(tempos, _time_signatures(curve, metres, zero))


def _time_signatures(curve: TempoCurve, metres: Metres, zero: float) -> tuple[TimeSignature, ...]:
    """Returns the metres by their times; before the first bar line, those of the short bar at the beginning."""
    first_bar, beat_count = metres[0]
    lead = first_bar - zero
    whole = int(lead + _ROUNDING)
    starts = [(zero, beat_count), *([(first_bar - whole, whole)] if whole else []), *metres]
    # Of two metres that begin together, at 0, the later one holds.
    signatures = {number if number - zero > _ROUNDING else zero: count for number, count in starts}
    return tuple(
        TimeSignature(curve.time_at(number) if number > zero else 0.0, count, 4) for number, count in signatures.items()
    )
