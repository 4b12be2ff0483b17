"""What every finder of beats must do, run over every card of the registry with this task, on its real weights."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest

from engine.audio import Samples
from engine.backends import REGISTRY, load_beat_finder
from engine.backends.base import BeatBackend
from engine.errors import JobCancelled
from engine.musical_time import Beat
from engine.weights.store import WeightStore
from tests.engine.backends.pulses import RATE_HZ, drums

CARDS = [
    pytest.param(card, id=card.name, marks=[pytest.mark.weights] if card.weights else [])
    for card in REGISTRY.values()
    if card.task == "beats"
]
PIECE = drums(0.5 + 0.5 * np.arange(20), 4)


@pytest.fixture(scope="module", params=CARDS)
def backend(request: pytest.FixtureRequest, weight_store: WeightStore) -> BeatBackend:
    card = request.param
    assert card.sample_rate_hz == RATE_HZ, "the piece is made for this rate"
    return load_beat_finder(card, {name: weight_store.fetch(name, silent) for name in card.weights}, "cpu")


def silent(fraction: float, message: str) -> None:
    pass


def in_blocks(samples: Samples, block_samples: int) -> Iterator[Samples]:
    for start in range(0, samples.shape[-1], block_samples):
        yield samples[:, start : start + block_samples]


def find(backend: BeatBackend, samples: Samples, block_samples: int = 4096) -> tuple[Beat, ...]:
    return backend.find_beats(in_blocks(samples, block_samples), samples.shape[-1], silent)


def test_beats_are_in_order_and_inside_the_audio(backend: BeatBackend) -> None:
    beats = find(backend, PIECE)
    assert len(beats) >= 16
    assert all(before.time_sec < after.time_sec for before, after in pairwise(beats))
    assert beats[0].time_sec >= 0
    assert beats[-1].time_sec <= PIECE.shape[-1] / RATE_HZ
    for before, after in pairwise(beats):
        assert after.bar_position in (1, before.bar_position + 1)


def test_blocks_make_no_difference_and_pieces_none_to_each_other(backend: BeatBackend) -> None:
    beats = find(backend, PIECE)
    find(backend, PIECE[:, 3000:60_000])
    assert find(backend, PIECE, 1021) == beats
    assert find(backend, PIECE, PIECE.shape[-1]) == beats


def test_a_second_channel_that_is_the_same_changes_nothing(backend: BeatBackend) -> None:
    assert find(backend, np.repeat(PIECE, 2, axis=0)) == find(backend, PIECE)


@pytest.mark.parametrize("sample_count", [1, 440, 22_050])
def test_silence_has_no_beats(backend: BeatBackend, sample_count: int) -> None:
    assert find(backend, np.zeros((1, sample_count), dtype=np.float32)) == ()


def test_what_report_raises_ends_the_work(backend: BeatBackend) -> None:
    fractions = []

    def cancel(fraction: float, message: str) -> None:
        fractions.append(fraction)
        if fraction > 0:
            raise JobCancelled("cancelled")

    with pytest.raises(JobCancelled):
        backend.find_beats(in_blocks(PIECE, 4096), PIECE.shape[-1], cancel)
    assert fractions[0] == 0
    assert find(backend, PIECE) == find(backend, PIECE)
