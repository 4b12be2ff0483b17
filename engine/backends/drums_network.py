"""The drum networks: from mel frames to strokes.

Three small convolutions read the shape of an attack, within 30 ms; a stack of dilated convolutions over time then
weighs it against the 0.6 s before and after it (Bai et al., "An empirical evaluation of generic convolutional and
recurrent networks for sequence modeling", 2018, without the causality). There is no recurrence: a frame depends on
`CONTEXT_FRAMES` to either side and nothing else, so that audio can be cut anywhere and come out the same.

Two of them, of two sizes and trainings, answer together (`DrumCommittee`): where both are good at a drum, the mean of
what they say is surer than either.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.backends.drums_features import BAND_COUNT
from engine.backends.drums_voices import GROUPS, VOICES

_DILATIONS = (1, 2, 4, 8, 16, 32)
_ATTACK_LAYERS = 3
CONTEXT_FRAMES = _ATTACK_LAYERS + sum(_DILATIONS)
# Bels of music lie around -3, a few bels apart.
_CENTRE_BELS, _SPREAD_BELS = -3.0, 2.5


class Size(NamedTuple):
    """How large a network is."""

    channels: tuple[int, int, int]
    """Of the convolutions that read an attack."""
    width: int
    """Of those that weigh it against its surroundings."""


SMALL = Size((16, 24, 32), 96)
LARGE = Size((24, 32, 48), 128)


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

    def __init__(self, size: Size = SMALL) -> None:
        super().__init__()
        channels, width = size
        ins = (1, *channels[:-1])
        self.attack = nn.ModuleList(
            nn.Sequential(nn.Conv2d(fewer, more, 3, stride=(1, 2), padding=1, bias=False), nn.BatchNorm2d(more))
            for fewer, more in zip(ins, channels, strict=True)
        )
        # A third faster on processors than channels first.
        self.attack.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.join = nn.Conv1d(channels[-1] * (BAND_COUNT >> _ATTACK_LAYERS), width, 1)
        self.context = nn.ModuleList(_Dilated(width, dilation) for dilation in _DILATIONS)
        self.heads = nn.Conv1d(width, 2 * len(GROUPS) + len(VOICES), 1)

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


class DrumCommittee(nn.Module):
    """A small and a large network that answer as one."""

    shares: Tensor
    """How much each network counts on the onsets of each group, shape (networks, groups); 1 in all for a group."""

    def __init__(self) -> None:
        super().__init__()
        self.networks = nn.ModuleList(DrumNetwork(size) for size in (SMALL, LARGE))
        self.register_buffer("shares", torch.full((len(self.networks), len(GROUPS)), 1 / len(self.networks)))

    def forward(self, bels: Tensor) -> Strokes:
        """Returns the strokes: onsets as all networks have them on average, the rest as the first has it."""
        answers: list[Strokes] = [network(bels) for network in self.networks]
        onset = sum(share * answer.onset.sigmoid() for share, answer in zip(self.shares, answers, strict=True))
        return Strokes(torch.logit(torch.as_tensor(onset), eps=1e-6), answers[0].velocity, answers[0].kind)


class _Dilated(nn.Module):
    """A residual layer that looks `dilation` frames to either side."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(width)
        self.reach = nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation)
        self.mix = nn.Conv1d(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Returns the frames, shape (batch, width, frames) in and out."""
        y: Tensor = self.mix(functional.relu(self.reach(functional.relu(self.norm(x)))))
        return x + y
