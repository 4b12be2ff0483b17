"""Joins a small and a large network into the weights that are shipped.

Both are asked about kicks and snares. Toms and cymbals are the small one's alone: the large one learned from more
random hits, and finds what is rare in music where it is not. So are hi-hats, in which both are alike.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file

from engine.backends.drums import THRESHOLDS
from engine.backends.drums_network import DrumCommittee
from engine.backends.drums_voices import GROUPS
from engine.training.drums_examples import Shard
from engine.training.drums_thresholds import best_thresholds

SHARED = ("kick", "snare")
"""Groups on whose onsets both networks count, by halves; the small one alone on all others."""


def joined(small: Path, large: Path, held_out: Mapping[str, Shard]) -> dict[str, NDArray[np.generic]]:
    """Returns the tensors of the networks in two exported files, as one.

    Args:
        small: weights of the small network, whose thresholds remain where it answers alone.
        large: weights of the large network.
        held_out: clips on which the thresholds of what both answer are chosen.
    """
    committee = DrumCommittee()
    files = [load_file(small), load_file(large)]
    for network, file in zip(committee.networks, files, strict=True):
        weights = {name: tensor.float() for name, tensor in file.items() if name != THRESHOLDS}
        network.load_state_dict(network.state_dict() | weights)  # an export has no counts of batches
    is_shared = torch.tensor([group in SHARED for group in GROUPS])
    committee.shares.copy_(torch.where(is_shared, 0.5, torch.tensor([[1.0], [0.0]])))
    chosen, _ = best_thresholds(committee.eval(), held_out)
    thresholds = np.where(is_shared.numpy(), chosen, files[0][THRESHOLDS].numpy())
    state = committee.state_dict()
    halves = {name: t.half().numpy() for name, t in state.items() if not name.endswith("num_batches_tracked")}
    return halves | {THRESHOLDS: thresholds.astype(np.float32)}
