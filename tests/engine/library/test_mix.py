"""Directions and mixtures: a few numbers with known sums."""

import numpy as np
import pytest

from engine.library.direction import direction_of
from engine.library.mix import MIX_WEIGHTS, Mode, mixed, with_text

EAST, NORTH = np.array([1, 0], np.float32), np.array([0, 1], np.float32)


def test_a_direction_leans_towards_likes_and_away_from_dislikes() -> None:
    alone, towards, away = direction_of([EAST]), direction_of([EAST], [NORTH]), direction_of([EAST], [], [NORTH])
    assert alone is not None
    assert towards is not None
    assert away is not None
    assert alone @ NORTH == 0
    assert towards @ NORTH == pytest.approx(0.75 / np.hypot(1, 0.75))
    assert away @ NORTH == pytest.approx(-0.15 / np.hypot(1, 0.15))
    assert np.linalg.norm(towards) == pytest.approx(1)


def test_there_is_no_direction_without_something_to_look_towards() -> None:
    assert direction_of([]) is None
    assert direction_of([], [], [NORTH]) is None
    assert direction_of([EAST, -EAST]) is None


def test_a_mode_that_is_known_is_answered_alone() -> None:
    parts = {Mode.SIMILAR: np.array([0.1, 0.9], np.float32), Mode.TASTE: np.array([0.5, 0.0], np.float32)}
    np.testing.assert_array_equal(mixed(parts, Mode.TASTE), parts[Mode.TASTE])


def test_a_mix_is_the_weighted_mean_of_what_is_known() -> None:
    assert sum(MIX_WEIGHTS.values()) == pytest.approx(1)
    ones = np.ones(2, np.float32)
    np.testing.assert_allclose(mixed(dict.fromkeys(MIX_WEIGHTS, ones), Mode.MIX), ones)
    parts = {Mode.SIMILAR: ones, Mode.TASTE: 0 * ones}
    share = MIX_WEIGHTS[Mode.SIMILAR] / (MIX_WEIGHTS[Mode.SIMILAR] + MIX_WEIGHTS[Mode.TASTE])
    np.testing.assert_allclose(mixed(parts, Mode.MIX), share * ones)
    np.testing.assert_allclose(mixed(parts, Mode.COMPLEMENT), share * ones)


def test_words_count_as_much_as_the_rest_or_alone() -> None:
    words = np.array([1.0, 0.0], np.float32)
    np.testing.assert_array_equal(with_text(None, words), words)
    np.testing.assert_allclose(with_text(np.array([0.0, 0.5], np.float32), words), [0.5, 0.25])
