"""The tempo of a loop, from its length and its onsets.

Who cuts a loop cuts it at a bar line, so its length is a whole number of beats, and the tempo is known exactly once
the beats are counted. Counting takes no network. A count of beats is good if the onsets repeat at its beat and at its
half beat (the autocorrelation of their strength, taken around the loop's end), if it makes whole bars of four, best
one, two, four or eight of them, and if its tempo is a usual one. A file that is no whole number of beats, because its
last sound rings on, has a period of onsets that fits no count; then that period itself is the tempo, as exactly as
frames of 10 ms tell it.

What nobody can tell from a loop alone stays open: one bar at 70 may be meant as two at 140.
"""

import math

import numpy as np
from numpy.typing import NDArray

from engine.audio import Samples
from engine.measurements.onsets import HOP_SEC, beat_periods_sec, onset_strength

SLOWEST_BPM, FASTEST_BPM = 60.0, 200.0
USUAL_BPM = 118.0

_OCTAVES = 0.45
"""Spread of usual tempi."""
_BEATS_PER_BAR = 4
_BAR_COUNTS = (1, 2, 4, 8, 16)
_WHOLE_BARS, _BARS, _EVEN, _ANY = 0.5, 0.35, 0.15, 0.0
_HALF_BEAT = 0.5
"""What the repetition at the half beat counts beside that at the beat."""
_TAIL = 0.3
"""How much more the onsets must repeat at a period of their own than at the best count of beats."""


def loop_tempo_bpm(samples: Samples, sample_rate_hz: int) -> float:
    """Returns the loop's tempo in beats per minute; 0 where nothing repeats, or the file is too short for a beat.

    Args:
        samples: all of the loop, shape (channels, samples).
        sample_rate_hz: its rate.
    """
    duration_sec = samples.shape[-1] / sample_rate_hz
    strength = onset_strength(samples, sample_rate_hz)
    counts = np.arange(math.ceil(duration_sec * SLOWEST_BPM / 60), math.floor(duration_sec * FASTEST_BPM / 60) + 1)
    counts = counts[counts > 0]
    if not len(counts) or not strength.any():
        return 0.0
    repetition = _Repetition(strength[: max(2, round(duration_sec / HOP_SEC))])
    periods_sec = duration_sec / counts
    fits = np.array([repetition.at(period) for period in periods_sec])
    best = int(np.argmax(fits + [_bars_bonus(int(count)) for count in counts] + _usual(60 / periods_sec)))
    own = beat_periods_sec(strength, 60 / FASTEST_BPM, 60 / SLOWEST_BPM)[:1]
    if len(own) and repetition.at(float(own[0])) > fits[best] + _TAIL:
        return float(60 / own[0])
    return float(60 * counts[best] / duration_sec)


def whole_beats_bpm(bpm: float, duration_sec: float) -> float:
    """Returns the tempo nearest to `bpm` at which the duration is a whole number of beats.

    >>> whole_beats_bpm(121.3, 16.0)
    120.0
    """
    return 60 * round(bpm * duration_sec / 60) / duration_sec


class _Repetition:
    """How much onsets repeat after a time, around the loop's end."""

    def __init__(self, strength: NDArray[np.float64]) -> None:
        power = np.square(np.abs(np.fft.rfft(strength - strength.mean())))
        correlation = np.fft.irfft(power, n=len(strength))
        self._correlation = np.append(correlation, correlation[0]) / max(float(correlation[0]), 1e-12)

    def at(self, period_sec: float) -> float:
        """Returns it for a beat of this length and its half, -1 to 1; 1 is exact repetition."""
        beat, half = (self._after(share * period_sec / HOP_SEC) for share in (1.0, 0.5))
        return (beat + _HALF_BEAT * half) / (1 + _HALF_BEAT)

    def _after(self, frames: float) -> float:
        return float(np.interp(frames, np.arange(len(self._correlation)), self._correlation))


def _bars_bonus(beat_count: int) -> float:
    bars, rest = divmod(beat_count, _BEATS_PER_BAR)
    if rest == 0:
        return _WHOLE_BARS if bars in _BAR_COUNTS else _BARS
    return _EVEN if beat_count % 2 == 0 else _ANY


def _usual(bpm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns how usual tempi are, 0 to 1."""
    usual: NDArray[np.float64] = np.exp(-0.5 * np.square(np.log2(bpm / USUAL_BPM) / _OCTAVES))
    return usual
