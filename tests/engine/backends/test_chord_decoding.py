"""Chords from the probabilities of their parts."""

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.backends.chord_decoding import LABELS, PART_SIZES, ChordPath, chord_worth


def parts(*, triad: int, bass: int, seventh: int = 0, ninth: int = 0) -> list[NDArray[np.float32]]:
    """Returns one frame in which these classes have nearly all of the probability."""
    chosen = (triad, bass, seventh, ninth, 0, 0)
    frames = [np.full((1, size), 0.01, dtype=np.float32) for size in PART_SIZES]
    for frame, number in zip(frames, chosen, strict=True):
        frame[0, number] = 0.9
    return frames


@pytest.mark.parametrize(
    ("expected", "frame"),
    [
        ("N", parts(triad=0, bass=0)),
        ("C:maj", parts(triad=1, bass=1)),
        ("A:min", parts(triad=22, bass=10)),
        ("G:7", parts(triad=8, bass=8, seventh=2)),
        ("F:maj7", parts(triad=6, bass=6, seventh=1)),
        ("D:maj/3", parts(triad=3, bass=7)),
        ("Eb:min9", parts(triad=16, bass=4, seventh=2, ninth=1)),
    ],
)
def test_a_chord_is_named_by_its_parts(expected: str, frame: list[NDArray[np.float32]]) -> None:
    worth = chord_worth(frame)
    assert worth.shape == (1, len(LABELS))
    assert LABELS[int(worth.argmax())] == expected


def test_labels_are_the_vocabulary_of_25_qualities_on_12_roots_and_none() -> None:
    assert len(set(LABELS)) == len(LABELS) == 1 + 25 * 12


@pytest.mark.parametrize("seed", range(5))
def test_the_path_is_the_best_of_all(seed: int) -> None:
    rng = np.random.default_rng(seed)
    frames = 9
    # A few labels that compete, so that all sequences of them can be tried.
    rivals = np.array([0, 17, 130, 300])
    worth = np.full((frames, len(LABELS)), -1e6, dtype=np.float32)
    worth[:, rivals] = rng.normal(0, 25, (frames, len(rivals)))
    path = ChordPath()
    path.extend(worth[:4])
    path.extend(worth[4:])
    found = [label for label, count in path.chords() for _ in range(count)]
    sequences = np.stack(np.meshgrid(*[rivals] * frames, indexing="ij"), axis=-1).reshape(-1, frames)
    scores = worth[np.arange(frames), sequences].sum(axis=1) - 30 * (np.diff(sequences, axis=1) != 0).sum(axis=1)
    assert found == [LABELS[index] for index in sequences[scores.argmax()]]
