"""The map of the library: every sample's place, and clusters named by what is special about them.

A cluster's name is made of the tags that it has more of than the library has on average, measured in the library's own
spread (a tag that all samples share says nothing about any of them). No two clusters have the same name.

A map is kept until a tenth of the library has changed. Meanwhile new samples stand among those that they sound like.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.library.catalogue import Catalogue
from engine.library.map_layout import NO_CLUSTER, Embeddings, Layout, lay_out, place_among
from engine.library.table import SampleTable
from engine.library.tags import TAG_PLACES

CHANGE_SHARE = 0.1
"""Share of the library that may change before it is laid out anew."""
_NAME_TAGS = 2
_UNTOLD_TAGS = ("no vocals", "no vocal", "no voice")
"""What is not there makes no good name."""


@dataclass(frozen=True)
class Cluster:
    """Samples that belong together."""

    id: int
    name: str
    sample_count: int


@dataclass(frozen=True, eq=False)
class LibraryMap:
    """The library as it is laid out."""

    ids: tuple[str, ...]
    embeddings: Embeddings
    layout: Layout
    clusters: tuple[Cluster, ...]


class Cartographer:
    """Makes the map of one library, and keeps it."""

    def __init__(self, table: SampleTable) -> None:
        """Lays out nothing yet."""
        self._table = table
        self._lock = threading.Lock()
        self._map: LibraryMap | None = None

    def map(self) -> LibraryMap:
        """Returns the map. It blocks for as long as making one takes; who asks meanwhile waits for the same one.

        Raises:
            LibraryUnavailable: the table cannot be opened.
        """
        with self._lock:
            ids, embeddings = self._table.embeddings()
            layout = self._layout(ids, embeddings)
            clusters = name_clusters(layout.clusters, ids, self._table.catalogue)
            self._map = LibraryMap(tuple(ids), embeddings, layout, clusters)
            return self._map

    def _layout(self, ids: Sequence[str], embeddings: Embeddings) -> Layout:
        old = self._map
        if old is None:
            return lay_out(embeddings)
        known = {sample_id: place for place, sample_id in enumerate(old.ids)}
        places = np.array([known.get(sample_id, -1) for sample_id in ids], dtype=np.intp)
        is_new = places < 0
        change_count = int(is_new.sum()) + len(old.ids) - int((~is_new).sum())
        if change_count > CHANGE_SHARE * len(old.ids):
            return lay_out(embeddings)
        layout = Layout(old.layout.places[places], old.layout.clusters[places])
        if is_new.any():
            added = place_among(old.layout, old.embeddings, embeddings[is_new])
            layout.places[is_new], layout.clusters[is_new] = added.places, added.clusters
        return layout


def name_clusters(clusters: NDArray[np.int32], ids: Sequence[str], catalogue: Catalogue) -> tuple[Cluster, ...]:
    """Returns the clusters with their names.

    Args:
        clusters: each sample's cluster, or NO_CLUSTER.
        ids: of the samples.
        catalogue: has their tags.
    """
    rows = catalogue.looked_up(ids)
    told = clusters[rows >= 0]
    numbers = sorted(set(told.tolist()) - {NO_CLUSTER})
    if not numbers:
        return ()
    scores = _scores(catalogue)[rows[rows >= 0]]
    mean, spread = scores.mean(axis=0), scores.std(axis=0) + 1e-6
    named: list[Cluster] = []
    for number in numbers:
        lift = (scores[told == number].mean(axis=0) - mean) / spread
        name = _name(lift, {cluster.name for cluster in named})
        named.append(Cluster(number, name, int((told == number).sum())))
    return tuple(named)


def _scores(catalogue: Catalogue) -> NDArray[np.float32]:
    """Returns the scores of all tags by name, shape (samples, tags)."""
    return np.stack([catalogue.tag_scores(tag).astype(np.float32) for tag in TAG_PLACES], axis=1)


def _name(lift: NDArray[np.float32], taken: set[str]) -> str:
    """Returns the tags that stand out most, one more for as long as another cluster has the same."""
    tags = [tag for tag in np.array(list(TAG_PLACES))[np.argsort(-lift)].tolist() if tag not in _UNTOLD_TAGS]
    count = _NAME_TAGS
    while ", ".join(tags[:count]) in taken:
        count += 1
    return ", ".join(tags[:count])
