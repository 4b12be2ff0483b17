"""The rearranged filters against plain convolutions, with random weights."""

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from engine.backends.musicnn_network import (
    LAYERS,
    NORMS,
    TEMPORAL_FRAMES,
    TIMBRAL_BANDS,
    Musicnn,
    PeakNorm,
    TemporalFilters,
    TimbralFilters,
    band_spectra,
)

# Transforms there and back in 32 bits, at peaks of 5.
TOLERANCE = 3e-5

SHAPES = {
    "timbral_38": (204, 7, 38),
    "timbral_67": (204, 7, 67),
    "temporal_128": (51, 128),
    "temporal_64": (51, 64),
    "temporal_32": (51, 32),
    "middle_0": (64, 561, 7),
    "middle_1": (64, 64, 7),
    "middle_2": (64, 64, 7),
    "hidden": (200, 1506),
    "tags": (50, 200),
}


def random_state() -> dict[str, Tensor]:
    """Returns weights of the right shapes that keep activations near 1; about half of the norms are negative."""
    generator = torch.Generator().manual_seed(0)
    state = {}
    for name in LAYERS:
        shape = SHAPES[name]
        fan_in = int(np.prod(shape[1:]))
        state[f"{name}.weight"] = torch.randn(shape, generator=generator) / fan_in**0.5
        state[f"{name}.bias"] = 0.1 * torch.randn(shape[0], generator=generator)
    for name in NORMS:
        size = {"input": 1, "pool": 1506}.get(name) or SHAPES[name][0]
        state[f"{name}.scale"] = torch.randn(size, generator=generator)
        state[f"{name}.shift"] = 0.1 * torch.randn(size, generator=generator)
    return state


@pytest.fixture(scope="module")
def state() -> dict[str, Tensor]:
    return random_state()


@pytest.fixture(scope="module")
def patches() -> Tensor:
    return torch.rand(2, 60, 96, generator=torch.Generator().manual_seed(1))


def plain(patches: Tensor, state: dict[str, Tensor], name: str, kernel: Tensor) -> Tensor:
    """Returns what the published order of operations gives: convolve, rectify, norm, and then the maximum."""
    frames = kernel.shape[1]
    padded = functional.pad(patches, (0, 0, (frames - 1) // 2, frames // 2))
    answers = functional.relu(functional.conv2d(padded[:, None], kernel[:, None], state[f"{name}.bias"]))
    normed = answers.movedim(1, -1) * state[f"{name}.scale"] + state[f"{name}.shift"]
    return normed.amax(dim=2)


@pytest.mark.parametrize("bands", TIMBRAL_BANDS)
def test_timbral_filters_are_convolutions_with_a_maximum_over_frequency(
    bands: int, state: dict[str, Tensor], patches: Tensor
) -> None:
    name = f"timbral_{bands}"
    spectra = band_spectra(patches, Musicnn(state).transform)
    ours = PeakNorm(state, name)(TimbralFilters(state, name)(spectra)).view(*patches.shape[:2], -1)
    torch.testing.assert_close(ours, plain(patches, state, name, state[f"{name}.weight"]), rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("frames", TEMPORAL_FRAMES)
def test_temporal_filters_are_convolutions_with_a_maximum_over_frequency(
    frames: int, state: dict[str, Tensor], patches: Tensor
) -> None:
    name = f"temporal_{frames}"
    ours = PeakNorm(state, name)(TemporalFilters(state, name)(patches))
    kernel = state[f"{name}.weight"][..., None]
    torch.testing.assert_close(ours, plain(patches, state, name, kernel), rtol=0, atol=TOLERANCE)


def test_patches_of_a_batch_do_not_mix(state: dict[str, Tensor], patches: Tensor) -> None:
    network = Musicnn(state).eval()
    scores, penultimate = network(patches)
    assert scores.shape == (2, 50)
    assert penultimate.shape == (2, 200)
    for row in range(2):
        alone, _ = network(patches[row : row + 1])
        torch.testing.assert_close(alone[0], scores[row], rtol=0, atol=1e-5)
