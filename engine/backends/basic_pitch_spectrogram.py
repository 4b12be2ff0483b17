"""The spectrogram that Basic Pitch sees: constant Q, three bins a semitone, in dB, scaled within its window.

Every octave uses the same kernels (Schörkhuber and Klapuri, "Constant-Q transform toolbox for music processing", SMC
2010) on audio of half the rate of the octave above. Kernels and the filter that halves the rate are matrix products
over overlapping frames, which cost a fifth of what strided convolutions do.
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

HOP_SAMPLES = 256
BIN_COUNT = 309

_OCTAVES = 9
_OCTAVE_BINS = 36
_KERNEL_SAMPLES = 256
_BLOCK_SAMPLES = 64
_POWER_FLOOR = 1e-10

SHAPES = {
    "kernels_real": (_OCTAVE_BINS, 1, 1, _KERNEL_SAMPLES),
    "kernels_imaginary": (_OCTAVE_BINS, 1, 1, _KERNEL_SAMPLES),
    "halving": (1, 1, 1, _KERNEL_SAMPLES),
    "bin_scale": (BIN_COUNT, 1, 1),
    "norm.weight": (1,),
    "norm.bias": (1,),
}
"""Shapes of the tensors that it needs, by name."""


class Spectrogram(nn.Module):
    """Maps audio, shape (batch, samples), to (batch, frames, 309); frames are centred on every 256th sample."""

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        super().__init__()
        kernels = torch.cat([tensors["kernels_real"], tensors["kernels_imaginary"]]).flatten(1)
        self.kernels = nn.Buffer(kernels.T.contiguous())
        self.halving = nn.Buffer(_halving_matrix(tensors["halving"].flatten()))
        self.bin_power = nn.Buffer(tensors["bin_scale"].flatten().square())
        self.norm_weight = nn.Buffer(tensors["norm.weight"])
        self.norm_bias = nn.Buffer(tensors["norm.bias"])

    def forward(self, audio: Tensor) -> Tensor:
        """Returns the scaled spectrogram."""
        octaves = []
        for octave in range(_OCTAVES):
            padded = functional.pad(audio, (_KERNEL_SAMPLES // 2, _KERNEL_SAMPLES // 2), mode="reflect")
            real, imaginary = (padded.unfold(-1, _KERNEL_SAMPLES, HOP_SAMPLES >> octave) @ self.kernels).chunk(2, -1)
            octaves.append(real.square() + imaginary.square())
            if octave < _OCTAVES - 1:
                audio = self._halve(audio)
        power = torch.cat(octaves[::-1], dim=-1)[..., -BIN_COUNT:] * self.bin_power
        level_db = 10 * torch.log10(power + _POWER_FLOOR)
        level_db = level_db - level_db.amin(dim=(1, 2), keepdim=True)
        # Silence has the same level everywhere, and stays 0.
        range_db = level_db.amax(dim=(1, 2), keepdim=True).clamp(min=torch.finfo(torch.float32).tiny)
        scaled: Tensor = level_db / range_db * self.norm_weight + self.norm_bias
        return scaled

    def _halve(self, audio: Tensor) -> Tensor:
        """Returns audio of half the rate, shape (batch, samples // 2)."""
        count = audio.shape[-1] // 2
        hop = 2 * _BLOCK_SAMPLES
        margin = _KERNEL_SAMPLES // 2 - 1
        padded = functional.pad(audio, (margin, -(-count // _BLOCK_SAMPLES) * hop + margin - audio.shape[-1]))
        return (padded.unfold(-1, self.halving.shape[0], hop) @ self.halving).flatten(1)[:, :count]


def _halving_matrix(taps: Tensor) -> Tensor:
    """Returns the low-pass filter as a matrix from the inputs of a block to its samples at half the rate."""
    matrix = torch.zeros(2 * (_BLOCK_SAMPLES - 1) + len(taps), _BLOCK_SAMPLES)
    for sample in range(_BLOCK_SAMPLES):
        matrix[2 * sample : 2 * sample + len(taps), sample] = taps
    return matrix
