"""Taste on the listening counts of Last.fm users, beside popularity and what `implicit` has.

The data is HetRec 2011's (Cantador, Brusilovsky and Kuflik): 1,892 users, 17,632 artists, how often who heard whom. It
may be used for research that is not commercial: it measures, and trains nothing that is shipped. Of each user's artists
a random fifth is held out, and each way ranks all others but those that the user is known to have heard.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import threadpoolctl  # type: ignore[import-untyped]
from implicit.cpu.als import AlternatingLeastSquares
from implicit.nearest_neighbours import BM25Recommender
from numpy.typing import NDArray
from scipy import sparse

from benchmarks.ranking import best, ndcg, recall
from engine.library.taste import fit_taste
from engine.library.use_matrix import UseMatrix

COUNTS = Path(__file__).parents[2] / "shared" / "data" / "listening" / "user_artists.dat"
HELD_OUT_SHARE = 0.2
RANKED_COUNT = 20

Scores = NDArray[np.float32]


@dataclass(frozen=True)
class Figures:
    """Means over users."""

    recall: float
    ndcg: float


def read_counts(path: Path) -> sparse.csr_array:
    """Returns how often each user heard each artist, shape (users, artists)."""
    users, artists, counts = np.loadtxt(path, skiprows=1).T
    rows, columns = (np.unique(ids, return_inverse=True)[1] for ids in (users, artists))
    return sparse.csr_array((counts.astype(np.float32), (rows, columns)))


def split(counts: sparse.csr_array, seed: int) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Returns what is known, and what is held out."""
    random = np.random.default_rng(seed)
    is_held_out = np.zeros(counts.nnz, bool)
    for start, end in zip(counts.indptr[:-1], counts.indptr[1:], strict=True):
        held_count = round((end - start) * HELD_OUT_SHARE)
        is_held_out[start + random.choice(end - start, held_count, replace=False)] = True
    return _with_values(counts, counts.data * ~is_held_out), _with_values(counts, counts.data * is_held_out)


def ways() -> Mapping[str, Callable[[sparse.csr_array], Iterator[Scores]]]:
    """Returns, by name, what turns known counts into the scores of all artists, user by user."""
    return {
        "popularity": _popularity,
        "BM25 item-item, counts": _bm25,
        "BM25 item-item, heard or not": lambda known: _bm25(_heard(known)),
        "ALS, defaults, counts": _als,
        "ALS, defaults, log(1 + counts)": lambda known: _als(_with_values(known, np.log1p(known.data))),
        "ALS, defaults, heard or not": lambda known: _als(_heard(known)),
        "ours": _ours,
    }


def measure(scores: Iterator[Scores], known: sparse.csr_array, held_out: sparse.csr_array) -> Figures:
    """Returns how well the scores rank what is held out."""
    recalls, ndcgs = [], []
    for user, user_scores in enumerate(scores):
        hidden = held_out.indices[held_out.indptr[user] : held_out.indptr[user + 1]]
        if len(hidden):
            heard = known.indices[known.indptr[user] : known.indptr[user + 1]]
            ranked = best(user_scores, heard, RANKED_COUNT)
            recalls.append(recall(ranked, hidden))
            ndcgs.append(ndcg(ranked, hidden))
    return Figures(float(np.mean(recalls)), float(np.mean(ndcgs)))


def _with_values(counts: sparse.csr_array, values: NDArray[np.float32]) -> sparse.csr_array:
    changed = counts.copy()
    changed.data = values.astype(np.float32)
    changed.eliminate_zeros()
    return changed


def _heard(counts: sparse.csr_array) -> sparse.csr_array:
    return _with_values(counts, np.ones_like(counts.data))


def _popularity(known: sparse.csr_array) -> Iterator[Scores]:
    listeners = np.bincount(known.indices, minlength=known.shape[1]).astype(np.float32)
    for _ in range(known.shape[0]):
        yield listeners


def _bm25(known: sparse.csr_array) -> Iterator[Scores]:
    model = BM25Recommender(K=100, num_threads=1)
    model.fit(sparse.csr_matrix(known), show_progress=False)
    products = (known @ sparse.csr_array(model.similarity)).tocsr()
    for user in range(known.shape[0]):
        yield products[[user]].toarray()[0]


def _als(known: sparse.csr_array) -> Iterator[Scores]:
    with threadpoolctl.threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(random_state=0, num_threads=1)
        model.fit(sparse.csr_matrix(known), show_progress=False)
    for factors in model.user_factors:
        yield model.item_factors @ factors


def _ours(known: sparse.csr_array) -> Iterator[Scores]:
    names = tuple(map(str, range(known.shape[1])))
    model = fit_taste(UseMatrix(_heard(known), names))
    assert model is not None
    for user in range(known.shape[0]):
        heard = known.indices[known.indptr[user] : known.indptr[user + 1]]
        scores = model.scores({names[artist]: 1.0 for artist in heard})
        yield np.zeros(known.shape[1], np.float32) if scores is None else scores
