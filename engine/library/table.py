"""The library's table: samples on disk or in an object store, in LanceDB, which finds neighbours by its own indexes.

    put, remove ──► rows (Lance files; every change makes a version) ──► get, nearest
                 └► catalogue (in memory) ──► lists, filters by tag

Up to INDEX_FROM samples, neighbours are found by comparing with all of them. From there on there is an inverted file:
the space is cut into cells, and only the nearest cells are searched, with exact similarities. (Product quantisation
would save memory that the system's page cache gives back by itself, and takes many times as long to build.)

Every put makes a version and a small file; `optimise` joins them, puts new rows into the indexes and drops versions
that nobody reads any more. Other engines may use the same library: a change of theirs is seen within FRESH_SEC.

LanceDB takes a while to load and starts threads of its own, which a forked process would not have; so it is imported
when a library is first used, and nothing here may be called in a forked child. All methods block, and may be called
from any thread but an event loop's.
"""

import contextlib
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import LibraryUnavailable
from engine.library.catalogue import COLUMNS, Catalogue
from engine.library.conditions import condition_of, one_of
from engine.library.filters import SampleFilter
from engine.library.rows import ArrowTable, embeddings_of, from_rows, schema, to_rows
from engine.library.sample import LibrarySample

Found = list[tuple[LibrarySample, float]]
"""Samples and their similarities, best first: the cosine of the angle between embeddings."""

INDEX_FROM = 20_000
FRESH_SEC = 1.0

TABLE = "samples"
_VECTOR_INDEX = "embedding_idx"
_PROBED_CELLS = 20
_NEW_SHARE = 0.02
"""Share of a large library that may be new before its space is cut anew."""
_PUTS_BEFORE_OPTIMISING = 50
_KEPT_VERSIONS = timedelta(minutes=10)
"""Longer than any other engine takes for one read."""
_OVERFETCH = 8
"""Neighbours asked for per one that is wanted, where tags are checked afterwards."""


class SampleTable:
    """Holds the samples of one library."""

    def __init__(self, location: str) -> None:
        """Opens nothing yet.

        Args:
            location: a folder, or an object store's URL such as s3://bucket/library.
        """
        self._location = location
        self._lock = threading.RLock()
        """Held for moments, around what is remembered below."""
        self._writing = threading.RLock()
        """Held for as long as a change takes, which may be minutes; readers go on meanwhile."""
        self._is_writing = False
        self._lance: Any = None
        self._catalogue: Catalogue | None = None
        self._version = -1
        self._checked_sec = 0.0
        self._puts = 0
        self._indexed_count = 0

    @property
    def count(self) -> int:
        """How many samples there are."""
        return len(self.catalogue)

    @property
    def catalogue(self) -> Catalogue:
        """What is kept in memory of all samples, as of now.

        Raises:
            LibraryUnavailable: the table cannot be opened.
        """
        with self._lock:
            lance = self._opened()
            if self._catalogue is not None and self._is_writing:
                return self._catalogue
            if time.monotonic() - self._checked_sec > FRESH_SEC:
                lance.checkout_latest()
                self._checked_sec = time.monotonic()
            if self._catalogue is None or lance.version != self._version:
                self._version = lance.version
                self._catalogue = Catalogue.of(lance.search().select(list(COLUMNS)).to_arrow())
            return self._catalogue

    def put(self, samples: Sequence[LibrarySample]) -> None:
        """Adds samples; those whose ids are there already are replaced.

        Raises:
            LibraryUnavailable: the table cannot be opened.
        """
        latest = list({sample.id: sample for sample in samples}.values())
        if not latest:
            return
        rows = to_rows(latest)
        with self._change() as (lance, catalogue):
            lance.merge_insert("id").when_matched_update_all().when_not_matched_insert_all().execute(rows)
            self._changed_to(catalogue.with_entries(Catalogue.of(rows)))
            self._puts += 1
        if self._puts >= _PUTS_BEFORE_OPTIMISING:
            self.optimise()

    def remove(self, ids: Iterable[str]) -> int:
        """Takes samples out and returns how many were there.

        Raises:
            LibraryUnavailable: the table cannot be opened.
        """
        with self._change() as (lance, catalogue):
            there = [sample_id.decode() for sample_id in catalogue.ids[catalogue.among(ids)]]
            if there:
                lance.delete(one_of("id", there))
                self._changed_to(catalogue.without(there))
            return len(there)

    def get(self, ids: Sequence[str]) -> list[LibrarySample]:
        """Returns samples by id, in the order of the ids; those that are not there are left out."""
        if not ids:
            return []
        self._refresh()
        rows = self._opened().search().where(one_of("id", set(ids))).limit(len(ids)).to_arrow()
        found = {sample.id: sample for sample in from_rows(rows)}
        return [found[sample_id] for sample_id in ids if sample_id in found]

    def nearest(self, embedding: NDArray[np.float32], count: int, wanted: SampleFilter) -> Found:
        """Returns the samples that sound most like an embedding, among those that meet the limits.

        Args:
            embedding: of EMBEDDING_MODEL, shape (EMBEDDING_SIZE,), length 1.
            count: at most so many.
            wanted: the limits.
        """
        catalogue = self.catalogue
        if not len(catalogue) or count <= 0:
            return []
        if not wanted.tags:
            return _found(self._nearest(embedding, count, wanted, catalogue))
        fitting = set(catalogue.ids[catalogue.admitted(SampleFilter(tags=wanted.tags))].tolist())
        asked = count
        while True:
            asked = min(asked * _OVERFETCH, len(catalogue))
            near = self._nearest(embedding, asked, wanted, catalogue)
            fits = [place for place, name in enumerate(near["id"].to_pylist()) if name.encode() in fitting]
            if len(fits) >= count or len(near) < asked or asked == len(catalogue):
                return _found(near.take(np.array(fits[:count], dtype=np.int64)))

    def embeddings(self) -> tuple[list[str], NDArray[np.float32]]:
        """Returns all ids and their embeddings, shape (samples, EMBEDDING_SIZE)."""
        self._refresh()
        rows = self._opened().search().select(["id", "embedding"]).to_arrow()
        return rows["id"].to_pylist(), embeddings_of(rows)

    def optimise(self) -> None:
        """Joins small files, drops old versions, and makes or completes the indexes of a library that is large enough.

        A cut of the space takes ten seconds per hundred thousand samples; meanwhile the library is read as before.
        A large library is left as it is while few samples are new: they are searched beside the cells.
        """
        with self._change() as (lance, catalogue):
            count = len(catalogue)
            is_large = count >= INDEX_FROM
            has_little_new = count - self._indexed_count <= _NEW_SHARE * count and self._puts < _PUTS_BEFORE_OPTIMISING
            if is_large and has_little_new:
                return
            self._puts = 0
            lance.optimize(cleanup_older_than=_KEPT_VERSIONS)
            # Only now: LanceDB's optimising joins the cells to a few large ones, which take much longer to search.
            if is_large:
                self._index(lance, count)
        self._refresh()

    @contextlib.contextmanager
    def _change(self) -> Iterator[tuple[Any, Catalogue]]:
        """Yields LanceDB's table and the catalogue before the change; what is read meanwhile is from before it, too."""
        with self._writing:
            catalogue = self.catalogue
            self._is_writing = True
            try:
                yield self._opened(), catalogue
            finally:
                self._is_writing = False

    def _nearest(
        self, embedding: NDArray[np.float32], count: int, wanted: SampleFilter, catalogue: Catalogue
    ) -> ArrowTable:
        query = self._opened().search(embedding, vector_column_name="embedding").distance_type("dot").limit(count)
        # Where limits leave few samples in the nearest cells, others are searched until there are enough.
        query = query.minimum_nprobes(max(_PROBED_CELLS, count // 5)).maximum_nprobes(0)
        if condition := condition_of(wanted, catalogue.distinct_kinds):
            query = query.where(condition, prefilter=True)
        return query.to_arrow()

    def _index(self, lance: Any, count: int) -> None:  # noqa: ANN401 - LanceDB has no types
        from lancedb.index import Bitmap, BTree, IvfFlat

        for column, kind in (("id", BTree()), ("quarter_bpm", BTree()), ("kind", Bitmap()), ("scale", Bitmap())):
            lance.create_index(column, config=kind, replace=True)
        cells = IvfFlat(distance_type="dot", num_partitions=round(count**0.5), max_iterations=10, sample_rate=64)
        lance.create_index("embedding", config=cells, name=_VECTOR_INDEX, replace=True)
        self._indexed_count = count

    def _refresh(self) -> None:
        """Looks for changes that the catalogue does not know of."""
        _ = self.catalogue

    def _changed_to(self, catalogue: Catalogue) -> None:
        """Takes over the catalogue after a change of ours, unless another engine changed the table in between."""
        with self._lock:
            version = self._opened().version
            self._catalogue = catalogue if version == self._version + 1 else None
            self._version = version

    def _opened(self) -> Any:  # noqa: ANN401 - LanceDB has no types
        with self._lock:
            if self._lance is None:
                self._lance = _open(self._location)
                self._indexed_count = _indexed_count(self._lance)
            return self._lance


def _found(rows: ArrowTable) -> Found:
    similarities = (1 - rows["_distance"].to_numpy()).tolist()
    return list(zip(from_rows(rows), similarities, strict=True))


def _open(location: str) -> Any:  # noqa: ANN401 - LanceDB has no types
    import lancedb

    try:
        if "://" not in location:
            Path(location).mkdir(parents=True, exist_ok=True)
        connection = lancedb.connect(location)
        return connection.create_table(TABLE, schema=schema(), exist_ok=True)
    except (OSError, RuntimeError, ValueError) as error:
        raise LibraryUnavailable(
            f"The library at {location} cannot be opened: {error}. Check it, or start the engine with "
            "another one (--library).",
            location=location,
        ) from error


def _indexed_count(lance: Any) -> int:  # noqa: ANN401 - LanceDB has no types
    """Returns how many rows the index over embeddings has; 0 where there is none."""
    with contextlib.suppress(RuntimeError, ValueError):
        if stats := lance.index_stats(_VECTOR_INDEX):
            return int(stats.num_indexed_rows)
    return 0
