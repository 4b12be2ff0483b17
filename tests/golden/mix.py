"""The signal that golden values are computed from: music-like, stereo, and the same numbers everywhere.

A gliding harmonic voice with vibrato, a bass note and bursts of noise. No random generator is involved whose stream a
new release may change.
"""

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 44_100


def synthetic_mix(sample_count: int) -> NDArray[np.float32]:
    """Returns the signal, shape (2, sample_count), peak about 0.5."""
    seconds = np.arange(sample_count) / SAMPLE_RATE_HZ
    pitch_hz = 220 + 40 * np.sin(2 * np.pi * 0.31 * seconds) + 6 * np.sin(2 * np.pi * 5.5 * seconds)
    phase = 2 * np.pi * np.cumsum(pitch_hz) / SAMPLE_RATE_HZ
    syllables = np.clip(np.sin(2 * np.pi * 1.3 * seconds), 0, None)
    voice = syllables * sum(np.sin(k * phase) / k for k in range(1, 20))
    bass = np.sin(2 * np.pi * 55 * seconds)
    hits = _noise(sample_count) * np.exp(-20 * (seconds % 0.5))
    left = 0.12 * voice + 0.1 * bass + 0.15 * hits
    right = 0.12 * voice + 0.1 * bass - 0.05 * hits
    return np.stack([left, right]).astype(np.float32)


def _noise(sample_count: int) -> NDArray[np.float64]:
    """Returns white noise between -1 and 1: the mixing function of SplitMix64 (Steele et al. 2014) over a counter."""
    state = np.arange(1, sample_count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    state ^= state >> np.uint64(31)
    return (state >> np.uint64(11)) / 2.0**52 - 1


def sung_phrase(sample_rate_hz: int) -> NDArray[np.float32]:
    """Returns four seconds of the voice alone, with a little noise, shape (samples,), peak about 0.5."""
    sample_count = 4 * sample_rate_hz
    seconds = np.arange(sample_count) / sample_rate_hz
    pitch_hz = 220 + 40 * np.sin(2 * np.pi * 0.31 * seconds) + 6 * np.sin(2 * np.pi * 5.5 * seconds)
    phase = 2 * np.pi * np.cumsum(pitch_hz) / sample_rate_hz
    syllables = np.clip(np.sin(2 * np.pi * 1.3 * seconds), 0, None)
    voice = syllables * sum(np.sin(k * phase) / k for k in range(1, 20))
    phrase: NDArray[np.float32] = (0.2 * voice + 0.002 * _noise(sample_count)).astype(np.float32)
    return phrase
