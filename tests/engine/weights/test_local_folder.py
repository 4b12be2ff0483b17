"""Weights in a user's own folder: by name, held to the checksum in the name, or in demucs' old form."""

import pickle
from fractions import Fraction
from pathlib import Path

import pytest
import torch
from demucs.hf import load_safetensors_model
from demucs.htdemucs import HTDemucs

from engine.errors import WeightsCorrupt, WeightsUnavailable
from engine.weights.digest import sha256_of
from engine.weights.local_folder import LocalFolder

ARGUMENTS = {"sources": ["a", "b"], "segment": Fraction(39, 5), "channels": 8, "t_layers": 1}


class Canary:
    """Pickles as a call that would leave a file behind."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self._path,)


def quiet(fraction: float, message: str) -> None:
    assert 0 <= fraction <= 1


def with_checksum(path: Path) -> Path:
    return path.rename(path.with_name(f"{path.stem}-{sha256_of(path)[:8]}{path.suffix}"))


def test_finds_the_file_by_its_name(tmp_path: Path, work: Path) -> None:
    (tmp_path / "sig.safetensors").write_bytes(b"mine")
    (tmp_path / "sig2.safetensors").write_bytes(b"other")
    assert LocalFolder(tmp_path, "sig").fetch(work, quiet).read_bytes() == b"mine"
    assert (tmp_path / "sig.safetensors").read_bytes() == b"mine"


def test_prefers_and_verifies_a_checksum_in_the_name(tmp_path: Path, work: Path) -> None:
    (tmp_path / "sig.safetensors").write_bytes(b"checked")
    checked = with_checksum(tmp_path / "sig.safetensors")
    (tmp_path / "sig.safetensors").write_bytes(b"unchecked")
    assert LocalFolder(tmp_path, "sig").fetch(work, quiet).read_bytes() == b"checked"
    checked.write_bytes(b"changed")
    with pytest.raises(WeightsCorrupt, match=checked.name):
        LocalFolder(tmp_path, "sig").fetch(work, quiet)


@pytest.mark.parametrize("folder", ["", "missing"])
def test_says_what_it_looked_for(tmp_path: Path, work: Path, folder: str) -> None:
    with pytest.raises(WeightsUnavailable, match=r"has no sig\.safetensors and no sig-CHECKSUM\.th"):
        LocalFolder(tmp_path / folder, "sig").fetch(work, quiet)


def test_what_cannot_be_read_is_said_so(tmp_path: Path, work: Path) -> None:
    (tmp_path / "sig.safetensors").mkdir()
    with pytest.raises(WeightsUnavailable, match="cannot be read"):
        LocalFolder(tmp_path, "sig").fetch(work, quiet)


def test_converts_an_old_checkpoint_of_demucs(tmp_path: Path, work: Path) -> None:
    torch.manual_seed(0)
    model = HTDemucs(**ARGUMENTS)
    state = {name: tensor.half() for name, tensor in model.state_dict().items()}
    package = {"klass": HTDemucs, "args": (), "kwargs": ARGUMENTS, "state": state, "training_args": {"lr": 3e-4}}
    torch.save(package, tmp_path / "sig.th")
    with_checksum(tmp_path / "sig.th")
    loaded = load_safetensors_model(LocalFolder(tmp_path, "sig").fetch(work, quiet))
    assert isinstance(loaded, HTDemucs)
    assert loaded.segment == Fraction(39, 5)
    for name, tensor in loaded.state_dict().items():
        torch.testing.assert_close(tensor, state[name].float(), rtol=0, atol=0)


def test_an_old_checkpoint_cannot_run_code(tmp_path: Path, work: Path) -> None:
    canary = tmp_path / "canary"
    torch.save({"klass": HTDemucs, "args": (), "kwargs": {}, "state": Canary(canary)}, tmp_path / "sig.th")
    with_checksum(tmp_path / "sig.th")
    with pytest.raises(WeightsCorrupt, match="not one of demucs' published models"):
        LocalFolder(tmp_path, "sig").fetch(work, quiet)
    assert not canary.exists()


@pytest.mark.parametrize("content", [b"", b"<html>", pickle.dumps([1, 2])])
def test_something_else_with_that_name_is_refused(tmp_path: Path, work: Path, content: bytes) -> None:
    (tmp_path / "sig.th").write_bytes(content)
    with pytest.raises(WeightsCorrupt, match="not one of demucs' published models"):
        LocalFolder(tmp_path, "sig").fetch(work, quiet)
