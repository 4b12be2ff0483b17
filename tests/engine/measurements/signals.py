"""Sounds whose measurements are known."""

import numpy as np

from engine.audio import Samples

RATE_HZ = 44_100


def seconds(duration_sec: float, rate_hz: int = RATE_HZ) -> Samples:
    """Returns the time of every sample."""
    return (np.arange(round(duration_sec * rate_hz)) / rate_hz).astype(np.float32)


def tone(frequency_hz: float, duration_sec: float, peak: float, rate_hz: int = RATE_HZ) -> Samples:
    """Returns a stereo sine."""
    sine = peak * np.sin(2 * np.pi * frequency_hz * seconds(duration_sec, rate_hz).astype(np.float64))
    return np.stack([sine, sine]).astype(np.float32)


def noise(duration_sec: float) -> Samples:
    """Returns mono white noise between -0.5 and 0.5."""
    return np.random.default_rng(0).uniform(-0.5, 0.5, (1, round(duration_sec * RATE_HZ))).astype(np.float32)


def decaying(sound: Samples, time_constant_sec: float) -> Samples:
    """Returns the sound, dying away."""
    decayed: Samples = sound * np.exp(-seconds(sound.shape[1] / RATE_HZ) / np.float32(time_constant_sec))
    return decayed


def kick() -> Samples:
    """Returns a sine that falls from 160 to 50 Hz and dies away."""
    time = seconds(0.5).astype(np.float64)
    phase = 2 * np.pi * (50 * time - 110 * 0.03 * np.exp(-time / 0.03))
    return decaying(np.sin(phase)[None].astype(np.float32), 0.06)


def clicks(bpm: float, beat_count: int, beats_per_accent: int = 4) -> Samples:
    """Returns a loop of short bursts of noise, exactly `beat_count` beats long, the first of each bar louder."""
    loop = np.zeros((1, round(beat_count * 60 / bpm * RATE_HZ)), np.float32)
    burst = decaying(noise(0.05), 0.01)
    for beat in range(beat_count):
        start = round(beat * 60 / bpm * RATE_HZ)
        loudness = 1.0 if beat % beats_per_accent == 0 else 0.6
        loop[:, start : start + burst.shape[1]] += loudness * burst
    return loop


def in_blocks(samples: Samples, block_samples: int) -> list[Samples]:
    """Returns the sound in consecutive blocks."""
    return [samples[:, start : start + block_samples] for start in range(0, samples.shape[1], block_samples)]
