"""Motifs: a match takes its share, and nothing else changes."""

import numpy as np
import pytest

from engine.backends.melody_motifs import with_motifs
from engine.backends.melody_tokens import NAMES

EVEN = np.zeros(len(NAMES), dtype=np.float32)


def probabilities(tokens: list[int]) -> np.ndarray:
    odds = np.exp(with_motifs(EVEN, tokens))
    return np.asarray(odds / odds.sum())


@pytest.mark.parametrize(("length", "share"), [(4, 0.3), (8, 0.6), (12, 0.7), (20, 0.9), (24, 0.95), (40, 0.95)])
def test_what_followed_before_is_expected_again_the_more_the_longer_the_match(length: int, share: float) -> None:
    motif = list(range(100, 100 + length))
    found = probabilities([1, *motif, 50, 2, *motif])
    assert found.argmax() == 50
    assert found[50] == pytest.approx(share + (1 - share) / len(NAMES), rel=1e-4)


@pytest.mark.parametrize("tokens", [[7], [1, 2, 3, 4, 5], [5, 6, 7, 50, 2, 5, 6, 7]])
def test_without_a_match_of_four_nothing_changes(tokens: list[int]) -> None:
    np.testing.assert_array_equal(with_motifs(EVEN, tokens), EVEN)


def test_several_places_share() -> None:
    motif = [10, 11, 12, 13]
    found = probabilities([1, *motif, 50, 2, *motif, 51, 3, *motif])
    assert found[50] == pytest.approx(found[51])
    assert found[50] == pytest.approx(0.15, abs=0.01)


def test_the_longest_match_wins() -> None:
    found = probabilities([9, 10, 11, 12, 13, 50, 8, 10, 11, 12, 13, 51, 9, 10, 11, 12, 13])
    assert found[50] > 0.25 > found[51]
