"""Two layers of Basic Pitch's network, computed as matrix products because convolutions of so few channels are slow.

`HarmonicConv` is two thirds of all work: 8 to 8 channels, 3 frames by 39 bins. Its channels are moved copies of one
spectrogram, so it is linear in that spectrogram: a band matrix, cut into blocks of 24 bins, in which what overlaps
between the copies is one product. Its three taps in time are computed for two frames at once, with four products
instead of six: Winograd's F(2, 3), in Lavin and Gray, "Fast algorithms for convolutional neural networks" (CVPR 2016).

`OneChannelConv` is one product for all taps together, and a sum of moved results.

Both leave time unpadded and pad frequency with zeros.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.backends.basic_pitch_spectrogram import BIN_COUNT

CONTOUR_COUNT = 264
"""Bins of the network's input and of its contours: 88 semitones of three."""

# Bins from a pitch to its sub-octave, to itself, and to its harmonics 2 to 7.
_HARMONIC_SHIFTS = (-36, 0, 36, 57, 72, 84, 93, 101)
_KERNEL_BINS = 39
_REACH_DOWN = _KERNEL_BINS // 2 - min(_HARMONIC_SHIFTS)
_REACH_UP = _KERNEL_BINS // 2 + max(_HARMONIC_SHIFTS)
_BAND_BINS = 24
_BAND_COUNT = CONTOUR_COUNT // _BAND_BINS
_BAND_INPUTS = _REACH_DOWN + _BAND_BINS + _REACH_UP
# What the last band sees ends here, counted from the first bin of the spectrogram.
_BAND_END = CONTOUR_COUNT + _REACH_UP


def stack_harmonics(spectrum: Tensor) -> Tensor:
    """Returns the moved copies, shape (batch, 8, frames, 264), of a spectrogram of shape (batch, frames, 309)."""
    copies = [
        functional.pad(spectrum, (-shift, CONTOUR_COUNT + shift - spectrum.shape[-1])) for shift in _HARMONIC_SHIFTS
    ]
    return torch.stack(copies, dim=1)


class HarmonicConv(nn.Module):
    """A convolution of the moved copies of a spectrogram, 3 frames by 39 bins."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.bands = nn.Buffer(_band_matrices(weight))
        self.bias = nn.Buffer(bias.repeat(_BAND_BINS))

    def forward(self, spectrum: Tensor) -> Tensor:
        """Returns features of shape (batch, 8, frames - 2, 264); `frames` must be even."""
        batch, frame_count, bin_count = spectrum.shape
        padded = functional.pad(spectrum, (_REACH_DOWN, _BAND_END - bin_count))
        # Frames 2k to 2k + 3 decide features 2k and 2k + 1.
        first, second, third, fourth = (padded[:, start : frame_count - 2 + start : 2] for start in range(4))
        sums = (first - third, second + third, third - second, second - fourth)
        products = [_band_product(frames, bands) for frames, bands in zip(sums, self.bands.unbind(), strict=True)]
        even = products[0] + products[1] + products[2]
        odd = products[1] - products[2] - products[3]
        pairs = torch.stack([even, odd], dim=-2) + self.bias
        return pairs.reshape(_BAND_COUNT, batch, frame_count - 2, _BAND_BINS, -1).permute(1, 4, 2, 0, 3).flatten(3)


def _band_product(frames: Tensor, bands: Tensor) -> Tensor:
    """Returns each band's bins and channels, shape (bands, batch x frames, 24 x 8), of (batch, frames, padded bins)."""
    inputs = frames.unfold(-1, _BAND_INPUTS, _BAND_BINS).permute(2, 0, 1, 3)
    return torch.bmm(inputs.flatten(1, 2), bands)


def _band_matrices(weight: Tensor) -> Tensor:
    """Returns the layer as matrices of shape (4 products, bands, inputs of a band, 24 bins x 8 channels).

    What the layer makes of a spectrogram with a single 1 in it is that bin's row of the whole matrix.
    """
    impulses = stack_harmonics(torch.eye(BIN_COUNT)[:, None])
    responses = functional.conv2d(impulses, weight, padding=(2, _KERNEL_BINS // 2))
    # An impulse in the first frame is seen by the last tap first.
    rows = responses.flip(2).permute(2, 0, 3, 1)
    rows = functional.pad(rows, (0, 0, 0, 0, _REACH_DOWN, _BAND_END - BIN_COUNT))
    bands = [
        rows[:, start : start + _BAND_INPUTS, start : start + _BAND_BINS].flatten(2)
        for start in range(0, CONTOUR_COUNT, _BAND_BINS)
    ]
    first, second, third = torch.stack(bands, dim=1)
    return torch.stack([first, (first + second + third) / 2, (first - second + third) / 2, third])


class OneChannelConv(nn.Module):
    """A convolution to one channel."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        _, channels, self._taps, self._bins = weight.shape
        self.weight = nn.Buffer(weight.reshape(channels, -1).T.contiguous())
        self.bias = nn.Buffer(bias)

    def forward(self, features: Tensor) -> Tensor:
        """Returns shape (batch, frames - taps + 1, bins) of (batch, channels, frames, bins)."""
        batch, _, frame_count, bin_count = features.shape
        products = (self.weight @ features.flatten(2)).view(batch, self._taps, self._bins, frame_count, bin_count)
        kept = frame_count - self._taps + 1
        total = self.bias.repeat(batch, kept, bin_count)
        for tap in range(self._taps):
            for column in range(self._bins):
                move = column - self._bins // 2
                first, end = max(0, -move), bin_count - max(0, move)
                total[..., first:end] += products[:, tap, column, tap : tap + kept, first + move : end + move]
        return total
