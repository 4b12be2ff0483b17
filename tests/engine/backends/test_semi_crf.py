"""The decoder finds what trying every set of intervals finds."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.backends.semi_crf import BLOCK_FRAMES, BestPaths, Interval, Scores, best_paths

Matrix = NDArray[np.float32]
SEEDS = st.integers(0, 2**32 - 1)


def as_scores(matrix: Matrix) -> Scores:
    """Returns the scores of a whole matrix, shape (tracks, first frames, last frames)."""
    return lambda first, last: torch.from_numpy(matrix[:, first:last, first:])


def decode(matrix: Matrix, singles: Matrix) -> BestPaths:
    return best_paths(as_scores(matrix), torch.from_numpy(singles))


def random_scores(seed: int, track_count: int, frame_count: int) -> tuple[Matrix, Matrix]:
    rng = np.random.default_rng(seed)
    matrix = rng.standard_normal((track_count, frame_count, frame_count)).astype(np.float32)
    return matrix, rng.standard_normal((track_count, frame_count)).astype(np.float32)


def every_path(first: int, frame_count: int) -> Iterator[list[Interval]]:
    """Yields every set of intervals of two frames and more from a frame on that may touch, but not overlap."""
    yield []
    for begin in range(first, frame_count):
        for end in range(begin + 1, frame_count):
            for rest in every_path(end, frame_count):
                yield [(begin, end), *rest]


def worthy_singles(singles: Matrix, first: int, intervals: list[Interval]) -> list[Interval]:
    """Returns the single frames of positive score that no interval has inside it."""
    inside = {frame for begin, end in intervals for frame in range(begin + 1, end)}
    return [(frame, frame) for frame in range(first, len(singles)) if singles[frame] > 0 and frame not in inside]


def total(matrix: Matrix, singles: Matrix, intervals: list[Interval]) -> float:
    return float(sum(singles[a] if a == b else matrix[a, b] for a, b in intervals))


@given(seed=SEEDS, frame_count=st.integers(1, 7), data=st.data())
@settings(max_examples=60)
def test_no_set_of_intervals_scores_higher(seed: int, frame_count: int, data: Any) -> None:
    matrix, singles = random_scores(seed, 2, frame_count)
    firsts = data.draw(st.lists(st.integers(0, frame_count - 1), min_size=2, max_size=2))
    for track, found in enumerate(decode(matrix, singles).follow(firsts)):
        own = matrix[track], singles[track]
        paths = every_path(firsts[track], frame_count)
        best = max(total(*own, path + worthy_singles(singles[track], firsts[track], path)) for path in paths)
        assert total(*own, found) == pytest.approx(best, abs=1e-5)
        assert all(first <= last for first, last in found)
        assert all(one[1] <= other[0] for one, other in pairwise(found))


@given(seed=SEEDS)
@settings(max_examples=5)
def test_scores_in_several_blocks_give_the_path_of_the_whole_matrix(seed: int) -> None:
    frame_count = 2 * BLOCK_FRAMES + 5
    matrix, singles = random_scores(seed, 1, frame_count)
    # The textbook's recursion, forwards and in float64: an independent way to the highest sum.
    best = [max(0.0, float(singles[0, 0]))]
    for end in range(1, frame_count):
        reached = max(best[begin] + float(matrix[0, begin, end]) for begin in range(end))
        best.append(max(best[-1], reached) + max(0.0, float(singles[0, end])))
    (found,) = decode(matrix, singles).follow([0])
    assert total(matrix[0], singles[0], found) == pytest.approx(best[-1], abs=1e-3)


def test_nothing_is_found_where_no_score_is_positive() -> None:
    matrix, singles = random_scores(0, 3, 20)
    assert decode(-np.abs(matrix), -np.abs(singles)).follow([0, 5, 19]) == [[], [], []]


def test_an_interval_may_begin_where_one_ends_and_a_single_frame_stand_between() -> None:
    matrix = np.full((1, 6, 6), -1, dtype=np.float32)
    matrix[0, 1, 3] = matrix[0, 3, 5] = 2
    singles = np.full((1, 6), -1, dtype=np.float32)
    singles[0, 3] = 1
    assert decode(matrix, singles).follow([0]) == [[(1, 3), (3, 3), (3, 5)]]
    # Whoever begins later has what is left.
    assert decode(matrix, singles).follow([2]) == [[(3, 3), (3, 5)]]
