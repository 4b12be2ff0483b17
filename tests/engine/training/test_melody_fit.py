"""Training: the loss falls, a run goes on where it stopped, and what is exported is what was trained."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open

from engine.backends.melody import load
from engine.backends.melody_network import MelodyNetwork, Shape, shape_of
from engine.backends.melody_tokens import PAD
from engine.training import melody
from engine.training.melody_examples import random_batch
from engine.training.melody_fit import Fit, Recipe, loss_of
from engine.training.melody_lstm import MelodyLstm
from engine.training.melody_songs import Run, read_runs
from engine.training.muon import orthogonalised
from tests.engine.training.melody_song import write_song

RECIPE = Recipe(step_count=10, minutes=1e6, batch_size=2, length=64, warm_steps=2, save_steps=5, average_decay=0.5)
SHAPE = Shape(width=32, layers=1, heads=2, hidden=32)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    folder = tmp_path_factory.mktemp("songs")
    write_song(folder, 1)
    return read_runs(folder, 1)


def small() -> MelodyNetwork:
    return MelodyNetwork(SHAPE)


def test_the_loss_falls_and_is_logged_and_drawn(tmp_path: Path, runs: list[Run]) -> None:
    Fit(tmp_path, "small", small, RECIPE).run(runs, runs)
    rows = [json.loads(line) for line in (tmp_path / "small.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["step"] for row in rows] == [5, 10]
    assert rows[-1]["train"] < rows[0]["train"] - 0.3
    assert (tmp_path / "small.png").stat().st_size > 1000


def test_a_run_goes_on_where_it_stopped(tmp_path: Path, runs: list[Run]) -> None:
    whole = Fit(tmp_path, "whole", small, RECIPE)
    whole.run(runs, runs)
    halves = Fit(tmp_path, "halves", small, RECIPE)

    class Stopped(Exception):
        """Stands for a machine that is switched off."""

    learn = halves._learn

    def until_step_7(batch: np.ndarray) -> float:
        if halves.step == 7:
            raise Stopped
        return learn(batch)

    halves._learn = until_step_7  # type: ignore[method-assign]
    with pytest.raises(Stopped):
        halves.run(runs, runs)
    again = Fit(tmp_path, "halves", small, RECIPE)
    assert again.step == 5
    again.run(runs, runs)
    for name, tensor in whole.averaged.state_dict().items():
        torch.testing.assert_close(again.averaged.state_dict()[name], tensor, rtol=1e-4, atol=1e-5)


def test_time_ends_a_run_as_well_as_steps_do(tmp_path: Path, runs: list[Run]) -> None:
    fit = Fit(tmp_path, "brief", small, Recipe(step_count=10_000, minutes=0.0001, batch_size=1, length=32))
    fit.run(runs, runs)
    assert fit.step < 10
    assert fit.progress == 1.0


def test_padding_costs_nothing(runs: list[Run]) -> None:
    torch.manual_seed(0)
    network = small().eval()
    tokens = torch.from_numpy(random_batch(np.random.default_rng(0), runs, 2, 40))
    tokens = tokens[:, :30].clamp(min=1)
    padded = torch.nn.functional.pad(tokens, (0, 10), value=PAD)
    torch.testing.assert_close(loss_of(network, padded), loss_of(network, tokens))


@pytest.mark.parametrize("make", [small, lambda: MelodyLstm(width=24)], ids=["transformer", "LSTM"])
def test_no_token_sees_those_after_it(make: type[torch.nn.Module]) -> None:
    torch.manual_seed(0)
    network = make().eval()
    tokens = torch.randint(1, 200, (1, 20))
    changed = tokens.clone()
    changed[0, 12:] += 1
    with torch.inference_mode():
        torch.testing.assert_close(network(tokens)[:, :12], network(changed)[:, :12])
        assert not torch.allclose(network(tokens)[:, 12:], network(changed)[:, 12:])


def test_the_networks_that_are_compared_are_of_one_size() -> None:
    sizes = [sum(p.numel() for p in make().parameters()) for make in melody.NETWORKS.values()]
    assert max(sizes) / min(sizes) < 1.1


@pytest.mark.parametrize("shape", [(12, 40), (40, 12), (16, 16)])
def test_an_orthogonalised_matrix_keeps_its_directions(shape: tuple[int, int]) -> None:
    torch.manual_seed(0)
    matrix = torch.randn(shape)
    left, _, right = torch.linalg.svd(matrix, full_matrices=False)
    found = left.T @ orthogonalised(matrix) @ right.T
    assert found.diagonal().min() > 0.5
    assert found.diagonal().max() < 1.3
    assert (found - found.diagonal().diag()).abs().max() < 1e-3


def test_what_is_exported_is_what_was_trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(melody.NETWORKS, "transformer", small)
    monkeypatch.setattr(melody, "make_transformer", small)
    fit = Fit(tmp_path, "transformer", small, RECIPE)
    fit._save()
    melody.export(tmp_path, tmp_path / "out.safetensors")
    with safe_open(tmp_path / "out.safetensors", framework="numpy") as file:
        assert shape_of(file.metadata()) == SHAPE
        expected = fit.averaged.state_dict()["embedding.weight"].numpy()
        np.testing.assert_allclose(file.get_tensor("embedding.weight"), expected, atol=1e-4)
    assert load(tmp_path / "out.safetensors").cache(1, 4).keys.shape == (1, 1, 2, 4, 16)
