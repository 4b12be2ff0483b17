"""Neighbours in memory: which of the library's embeddings are most like one.

A large library's space is cut into cells around centres that k-means finds, an inverted file (Sivic and Zisserman,
"Video Google", ICCV 2003), and samples are kept in the order of their cells: a search compares with the runs of samples
in the cells nearest to it. What a limit does not admit is dropped after the comparison; where it leaves few samples,
those are compared, and none is missed.

LanceDB has such an index, too. A search in it takes several times as long (docs/benchmarks.md), because it reads rows
from files, and suggestions look at hundreds of embeddings for every request.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Kept = NDArray[np.int16]
"""Embeddings as they are kept: in half the memory, as multiples of 1/32767. (Half-precision floats would be as small,
but turn into floats twenty times as slowly.)"""
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]

COMPARED_SAMPLES = 20_000
COMPARED_SHARE = 0.05
"""So many samples are compared with, or this share of the library if that is more: for a million, 7 ms of processor."""
LEFT_PER_NEIGHBOUR = 20
"""How many of them a limit must leave for every neighbour that is asked for, or more are compared with."""
_FULL_SCALE = 32_767
_LEARNED_PER_CELL = 64
_BLOCK = 16_384
"""Samples that are converted and compared at once: what fits into the processor's cache."""


def to_kept(vectors: Vectors) -> Kept:
    """Returns embeddings of length 1 as they are kept."""
    return np.rint(vectors * _FULL_SCALE).astype(np.int16)


def from_kept(kept: Kept) -> Vectors:
    """Returns embeddings that were kept."""
    vectors: Vectors = kept.astype(np.float32) * np.float32(1 / _FULL_SCALE)
    return vectors


def similarities_to(direction: Vectors, embeddings: Kept) -> Vectors:
    """Returns the similarity of each embedding to a direction, shape (samples,)."""
    scaled = direction * np.float32(1 / _FULL_SCALE)  # one vector, instead of all of them
    blocks = (embeddings[start : start + _BLOCK] for start in range(0, len(embeddings), _BLOCK))
    return np.concatenate([np.zeros(0, np.float32), *(block.astype(np.float32) @ scaled for block in blocks)])


@dataclass(frozen=True, eq=False)
class Cells:
    """A cut of the space."""

    centres: Vectors
    """Shape (cells, size), each of length 1."""

    def __len__(self) -> int:
        return len(self.centres)

    def of(self, embeddings: Kept) -> NDArray[np.int16]:
        """Returns the number of the cell that each embedding lies in."""
        blocks = (embeddings[start : start + _BLOCK] for start in range(0, len(embeddings), _BLOCK))
        numbers = [(from_kept(block) @ self.centres.T).argmax(axis=1).astype(np.int16) for block in blocks]
        return np.concatenate([np.zeros(0, np.int16), *numbers])

    def by_distance(self, direction: Vectors) -> Places:
        """Returns the numbers of the cells, the nearest first."""
        return np.argsort(-(self.centres @ direction))


def cut(embeddings: Kept) -> Cells:
    """Returns a cut of a large library's space into as many cells as a cell has samples; equal for equal embeddings."""
    from sklearn.cluster import MiniBatchKMeans

    cell_count = round(len(embeddings) ** 0.5)
    rng = np.random.default_rng(0)
    learned = embeddings[rng.choice(len(embeddings), min(len(embeddings), _LEARNED_PER_CELL * cell_count), False)]
    means = MiniBatchKMeans(cell_count, init="random", n_init=1, max_iter=10, batch_size=8 * cell_count, random_state=0)
    centres = means.fit(from_kept(learned)).cluster_centers_
    return Cells(np.asarray(centres / np.linalg.norm(centres, axis=1, keepdims=True), dtype=np.float32))


@dataclass(frozen=True, eq=False)
class Sorted:
    """How the first samples of a library stand in the order of their cells; later ones came after the cut."""

    cells: Cells
    starts: Places
    """Where each cell's samples begin, and where the last one's end, shape (cells + 1,)."""

    @property
    def count(self) -> int:
        """How many samples are sorted."""
        return int(self.starts[-1])

    def kept(self, mask: Mask) -> "Sorted":
        """Returns the order of those samples that a mask keeps."""
        kept_before = np.concatenate([[0], np.cumsum(mask[: self.count])])
        return Sorted(self.cells, kept_before[self.starts])

    def runs(self, direction: Vectors, count: int, admitted: Mask) -> list[slice]:
        """Returns the samples of the nearest cells, enough to choose `count` admitted ones from, and those in none."""
        order = self.cells.by_distance(direction)
        compared = np.cumsum(np.diff(self.starts)[order])
        left = np.cumsum(self._counts(admitted)[order])
        enough = max(
            int(np.searchsorted(compared, max(COMPARED_SAMPLES, COMPARED_SHARE * self.count))),
            int(np.searchsorted(left, max(LEFT_PER_NEIGHBOUR * count, COMPARED_SAMPLES // 10))),
        )
        runs = [slice(int(self.starts[number]), int(self.starts[number + 1])) for number in order[: enough + 1]]
        return [*runs, slice(self.count, len(admitted))]

    def _counts(self, mask: Mask) -> NDArray[np.int32]:
        """Returns how many samples of each cell a mask has."""
        begins = self.starts[:-1]
        is_filled = begins < self.starts[1:]
        counts = np.zeros(len(begins), np.int32)
        counts[is_filled] = np.add.reduceat(mask[: self.count].view(np.int8), begins[is_filled], dtype=np.int32)
        return counts


def sort_into(cells: Cells, embeddings: Kept) -> tuple[Places, Sorted]:
    """Returns the order in which samples stand cell by cell, and where the cells begin in it."""
    numbers = cells.of(embeddings)
    order = np.argsort(numbers, kind="stable")
    return order, Sorted(cells, np.searchsorted(numbers[order], np.arange(len(cells) + 1)))


def nearest(
    direction: Vectors, count: int, embeddings: Kept, order: Sorted | None, admitted: Mask
) -> tuple[Places, Vectors]:
    """Returns the places of the embeddings most like a direction, best first, and their similarities.

    Args:
        direction: shape (size,), of length 1.
        count: at most so many.
        embeddings: shape (samples, size), each of length 1.
        order: how they stand in cells; None where all are to be compared with.
        admitted: which samples may be found.
    """
    if order is None or np.count_nonzero(admitted) <= COMPARED_SAMPLES:
        places = np.flatnonzero(admitted)
        parts = [places[start : start + _BLOCK] for start in range(0, len(places), _BLOCK)]
        similarities = [similarities_to(direction, embeddings[part]) for part in parts]
    else:
        runs = order.runs(direction, count, admitted)
        kept = [np.flatnonzero(admitted[run]) for run in runs]
        similarities = [
            similarities_to(direction, embeddings[run])[inside] for run, inside in zip(runs, kept, strict=True)
        ]
        places = np.concatenate([run.start + inside for run, inside in zip(runs, kept, strict=True)])
    return _best(places, np.concatenate([np.zeros(0, np.float32), *similarities]), count)


def _best(places: Places, similarities: Vectors, count: int) -> tuple[Places, Vectors]:
    best = np.argpartition(-similarities, count - 1)[:count] if count < len(places) else np.arange(len(places))
    best = best[np.argsort(-similarities[best], kind="stable")]
    return places[best], similarities[best]
