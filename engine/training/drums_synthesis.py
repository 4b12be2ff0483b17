"""Kits that nobody has recorded: every call makes drums from sines and noise with random parameters.

They widen what the network hears as a kick or a cymbal beyond a dozen recorded kits, and they belong to nobody else.
"""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from engine.audio import Samples
from engine.backends.drums_features import SAMPLE_RATE_HZ
from engine.training.drums_kits import Instrument, Kit, one_shot

_NYQUIST_HZ = SAMPLE_RATE_HZ / 2


def synthetic_kit(rng: Generator) -> Kit:
    """Returns a new kit with every piece but percussion."""
    lowest_hz = rng.uniform(65, 110)
    sounds = {
        "kick": _drum(rng, rng.uniform(38, 75), rng.uniform(1.2, 7), rng.uniform(0.05, 0.35), 0.15),
        "snare": _snare(rng),
        "side stick": _stick(rng),
        "clap": _clap(rng),
        "low tom": _drum(rng, lowest_hz, rng.uniform(1, 1.8), rng.uniform(0.1, 0.4), 0.08),
        "mid tom": _drum(rng, lowest_hz * rng.uniform(1.25, 1.5), rng.uniform(1, 1.8), rng.uniform(0.1, 0.35), 0.08),
        "high tom": _drum(rng, lowest_hz * rng.uniform(1.6, 2.3), rng.uniform(1, 1.8), rng.uniform(0.08, 0.3), 0.08),
        "closed hi-hat": _metal(rng, rng.uniform(4500, 9500), rng.uniform(0.012, 0.05), 0.0),
        "pedal hi-hat": _metal(rng, rng.uniform(3500, 8000), rng.uniform(0.01, 0.04), 0.0),
        "open hi-hat": _metal(rng, rng.uniform(4500, 9500), rng.uniform(0.12, 0.5), 0.0),
        "crash": _metal(rng, rng.uniform(1200, 4000), rng.uniform(0.5, 1.3), 0.0),
        "splash": _metal(rng, rng.uniform(2500, 6000), rng.uniform(0.15, 0.4), 0.0),
        "china": _metal(rng, rng.uniform(800, 2500), rng.uniform(0.3, 0.9), 0.0),
        "ride": _metal(rng, rng.uniform(2500, 6000), rng.uniform(0.3, 1.0), rng.uniform(0.5, 2.0)),
        "ride bell": _metal(rng, rng.uniform(1500, 4000), rng.uniform(0.3, 0.8), rng.uniform(2.0, 5.0)),
    }
    return Kit("synthetic", {piece: (_instrument(sound),) for piece, sound in sounds.items()})


def _instrument(sound: NDArray[np.float64]) -> Instrument:
    shot = one_shot(np.asarray(sound / np.abs(sound).max(), dtype=np.float32), 1.0)
    return (shot,) if shot else ()


def _time_sec(duration_sec: float) -> NDArray[np.float64]:
    return np.arange(int(min(duration_sec, 4.0) * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ


def _noise(rng: Generator, time_sec: NDArray[np.float64], above_hz: float) -> NDArray[np.float64]:
    """Returns noise above a frequency."""
    high = butter(2, min(above_hz, 0.9 * _NYQUIST_HZ) / _NYQUIST_HZ, "highpass", output="sos")
    return np.asarray(sosfilt(high, rng.standard_normal(len(time_sec))))


def _drum(rng: Generator, pitch_hz: float, drop: float, decay_sec: float, click: float) -> NDArray[np.float64]:
    """Returns a membrane: a sine that begins `drop` times as high and falls, with the noise of the stick."""
    t = _time_sec(6 * decay_sec)
    frequency_hz = pitch_hz * (1 + (drop - 1) * np.exp(-t / rng.uniform(0.01, 0.06)))
    body = np.sin(2 * np.pi * np.cumsum(frequency_hz) / SAMPLE_RATE_HZ + rng.uniform(0, 1.5)) * np.exp(-t / decay_sec)
    overtone = np.sin(2 * np.pi * rng.uniform(1.5, 2.4) * pitch_hz * t) * np.exp(-t / (0.4 * decay_sec))
    stick = _noise(rng, t, rng.uniform(500, 4000)) * np.exp(-t / rng.uniform(0.002, 0.012))
    mixed = body + rng.uniform(0, 0.5) * overtone + rng.uniform(0, 2 * click) * stick
    return np.asarray(np.tanh(rng.uniform(0.5, 3) * mixed))


def _snare(rng: Generator) -> NDArray[np.float64]:
    """Returns a drum under a burst of noise: its wires."""
    decay_sec = rng.uniform(0.05, 0.2)
    drum = _drum(rng, rng.uniform(140, 280), rng.uniform(1, 1.6), rng.uniform(0.04, 0.12), 0.2)
    wires = _noise(rng, (t := _time_sec(6 * decay_sec)), rng.uniform(700, 3500)) * np.exp(-t / decay_sec)
    return _sum(rng.uniform(0.2, 1.0) * drum, rng.uniform(0.2, 0.8) * wires)


def _stick(rng: Generator) -> NDArray[np.float64]:
    t = _time_sec(0.15)
    wood = np.sin(2 * np.pi * rng.uniform(400, 1800) * t) * np.exp(-t / rng.uniform(0.005, 0.025))
    return np.asarray(wood + 0.5 * _noise(rng, t, 1500) * np.exp(-t / 0.004))


def _clap(rng: Generator) -> NDArray[np.float64]:
    """Returns three or four short bursts, then a tail."""
    t = _time_sec(0.6)
    gap_sec = rng.uniform(0.007, 0.013)
    bursts = sum(
        np.exp(-np.clip(t - number * gap_sec, 0, None) / 0.006) * (t >= number * gap_sec) for number in range(3)
    )
    envelope = bursts + np.exp(-t / rng.uniform(0.05, 0.15)) * (t >= 3 * gap_sec)
    return np.asarray(_noise(rng, t, rng.uniform(500, 1200)) * envelope)


def _metal(rng: Generator, above_hz: float, decay_sec: float, ping: float) -> NDArray[np.float64]:
    """Returns a cymbal: inharmonic squares and noise above a frequency, with the ping of a stick on a ride."""
    t = _time_sec(5 * decay_sec)
    pitches_hz = rng.uniform(200, 900, 6) * rng.uniform(0.8, 6.0)
    squares = np.sign(np.sin(2 * np.pi * pitches_hz[:, None] * t + rng.uniform(0, 6.3, (6, 1)))).mean(axis=0)
    high = butter(2, above_hz / _NYQUIST_HZ, "highpass", output="sos")
    wash = rng.uniform(0, 1) * sosfilt(high, squares) + rng.uniform(0.2, 1) * _noise(rng, t, above_hz)
    wash = wash / np.abs(wash).max() * np.exp(-t / decay_sec)
    if decay_sec > 0.1:  # the stick is shorter than the ring
        wash = wash * (1 + rng.uniform(0, 3) * np.exp(-t / rng.uniform(0.01, 0.05)))
    partials_hz = rng.uniform(1500, 7000, 5)
    bell = np.sin(2 * np.pi * partials_hz[:, None] * t).mean(axis=0) * np.exp(-t / (0.6 * decay_sec))
    return np.asarray(wash + ping * bell)


def _sum(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    length = max(len(a), len(b))
    return np.asarray(np.pad(a, (0, length - len(a))) + np.pad(b, (0, length - len(b))))


def white_noise(rng: Generator, sample_count: int) -> Samples:
    """Returns noise of unit deviation, one channel."""
    return rng.standard_normal(sample_count).astype(np.float32)
