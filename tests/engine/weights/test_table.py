"""Every weight that a card names can be had from somewhere, and every package is pinned."""

from importlib import import_module

import pytest

from engine.backends import REGISTRY
from engine.weights.packages import NpmPackage, PythonWheel
from engine.weights.store import WeightStore
from engine.weights.table import TABLE

PACKAGES = [source for row in TABLE.values() for source in row if isinstance(source, NpmPackage | PythonWheel)]


@pytest.mark.parametrize("name", sorted({name for card in REGISTRY.values() for name in card.weights}))
def test_weights_of_every_card_have_a_source(name: str) -> None:
    assert TABLE[name]


@pytest.mark.parametrize("source", PACKAGES, ids=lambda source: source.label)
def test_packages_are_pinned(source: NpmPackage | PythonWheel) -> None:
    digests = [*source.package.members.values(), source.package.sha256]
    assert all(len(digest) == 64 and int(digest, 16) for digest in digests)
    module, function = source.package.converter.split(":")
    assert callable(getattr(import_module(module), function))


@pytest.mark.weights
@pytest.mark.parametrize("name", ["955717e8", "spleeter-2stems"])
def test_real_weights_arrive_as_pinned(name: str, weight_store: WeightStore) -> None:
    path = weight_store.fetch(name, lambda fraction, message: None)
    assert weight_store.source_name(name)
    assert path.stat().st_size > 70_000_000
