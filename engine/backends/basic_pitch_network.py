"""Basic Pitch's network: where, in time and pitch, notes sound and begin.

Bittner et al., "A lightweight instrument-agnostic model for polyphonic note transcription and multipitch estimation"
(ICASSP 2022). Spotify published the weights as an ONNX graph; the computation is ours.

A window of two seconds becomes a spectrogram. Eight copies of it, moved so that the harmonics of a pitch lie on one
bin, are the channels of a small convolutional network. It gives three posteriorgrams: contours (three bins a
semitone), and from them notes and onsets (one bin a semitone).

Only the frames that are kept of a window are computed, with those around them that they see. All of these lie inside
the window, so time needs no padding.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.backends.basic_pitch_layers import CONTOUR_COUNT, HarmonicConv, OneChannelConv, stack_harmonics
from engine.backends.basic_pitch_spectrogram import HOP_SAMPLES, SHAPES, Spectrogram
from engine.errors import WeightsCorrupt
from engine.weights.safetensors_file import write_safetensors

SAMPLE_RATE_HZ = 22_050
WINDOW_SAMPLES = 2 * SAMPLE_RATE_HZ - HOP_SAMPLES
MARGIN_FRAMES = 15
"""Frames at each end of a window that are not kept: a neighbour sees them better."""
KEPT_FRAMES = 142
# How far the kept frames see through all layers, and through those of the onsets.
_HALO_FRAMES = 10
_ONSET_HALO_FRAMES = 3

_SHAPES = {
    "contour_features": (8, 8, 3, 39),
    "contours": (1, 8, 5, 5),
    "note_features": (32, 1, 7, 7),
    "notes": (1, 32, 7, 3),
    "onset_features": (32, 8, 5, 5),
    "onsets": (1, 33, 3, 3),
}
# Names in the published graph.
_LAYERS = {
    "contour_features": "const_fold_opt__727",
    "contours": "const_fold_opt__710",
    "note_features": "const_fold_opt__738",
    "notes": "const_fold_opt__702",
    "onset_features": "const_fold_opt__707",
    "onsets": "const_fold_opt__680",
}
_NORM = "model_1/batch_normalization/FusedBatchNormV3;model_1/batch_normalization/FusedBatchNormV3"
_SPECTROGRAM = {
    "kernels_real": "const_fold_opt__655",
    "kernels_imaginary": "const_fold_opt__664",
    "halving": "const_fold_opt__734",
    "bin_scale": "model_1/cq_t2010v2_1/Sqrt;model_1/cq_t2010v2_1/Sqrt",
    "norm.weight": _NORM,
    "norm.bias": f"{_NORM}1",
}


class BasicPitchNetwork(nn.Module):
    """Maps windows, shape (batch, WINDOW_SAMPLES), to three posteriorgrams with KEPT_FRAMES frames each."""

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        """Prepares the layers.

        Raises:
            WeightsCorrupt: a tensor is missing or has another shape.
        """
        super().__init__()
        for name, shape in {**SHAPES, **{f"{layer}.weight": shape for layer, shape in _SHAPES.items()}}.items():
            if name not in tensors or tuple(tensors[name].shape) != shape:
                raise WeightsCorrupt(f"The weights of Basic Pitch lack “{name}” of shape {shape}; fetch them again.")
        weights = {layer: (tensors[f"{layer}.weight"], tensors[f"{layer}.bias"]) for layer in _SHAPES}
        self.spectrogram = Spectrogram(tensors)
        self.contour_features = HarmonicConv(*weights["contour_features"])
        self.contours = OneChannelConv(*weights["contours"])
        self.note_features = _strided(*weights["note_features"])
        self.notes = OneChannelConv(*weights["notes"])
        self.onset_features = _strided(*weights["onset_features"])
        self.onsets = OneChannelConv(*weights["onsets"])

    def forward(self, windows: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Returns notes and onsets, shape (batch, frames, 88), and contours, shape (batch, frames, 264), all 0 to 1."""
        first, end = MARGIN_FRAMES - _HALO_FRAMES, MARGIN_FRAMES + KEPT_FRAMES + _HALO_FRAMES
        spectrum = self.spectrogram(windows)[:, first:end]
        contours = torch.sigmoid(self.contours(functional.relu(self.contour_features(spectrum))))
        note_features = self.note_features(functional.pad(contours[:, None], (2, 2)))
        notes = torch.sigmoid(self.notes(functional.relu(note_features)))
        seen = slice(_HALO_FRAMES - _ONSET_HALO_FRAMES, _HALO_FRAMES + KEPT_FRAMES + _ONSET_HALO_FRAMES)
        onset_features = self.onset_features(functional.pad(stack_harmonics(spectrum[:, seen]), (1, 1)))
        onsets = torch.sigmoid(self.onsets(torch.cat([notes[:, None], functional.relu(onset_features)], dim=1)))
        return _middle(notes), onsets, _middle(contours)


def _strided(weight: Tensor, bias: Tensor) -> nn.Conv2d:
    """Returns a layer from three bins a semitone to one, unpadded."""
    outputs, inputs, height, width = weight.shape
    layer = nn.Conv2d(inputs, outputs, (height, width), stride=(1, CONTOUR_COUNT // 88))
    layer.load_state_dict({"weight": weight, "bias": bias})
    return layer


def _middle(frames: Tensor) -> Tensor:
    """Returns the kept frames of (batch, frames, bins)."""
    return frames[:, (frames.shape[1] - KEPT_FRAMES) // 2 :][:, :KEPT_FRAMES]


def convert(folder: Path, target: Path) -> None:
    """Writes the weights in `folder`/nmp.onnx to `target` as safetensors, every value as it is.

    Raises:
        WeightsCorrupt: the graph is of another model.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(folder / "nmp.onnx")).graph
    initialisers = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    biases = {node.input[1]: node.input[2] for node in graph.node if node.op_type == "Conv"}
    names = dict(_SPECTROGRAM)
    for layer, weight in _LAYERS.items():
        names |= {f"{layer}.weight": weight, f"{layer}.bias": biases.get(weight, weight)}
    missing = [name for name in names.values() if name not in initialisers]
    if missing:
        raise WeightsCorrupt(f"The ONNX file is not the Basic Pitch that is expected: it has no “{missing[0]}”.")
    tensors = {ours: np.ascontiguousarray(initialisers[theirs]) for ours, theirs in names.items()}
    write_safetensors(target, tensors, {"model": "basic-pitch"})
