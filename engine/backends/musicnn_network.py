"""musicnn's network: 3 s of mel spectrogram in, 50 scores and an embedding out.

Pons et al., "End-to-end learning for music audio tagging at scale" (ISMIR 2018); Pons and Serra, "musicnn: pre-trained
convolutional neural networks for music audio tagging" (2019, https://arxiv.org/abs/1909.06654).

Five groups of filters look at the spectrogram. *Timbral* ones are as high as 38 or 67 of the 96 bands and slide up and
down; *temporal* ones are 128, 64 or 32 frames long and look at one band at a time. Of each filter only its highest
answer over all positions in frequency counts, so what comes out has time and filters, and no frequency. Three layers of
convolution over time follow, then the maximum and the mean over time, and two dense layers.

Nearly all multiplications are those of the five groups, and here they are arranged otherwise than a convolution would
do it, to the same result:

- A batch norm stands between a filter and its maximum. Where it has a negative factor the lowest answer counts; such a
  filter is turned over when it is loaded, so that there are only maxima, and the norm comes after them.
- Sliding over frequency is a product of Fourier transforms over the 96 bands. Its answer at `n` positions above and
  below the middle one is E[n] - O[n] and E[n] + O[n], with one sum of cosines and one of sines; the higher of the two
  is E[n] + |O[n]|. That takes a quarter of the multiplications.
- A temporal filter multiplies a matrix whose columns are the bands; the matrices of neighbouring frames overlap in
  memory and are never copied.
"""

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

TIMBRAL_BANDS = (38, 67)
TEMPORAL_FRAMES = (128, 64, 32)
EMBEDDING_SIZE = 200

_BAND_COUNT = 96
_TIMBRAL_FRAMES = 7
_MIDDLE_LAYERS = 3
_CPU_BLOCK_FRAMES = 16
"""Frames whose timbral answers are in a processor's cache at once."""
_GPU_BLOCK_FRAMES = 4096
"""Frames whose timbral answers take 330 MB."""

LAYERS = (
    *(f"timbral_{bands}" for bands in TIMBRAL_BANDS),
    *(f"temporal_{frames}" for frames in TEMPORAL_FRAMES),
    *(f"middle_{number}" for number in range(_MIDDLE_LAYERS)),
    "hidden",
    "tags",
)
"""Layers with `.weight` and `.bias`."""
NORMS = ("input", *LAYERS[:-2], "pool", "hidden")
"""What batch norms with fixed statistics come after, each as `.scale` and `.shift`."""


class Norm(nn.Module):
    """Scales and shifts the last axis."""

    scale: Tensor
    shift: Tensor

    def __init__(self, state: Mapping[str, Tensor], name: str) -> None:
        super().__init__()
        self.register_buffer("scale", state[f"{name}.scale"])
        self.register_buffer("shift", state[f"{name}.shift"])

    def forward(self, x: Tensor) -> Tensor:
        """Returns the scaled and shifted values."""
        return x * self.scale + self.shift


class PeakNorm(nn.Module):
    """What comes after the maximum over frequency: bias, rectifier and batch norm."""

    bias: Tensor
    sign: Tensor

    def __init__(self, state: Mapping[str, Tensor], name: str) -> None:
        super().__init__()
        self.norm = Norm(state, name)
        self.register_buffer("bias", state[f"{name}.bias"])
        self.register_buffer("sign", turns(state, name))

    def forward(self, peaks: Tensor) -> Tensor:
        """Returns the activations of peaks of shape (..., filters)."""
        normed: Tensor = self.norm(functional.relu(self.sign * peaks + self.bias))
        return normed


def turns(state: Mapping[str, Tensor], name: str) -> Tensor:
    """Returns -1 for each filter whose norm has a negative factor, and 1 for the others."""
    return torch.where(state[f"{name}.scale"] < 0, -1.0, 1.0)


class TimbralFilters(nn.Module):
    """Filters of seven frames that slide over frequency.

    The transform of a filter carries a shift to the middle position, so that positions lie evenly around zero.
    """

    real: Tensor
    imaginary: Tensor
    cosines: Tensor
    sines: Tensor

    def __init__(self, state: Mapping[str, Tensor], name: str) -> None:
        super().__init__()
        weight = (state[f"{name}.weight"] * turns(state, name)[:, None, None]).double()
        position_count = _BAND_COUNT - weight.shape[-1] + 1
        bins = torch.arange(_BAND_COUNT // 2 + 1, dtype=torch.float64)
        # The transform of real values is symmetric: what is between the first and the last bin counts twice.
        counts = (2.0 - ((bins == 0) | (bins == bins[-1])).double()) / _BAND_COUNT
        turn = 2 * math.pi * bins / _BAND_COUNT
        shift = torch.polar(counts, turn * (position_count - 1) / 2)
        filters = (torch.fft.rfft(weight, n=_BAND_COUNT).conj() * shift).permute(2, 1, 0)
        distances = torch.arange((position_count + 1) // 2, dtype=torch.float64) + (
            0.5 if position_count % 2 == 0 else 0
        )
        # (bins, real and imaginary part of each frame, filters)
        self.register_buffer("real", torch.cat([filters.real, -filters.imag], dim=1).float())
        self.register_buffer("imaginary", torch.cat([filters.imag, filters.real], dim=1).float())
        self.register_buffer("cosines", torch.cos(distances[:, None] * turn).float())
        self.register_buffer("sines", torch.sin(distances[:, None] * turn).float())

    def forward(self, spectra: Tensor) -> Tensor:
        """Returns the highest answers, shape (frames, filters), for `band_spectra` of the frames."""
        real, imaginary = torch.bmm(spectra, self.real), torch.bmm(spectra, self.imaginary)
        even = self.cosines @ real.flatten(1)
        odd = self.sines @ imaginary.flatten(1)
        return even.add_(odd.abs_()).amax(dim=0).view(real.shape[1:])


def band_spectra(x: Tensor, transform: Tensor) -> Tensor:
    """Returns what timbral filters need of patches (batch, frames, bands): shape (bins, batch * frames, 14).

    The last axis has the real and the imaginary part of the transforms of seven frames around each frame.
    """
    margin = _TIMBRAL_FRAMES // 2
    parts = (functional.pad(x, (0, 0, margin, margin)) @ transform).view(len(x), -1, 2, _BAND_COUNT // 2 + 1)
    pieces: Tensor = parts.unfold(1, _TIMBRAL_FRAMES, 1).permute(3, 0, 1, 2, 4)
    return pieces.flatten(3).flatten(1, 2)


class TemporalFilters(nn.Module):
    """Filters that are one band high, at every band."""

    weight: Tensor

    def __init__(self, state: Mapping[str, Tensor], name: str) -> None:
        super().__init__()
        self.register_buffer("weight", state[f"{name}.weight"] * turns(state, name)[:, None])

    def forward(self, x: Tensor) -> Tensor:
        """Returns the highest answers to patches (batch, frames, bands), shape (batch, frames, filters)."""
        return torch.stack([self._peaks(patch) for patch in x])

    def _peaks(self, patch: Tensor) -> Tensor:
        frame_count, band_count = patch.shape
        length = self.weight.shape[1]
        # An even length reaches one frame further ahead than back.
        padded = functional.pad(patch, (0, 0, (length - 1) // 2, length // 2))
        pieces = padded.as_strided((frame_count, length, band_count), (band_count, band_count, 1))
        return torch.bmm(self.weight.expand(frame_count, -1, -1), pieces).amax(dim=2)


class MiddleLayer(nn.Module):
    """A convolution over seven frames, rectified and normed."""

    weight: Tensor
    bias: Tensor

    def __init__(self, state: Mapping[str, Tensor], name: str) -> None:
        super().__init__()
        self.register_buffer("weight", state[f"{name}.weight"])
        self.register_buffer("bias", state[f"{name}.bias"])
        self.norm = Norm(state, name)

    def forward(self, x: Tensor) -> Tensor:
        """Returns shape (batch, frames, filters) for (batch, frames, channels)."""
        answers = functional.conv1d(x.transpose(1, 2), self.weight, self.bias, padding="same")
        normed: Tensor = self.norm(functional.relu(answers).transpose(1, 2))
        return normed


class Musicnn(nn.Module):
    """The whole network, made from the tensors that `LAYERS` and `NORMS` name."""

    hidden_weight: Tensor
    hidden_bias: Tensor
    tags_weight: Tensor
    tags_bias: Tensor
    transform: Tensor

    def __init__(self, state: Mapping[str, Tensor]) -> None:
        super().__init__()
        self.input_norm = Norm(state, "input")
        self.timbral = nn.ModuleList(TimbralFilters(state, f"timbral_{bands}") for bands in TIMBRAL_BANDS)
        self.temporal = nn.ModuleList(TemporalFilters(state, f"temporal_{frames}") for frames in TEMPORAL_FRAMES)
        self.peak_norms = nn.ModuleList(
            PeakNorm(state, name) for name in LAYERS[: len(self.timbral) + len(self.temporal)]
        )
        self.middle = nn.ModuleList(MiddleLayer(state, f"middle_{number}") for number in range(_MIDDLE_LAYERS))
        self.pool_norm = Norm(state, "pool")
        self.hidden_norm = Norm(state, "hidden")
        for name in ("hidden", "tags"):
            self.register_buffer(f"{name}_weight", state[f"{name}.weight"])
            self.register_buffer(f"{name}_bias", state[f"{name}.bias"])
        transform = torch.fft.rfft(torch.eye(_BAND_COUNT, dtype=torch.float64))
        self.register_buffer("transform", torch.cat([transform.real, transform.imag], dim=1).float())

    def forward(self, patches: Tensor) -> tuple[Tensor, Tensor]:
        """Returns scores (batch, tags) between 0 and 1, and the penultimate layer (batch, EMBEDDING_SIZE).

        Args:
            patches: shape (batch, frames, bands).
        """
        front = self._front(self.input_norm(patches))
        layers = [front, self.middle[0](front)]
        for layer in self.middle[1:]:
            layers.append(layer(layers[-1]) + layers[-1])
        features = torch.cat(layers, dim=2)
        pooled = torch.stack([features.amax(dim=1), features.mean(dim=1)], dim=2).flatten(1)
        hidden = functional.linear(self.pool_norm(pooled), self.hidden_weight, self.hidden_bias)
        penultimate: Tensor = self.hidden_norm(functional.relu(hidden))
        return torch.sigmoid(functional.linear(penultimate, self.tags_weight, self.tags_bias)), penultimate

    def _front(self, x: Tensor) -> Tensor:
        """Returns the activations of all five groups, shape (batch, frames, filters)."""
        block_frames = _CPU_BLOCK_FRAMES if x.device.type == "cpu" else _GPU_BLOCK_FRAMES
        blocks = torch.split(band_spectra(x, self.transform), block_frames, dim=1)
        timbral = (torch.cat([filters(block) for block in blocks]) for filters in self.timbral)
        peaks = [*(peak.view(*x.shape[:2], -1) for peak in timbral), *(filters(x) for filters in self.temporal)]
        return torch.cat([norm(peak) for norm, peak in zip(self.peak_norms, peaks, strict=True)], dim=2)
