"""Drums and waltzes whose beats are known, for tests of beats."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.audio import Samples

RATE_HZ = 22_050


def drums(times_sec: Sequence[float] | NDArray[np.floating[Any]], metre: int) -> Samples:
    """Returns a kick and a bass note on each downbeat, a soft kick on beat 3 of 4, snares between, and a hi-hat."""
    rng = np.random.default_rng(0)
    seconds = np.arange(round(0.2 * RATE_HZ)) / RATE_HZ
    kick = np.sin(2 * np.pi * (50 * seconds + 3 * (1 - np.exp(-seconds / 0.03)))) * np.exp(-seconds / 0.08)
    snare = rng.standard_normal(len(seconds)) * np.exp(-seconds / 0.04) + np.sin(380 * np.pi * seconds) * kick
    hat = rng.standard_normal(len(seconds)) * np.exp(-seconds / 0.012)
    samples = np.zeros(round((times_sec[-1] + 1) * RATE_HZ))
    for number, time in enumerate(times_sec):
        start = round(time * RATE_HZ)
        place = number % metre
        hit = samples[start : start + len(seconds)]
        hit += 0.2 * hat
        if place == 0:
            hit += 0.6 * kick + 0.3 * plucked(36, 0.2)
        elif metre % 2 or place % 2:
            hit += 0.3 * snare
        else:
            hit += 0.3 * kick
    return samples.astype(np.float32)[None]


def waltz(times_sec: Sequence[float] | NDArray[np.floating[Any]], metre: int = 3) -> Samples:
    """Returns a bass note on each downbeat and chords on the other beats, in C, F, G and C again, mono."""
    samples = np.zeros(round((times_sec[-1] + 1.5) * RATE_HZ))
    for number, time in enumerate(times_sec):
        root = (48, 53, 55, 48)[number // metre % 4]
        pitches = (root - 12,) if number % metre == 0 else (root + 12, root + 16, root + 19)
        for pitch in pitches:
            tone = plucked(pitch, 0.9)
            start = round(time * RATE_HZ)
            samples[start : start + len(tone)] += tone * (0.35 if number % metre == 0 else 0.12)
    return samples.astype(np.float32)[None]


def plucked(pitch: float, seconds: float, rate_hz: int = RATE_HZ) -> NDArray[np.float64]:
    """Returns a tone with harmonics that dies away, peak about 1."""
    time_sec = np.arange(round(seconds * rate_hz)) / rate_hz
    phase = 2 * np.pi * 440 * 2 ** ((pitch - 69) / 12) * time_sec
    harmonics = np.sum([np.sin(k * phase) * np.exp(-k * time_sec / 0.5) / k for k in range(1, 7)], axis=0)
    tone: NDArray[np.float64] = harmonics * np.minimum(1, np.minimum(time_sec / 0.003, time_sec[::-1] / 0.02))
    return tone / 1.5
