"""Neighbours: the same as by comparing with all, as nearly as half the memory and a part of the library allow."""

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.library import neighbours
from engine.library.neighbours import Kept, Mask, Sorted, Vectors, cut, from_kept, nearest, sort_into, to_kept

SIZE, COUNT = 24, 4_000


def unit(vectors: NDArray[np.floating]) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), dtype=np.float32)


def exactly(direction: Vectors, count: int, vectors: Vectors, admitted: Mask) -> set[int]:
    similarities = np.where(admitted, vectors @ direction, -np.inf)
    return set(np.argsort(-similarities)[: min(count, int(admitted.sum()))].tolist())


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    """Samples in crowds, as a library has them."""
    rng = np.random.default_rng(0)
    crowds = rng.standard_normal((40, SIZE))
    return unit(crowds[rng.integers(40, size=COUNT)] + 0.7 * rng.standard_normal((COUNT, SIZE)))


@pytest.fixture(scope="module")
def in_cells(vectors: Vectors) -> tuple[Kept, Sorted]:
    kept = to_kept(vectors)
    places, order = sort_into(cut(kept), kept)
    return kept[places], order


def test_what_is_kept_is_nearly_what_was_given(vectors: Vectors) -> None:
    assert np.abs(from_kept(to_kept(vectors)) - vectors).max() <= 0.5 / 32_767 + 1e-7


def test_cells_hold_every_sample_once_near_their_centres(in_cells: tuple[Kept, Sorted]) -> None:
    kept, order = in_cells
    assert len(order.cells) == round(COUNT**0.5)
    assert order.count == COUNT
    assert (np.diff(order.starts) >= 0).all()
    numbers = np.repeat(np.arange(len(order.cells)), np.diff(order.starts))
    np.testing.assert_array_equal(numbers, (from_kept(kept) @ order.cells.centres.T).argmax(axis=1))


def test_without_cells_neighbours_are_exact_and_in_order(vectors: Vectors) -> None:
    admitted = np.arange(COUNT) % 3 == 0
    places, similarities = nearest(vectors[7], 12, to_kept(vectors), None, admitted)
    assert set(places.tolist()) == exactly(vectors[7], 12, from_kept(to_kept(vectors)), admitted)
    assert (np.diff(similarities) <= 0).all()
    np.testing.assert_allclose(similarities, vectors[places] @ vectors[7], atol=1e-3)


@pytest.mark.parametrize("share", [1.0, 0.3])
def test_a_few_cells_have_nearly_all_neighbours(
    in_cells: tuple[Kept, Sorted], monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    kept, order = in_cells
    monkeypatch.setattr(neighbours, "COMPARED_SAMPLES", COUNT // 5)
    admitted = np.random.default_rng(1).random(COUNT) < share
    found_count = 0
    for query in from_kept(kept)[:: COUNT // 50]:
        places, _ = nearest(query, 10, kept, order, admitted)
        assert admitted[places].all()
        found_count += len(exactly(query, 10, from_kept(kept), admitted) & set(places.tolist()))
    assert found_count >= 0.95 * 500


def test_where_few_are_admitted_none_is_missed(in_cells: tuple[Kept, Sorted], monkeypatch: pytest.MonkeyPatch) -> None:
    kept, order = in_cells
    monkeypatch.setattr(neighbours, "COMPARED_SAMPLES", COUNT // 5)
    admitted = np.zeros(COUNT, np.bool_)
    admitted[::97] = True  # all over the space
    query = from_kept(kept)[0]
    places, _ = nearest(query, 30, kept, order, admitted)
    assert set(places.tolist()) == exactly(query, 30, from_kept(kept), admitted)
    assert len(nearest(query, 1_000, kept, order, admitted)[0]) == admitted.sum()


def test_cells_that_have_lost_all_their_samples_are_passed_over(
    in_cells: tuple[Kept, Sorted], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, order = in_cells
    last = len(order.cells) - 1
    numbers = np.repeat(np.arange(len(order.cells)), np.diff(order.starts))
    mask = ~np.isin(numbers, [0, 7, 8, last - 1, last])
    left, left_order = kept[mask], order.kept(mask)
    admitted = np.arange(len(left)) % 5 != 0
    monkeypatch.setattr(neighbours, "COMPARED_SAMPLES", int(admitted.sum()) - 1)  # all cells but for the farthest
    for query in from_kept(left)[::500]:
        places, _ = nearest(query, 10, left, left_order, admitted)
        assert set(places.tolist()) == exactly(query, 10, from_kept(left), admitted)


def test_what_comes_after_the_cut_is_found_and_what_goes_is_not(
    in_cells: tuple[Kept, Sorted], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, order = in_cells
    monkeypatch.setattr(neighbours, "COMPARED_SAMPLES", 100)
    mask = np.ones(COUNT, np.bool_)
    mask[100:200] = False
    gone = from_kept(kept[150:151])[0]
    new = unit(np.ones((1, SIZE), np.float32))
    changed, admitted = np.concatenate([kept[mask], to_kept(new)]), np.ones(COUNT - 99, np.bool_)
    left = order.kept(mask)
    assert left.count == COUNT - 100
    assert nearest(new[0], 1, changed, left, admitted)[0].tolist() == [COUNT - 100]
    assert nearest(gone, 1, changed, left, admitted)[1][0] < 0.9999
