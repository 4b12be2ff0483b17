"""The spectrogram that BeatNet was trained on: what sounds in each quarter tone, and what has just begun to.

Its parts are those of madmom (Böck et al., "madmom: a new Python audio and music signal processing library", 2016) as
BeatNet sets them: frames of 64 ms every 20 ms under a Hann window, the magnitudes of their spectrum, summed by
triangular filters whose centres are 24 to the octave from 30 Hz up, the logarithm, and beside it how much that has
risen since the frame before.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from engine.audio import Samples
from engine.backends.framing import mono_frames

SAMPLE_RATE_HZ = 22_050
FRAME_SAMPLES = 1411
HOP_SAMPLES = 441
FRAMES_PER_SEC = SAMPLE_RATE_HZ / HOP_SAMPLES
FEATURE_COUNT = 272

_BATCH_FRAMES = 512
_BIN_COUNT = FRAME_SAMPLES // 2
_BANDS_PER_OCTAVE = 24
_LOWEST_HZ = 30.0
_HIGHEST_HZ = 17_000.0
_TUNING_HZ = 440.0


def log_filterbank(blocks: Iterable[Samples], sample_count: int) -> Iterator[NDArray[np.float32]]:
    """Yields the features of every 20 ms in batches of shape (frames, 272): 136 levels, then 136 rises.

    Args:
        blocks: consecutive parts of the audio at 22,050 Hz, shape (channels, samples); channels are averaged.
        sample_count: how many samples there are in all.
    """
    window = np.hanning(FRAME_SAMPLES).astype(np.float32)
    filters = triangular_filters()
    before: NDArray[np.float32] | None = None
    for frames in mono_frames(blocks, sample_count, FRAME_SAMPLES, HOP_SAMPLES, _BATCH_FRAMES):
        magnitudes = np.abs(np.fft.rfft(frames * window)[:, :_BIN_COUNT]).astype(np.float32, copy=False)
        levels = np.log10(magnitudes @ filters + 1)
        rises = np.diff(levels, axis=0, prepend=levels[:1] if before is None else before)
        before = levels[-1:]
        yield np.hstack([levels, np.maximum(rises, 0)])


def triangular_filters() -> NDArray[np.float32]:
    """Returns the weights of the filters, shape (bins, 136); those of each sum to 1.

    Centres stand on whole bins: two that fall on the same are one, and a filter that would be narrower than two bins
    is one bin. The bins' frequencies are those of a spectrum of 1410 samples, which is what madmom assumes.
    """
    bin_hz = np.arange(_BIN_COUNT) * SAMPLE_RATE_HZ / (2 * _BIN_COUNT)
    steps = np.arange(
        np.floor(np.log2(_LOWEST_HZ / _TUNING_HZ) * _BANDS_PER_OCTAVE),
        np.ceil(np.log2(_HIGHEST_HZ / _TUNING_HZ) * _BANDS_PER_OCTAVE),
    )
    centre_hz = _TUNING_HZ * 2 ** (steps / _BANDS_PER_OCTAVE)
    centre_hz = centre_hz[(centre_hz >= _LOWEST_HZ) & (centre_hz <= _HIGHEST_HZ)]
    nearest = np.abs(centre_hz[:, None] - bin_hz).argmin(axis=1)
    centres = [int(centre) for centre in np.unique(nearest)]
    return np.stack([_triangle(*corners) for corners in zip(centres, centres[1:], centres[2:], strict=False)], axis=1)


def _triangle(start: int, centre: int, stop: int) -> NDArray[np.float32]:
    """Returns one filter over all bins: 0 at `start`, largest at `centre`, 0 at `stop`; its sum is 1."""
    weights = np.zeros(_BIN_COUNT, dtype=np.float32)
    if stop - start < 2:
        weights[start] = 1
        return weights
    weights[start:centre] = np.linspace(0, 1, centre - start, endpoint=False)
    weights[centre:stop] = np.linspace(1, 0, stop - centre, endpoint=False)
    weights /= weights.sum()
    return weights
