"""The drum network: from mel frames to strokes.

Three small convolutions read the shape of an attack, within 30 ms; a stack of dilated convolutions over time then
weighs it against the 0.6 s before and after it (Bai et al., "An empirical evaluation of generic convolutional and
recurrent networks for sequence modeling", 2018, without the causality). There is no recurrence: a frame depends on
`CONTEXT_FRAMES` to either side and nothing else, so that audio can be cut anywhere and come out the same.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.backends.drums_features import BAND_COUNT
from engine.backends.drums_voices import GROUPS, VOICES

_CHANNELS = (16, 24, 32)
_WIDTH = 96
_DILATIONS = (1, 2, 4, 8, 16, 32)
CONTEXT_FRAMES = len(_CHANNELS) + sum(_DILATIONS)
# Bels of music lie around -3, a few bels apart.
_CENTRE_BELS, _SPREAD_BELS = -3.0, 2.5


class Strokes(NamedTuple):
    """What the network says of every frame."""

    onset: Tensor
    """Logit that a group is struck here, shape (batch, frames, groups)."""
    velocity: Tensor
    """How hard it would be, 0 to 1, the same shape."""
    kind: Tensor
    """Logit of every voice among those of its group, shape (batch, frames, voices)."""


class DrumNetwork(nn.Module):
    """Maps mel frames, shape (batch, frames, bands) in bels, to strokes."""

    def __init__(self) -> None:
        super().__init__()
        ins = (1, *_CHANNELS[:-1])
        self.attack = nn.ModuleList(
            nn.Sequential(nn.Conv2d(fewer, more, 3, stride=(1, 2), padding=1, bias=False), nn.BatchNorm2d(more))
            for fewer, more in zip(ins, _CHANNELS, strict=True)
        )
        # A third faster on processors than channels first.
        self.attack.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.join = nn.Conv1d(_CHANNELS[-1] * (BAND_COUNT >> len(_CHANNELS)), _WIDTH, 1)
        self.context = nn.ModuleList(_Dilated(dilation) for dilation in _DILATIONS)
        self.heads = nn.Conv1d(_WIDTH, 2 * len(GROUPS) + len(VOICES), 1)

    def forward(self, bels: Tensor) -> Strokes:
        """Returns the strokes."""
        x = ((bels - _CENTRE_BELS) / _SPREAD_BELS).unsqueeze(1)
        for layer in self.attack:
            x = functional.relu(layer(x))  # (batch, channels, frames, bands)
        x = self.join(x.transpose(2, 3).flatten(1, 2))  # (batch, width, frames)
        for block in self.context:
            x = block(x)
        onset, velocity, kind = self.heads(x).transpose(1, 2).split((len(GROUPS), len(GROUPS), len(VOICES)), dim=-1)
        return Strokes(onset, torch.sigmoid(velocity), kind)


class _Dilated(nn.Module):
    """A residual layer that looks `dilation` frames to either side."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(_WIDTH)
        self.reach = nn.Conv1d(_WIDTH, _WIDTH, 3, padding=dilation, dilation=dilation)
        self.mix = nn.Conv1d(_WIDTH, _WIDTH, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Returns the frames, shape (batch, width, frames) in and out."""
        y: Tensor = self.mix(functional.relu(self.reach(functional.relu(self.norm(x)))))
        return x + y
