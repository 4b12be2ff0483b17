"""Variety: nothing twice, the best first, and less alike the more of it is asked for."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.library.diversity import varied_order


def vectors(seed: int, count: int) -> NDArray[np.float32]:
    random = np.random.default_rng(seed).standard_normal((count, 6))
    scaled: NDArray[np.float32] = (random / np.linalg.norm(random, axis=1, keepdims=True)).astype(np.float32)
    return scaled


@given(st.integers(0, 1000), st.integers(1, 30), st.floats(0, 1), st.integers(0, 40))
def test_nothing_comes_twice_and_the_best_comes_first(seed: int, pool: int, variety: float, count: int) -> None:
    relevance = np.random.default_rng(seed).random(pool)
    order = varied_order(relevance, vectors(seed, pool), variety, count)
    assert len(order) == len(set(order)) == min(count, pool)
    assert set(order) <= set(range(pool))
    if order:
        assert order[0] == relevance.argmax()


@given(st.integers(0, 1000), st.integers(1, 30))
def test_without_variety_the_order_is_by_relevance(seed: int, pool: int) -> None:
    relevance = np.random.default_rng(seed).random(pool)
    assert varied_order(relevance, vectors(seed, pool), 0.0, pool) == np.argsort(-relevance).tolist()


@given(st.integers(0, 1000), st.floats(0.01, 1))
def test_each_choice_has_the_highest_marginal_relevance(seed: int, variety: float) -> None:
    relevance, embeddings = np.random.default_rng(seed).random(12), vectors(seed, 12)
    order = varied_order(relevance, embeddings, variety, 12)
    scaled = (relevance - relevance.min()) / np.ptp(relevance)
    for step in range(1, 12):
        left, chosen = order[step:], order[:step]
        merits = [
            (1 - variety) * scaled[x] - variety * max(embeddings[x] @ embeddings[y] for y in chosen) for x in left
        ]
        assert merits[0] >= max(merits) - 1e-6


def test_a_copy_of_what_was_chosen_waits_until_the_end() -> None:
    embeddings = np.eye(3, dtype=np.float32)[[0, 0, 1, 2]]
    relevance = np.array([1.0, 0.99, 0.8, 0.7])
    assert varied_order(relevance, embeddings, 0.5, 4) == [0, 2, 3, 1]
    assert varied_order(relevance, embeddings, 0.0, 4) == [0, 1, 2, 3]


def test_more_variety_makes_neighbours_of_a_crowd_less_alike() -> None:
    """Half of the pool is one crowd, which is a little better than the rest."""
    crowd, rest = np.tile(np.eye(8, dtype=np.float32)[:1], (6, 1)), np.eye(8, dtype=np.float32)[1:7]
    relevance = np.concatenate([np.linspace(1, 0.9, 6), np.linspace(0.5, 0.0, 6)])
    from_crowd = [
        sum(place < 6 for place in varied_order(relevance, np.concatenate([crowd, rest]), variety, 6))
        for variety in (0.0, 0.3, 0.45, 0.9)
    ]
    assert from_crowd == sorted(from_crowd, reverse=True)
    assert (from_crowd[0], from_crowd[-1]) == (6, 1)
