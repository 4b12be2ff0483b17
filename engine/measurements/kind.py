"""What a file is in a producer's library: a one-shot (and of which kind), a loop, or a track.

A *one-shot* is short and begins once. A *loop* begins several times, and, where it is longer than a phrase, lasts a
whole number of bars at the tempo of its onsets, so that it can be put end to end. A *track* is anything else, and
anything long.
"""

import numpy as np
from numpy.typing import NDArray

from engine.audio import Samples
from engine.measurements.one_shot import one_shot_kind, timbre
from engine.measurements.onsets import HOP_SEC, beat_periods_sec, onset_strength, onsets_sec

MAX_LOOP_SEC = 40.0
"""Sixteen bars at 96 BPM."""
MAX_ONE_SHOT_SEC = 15.0

_PHRASE_SEC = 15.0
"""Shorter than this, whatever begins several times is a loop."""
_FLAM_SEC = 0.12
"""Strokes that follow the first within this time belong to it: claps, flams, the second stroke of a pedal."""
_AROUND_SEC = 0.05
_RISE = 1.5
_LOUD = 0.05
"""Of the power of the loudest stroke: 13 dB below it."""
_FASTEST_BEAT_SEC = 60 / 200
_SLOWEST_BEAT_SEC = 60 / 60
_BEATS_PER_BAR = 4
_LOOP_BARS = (1, 2, 4, 8, 16)
_TOLERANCE = 0.01
_CANDIDATES = 3


def kind_of(samples: Samples, sample_rate_hz: int, duration_sec: float) -> str:
    """Returns "one-shot/KIND", "loop" or "track"; see `one_shot_kind` for the kinds.

    Args:
        samples: the beginning of the audio, shape (channels, samples): all of it, or MAX_LOOP_SEC.
        sample_rate_hz: their rate.
        duration_sec: how long the whole audio is.
    """
    if duration_sec > MAX_LOOP_SEC:
        return "track"
    strength = onset_strength(samples, sample_rate_hz)
    times = onsets_sec(strength)
    strokes = _strokes_sec(samples, sample_rate_hz, times)
    has_one_stroke = not len(strokes) or strokes[-1] - strokes[0] <= _FLAM_SEC
    if has_one_stroke and duration_sec <= MAX_ONE_SHOT_SEC:
        return f"one-shot/{one_shot_kind(timbre(samples, sample_rate_hz))}"
    if duration_sec <= _PHRASE_SEC:
        return "loop"
    periods = beat_periods_sec(strength, _FASTEST_BEAT_SEC, _SLOWEST_BEAT_SEC)[:_CANDIDATES]
    return "loop" if any(_fits_bars(duration_sec, float(period)) for period in periods) else "track"


def _strokes_sec(samples: Samples, sample_rate_hz: int, times_sec: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns the onsets after which the sound is loud, and louder than before: no vibrato, no noise floor."""
    span = round(_AROUND_SEC * sample_rate_hz)
    power = np.pad(np.square(samples, dtype=np.float64).sum(axis=0), span)
    total = np.concatenate([[0.0], np.cumsum(power)])
    middle = np.round(times_sec * sample_rate_hz).astype(int) + span
    before, after = total[middle] - total[middle - span], total[middle + span] - total[middle]
    strokes: NDArray[np.float64] = times_sec[(after > _RISE * before) & (after > _LOUD * after.max(initial=0))]
    return strokes


def _fits_bars(duration_sec: float, beat_sec: float) -> bool:
    """Returns whether the duration is a usual number of bars at this tempo, as exactly as the tempo is known."""
    tolerance = max(_TOLERANCE, HOP_SEC / 2 / beat_sec)
    return any(abs(duration_sec / (bars * _BEATS_PER_BAR * beat_sec) - 1) < tolerance for bars in _LOOP_BARS)
