"""A worker keeps models loaded up to its budget, and lets go of what was used longest ago."""

from collections.abc import Iterable
from pathlib import Path
from typing import cast

import pytest

from engine import worker as worker_module
from engine.backends import REGISTRY
from engine.backends.base import Card, Report
from engine.jobs.records import Lane
from engine.weights.store import WeightStore
from engine.worker import Worker

WEIGHT_BYTES = {"htdemucs": 80, "basic-pitch": 1, "voice": 1, "spleeter-2stems": 70, "fake": 0}


class Folder:
    """A weight store whose files have the sizes above, and which reports as it fetches."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        sizes = ((weights, WEIGHT_BYTES[name]) for name in WEIGHT_BYTES for weights in REGISTRY[name].weights)
        for weights, size in sizes:
            (folder / weights).write_bytes(bytes(size))

    def fetch(self, name: str, report: Report) -> Path:
        report(0.7, f"fetching {name}")
        return self._folder / name


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the models that were loaded, one after the other."""
    names: list[str] = []

    def load(card: Card, weight_paths: object, device: str) -> object:
        names.append(card.name)
        return object()

    monkeypatch.setattr(worker_module, "load_backend", load)
    return names


def use(worker: Worker, names: Iterable[str]) -> None:
    for name in names:
        worker.separator(REGISTRY[name], lambda fraction, message: None)


def worker_of(folder: Path, budget_bytes: int) -> Worker:
    return Worker("cpu", Lane.DEVICE, cast(WeightStore, Folder(folder)), budget_bytes)


def test_small_models_leave_the_large_one_loaded(tmp_path: Path, loads: list[str]) -> None:
    names = ["htdemucs", "basic-pitch", "voice", "fake"]
    use(worker_of(tmp_path, 100), [*names, *names, *names])
    assert loads == names


def test_what_was_used_longest_ago_makes_way(tmp_path: Path, loads: list[str]) -> None:
    use(worker_of(tmp_path, 100), ["voice", "htdemucs", "voice", "spleeter-2stems", "voice", "htdemucs"])
    assert loads == ["voice", "htdemucs", "spleeter-2stems", "htdemucs"]


def test_a_model_beyond_the_budget_is_loaded_alone(tmp_path: Path, loads: list[str]) -> None:
    use(worker_of(tmp_path, 10), ["voice", "htdemucs", "htdemucs", "voice"])
    assert loads == ["voice", "htdemucs", "voice"]


def test_fetching_and_loading_take_nothing_of_the_fraction(tmp_path: Path, loads: list[str]) -> None:
    reports: list[tuple[float, str]] = []
    worker_of(tmp_path, 10).transcriber(REGISTRY["voice"], lambda *told: reports.append(told))
    assert reports == [(0.0, "fetching swift-f0"), (0.0, "loading voice")]
