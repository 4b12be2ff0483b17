"""A text that belongs to a model, kept as all weights are: in a safetensors file, as the bytes of one tensor."""

from pathlib import Path

import numpy as np

from engine.weights.safetensors_file import write_safetensors

_NAME = "text"


def write_text(target: Path, text: str) -> None:
    """Writes a text to a safetensors file."""
    write_safetensors(target, {_NAME: np.frombuffer(text.encode(), np.uint8)}, {})


def read_text(path: Path) -> str:
    """Returns the text that `write_text` wrote.

    Raises:
        SafetensorError, ValueError: it is no such file.
    """
    from safetensors.numpy import load_file

    return bytes(load_file(path)[_NAME]).decode()
