"""Writes safetensors files whose bytes depend on nothing but their content.

The format (https://github.com/huggingface/safetensors): the length of the header as eight little-endian bytes, the
header as JSON, then the tensors one after another. The safetensors package writes its metadata in an order that may
differ between two runs; a converted file whose sha256 is pinned needs the same bytes every time.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_ALIGNMENT_BYTES = 8
_DTYPE_NAMES = {
    "bool": "BOOL", "uint8": "U8", "int32": "I32", "int64": "I64", "float16": "F16", "float32": "F32", "float64": "F64",
}  # fmt: skip


def write_safetensors(path: Path, tensors: Mapping[str, NDArray[Any]], metadata: Mapping[str, str]) -> None:
    """Writes `tensors` in the order of their names, and `metadata` before them."""
    header: dict[str, object] = {"__metadata__": dict(sorted(metadata.items()))}
    offset = 0
    for name, tensor in sorted(tensors.items()):
        header[name] = {
            "dtype": _DTYPE_NAMES[tensor.dtype.name],
            "shape": list(tensor.shape),
            "data_offsets": [offset, offset + tensor.nbytes],
        }
        offset += tensor.nbytes
    encoded = json.dumps(header, separators=(",", ":")).encode()
    encoded += b" " * (-len(encoded) % _ALIGNMENT_BYTES)
    with path.open("wb") as file:
        file.write(len(encoded).to_bytes(8, "little"))
        file.write(encoded)
        for _, tensor in sorted(tensors.items()):
            file.write(np.ascontiguousarray(tensor, dtype=tensor.dtype.newbyteorder("<")).data)


def as_exact_float16(tensors: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[Any]]:
    """Returns all tensors as float16 if that loses nothing, else as they are.

    Models that were published in half precision come back from other formats as float32; storing them as they were
    published halves the file.
    """
    halves = {name: tensor.astype(np.float16) for name, tensor in tensors.items()}
    if all(np.array_equal(halves[name].astype(np.float32), tensor) for name, tensor in tensors.items()):
        return dict(halves)
    return dict(tensors)
