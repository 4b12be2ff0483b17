"""SwiftF0's network: the pitch of one voice, and how sure it is that there is one.

Nieradzik, "SwiftF0: fast and accurate monophonic pitch detection" (https://arxiv.org/abs/2508.18440), version 0.3.0, as
published in an ONNX graph; the computation is ours. Three spectrograms of different resolution in 128 bands become
channels of a convolutional network whose dilated layers reach from a pitch to its harmonics. It scores 95 pitches from
47 to 2094 Hz; the best and its neighbours, weighed by their scores, give the frame's pitch.

A frame sees eleven frames before it and ten after it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from engine.errors import WeightsCorrupt
from engine.weights.safetensors_file import write_safetensors

SAMPLE_RATE_HZ = 16_000
HOP_SAMPLES = 256
PAST_FRAMES = 11
FUTURE_FRAMES = 10

_WINDOW_SAMPLES = (1024, 2048, 512)
_BANDS = 128
_SCORED_BANDS = 96
_CHANNELS = 12
_FLOOR = 1e-8
# Kernel and dilation of the residual blocks, (bands, frames), two layers each.
_BLOCKS = (((7, 3), 1), ((7, 1), 17), ((5, 1), 27), ((3, 1), 40), ((3, 1), 48), ((7, 3), 2))

# Names in the published graph: weights are followed by their biases.
_CONVOLUTIONS = {
    "first": ("v353", "v354"),
    "blocks.0.first": ("v357", "v358"),
    "blocks.0.second": ("v361", "v362"),
    "blocks.1.first": ("v366", "v367"),
    "blocks.1.second": ("v370", "v371"),
    "blocks.2.first": ("v375", "v376"),
    "blocks.2.second": ("v379", "v380"),
    "blocks.3.first": ("v384", "v385"),
    "blocks.3.second": ("v388", "v389"),
    "blocks.4.first": ("v393", "v394"),
    "blocks.4.second": ("v397", "v398"),
    "blocks.5.first": ("v402", "v403"),
    "blocks.5.second": ("v406", "v407"),
    "last": ("v413", "v414"),
    "pitch": ("v425", "v426"),
    "voice_features": ("v417", "v418"),
    "voice.0": ("v430", "v431"),
    "voice.1": ("v434", "v435"),
}
_WINDOWS = ("v41", "v161", "v262")
_FILTERS = (("v123", "v124"), ("v241", "v242"), ("v342", "v343"))
_LOG_PITCHES = "v455"


class SwiftF0(nn.Module):
    """Maps audio, shape (samples,), a whole number of hops, to pitch in Hz and confidence 0 to 1 of each hop."""

    def __init__(self) -> None:
        super().__init__()
        self.windows = nn.ParameterList(torch.zeros(length) for length in _WINDOW_SAMPLES)
        self.filters = nn.ParameterList(torch.zeros(length // 2 + 1, _BANDS) for length in _WINDOW_SAMPLES)
        self.first = nn.Conv2d(len(_WINDOW_SAMPLES), _CHANNELS, 3, padding=1)
        self.blocks = nn.Sequential(*(_Block(kernel, dilation) for kernel, dilation in _BLOCKS))
        self.last = nn.Conv2d(_CHANNELS, 4, 3, padding=(0, 1))
        self.pitch = nn.Conv2d(4, 1, 1)
        self.voice_features = nn.Conv2d(4, 4, (5, 1), padding=(2, 0))
        self.voice = nn.ModuleList([nn.Conv1d(5, 16, 3, padding=1), nn.Conv1d(16, 1, 1)])
        self.log_pitches = nn.Buffer(torch.zeros(_SCORED_BANDS - 1))

    def forward(self, audio: Tensor) -> tuple[Tensor, Tensor]:
        """Returns pitch and confidence, shape (hops,) each; the frame of a hop is centred on its first sample."""
        spectra = torch.stack([self._spectrum(audio, number) for number in range(len(_WINDOW_SAMPLES))])[None]
        x = self.blocks(functional.relu(self.first(spectra)))
        # The layer sees one band below the lowest, and none above the highest.
        x = functional.relu(self.last(functional.pad(x[:, :, :_SCORED_BANDS], (0, 0, 1, 0))))
        voiced = torch.cat([self.voice_features(x).amax(dim=2), spectra.mean(dim=(1, 2))[:, None]], dim=1)
        confidence = torch.sigmoid(self.voice[1](functional.relu(self.voice[0](voiced))))
        return self._pitch_hz(self.pitch(x)[0, 0].T), confidence[0, 0]

    def _spectrum(self, audio: Tensor, number: int) -> Tensor:
        """Returns one of the three spectrograms, log magnitude, shape (bands, hops)."""
        length = _WINDOW_SAMPLES[number]
        frames = functional.pad(audio, (length // 2, length // 2)).unfold(0, length, HOP_SAMPLES)
        frames = frames[: len(audio) // HOP_SAMPLES] * self.windows[number]
        return torch.log(torch.fft.rfft(frames).abs() @ self.filters[number] + _FLOOR).T

    def _pitch_hz(self, scores: Tensor) -> Tensor:
        """Returns the pitch of each frame from its scores, shape (hops, 95)."""
        padded = functional.pad(scores, (1, 1), value=-torch.inf)
        nearest = scores.argmax(dim=1, keepdim=True) + torch.arange(3, device=scores.device)
        shares = torch.softmax(padded.gather(1, nearest), dim=1)
        log_pitches = functional.pad(self.log_pitches, (1, 1))[nearest]
        return torch.exp((shares * log_pitches).sum(dim=1))


class _Block(nn.Module):
    """Two layers, dilated along the bands, whose result is added to what goes in."""

    def __init__(self, kernel: tuple[int, int], dilation: int) -> None:
        super().__init__()
        padding = (dilation * (kernel[0] // 2), kernel[1] // 2)
        self.first, self.second = (
            nn.Conv2d(_CHANNELS, _CHANNELS, kernel, padding=padding, dilation=(dilation, 1)) for _ in range(2)
        )

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(x + self.second(functional.relu(self.first(x))))


def load(path: Path) -> SwiftF0:
    """Returns the network with its weights.

    Raises:
        WeightsCorrupt: the file holds something else.
    """
    from safetensors.torch import load_file

    network = SwiftF0()
    try:
        network.load_state_dict(load_file(path))
    except RuntimeError as error:
        raise WeightsCorrupt(f"{path.name} does not hold SwiftF0's model; fetch it again.") from error
    return network.eval()


def convert(folder: Path, target: Path) -> None:
    """Writes the weights in `folder`/model.onnx to `target` as safetensors.

    Raises:
        WeightsCorrupt: the graph is of another model.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(folder / "model.onnx")).graph
    initialisers = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    try:
        write_safetensors(target, _state(initialisers), {"model": "swift-f0"})
    except KeyError as error:
        raise WeightsCorrupt(
            f"The ONNX file is not the SwiftF0 that is expected: it has no “{error.args[0]}”."
        ) from error


def _state(initialisers: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Returns the network's state; the filters, sparse in the graph, as matrices."""
    state = {}
    for layer, names in _CONVOLUTIONS.items():
        for kind, name in zip(("weight", "bias"), names, strict=True):
            state[f"{layer}.{kind}"] = initialisers[name]
    for number, (length, name) in enumerate(zip(_WINDOW_SAMPLES, _WINDOWS, strict=True)):
        state[f"windows.{number}"] = initialisers[name]
        places, values = (initialisers[part] for part in _FILTERS[number])
        matrix = np.zeros((length // 2 + 1) * _BANDS, dtype=np.float32)
        matrix[places] = values
        state[f"filters.{number}"] = matrix.reshape(-1, _BANDS)
    state["log_pitches"] = initialisers[_LOG_PITCHES].astype(np.float32)
    return state
