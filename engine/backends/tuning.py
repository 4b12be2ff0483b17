"""How far music is from concert pitch, as a fraction of a bin: what librosa calls `estimate_tuning`.

The peaks of an ordinary spectrum are placed between bins by a parabola; where in a step of the scale most of them lie
is the tuning. Recordings that run a little fast, and orchestras at 443 Hz, are heard in tune after that.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from engine.audio import Samples

_WINDOW_SAMPLES = 2048
_HOP_SAMPLES = 512
_BATCH_FRAMES = 512
_LOWEST_HZ = 150.0
_HIGHEST_HZ = 4000.0
_LEAST_SHARE = 0.1
"""Of a frame's largest magnitude: less is no peak."""
_STEPS = 100
_TUNING_HZ = 440.0


def estimate_tuning(samples: Samples, sample_rate_hz: int, bins_per_octave: int) -> float:
    """Returns the deviation of the audio's pitches from a scale of equal steps that has 440 Hz in it.

    Args:
        samples: mono, shape (samples,).
        sample_rate_hz: their rate.
        bins_per_octave: steps of the scale.

    Returns:
        From -0.5 to 0.5, in steps; 0 for audio without pitches.
    """
    batches = list(_peaks(samples, sample_rate_hz))
    hz, magnitudes = (np.concatenate(part) for part in zip(*batches, strict=True))
    if len(hz) == 0:
        return 0.0
    strong = hz[magnitudes >= np.median(magnitudes)]
    deviation = (bins_per_octave * np.log2(strong / _TUNING_HZ) + 0.5) % 1.0 - 0.5
    counts, edges = np.histogram(deviation, np.linspace(-0.5, 0.5, _STEPS + 1))
    return float(edges[counts.argmax()])


def _peaks(samples: Samples, sample_rate_hz: int) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Yields frequencies and magnitudes of the spectrum's peaks, batch by batch of its frames."""
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_WINDOW_SAMPLES) / _WINDOW_SAMPLES)
    padded = np.pad(samples, _WINDOW_SAMPLES // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW_SAMPLES)[::_HOP_SAMPLES]
    bin_hz = np.arange(1, _WINDOW_SAMPLES // 2) * sample_rate_hz / _WINDOW_SAMPLES
    is_audible = (bin_hz >= _LOWEST_HZ) & (bin_hz < _HIGHEST_HZ)
    for start in range(0, len(frames), _BATCH_FRAMES):
        spectrum = np.abs(np.fft.rfft(frames[start : start + _BATCH_FRAMES] * window))
        below, here, above = spectrum[:, :-2], spectrum[:, 1:-1], spectrum[:, 2:]
        is_strong = here > _LEAST_SHARE * spectrum.max(axis=1, keepdims=True)
        frame, peak = np.nonzero(is_audible & is_strong & (here > below) & (here >= above))
        slope = (above[frame, peak] - below[frame, peak]) / 2
        curve = 2 * here[frame, peak] - below[frame, peak] - above[frame, peak]
        shift = np.divide(slope, curve, out=np.zeros_like(slope), where=curve > 0)
        yield bin_hz[peak] + shift * sample_rate_hz / _WINDOW_SAMPLES, here[frame, peak] + slope * shift / 2
