"""How bright a recording is, from 0 (dark) to 1 (bright).

The mean frequency of its power spectrum (the spectral centroid of Grey and Gordon, "Perceptual effects of spectral
modifications on musical timbres", 1978), taken over the whole recording and placed on a logarithmic scale: 0 at 100 Hz
and below, 1/2 at 1 kHz, 1 at 10 kHz and above. Silence has 0.
"""

import math

import numpy as np
from numpy.typing import NDArray

from engine.audio import Samples

DARK_HZ = 100.0
BRIGHT_HZ = 10_000.0

_WINDOW_SAMPLES = 2048
_HUM_HZ = 20.0


class BrightnessMeter:
    """Measures blocks as they pass."""

    def __init__(self, sample_rate_hz: int) -> None:
        self._bins_hz = np.fft.rfftfreq(_WINDOW_SAMPLES, 1 / sample_rate_hz)
        self._window = np.hanning(_WINDOW_SAMPLES).astype(np.float32)
        self._waiting = np.zeros(0, np.float32)
        self._power = np.zeros(len(self._bins_hz))

    def add(self, block: Samples) -> None:
        """Takes in the next samples, shape (channels, samples)."""
        self._waiting = np.concatenate([self._waiting, block.mean(axis=0, dtype=np.float32)])
        whole = len(self._waiting) // _WINDOW_SAMPLES * _WINDOW_SAMPLES
        self._power += self._power_of(self._waiting[:whole])
        self._waiting = self._waiting[whole:]

    @property
    def brightness(self) -> float:
        """Brightness of what was added, 0 to 1."""
        rest = np.pad(self._waiting, (0, _WINDOW_SAMPLES - len(self._waiting)))
        power = np.where(self._bins_hz < _HUM_HZ, 0, self._power + self._power_of(rest))
        if not power.any():
            return 0.0
        centroid_hz = max(DARK_HZ, float(power @ self._bins_hz / power.sum()))
        return min(1.0, math.log(centroid_hz / DARK_HZ) / math.log(BRIGHT_HZ / DARK_HZ))

    def _power_of(self, samples: Samples) -> NDArray[np.float64]:
        """Returns the summed power spectrum of windows side by side."""
        spectra = np.fft.rfft(samples.reshape(-1, _WINDOW_SAMPLES) * self._window)
        power: NDArray[np.float64] = np.square(np.abs(spectra)).sum(axis=0, dtype=np.float64)
        return power
