"""The library laid out in a plane: what sounds alike lies together.

t-SNE (van der Maaten, "Accelerating t-SNE using tree-based algorithms", 2014) keeps neighbours of the embeddings
neighbours in the plane; HDBSCAN (Campello, Moulavi and Sander, "Density-based clustering based on hierarchical density
estimates", 2013) finds the crowds there. The layout is seeded, so that the same library gives the same map. UMAP would
do as well, but its package compiles itself in every new process, for a quarter of a minute and more.

Of a large library FIT_SAMPLES are laid out, chosen at random; every other sample stands among its nearest of these. A
library of fewer than LEAST_SAMPLES is laid out by its two main directions and has no crowds.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST_SAMPLES = 15
FIT_SAMPLES = 3_000
NO_CLUSTER = -1

_SEED = 7
_PERPLEXITY = 30.0
"""About how many neighbours count, in a library that is large enough."""
_CLUSTER_SHARE = 0.01
_LEAST_CLUSTER = 5
_PLACED_BY = 5
"""How many neighbours say where another sample stands."""
_LEAST_EXTENT = 1e-4
"""What is narrower differs by rounding only."""
_BLOCK = 2_000
"""Samples compared at once: 40 MB of similarities."""

Embeddings = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Layout:
    """Where samples stand."""

    places: NDArray[np.float32]
    """Shape (samples, 2), each coordinate from 0 to 1."""
    clusters: NDArray[np.int32]
    """Each sample's cluster, counted from 0; NO_CLUSTER for none."""


def lay_out(embeddings: Embeddings) -> Layout:
    """Returns the layout of samples with embeddings of shape (samples, size) and length 1."""
    count = len(embeddings)
    if count < LEAST_SAMPLES or not np.ptp(embeddings, axis=0).any():
        return Layout(_normalised(_main_directions(embeddings)), np.full(count, NO_CLUSTER, dtype=np.int32))
    fitted = np.sort(np.random.default_rng(_SEED).permutation(count)[:FIT_SAMPLES])
    places = _normalised(_neighbourly(embeddings[fitted]))
    core = Layout(places, _crowds(places))
    if count == len(fitted):
        return core
    whole = place_among(core, embeddings[fitted], embeddings)
    whole.places[fitted], whole.clusters[fitted] = core.places, core.clusters
    return whole


def place_among(layout: Layout, laid_out: Embeddings, others: Embeddings) -> Layout:
    """Returns the layout of other samples: amid their nearest that are laid out, in the cluster of the nearest.

    Args:
        layout: of those that are laid out.
        laid_out: their embeddings.
        others: embeddings of the others.
    """
    near = np.concatenate(
        [_nearest(laid_out, others[start : start + _BLOCK]) for start in range(0, len(others), _BLOCK)]
    )
    return Layout(layout.places[near].mean(axis=1), layout.clusters[near[:, 0]])


def _nearest(laid_out: Embeddings, others: Embeddings) -> NDArray[np.intp]:
    """Returns the places of the nearest, nearest first, shape (others, _PLACED_BY or fewer)."""
    similarities = others @ laid_out.T
    count = min(_PLACED_BY, len(laid_out))
    near = np.argpartition(-similarities, count - 1, axis=1)[:, :count]
    order = np.argsort(-np.take_along_axis(similarities, near, axis=1), axis=1)
    return np.take_along_axis(near, order, axis=1)


def _neighbourly(embeddings: Embeddings) -> Embeddings:
    """Returns places in which neighbours are those of the embeddings."""
    from sklearn.manifold import TSNE

    perplexity = min(_PERPLEXITY, (len(embeddings) - 1) / 3)
    places: Embeddings = TSNE(perplexity=perplexity, init="pca", random_state=_SEED).fit_transform(embeddings)
    return places


def _crowds(places: NDArray[np.float32]) -> NDArray[np.int32]:
    from sklearn.cluster import HDBSCAN

    size = max(_LEAST_CLUSTER, round(_CLUSTER_SHARE * len(places)))
    clusters: NDArray[np.int32] = HDBSCAN(min_cluster_size=size, copy=True).fit_predict(places).astype(np.int32)
    return clusters


def _main_directions(embeddings: Embeddings) -> Embeddings:
    """Returns the coordinates along the two directions in which the samples differ most."""
    centred = embeddings - embeddings.mean(axis=0) if len(embeddings) else embeddings
    scales = np.linalg.svd(centred, full_matrices=False)
    coordinates: Embeddings = (scales[0] * scales[1])[:, :2]
    return np.pad(coordinates, ((0, 0), (0, 2 - coordinates.shape[1])))


def _normalised(places: Embeddings) -> NDArray[np.float32]:
    """Returns the places moved and scaled into the unit square; what has no extent stands in the middle."""
    if not len(places):
        return np.zeros((0, 2), np.float32)
    low, high = places.min(axis=0), places.max(axis=0)
    is_wide = high - low > _LEAST_EXTENT
    centred = np.where(is_wide, (places - low) / np.where(is_wide, high - low, 1), 0.5)
    return np.clip(centred, 0, 1).astype(np.float32)
