"""Weights that AuxSend carries itself: whole, as pinned, without a network, and small."""

from pathlib import Path

import pytest

from engine.errors import WeightsCorrupt, WeightsUnavailable
from engine.weights.digest import sha256_of
from engine.weights.shipped import ShippedFile
from engine.weights.store import WeightStore
from engine.weights.table import TABLE

SHIPPED = {name: source for name, row in TABLE.items() for source in row if isinstance(source, ShippedFile)}
MOST_BYTES = 40_000_000


def quiet(fraction: float, message: str) -> None:
    assert 0 <= fraction <= 1


@pytest.mark.parametrize("name", SHIPPED)
def test_an_offline_store_installs_them(name: str, tmp_path: Path) -> None:
    store = WeightStore(tmp_path, is_offline=True)
    assert store.fetch(name, quiet).read_bytes()[8:9] == b"{"
    assert store.source_name(name) == f"file {SHIPPED[name].file_name} of AuxSend"
    assert store.download_bytes(name) == 0


@pytest.mark.parametrize("name", SHIPPED)
def test_a_copy_that_an_earlier_release_made_is_replaced(name: str, tmp_path: Path) -> None:
    shipped = tuple(source for source in SHIPPED.values() if source.file_name != SHIPPED[name].file_name)[:1]
    earlier = WeightStore(tmp_path, is_offline=True, table={name: shipped}).fetch(name, quiet)
    store = WeightStore(tmp_path, is_offline=True)
    assert not store.is_installed(name)
    assert sha256_of(store.fetch(name, quiet)) == SHIPPED[name].sha256
    assert not earlier.exists()


def test_all_of_them_together_are_small() -> None:
    folder = Path(__file__).parents[3] / "engine/backends/shipped"
    assert sum(path.stat().st_size for path in folder.iterdir()) < MOST_BYTES
    assert {path.name for path in folder.iterdir()} == {source.file_name for source in SHIPPED.values()}


def test_a_changed_file_is_refused(work: Path) -> None:
    source = next(iter(SHIPPED.values()))
    with pytest.raises(WeightsCorrupt, match=source.file_name):
        ShippedFile(source.file_name, "0" * 64).fetch(work, quiet)


def test_a_missing_file_is_said_so(work: Path) -> None:
    with pytest.raises(WeightsUnavailable, match="not whole"):
        ShippedFile("nothing.safetensors", "0" * 64).fetch(work, quiet)
