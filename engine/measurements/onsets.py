"""Where sounds begin: enough to tell one hit from many, and to find the period of a loop.

The rise of the logarithmic spectrum from one frame to the next but one, summed over frequency ("spectral flux": Bello
et al., "A tutorial on onset detection in music signals", 2005), in frames of 23 ms every 10 ms.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from engine.audio import Samples

HOP_SEC = 0.01

_WINDOW_SEC = 0.023
_LAG_FRAMES = 2
_RANGE = 1000.0
"""What is 60 dB below the loudest bin does not count."""
_THRESHOLD = 0.25
"""Of the strongest onset."""
_APART_FRAMES = 6


def onset_strength(samples: Samples, sample_rate_hz: int) -> NDArray[np.float64]:
    """Returns how much begins in each frame of HOP_SEC, largest value 1; all 0 for silence.

    Args:
        samples: shape (channels, samples).
        sample_rate_hz: their rate.
    """
    window_samples, hop = round(_WINDOW_SEC * sample_rate_hz), round(HOP_SEC * sample_rate_hz)
    # Silence before the beginning, so that a sound which begins at once has an onset, too.
    sound = np.pad(samples.mean(axis=0), (window_samples + _LAG_FRAMES * hop, window_samples))
    frames = sliding_window_view(sound, window_samples)[::hop]
    magnitudes = np.abs(np.fft.rfft(frames * np.hanning(window_samples).astype(np.float32)))
    loudest = magnitudes.max(initial=0)
    if not loudest:
        return np.zeros(len(frames) - _LAG_FRAMES)
    levels = np.log1p(_RANGE * magnitudes / loudest)
    strength = np.maximum(0, levels[_LAG_FRAMES:] - levels[:-_LAG_FRAMES]).sum(axis=1, dtype=np.float64)
    return np.asarray(strength / strength.max())


def onsets_sec(strength: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns when sounds begin: before frames that are stronger than those around them, and strong at all."""
    around = sliding_window_view(np.pad(strength, _APART_FRAMES), 2 * _APART_FRAMES + 1).max(axis=1)
    frames = np.flatnonzero((strength == around) & (strength > _THRESHOLD))
    times: NDArray[np.float64] = np.maximum(0.0, frames * HOP_SEC - _WINDOW_SEC)
    return times


def beat_periods_sec(strength: NDArray[np.float64], shortest_sec: float, longest_sec: float) -> NDArray[np.float64]:
    """Returns periods at which onsets repeat, the strongest first, from the autocorrelation of their strength."""
    centred = strength - strength.mean()
    spectrum = np.fft.rfft(centred, n=2 * len(centred))
    correlation = np.fft.irfft(np.square(np.abs(spectrum)))[: len(centred)]
    first, last = round(shortest_sec / HOP_SEC), min(round(longest_sec / HOP_SEC), len(correlation) - 2)
    lags = np.arange(first, last + 1)
    if not len(lags):
        return np.zeros(0)
    peaks = lags[(correlation[lags] >= correlation[lags - 1]) & (correlation[lags] >= correlation[lags + 1])]
    return np.asarray(peaks[np.argsort(-correlation[peaks])] * HOP_SEC, dtype=np.float64)
