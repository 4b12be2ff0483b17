"""What every separator must do, run over every card of the registry.

The models whose weights a package registry has run on them; the others, which only the hub has, run on small random
weights of the same architecture, so that their bags and their numbers of stems are exercised too.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.audio import Samples
from engine.backends import REGISTRY, load_separator
from engine.backends.base import Card, SeparationBackend
from engine.weights.store import WeightStore
from tests.engine.backends.random_weights import write_random_weights

REAL = ("htdemucs", "spleeter-2stems")
CARDS = [
    pytest.param(card, id=card.name, marks=[pytest.mark.weights] if card.name in REAL else [])
    for card in REGISTRY.values()
    if card.task == "separation"
]


@dataclass(frozen=True)
class Subject:
    """A loaded backend, with a segment of music-like noise and its stems."""

    backend: SeparationBackend
    segment: Samples
    stems: Samples


def noise(sample_count: int, seed: int = 0) -> Samples:
    """Returns stereo noise with a falling spectrum, peak below 1."""
    rng = np.random.default_rng(seed)
    walk = np.cumsum(rng.standard_normal((2, sample_count)), axis=1)
    walk -= np.linspace(0, 1, sample_count) * walk[:, -1:]
    return as_samples(0.3 * walk / np.abs(walk).max() + 0.02 * rng.standard_normal((2, sample_count)))


def as_samples(values: NDArray[np.float64]) -> Samples:
    return values.astype(np.float32)


def load(card: Card, folder: Path, store: WeightStore) -> SeparationBackend:
    if card.name in REAL:
        paths = {name: store.fetch(name, lambda fraction, message: None) for name in card.weights}
    elif card.weights:
        paths = write_random_weights(card, folder)
    else:
        paths = {}
    return load_separator(card, paths, "cpu")


@pytest.fixture(scope="module", params=CARDS)
def subject(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, weight_store: WeightStore
) -> Subject:
    card: Card = request.param
    backend = load(card, tmp_path_factory.mktemp(card.name), weight_store)
    # Short of a whole segment where the model can do with less: the contract holds for every length.
    segment = noise(backend.plan.padded_samples(min(backend.plan.segment_samples, 44_100)))
    return Subject(backend, segment, backend.predict([segment], card.outputs)[0])


def distance(first: Samples, second: Samples) -> float:
    """Returns the largest difference, relative to the largest sample of either."""
    return float(np.abs(first - second).max() / max(np.abs(first).max(), np.abs(second).max(), 1e-9))


def test_the_plan_can_be_carried_out(subject: Subject) -> None:
    plan = subject.backend.plan
    assert plan.weight.shape == (plan.segment_samples,)
    assert (plan.weight > 0).all()
    assert plan.batch_size >= 1
    for length in (1, plan.segment_samples // 2, plan.segment_samples):
        assert plan.padded_samples(length) >= length


def test_stems_have_the_segments_shape(subject: Subject) -> None:
    assert subject.stems.shape == (len(subject.backend.card.outputs), *subject.segment.shape)
    assert subject.stems.dtype == np.float32
    assert np.isfinite(subject.stems).all()


def test_the_same_segment_gives_the_same_stems(subject: Subject) -> None:
    again = subject.backend.predict([subject.segment], subject.backend.card.outputs)[0]
    np.testing.assert_array_equal(again, subject.stems)


def test_segments_do_not_depend_on_their_neighbours(subject: Subject) -> None:
    other = noise(subject.segment.shape[-1], seed=1)
    batch = subject.backend.predict([other, subject.segment, other], subject.backend.card.outputs)
    assert distance(batch[1], subject.stems) < 1e-5
    assert distance(batch[0], batch[2]) < 1e-5
    assert distance(batch[0], batch[1]) > 1e-3


def test_a_subset_of_stems_is_what_it_is_among_all(subject: Subject) -> None:
    outputs = subject.backend.card.outputs
    chosen = (outputs[-1], outputs[0])
    some = subject.backend.predict([subject.segment], chosen)[0]
    expected = subject.stems[[outputs.index(stem) for stem in chosen]]
    assert distance(some, expected) < 1e-5


def test_louder_in_is_louder_out(subject: Subject) -> None:
    half = subject.backend.predict([subject.segment * np.float32(0.5)], subject.backend.card.outputs)[0]
    # Models normalise their input with a small constant under the division, so that this is nearly, not quite, exact.
    assert distance(half * 2, subject.stems) < 1e-2


def test_silence_stays_silent(subject: Subject) -> None:
    silent = subject.backend.predict([np.zeros_like(subject.segment)], subject.backend.card.outputs)[0]
    assert np.abs(silent).max() < 1e-3


def test_the_input_is_left_as_it_was(subject: Subject) -> None:
    before = subject.segment.copy()
    subject.backend.predict([subject.segment], subject.backend.card.outputs)
    np.testing.assert_array_equal(subject.segment, before)
