"""Transkun's published checkpoint, brought into the names and layouts of our network.

The checkpoint is a pickle of tensors, which is read with `weights_only=True`: nothing in it can run. What changes
beside the names is layout, never a value: keys and values of an attention become one matrix, the transposed convolution
that spreads a patch over its frames becomes a plain product, and of the mel bands only the bins that they reach are
kept.
"""

import pickle
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from engine.backends.transkun_network import BIN_COUNT, LAYER_COUNT, Transkun
from engine.errors import WeightsCorrupt
from engine.weights.safetensors_file import write_safetensors

CHECKPOINT_NAME = "2.0.pt"

_FIELDS = ("weight", "bias")
_RENAMED_MODULES = {
    "velocity.wide": "velocityPredictor.0",
    "velocity.narrow": "velocityPredictor.3",
    "boundary.wide": "refinedOFPredictor.0",
    "boundary.narrow": "refinedOFPredictor.3",
    "interval": "scorer.map.0",
    "backbone.first": "backbone.inputConv",
    **{f"backbone.patch.{level}": f"backbone.downConv.{4 * level + 1}" for level in range(4)},
    **{f"backbone.patch_norm.{level}": f"backbone.downConv.{4 * level + 2}" for level in range(4)},
}
_POSITION_CODES = {
    "band_code": "posEmbedBuilder",
    "grid_code": "posEmbedBuilderAttnTF",
    "track_code": "posEmbedBuilderAttnTE",
}
_AXES = {"along_bands": "F", "along_time": "T"}


def convert(folder: Path, target: Path) -> None:
    """Writes the checkpoint in `folder` to `target` as safetensors, in the names and layouts of `Transkun`.

    Raises:
        WeightsCorrupt: the checkpoint is damaged or of another model.
    """
    try:
        checkpoint = torch.load(folder / CHECKPOINT_NAME, map_location="cpu", weights_only=True)
        state = dict(_converted(checkpoint["state_dict"]))
    except (KeyError, TypeError, RuntimeError, ValueError, EOFError, pickle.UnpicklingError) as error:
        raise WeightsCorrupt("The checkpoint is not Transkun's second model; fetch it again.") from error
    arrays = {name: np.ascontiguousarray(tensor.numpy()) for name, tensor in state.items()}
    write_safetensors(target, arrays, {"model": "transkun-2"})


def load(path: Path) -> Transkun:
    """Returns the network with the weights that `convert` has written.

    Raises:
        WeightsCorrupt: the file holds something else.
    """
    network = Transkun()
    try:
        network.load_state_dict(load_file(path))
    except (RuntimeError, SafetensorError) as error:
        raise WeightsCorrupt(f"{path.name} does not hold Transkun's second model; fetch it again.") from error
    return network.eval().requires_grad_(False)


def _converted(theirs: Mapping[str, Tensor]) -> Iterator[tuple[str, Tensor]]:
    modules = _RENAMED_MODULES | dict(_position_modules()) | dict(_block_modules())
    for ours, original in modules.items():
        for field in _FIELDS:
            yield f"{ours}.{field}", theirs[f"{original}.{field}"]
    yield from _spectrogram(theirs)
    yield from _attention(theirs)
    spread = theirs["backbone.upConv1dSkip.weight"]  # (width in, width out, frames of a patch)
    yield "backbone.unpatch.weight", spread.permute(2, 1, 0).flatten(0, 1)
    yield "backbone.unpatch.bias", theirs["backbone.upConv1dSkip.bias"].repeat(spread.shape[2])


def _position_modules() -> Iterator[tuple[str, str]]:
    for ours, original in _POSITION_CODES.items():
        for layer, index in {"phase": "proj", "wide": "mlp.0", "narrow": "mlp.3"}.items():
            yield f"backbone.{ours}.{layer}", f"backbone.{original}.{index}"


def _blocks() -> Iterator[tuple[str, str, str]]:
    """Yields our name of each block, and theirs of its attention and of its feed-forward network."""
    for number in range(LAYER_COUNT):
        for ours, axis in _AXES.items():
            layer = f"backbone.encoderLayers.{number}"
            yield f"backbone.{ours}.{number}", f"{layer}.mhaBlock{axis}", f"{layer}.fnnBlock{axis}"


def _block_modules() -> Iterator[tuple[str, str]]:
    for ours, attention, feed_forward in _blocks():
        yield f"{ours}.mix", f"{attention}.module.out_proj"
        yield f"{ours}.wide", f"{feed_forward}.module.0"
        yield f"{ours}.narrow", f"{feed_forward}.module.3"


def _attention(theirs: Mapping[str, Tensor]) -> Iterator[tuple[str, Tensor]]:
    for ours, attention, feed_forward in _blocks():
        query, key, value = (theirs[f"{attention}.module.{role}_proj_weight"].T for role in "qkv")
        yield f"{ours}.query.weight", query
        yield f"{ours}.key_value.weight", torch.cat([key, value])
        yield f"{ours}.mix_scale", theirs[f"{attention}.scale"]
        yield f"{ours}.narrow_scale", theirs[f"{feed_forward}.scale"]


def _spectrogram(theirs: Mapping[str, Tensor]) -> Iterator[tuple[str, Tensor]]:
    extractor = "framewiseFeatureExtractor"
    bands = theirs[f"{extractor}.freq2mels"]
    if bands[BIN_COUNT:].any():
        raise ValueError("the mel bands reach further than expected")
    yield "spectrogram.bands", bands[:BIN_COUNT]
    yield "spectrogram.hann", theirs[f"{extractor}.spectrogramExtractor.win"]
    yield "spectrogram.center", theirs[f"{extractor}.spectrogramExtractor.winGen.center"]
    yield "spectrogram.deviation", theirs[f"{extractor}.spectrogramExtractor.winGen.sigma"]
