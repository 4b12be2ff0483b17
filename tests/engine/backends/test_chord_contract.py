"""What every finder of chords must do, run over every card of the registry with this task, on its real weights."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest

from engine.audio import Samples
from engine.backends import REGISTRY, load_chord_finder
from engine.backends.base import ChordBackend
from engine.errors import JobCancelled
from engine.musical_time import Chord
from engine.weights.store import WeightStore
from tests.engine.backends.pulses import RATE_HZ, waltz

CARDS = [
    pytest.param(card, id=card.name, marks=[pytest.mark.weights] if card.weights else [])
    for card in REGISTRY.values()
    if card.task == "chords"
]
PIECE = waltz(0.3 + 0.5 * np.arange(12))


@pytest.fixture(scope="module", params=CARDS)
def backend(request: pytest.FixtureRequest, weight_store: WeightStore) -> ChordBackend:
    card = request.param
    assert card.sample_rate_hz == RATE_HZ, "the piece is made for this rate"
    return load_chord_finder(card, {name: weight_store.fetch(name, silent) for name in card.weights}, "cpu")


def silent(fraction: float, message: str) -> None:
    pass


def in_blocks(samples: Samples, block_samples: int) -> Iterator[Samples]:
    for start in range(0, samples.shape[-1], block_samples):
        yield samples[:, start : start + block_samples]


def find(backend: ChordBackend, samples: Samples, block_samples: int = 4096) -> tuple[Chord, ...]:
    return backend.find_chords(in_blocks(samples, block_samples), samples.shape[-1], silent)


def covers(chords: tuple[Chord, ...], sample_count: int) -> bool:
    ends = [chord.onset_sec + chord.duration_sec for chord in chords]
    gaps = [abs(end - after.onset_sec) for end, after in zip(ends, chords[1:], strict=False)]
    return chords[0].onset_sec == 0 and abs(ends[-1] - sample_count / RATE_HZ) < 1e-9 and max(gaps, default=0) < 1e-9


def test_chords_cover_the_audio_and_change(backend: ChordBackend) -> None:
    chords = find(backend, PIECE)
    assert covers(chords, PIECE.shape[-1])
    assert len(chords) >= 3
    assert all(before.label != after.label for before, after in pairwise(chords))
    assert all(chord.duration_sec > 0 for chord in chords)


def test_blocks_make_no_difference_and_pieces_none_to_each_other(backend: ChordBackend) -> None:
    chords = find(backend, PIECE)
    find(backend, PIECE[:, 3000:40_000])
    assert find(backend, PIECE, 1021) == chords
    assert find(backend, PIECE, PIECE.shape[-1]) == chords


@pytest.mark.parametrize("sample_count", [1, 511, 512, 30_000])
def test_silence_is_no_chord(backend: ChordBackend, sample_count: int) -> None:
    chords = find(backend, np.zeros((2, sample_count), dtype=np.float32))
    assert [chord.label for chord in chords] == ["N"]
    assert covers(chords, sample_count)


def test_what_report_raises_ends_the_work(backend: ChordBackend) -> None:
    def cancel(fraction: float, message: str) -> None:
        if fraction > 0:
            raise JobCancelled("cancelled")

    with pytest.raises(JobCancelled):
        backend.find_chords(in_blocks(PIECE, 4096), PIECE.shape[-1], cancel)
