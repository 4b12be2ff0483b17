"""The cheaper layers compute what the layers compute that they replace."""

import copy

import pytest
import torch
from demucs.demucs import DConv
from demucs.hdemucs import HDemucs
from demucs.htdemucs import HTDemucs
from torch import Tensor, nn

from engine.backends.demucs_layers import FoldedDConv, TwoTapTransposedConv, use_cheaper_layers
from engine.backends.winograd import WinogradConv

TOLERANCE = 1e-5
"""Relative to the largest value: float32 has 1.2e-7, and a few hundred terms are added in another order."""


@pytest.fixture(autouse=True)
def _seeded_inference() -> object:
    torch.manual_seed(0)
    with torch.inference_mode():
        yield


def assert_equal(actual: Tensor, expected: Tensor, tolerance: float = TOLERANCE) -> None:
    assert actual.shape == expected.shape
    assert (actual - expected).abs().max() <= tolerance * expected.abs().max()


def shaken(module: nn.Module) -> nn.Module:
    """Returns the module with every parameter away from its simple initial value."""
    for parameter in module.parameters():
        parameter.add_(torch.randn_like(parameter), alpha=0.3)
    return module.eval()


@pytest.mark.parametrize(
    "shape",
    [(1, 48, 7), (3, 48, 336), (200, 48, 336), (1, 48, 30_000)],
    ids=["short", "few rows", "rows in parts", "frames in parts"],
)
def test_folded_dconv(shape: tuple[int, int, int]) -> None:
    dconv = shaken(DConv(48, compress=8, depth=2, init=0.5))
    x = torch.randn(shape)
    assert_equal(FoldedDConv(dconv)(x), dconv(x))


def test_folded_dconv_bears_a_large_mean() -> None:
    """Variance as a difference of squares would lose all its digits here."""
    dconv = shaken(DConv(48, compress=8, depth=1, init=0.5))
    dict(dconv.named_parameters())["layers.0.3.bias"].add_(1_000)
    x = torch.randn(4, 48, 336)
    # GroupNorm itself works at 1000 +- 1: three digits fewer.
    assert_equal(FoldedDConv(dconv)(x), dconv(x), tolerance=1e-2)


def test_a_dconv_with_attention_or_lstm_is_left_alone() -> None:
    model = nn.Sequential(DConv(16, attn=True), DConv(16, lstm=True), DConv(16))
    use_cheaper_layers(model)
    assert [type(module) for module in model] == [DConv, DConv, FoldedDConv]


@pytest.mark.parametrize("stride", [2, 4])
def test_two_tap_transposed_conv(stride: int) -> None:
    conv = nn.ConvTranspose2d(12, 5, (2 * stride, 1), (stride, 1))
    x = torch.randn(2, 12, 9, 11)
    assert_equal(TwoTapTransposedConv(conv)(x), conv(x))


@pytest.mark.parametrize("size", [(8, 336), (20, 4), (4, 4), (7, 12), (128, 8)])
def test_winograd(size: tuple[int, int]) -> None:
    conv = nn.Conv2d(96, 32, 3, padding=1)
    x = torch.randn(2, 96, *size)
    assert_equal(WinogradConv(conv)(x), conv(x), tolerance=1e-4)


@pytest.mark.parametrize(
    ("conv", "pays"),
    [
        (nn.Conv2d(96, 8, 3, padding=1), True),
        (nn.Conv2d(48, 8, 3, padding=1), False),
        (nn.Conv2d(96, 8, 3), False),
        (nn.Conv2d(96, 8, 3, padding=1, stride=2), False),
        (nn.Conv2d(96, 8, (1, 3), padding=(0, 1)), False),
    ],
)
def test_where_winograd_pays(conv: nn.Conv2d, pays: bool) -> None:
    assert WinogradConv.pays_for(conv) is pays


@pytest.mark.parametrize(
    "model",
    [
        HTDemucs(["a", "b"], channels=24, bottom_channels=64, t_layers=2, t_heads=2, segment=1, dconv_mode=3),
        HDemucs(["a", "b"], channels=8),
        HDemucs(["a", "b"], channels=8, hybrid_old=True),
        HDemucs(["a", "b"], channels=8, cac=False),
        HDemucs(["a", "b"], channels=8, multi_freqs=[0.25, 0.75]),
    ],
    ids=["HTDemucs", "HDemucs", "padding of the MDX challenge", "masks", "bands"],
)
def test_whole_models(model: HTDemucs | HDemucs) -> None:
    model.eval()
    cheaper = copy.deepcopy(model)
    use_cheaper_layers(cheaper)
    mix = 0.1 * torch.randn(2, 2, 44_100)
    assert any(isinstance(module, TwoTapTransposedConv) for module in cheaper.modules())
    assert_equal(cheaper(mix), model(mix), tolerance=1e-4)
