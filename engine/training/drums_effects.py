"""What a studio does to drums: equalising, room, compression, saturation, noise, each at random."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft
from scipy.signal import lfilter

from engine.audio import Samples
from engine.backends.drums_features import SAMPLE_RATE_HZ
from engine.training.drums_synthesis import white_noise

_BLOCK_SAMPLES = 128


def random_effects(rng: Generator, samples: Samples) -> Samples:
    """Returns the sound, shape (channels, samples), through a random chain, with its peak at 1."""
    if rng.random() < 0.8:
        samples = _filtered(rng, samples)
    if rng.random() < 0.5:
        samples = compressed(samples, rng.uniform(-30, -8), rng.uniform(1.5, 8), rng.uniform(0.003, 0.03))
    if rng.random() < 0.35:
        samples = np.tanh(rng.uniform(1, 6) * _normal(samples))
    samples = _normal(samples)
    if rng.random() < 0.4:
        noise_gain = 10 ** (rng.uniform(-75, -38) / 20)
        samples = samples + noise_gain * lfilter([1], [1, -rng.uniform(0, 0.95)], white_noise(rng, samples.shape[1]))
    return np.asarray(samples, dtype=np.float32)


def compressed(samples: Samples, threshold_db: float, ratio: float, release_sec: float) -> Samples:
    """Returns the sound with what is louder than the threshold (below its peak) turned down, all channels alike."""
    samples = _normal(samples)
    count = -(-samples.shape[1] // _BLOCK_SAMPLES)
    padded = np.pad(samples, ((0, 0), (0, count * _BLOCK_SAMPLES - samples.shape[1])))
    level_db = 20 * np.log10(np.abs(padded).max(axis=0).reshape(count, _BLOCK_SAMPLES).max(axis=1) + 1e-6)
    wanted_db = -np.clip(level_db - threshold_db, 0, None) * (1 - 1 / ratio)
    keep = np.exp(-_BLOCK_SAMPLES / SAMPLE_RATE_HZ / release_sec)
    smooth_db = np.minimum(wanted_db, lfilter([1 - keep], [1, -keep], wanted_db))
    gain = np.interp(np.arange(samples.shape[1]), (np.arange(count) + 0.5) * _BLOCK_SAMPLES, 10 ** (smooth_db / 20))
    return _normal(np.asarray(samples * gain, dtype=np.float32))


def _filtered(rng: Generator, samples: Samples) -> Samples:
    """Returns the sound through an equaliser and a room, in one multiplication of spectra."""
    room = _room(rng, len(samples)) if rng.random() < 0.6 else np.zeros((1, 1))
    size = next_fast_len(samples.shape[1] + room.shape[1])
    frequencies_hz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE_HZ)
    knots_hz = np.array([30, 100, 300, 1000, 3000, 8000, 18_000])
    gains_db = rng.normal(0, rng.uniform(0, 5), len(knots_hz))
    equaliser = 10 ** (np.interp(np.log(frequencies_hz + 1), np.log(knots_hz), gains_db) / 20)
    shaped = rfft(samples, size) * equaliser * (1 + rfft(room.astype(np.float32), size))
    return np.asarray(irfft(shaped, size)[:, : samples.shape[1]], dtype=np.float32)


def _room(rng: Generator, channel_count: int) -> NDArray[np.float64]:
    """Returns a diffuse tail, different in each channel, shape (channels, samples)."""
    decay_sec = rng.uniform(0.04, 0.35)
    t = np.arange(int(5 * decay_sec * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    tail = rng.standard_normal((channel_count, len(t))) * np.exp(-t / decay_sec)
    tail[:, : int(rng.uniform(0.001, 0.02) * SAMPLE_RATE_HZ)] = 0
    wet = 10 ** (rng.uniform(-24, -3) / 20)
    dull = rng.uniform(0.2, 0.9)
    return np.asarray(lfilter([1 - dull], [1, -dull], wet * tail / np.sqrt(np.square(tail).sum(axis=1, keepdims=True))))


def _normal(samples: Samples) -> Samples:
    """Returns the sound with its peak at 1, silence as it is."""
    return np.asarray(samples / max(1e-6, float(np.abs(samples).max())), dtype=np.float32)
