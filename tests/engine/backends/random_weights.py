"""Small demucs models with random weights, written in the layout of the real ones.

They let every registered demucs model run, its bag and its number of stems included, where its weights cannot be had.
"""

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import torch
from demucs.hdemucs import HDemucs
from demucs.htdemucs import HTDemucs

from engine.backends.base import Card
from engine.weights.safetensors_file import write_safetensors

SEGMENT = Fraction(1)


def write_random_weights(card: Card, folder: Path) -> dict[str, Path]:
    """Returns the paths of a random model for each of the card's weights; equal calls give equal models."""
    paths = {}
    for seed, name in enumerate(card.weights):
        torch.manual_seed(seed)
        model, kwargs = _transformer(card) if card.name.startswith("htdemucs") else _hybrid(card)
        paths[name] = folder / f"{name}.safetensors"
        _write(model, kwargs, paths[name])
    return paths


def _transformer(card: Card) -> tuple[HTDemucs, dict[str, Any]]:
    kwargs = {
        "sources": list(card.outputs),
        "channels": 8,
        "bottom_channels": 64,
        "t_layers": 2,
        "t_heads": 2,
        "segment": SEGMENT,
    }
    return HTDemucs(**kwargs), kwargs


def _hybrid(card: Card) -> tuple[HDemucs, dict[str, Any]]:
    kwargs = {"sources": list(card.outputs), "channels": 4, "segment": 1, "depth": 6}
    return HDemucs(**kwargs), kwargs


def _write(model: HTDemucs | HDemucs, kwargs: Mapping[str, Any], path: Path) -> None:
    tensors = {name: tensor.numpy() for name, tensor in model.state_dict().items()}
    klass = f"{type(model).__module__}.{type(model).__qualname__}"
    write_safetensors(path, tensors, {"klass": klass, "args": "[]", "kwargs": json.dumps(kwargs, default=_fraction)})


def _fraction(value: Fraction) -> dict[str, object]:
    return {"_type": "fraction", "numerator": value.numerator, "denominator": value.denominator}
