"""What musicnn sees of a recording: patches of a mel spectrogram, one every 3 s.

One channel at 16 kHz, Hann window of 512 samples, hop 256, 96 triangular mel bands of equal area up to 8 kHz (Slaney's
scale), power, logarithm. A patch is 187 frames, 2.992 s. Everything here is held to what the original package makes
with librosa 0.8, down to the passage through 16-bit floats; the tests say how closely.

A recording is read in blocks, and a few of them are in memory at a time.
"""

from collections.abc import Iterable, Iterator
from functools import cache

import numpy as np
import torch
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from engine.audio import Samples
from engine.backends.kaiser_best import resample

SAMPLE_RATE_HZ = 16_000
WINDOW_SAMPLES = 512
HOP_SAMPLES = 256
BAND_COUNT = 96
PATCH_FRAMES = 187
PATCH_SEC = PATCH_FRAMES * HOP_SAMPLES / SAMPLE_RATE_HZ

_MARGIN_SAMPLES = WINDOW_SAMPLES // 2
_LARGEST_HALF = 65_504.0
"""The largest number of 16 bits; louder bands than that exist only in files far beyond full scale."""

Patch = NDArray[np.float32]
"""Shape (PATCH_FRAMES, BAND_COUNT), values of log10(1 + 10,000 power)."""


def patches(blocks: Iterable[Samples], sample_rate_hz: int) -> Iterator[Patch]:
    """Yields the patches of a recording, one after another without overlap; at least one.

    Frames after the last whole patch are left out. A recording that is shorter than a patch is repeated until it fills
    one, as it was in training.

    Args:
        blocks: consecutive parts of the audio, shape (channels, samples).
        sample_rate_hz: their rate; any.
    """
    channel = (block.mean(axis=0, dtype=np.float32) for block in blocks)
    waiting = np.zeros((0, BAND_COUNT), np.float32)
    has_any = False
    for frames in _frames(_reflect_ends(resample(channel, sample_rate_hz, SAMPLE_RATE_HZ))):
        waiting = np.concatenate([waiting, frames])
        while len(waiting) >= PATCH_FRAMES:
            yield waiting[:PATCH_FRAMES]
            waiting, has_any = waiting[PATCH_FRAMES:], True
    if not has_any:
        yield np.resize(waiting, (PATCH_FRAMES, BAND_COUNT))


def _reflect_ends(blocks: Iterable[Samples]) -> Iterator[Samples]:
    """Yields the audio with half a window before and after it that mirrors its ends."""
    head = np.zeros(0, np.float32)
    tail = head
    has_begun = False
    for block in blocks:
        if not has_begun:
            head = np.concatenate([head, block])
            if len(head) <= _MARGIN_SAMPLES:
                continue
            has_begun = True
            yield head[_MARGIN_SAMPLES:0:-1]
            block = head
        yield block
        tail = np.concatenate([tail, block])[-_MARGIN_SAMPLES - 1 :]
    if has_begun:
        yield tail[-2::-1]
    else:
        yield np.pad(head if len(head) else np.zeros(1, np.float32), _MARGIN_SAMPLES, "reflect")


def _frames(blocks: Iterable[Samples]) -> Iterator[NDArray[np.float32]]:
    """Yields the frames of consecutive samples, shape (frames, BAND_COUNT), as many as each block completes."""
    waiting = np.zeros(0, np.float32)
    for block in blocks:
        waiting = np.concatenate([waiting, block])
        if len(waiting) >= WINDOW_SAMPLES:
            windows = sliding_window_view(waiting, WINDOW_SAMPLES)[::HOP_SAMPLES]
            waiting = waiting[len(windows) * HOP_SAMPLES :]
            yield _log_mel(windows)


def _log_mel(windows: NDArray[np.float32]) -> NDArray[np.float32]:
    spectrum = np.fft.rfft(windows * _hann())
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    # The model was trained on what 16 bits leave of the bands.
    mel_power = (torch.from_numpy(power) @ torch.from_numpy(mel_filters())).numpy()
    bands = np.minimum(mel_power, _LARGEST_HALF).astype(np.float16).astype(np.float32)
    log_bands: NDArray[np.float32] = np.log10(10_000 * bands + 1)
    return log_bands


@cache
def _hann() -> NDArray[np.float32]:
    turn = 2 * np.pi * np.arange(WINDOW_SAMPLES) / WINDOW_SAMPLES
    return (0.5 - 0.5 * np.cos(turn)).astype(np.float32)


@cache
def mel_filters() -> NDArray[np.float32]:
    """Returns the weight of each bin in each band, shape (WINDOW_SAMPLES // 2 + 1, BAND_COUNT).

    Slaney's scale (Auditory Toolbox, 1998): 3 mels in 200 Hz up to 1 kHz, and 27 in each factor of 6.4 from there on.
    """
    bins_hz = np.fft.rfftfreq(WINDOW_SAMPLES, 1 / SAMPLE_RATE_HZ)
    edges_hz = _hz(np.linspace(0, _mel(SAMPLE_RATE_HZ / 2), BAND_COUNT + 2))
    widths_hz = np.diff(edges_hz)
    rising = (bins_hz[:, None] - edges_hz[:-2]) / widths_hz[:-1]
    falling = (edges_hz[2:] - bins_hz[:, None]) / widths_hz[1:]
    triangles = np.maximum(0, np.minimum(rising, falling))
    filters: NDArray[np.float32] = (triangles * 2 / (edges_hz[2:] - edges_hz[:-2])).astype(np.float32)
    return filters


_LINEAR_HZ = 1000.0
_LINEAR_MELS = 15.0
_MELS_PER_E = 27 / np.log(6.4)


def _mel(frequency_hz: float) -> float:
    """Returns the mel number of a frequency above 1 kHz."""
    return float(_LINEAR_MELS + _MELS_PER_E * np.log(frequency_hz / _LINEAR_HZ))


def _hz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(
        mels < _LINEAR_MELS,
        mels * _LINEAR_HZ / _LINEAR_MELS,
        _LINEAR_HZ * np.exp((mels - _LINEAR_MELS) / _MELS_PER_E),
    )
