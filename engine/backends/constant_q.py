"""A constant-Q spectrum: 36 bins to the octave, each as wide as its frequency asks, as librosa's `hybrid_cqt` gives it.

Brown, "Calculation of a constant Q spectral transform" (1991); an octave lower is the same wavelets on the audio at
half the rate (Schörkhuber and Klapuri, "Constant-Q transform toolbox for music processing", 2010). So one matrix of 36
wavelets serves all octaves of the lower bins. The upper bins' wavelets are no longer than a hop, and would miss what
lies between their frames; they are taken from the magnitudes of an ordinary spectrum instead, weighted by the wavelets'
own.
"""

from functools import cached_property

import numpy as np
import soxr
from numpy.typing import NDArray

from engine.audio import Samples

SAMPLE_RATE_HZ = 22_050
HOP_SAMPLES = 512
BINS_PER_OCTAVE = 36
MARGIN_SAMPLES = 96 * HOP_SAMPLES
"""What the longest wavelets see on each side of a frame, and what halving the rate seven times blurs."""

_WINDOW_SAMPLES = 2 * HOP_SAMPLES
_BATCH_FRAMES = 1024


class ConstantQ:
    """The transform for one range of bins."""

    def __init__(self, lowest_hz: float, bin_count: int) -> None:
        ratio = 2 ** (2 / BINS_PER_OCTAVE)
        quality = (ratio + 1) / (ratio - 1)
        self._hz = lowest_hz * 2 ** (np.arange(bin_count) / BINS_PER_OCTAVE)
        self._lengths = quality * SAMPLE_RATE_HZ / self._hz
        self._wavelet_count = int((self._lengths > HOP_SAMPLES).sum())

    def magnitudes(self, samples: Samples, frame_count: int) -> NDArray[np.float32]:
        """Returns the spectrum of frames 0, 1, 2 ..., shape (frames, bins).

        Args:
            samples: mono, shape (samples,); frame i is centred on sample i * 512 + `MARGIN_SAMPLES`, and the samples
                reach as far beyond the last frame.
            frame_count: how many frames to give.
        """
        upper = self._upper(samples, frame_count)
        parts = [upper]
        hop, margin, octave = HOP_SAMPLES, MARGIN_SAMPLES, samples
        for end in range(self._wavelet_count, 0, -BINS_PER_OCTAVE):
            octave, hop, margin = soxr.resample(octave, 2, 1, quality="HQ"), hop // 2, margin // 2
            bins = min(end, BINS_PER_OCTAVE)
            frames = _centred(octave, frame_count, hop, margin, len(self._wavelets))
            scale = np.sqrt(self._lengths[end - bins : end]).astype(np.float32)
            parts.append(np.abs(_product(frames, self._wavelets[:, -bins:])) * scale)
        return np.concatenate(parts[::-1], axis=1)

    def _upper(self, samples: Samples, frame_count: int) -> NDArray[np.float32]:
        frames = _centred(samples, frame_count, HOP_SAMPLES, MARGIN_SAMPLES, _WINDOW_SAMPLES)
        window = _hann(_WINDOW_SAMPLES).astype(np.float32)
        batches = (frames[start : start + _BATCH_FRAMES] * window for start in range(0, frame_count, _BATCH_FRAMES))
        return np.concatenate([np.abs(np.fft.rfft(batch)) @ self._upper_weights for batch in batches])

    @cached_property
    def _wavelets(self) -> NDArray[np.complex64]:
        """The highest octave that is taken by wavelets, at half the rate, shape (samples, 36)."""
        bins = slice(max(0, self._wavelet_count - BINS_PER_OCTAVE), self._wavelet_count)
        pairs = zip(self._hz[bins], self._lengths[bins] / 2, strict=True)
        return _in_columns([_wavelet(hz / SAMPLE_RATE_HZ * 2, length) for hz, length in pairs]).astype(np.complex64)

    @cached_property
    def _upper_weights(self) -> NDArray[np.float32]:
        """Weight of each magnitude in each of the upper bins, shape (513, bins)."""
        bins = slice(self._wavelet_count, None)
        pairs = zip(self._hz[bins], self._lengths[bins], strict=True)
        columns = _in_columns([_wavelet(hz / SAMPLE_RATE_HZ, length) * length for hz, length in pairs])
        spectra = np.abs(np.fft.fft(columns, n=_WINDOW_SAMPLES, axis=0))[: _WINDOW_SAMPLES // 2 + 1]
        return np.asarray(spectra / _WINDOW_SAMPLES**1.5, dtype=np.float32)


def _wavelet(cycles_per_sample: float, length: float) -> NDArray[np.complex128]:
    """Returns a complex tone under a Hann window; its absolute values sum to 1."""
    positions = np.arange(-length // 2, length // 2)
    tone = np.exp(2j * np.pi * cycles_per_sample * positions) * _hann(len(positions))
    wavelet: NDArray[np.complex128] = tone / np.abs(tone).sum()
    return wavelet


def _hann(length: int) -> NDArray[np.float64]:
    """Returns one period of a raised cosine."""
    window: NDArray[np.float64] = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)
    return window


def _in_columns(wavelets: list[NDArray[np.complex128]]) -> NDArray[np.complex128]:
    """Returns the wavelets side by side, centred."""
    longest = max(len(wavelet) for wavelet in wavelets)
    columns = np.zeros((longest, len(wavelets)), dtype=np.complex128)
    for column, wavelet in zip(columns.T, wavelets, strict=True):
        start = (longest - len(wavelet)) // 2
        column[start : start + len(wavelet)] = wavelet
    return columns


def _centred(samples: Samples, frame_count: int, hop: int, margin: int, frame_samples: int) -> Samples:
    """Returns frames around samples `margin`, `margin` + `hop` ..., shape (frames, frame_samples), without a copy."""
    start = margin - frame_samples // 2
    needed = start + (frame_count - 1) * hop + frame_samples
    padded = np.pad(samples, (0, max(0, needed - len(samples))))
    return np.lib.stride_tricks.sliding_window_view(padded[start:needed], frame_samples)[::hop]


def _product(frames: Samples, columns: NDArray[np.complex64]) -> NDArray[np.complex64]:
    """Returns the frames' products with the columns, shape (frames, columns)."""
    both = np.concatenate([columns.real, columns.imag], axis=1)
    batches = [frames[start : start + _BATCH_FRAMES] @ both for start in range(0, len(frames), _BATCH_FRAMES)]
    real, imaginary = np.split(np.concatenate(batches), 2, axis=1)
    return (real + 1j * imaginary).astype(np.complex64, copy=False)
