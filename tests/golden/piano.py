"""A phrase on a synthetic piano, for golden values of piano transcription: the same numbers everywhere.

Strings with stiff, decaying partials, brighter where they are struck harder. Dampers silence them when the key comes
up, unless the pedal is down: then they ring until it comes up, too.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 44_100
PEDAL_SEC = (5.0, 7.0)
"""When the pedal is down."""

_STIFFNESS = 4e-4
_DAMPING_SEC = 0.06
_MAX_HZ = 8000.0


@dataclass(frozen=True)
class Stroke:
    """A key that is struck and let go."""

    pitch: int
    velocity: int
    onset_sec: float
    offset_sec: float


def strokes() -> tuple[Stroke, ...]:
    """Returns a scale, two chords, an arpeggio under the pedal and a long note at the end."""
    scale = [
        Stroke(60 + step, 50 + 5 * i, 0.3 + 0.25 * i, 0.52 + 0.25 * i) for i, step in enumerate((0, 2, 4, 5, 7, 9))
    ]
    chords = [Stroke(pitch, 90, 2.0, 2.9) for pitch in (48, 64, 67, 72)]
    chords += [Stroke(pitch, 45, 3.2, 4.4) for pitch in (43, 59, 62, 74)]
    arpeggio = [Stroke(pitch, 70, 5.05 + 0.25 * i, 5.25 + 0.25 * i) for i, pitch in enumerate((45, 57, 60, 64, 69, 76))]
    return (*scale, *chords, *arpeggio, Stroke(53, 80, 7.2, 8.9), Stroke(81, 60, 7.2, 7.6))


def piano_phrase(seconds: float = 10.0) -> NDArray[np.float32]:
    """Returns the phrase, shape (2, samples), peak below 0.5; high notes on the right."""
    time_sec = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    mix = np.zeros((2, len(time_sec)))
    for stroke in strokes():
        right = (stroke.pitch - 21) / 88
        mix += np.array([[1 - right], [right]]) * _tone(stroke, time_sec)
    return (0.12 * mix).astype(np.float32)


def _tone(stroke: Stroke, time_sec: NDArray[np.float64]) -> NDArray[np.float64]:
    since = time_sec - stroke.onset_sec
    is_held = PEDAL_SEC[0] <= stroke.offset_sec < PEDAL_SEC[1]
    end_sec = PEDAL_SEC[1] if is_held else stroke.offset_sec
    release = np.exp(-np.clip(time_sec - end_sec, 0, None) / _DAMPING_SEC)
    attack = np.clip(since / 0.002, 0, 1)
    return (stroke.velocity / 100) ** 2 * attack * release * _string(stroke, np.clip(since, 0, None))


def _string(stroke: Stroke, since_sec: NDArray[np.float64]) -> NDArray[np.float64]:
    fundamental_hz = 440 * 2 ** ((stroke.pitch - 69) / 12)
    total = np.zeros_like(since_sec)
    for k in range(1, 40):
        frequency_hz = k * fundamental_hz * np.sqrt(1 + _STIFFNESS * k**2)
        if frequency_hz > _MAX_HZ:
            break
        softness = np.exp(-frequency_hz / (20 * stroke.velocity + 500))
        total += (
            softness / np.sqrt(k) * np.exp(-(0.7 + 0.25 * k) * since_sec) * np.sin(2 * np.pi * frequency_hz * since_sec)
        )
    return total
