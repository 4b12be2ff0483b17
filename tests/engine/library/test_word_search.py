"""Samples by a description of their sound: heard once, found in words, and nothing at all without the model."""

import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.backends import REGISTRY
from engine.errors import JobCancelled
from engine.jobs.records import Lane
from engine.library import word_search
from engine.library.catalogue import Catalogue
from engine.library.rows import to_rows
from engine.library.sample import LibrarySample
from engine.library.word_search import WordSearch
from engine.tagging import embed_files
from engine.weights.store import WeightStore
from engine.worker import Worker
from tests.conftest import WriteWav, tones
from tests.engine.backends.random_clap import MODEL, WORDS, write_random_clap
from tests.engine.library.samples import sample

QUIET, LOUD, NEW = (sample(name) for name in ("one.wav", "two.wav", "three.wav"))


def silent(fraction: float, message: str) -> None:
    assert 0 <= fraction <= 1


@pytest.fixture
def weights(tmp_path: Path) -> WeightStore:
    return WeightStore(tmp_path / "weights", is_offline=True, local_folders=(tmp_path / "local",))


@pytest.fixture
def worker(weights: WeightStore) -> Iterator[Worker]:
    made = Worker("cpu", Lane.DEVICE, weights, 10**9)
    yield made
    made.close()


@pytest.fixture
def words(tmp_path: Path, weights: WeightStore, monkeypatch: pytest.MonkeyPatch) -> WordSearch:
    """The search of a library whose model knows loud from quiet."""
    monkeypatch.setattr(word_search, "text_card", lambda weights: REGISTRY["fake-tags"])
    return WordSearch(str(tmp_path / "library"), weights)


@pytest.fixture
def paths(write_wav: WriteWav) -> dict[str, Path]:
    sound = tones(1.0)
    return {QUIET.id: write_wav("quiet.wav", sound * 0.1), LOUD.id: write_wav("loud.wav", sound / abs(sound).max())}


def catalogue(*samples: LibrarySample) -> Catalogue:
    return Catalogue.of(to_rows(samples))


def test_a_sample_is_as_like_a_text_as_it_sounds(words: WordSearch, paths: dict[str, Path], worker: Worker) -> None:
    words.hear(paths, worker, silent)
    for text, like, unlike in (("something quiet", 0, 2), ("as loud as can be", 2, 0)):
        likeness = words.likeness(text, catalogue(QUIET, NEW, LOUD))
        assert likeness is not None
        assert likeness[like] > 0.9
        assert likeness[unlike] < 0.5
        assert np.isnan(likeness[1])


def test_what_has_been_heard_is_known_by_whoever_opens_the_library(
    words: WordSearch, paths: dict[str, Path], worker: Worker, tmp_path: Path, weights: WeightStore
) -> None:
    everything = [QUIET.id, NEW.id, LOUD.id]
    assert words.unheard(everything) == everything
    assert words.likeness("loud", catalogue(QUIET)) is None
    words.hear(paths, worker, silent)
    assert words.unheard(everything) == [NEW.id]
    other = WordSearch(str(tmp_path / "library"), weights)
    assert other.unheard(everything) == [NEW.id]
    assert other.likeness("loud", catalogue(QUIET, LOUD)) is not None
    words.remove([QUIET.id])
    assert words.unheard(everything) == [QUIET.id, NEW.id]


def test_a_file_that_cannot_be_read_stands_in_nobodys_way(
    words: WordSearch, paths: dict[str, Path], worker: Worker, tmp_path: Path
) -> None:
    (tmp_path / "broken.wav").write_bytes(b"no audio")
    words.hear({NEW.id: tmp_path / "broken.wav"} | paths, worker, silent)
    assert words.unheard([QUIET.id, NEW.id, LOUD.id]) == [NEW.id]


def test_a_job_that_is_stopped_keeps_what_was_heard(
    words: WordSearch, paths: dict[str, Path], worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_search, "BATCH_SAMPLES", 1)
    monkeypatch.setattr("engine.tagging._GROUP_FILES", 1)

    def stop_at_the_second(fraction: float, message: str) -> None:
        if fraction >= 0.5:
            raise JobCancelled("Enough.")

    with pytest.raises(JobCancelled):
        words.hear(paths, worker, stop_at_the_second)
    assert words.unheard(paths) == [LOUD.id]


def test_without_the_model_nothing_is_said_and_nothing_written(
    tmp_path: Path, weights: WeightStore, worker: Worker, paths: dict[str, Path]
) -> None:
    words = WordSearch(str(tmp_path / "library"), weights)
    words.hear(paths, worker, silent)
    words.remove([QUIET.id])
    assert words.likeness("loud", catalogue(QUIET, LOUD)) is None
    assert words.unheard([QUIET.id]) == []
    assert not (tmp_path / "library").exists()


def test_a_model_that_cannot_be_loaded_is_named_once_and_left_alone(
    tmp_path: Path, weights: WeightStore, worker: Worker, paths: dict[str, Path], caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "local").mkdir()
    for path in write_random_clap(tmp_path / "local").values():
        path.write_bytes(b"damaged")
    for name in REGISTRY["clap"].weights:
        weights.fetch(name, silent)
    words = WordSearch(str(tmp_path / "library"), weights)
    assert words.unheard([QUIET.id]) == [QUIET.id]
    with caplog.at_level(logging.WARNING):
        words.hear(paths, worker, silent)
        words.hear(paths, worker, silent)
    assert len(caplog.records) == 1
    assert "names and tags alone" in caplog.text
    assert words.unheard([QUIET.id]) == []
    assert words.likeness("loud", catalogue(QUIET)) is None


def test_claps_own_adapter_hears_and_reads(
    tmp_path: Path, weights: WeightStore, worker: Worker, paths: dict[str, Path]
) -> None:
    (tmp_path / "local").mkdir()
    assert write_random_clap(tmp_path / "local").keys() == {MODEL, WORDS}
    for name in REGISTRY["clap"].weights:
        weights.fetch(name, silent)
    words = WordSearch(str(tmp_path / "library"), weights)
    words.hear(paths, worker, silent)
    likeness = words.likeness("warm analog bass loop", catalogue(QUIET, LOUD, NEW))
    assert likeness is not None
    tagger = worker.tagger(REGISTRY["clap"], silent)
    (read,) = tagger.embed_text(["warm analog bass loop"])  # type: ignore[attr-defined]
    for place, path in enumerate(paths.values()):
        (heard,) = embed_files([path], tagger, silent)
        assert likeness[place] == pytest.approx(float(heard @ read), abs=1e-3)
    assert np.isnan(likeness[2])
