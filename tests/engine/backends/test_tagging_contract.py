"""What every tagger must do, run over every card of the registry with this task.

musicnn runs on its real weights; a model that only the hub has runs on small random ones of the same architecture.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
import pytest

from engine.audio import Samples
from engine.backends import REGISTRY, load_tagger
from engine.backends.base import Card, Recording, Tagging, TaggingBackend, TextTaggingBackend
from engine.errors import JobCancelled
from engine.weights.store import WeightStore
from tests.engine.backends.random_clap import write_random_clap

REAL = ("MTT_musicnn", "MSD_musicnn")
CARDS = [
    pytest.param(card, id=card.name, marks=[pytest.mark.weights] if card.name in REAL else [])
    for card in REGISTRY.values()
    if card.task == "tagging"
]
RATE_HZ = 44_100
# Sums are taken in another order where other windows share a batch.
TOLERANCE = 1e-4


@dataclass(frozen=True)
class Subject:
    """A loaded backend, with sounds and what it makes of them."""

    backend: TaggingBackend
    sounds: tuple[Samples, ...]
    taggings: tuple[Tagging, ...]


def silent(fraction: float, message: str) -> None:
    """Hears no progress."""


def sounds() -> tuple[Samples, ...]:
    """Returns noise, a tone, silence and a single sample, of several lengths and numbers of channels."""
    rng = np.random.default_rng(0)
    noise = rng.uniform(-0.3, 0.3, (2, 4 * RATE_HZ)).astype(np.float32)
    tone = 0.5 * np.sin(2 * np.pi * 330 * np.arange(round(1.3 * RATE_HZ)) / RATE_HZ).astype(np.float32)[None]
    return noise, tone, np.zeros((2, RATE_HZ // 2), np.float32), np.full((1, 1), 0.1, np.float32)


def recording(samples: Samples, block_samples: int = 10_000) -> Recording:
    def blocks() -> Iterator[Samples]:
        for start in range(0, samples.shape[1], block_samples):
            yield samples[:, start : start + block_samples]

    return Recording(blocks(), RATE_HZ, samples.shape[1])


@pytest.fixture(scope="module", params=CARDS)
def subject(
    request: pytest.FixtureRequest, weight_store: WeightStore, tmp_path_factory: pytest.TempPathFactory
) -> Subject:
    card: Card = request.param
    if card.name in REAL:
        paths = {name: weight_store.fetch(name, silent) for name in card.weights}
    else:
        paths = write_random_clap(tmp_path_factory.mktemp(card.name)) if card.weights else {}
    backend = load_tagger(card, paths, "cpu")
    return Subject(backend, sounds(), tuple(backend.tag([recording(sound) for sound in sounds()], silent)))


def test_scores_are_between_0_and_1_for_each_tag_of_the_card(subject: Subject) -> None:
    assert len(subject.taggings) == len(subject.sounds)
    for tagging in subject.taggings:
        windows, tags = tagging.taggram.shape
        assert windows >= 1
        assert tags == len(subject.backend.card.outputs)
        assert tagging.taggram.dtype == np.float32
        assert tagging.taggram.min() >= 0
        assert tagging.taggram.max() <= 1
        assert tagging.window_sec > 0


def test_embeddings_have_length_1(subject: Subject) -> None:
    for tagging in subject.taggings:
        assert tagging.embedding.shape == (subject.backend.embedding_size,)
        assert tagging.embedding.dtype == np.float32
        assert np.linalg.norm(tagging.embedding) == pytest.approx(1, abs=1e-4)


def test_recordings_do_not_depend_on_their_neighbours_or_on_the_blocks(subject: Subject) -> None:
    for sound, expected in zip(subject.sounds, subject.taggings, strict=True):
        (alone,) = subject.backend.tag([recording(sound, 777)], silent)
        np.testing.assert_allclose(alone.taggram, expected.taggram, rtol=0, atol=TOLERANCE)
        np.testing.assert_allclose(alone.embedding, expected.embedding, rtol=0, atol=TOLERANCE)


def test_other_sounds_have_other_scores(subject: Subject) -> None:
    noise, tone = subject.taggings[0].scores, subject.taggings[1].scores
    assert np.abs(noise - tone).max() > 1e-3


def test_no_recordings_have_no_taggings(subject: Subject) -> None:
    assert list(subject.backend.tag([], silent)) == []


def test_a_tagger_that_reads_text_puts_each_into_its_space_and_no_other_can(subject: Subject) -> None:
    assert hasattr(subject.backend, "embed_text") == subject.backend.card.reads_text
    if subject.backend.card.reads_text:
        reader = cast(TextTaggingBackend, subject.backend)
        texts = ["a loud kick drum", "a quiet pad", "ein Käuzchen"]
        read = reader.embed_text(texts)
        assert read.shape == (3, reader.embedding_size)
        assert read.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(read, axis=1), 1, atol=1e-4)
        assert np.abs(read[0] - read[1]).max() > 1e-3
        np.testing.assert_allclose(reader.embed_text(texts[1:2])[0], read[1], atol=TOLERANCE)


def test_a_cancelled_job_stops_it(subject: Subject) -> None:
    def cancel(fraction: float, message: str) -> None:
        raise JobCancelled("Stopped.")

    with pytest.raises(JobCancelled):
        list(subject.backend.tag([recording(subject.sounds[0])], cancel))
