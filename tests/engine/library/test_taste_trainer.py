"""Training beside the answering: when it happens, and that the last model stays in service."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.library.taste import TasteModel, fit_taste
from engine.library.taste_trainer import TasteTrainer
from engine.library.use_matrix import UseMatrix
from engine.library.uses import Use, UseKind, UseStore


def record(store: UseStore, count: int) -> None:
    first = store.version
    store.record([Use(f"sample {first + n}", "song", "", UseKind.INSERTED, 0.0) for n in range(count)])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[UseStore]:
    opened = UseStore(tmp_path / "uses.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def trainer(store: UseStore) -> Iterator[TasteTrainer]:
    made = TasteTrainer(store)
    yield made
    made.close()


def test_the_first_use_trains_a_model(store: UseStore, trainer: TasteTrainer) -> None:
    trainer.refresh()
    trainer.wait()
    assert trainer.model is None
    record(store, 1)
    trainer.refresh()
    trainer.wait()
    assert trainer.model is not None
    assert trainer.model.version == 1


def test_few_new_uses_among_many_train_nothing(store: UseStore, trainer: TasteTrainer) -> None:
    record(store, 200)
    trainer.refresh()
    trainer.wait()
    first = trainer.model
    record(store, 3)
    trainer.refresh()
    trainer.wait()
    assert trainer.model is first
    record(store, 1)
    trainer.refresh()
    trainer.wait()
    assert trainer.model is not None
    assert trainer.model.version == 204


def test_the_last_model_answers_while_the_next_is_trained(store: UseStore) -> None:
    go, begun = threading.Event(), threading.Event()
    go.set()

    def fit(uses: UseMatrix, version: int, report: Callable[[], None]) -> TasteModel | None:
        begun.set()
        assert go.wait(timeout=30)
        return fit_taste(uses, version, report)

    trainer = TasteTrainer(store, fit)
    record(store, 1)
    trainer.refresh()
    trainer.wait()
    go.clear()
    begun.clear()
    record(store, 1)
    trainer.refresh()
    assert begun.wait(timeout=30)
    trainer.refresh()
    assert trainer.model is not None
    assert trainer.model.version == 1
    go.set()
    trainer.wait()
    assert trainer.model.version == 2
    trainer.close()


def test_uses_that_come_in_during_a_training_are_learned_next(store: UseStore) -> None:
    versions = []

    def fit(uses: UseMatrix, version: int, report: Callable[[], None]) -> TasteModel | None:
        versions.append(version)
        if version == 1:
            record(store, 1)
        return fit_taste(uses, version, report)

    trainer = TasteTrainer(store, fit)
    record(store, 1)
    trainer.refresh()
    trainer.wait()
    assert versions == [1, 2]
    assert trainer.model is not None
    assert trainer.model.version == 2
    trainer.close()


def test_a_training_that_fails_leaves_the_last_model(store: UseStore, caplog: pytest.LogCaptureFixture) -> None:
    def fit(uses: UseMatrix, version: int, report: Callable[[], None]) -> TasteModel | None:
        if version > 1:
            raise ValueError("no memory")
        return fit_taste(uses, version, report)

    trainer = TasteTrainer(store, fit)
    for _ in range(2):
        record(store, 1)
        trainer.refresh()
        trainer.wait()
    assert trainer.model is not None
    assert trainer.model.version == 1
    assert "the last model stays" in caplog.text
    trainer.close()


def test_closing_stops_a_training(store: UseStore) -> None:
    begun, iterations = threading.Event(), []

    def fit(uses: UseMatrix, version: int, report: Callable[[], None]) -> TasteModel | None:
        begun.set()
        for iteration in range(100_000):
            iterations.append(iteration)
            threading.Event().wait(0.001)
            report()
        return None

    trainer = TasteTrainer(store, fit)
    record(store, 1)
    trainer.refresh()
    assert begun.wait(timeout=30)
    trainer.close()
    assert len(iterations) < 100_000
    trainer.refresh()
    assert trainer.model is None
