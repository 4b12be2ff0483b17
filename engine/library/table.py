"""The library's table: samples on disk or in an object store, in LanceDB.

    put, remove ──► rows (Lance files; every change makes a version)
                 └► catalogue (in memory) ──► get, lists, limits, neighbours

From CUT_FROM samples on, the space of embeddings is cut into cells (`engine.library.neighbours`), in the background and
anew when there is half as much again; meanwhile the library is searched as it is.

Every put makes a version and a small file; `optimise` joins them, puts new rows into the index over ids and drops
versions that nobody reads any more. Other engines may use the same library: a change of theirs is seen within
FRESH_SEC.

All methods block, and may be called from any thread but an event loop's.
"""

import contextlib
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.library.catalogue import Catalogue
from engine.library.filters import SampleFilter
from engine.library.lance import KEPT_VERSIONS, create_table, reaching, with_ids
from engine.library.neighbours import cut, from_kept
from engine.library.rows import schema, to_rows
from engine.library.sample import LibrarySample

Found = list[tuple[LibrarySample, float]]
"""Samples and their similarities, best first: the cosine of the angle between embeddings."""

INDEX_FROM = 20_000
"""Samples from which on puts find ids by an index."""
CUT_FROM = 20_000
FRESH_SEC = 1.0

TABLE = "samples"
_GROWTH = 1.5
"""Of a library, from which on it is cut anew."""
_PUTS_BEFORE_OPTIMISING = 50


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
        self._is_cutting = False

    @property
    def count(self) -> int:
        """How many samples there are."""
        return len(self.catalogue)

    @property
    def catalogue(self) -> Catalogue:
        """What is kept in memory of all samples, as of now.

        Raises:
            LibraryUnavailable: the table cannot be reached.
        """
        with self._lock:
            lance = self._opened()
            if self._catalogue is not None and self._is_writing:
                return self._catalogue
            if time.monotonic() - self._checked_sec > FRESH_SEC:
                with reaching(self._location):
                    lance.checkout_latest()
                self._checked_sec = time.monotonic()
            if self._catalogue is None or lance.version != self._version:
                with reaching(self._location):
                    version, rows = lance.version, lance.to_arrow()
                read, self._version = Catalogue.of(rows), version
                before = self._catalogue.order if self._catalogue else None
                self._catalogue = read if before is None else read.cut_into(before.cells)
                self._cut_if_needed(self._catalogue)
            return self._catalogue

    def put(self, samples: Sequence[LibrarySample]) -> None:
        """Adds samples; those whose ids are there already are replaced.

        Raises:
            LibraryUnavailable: the table cannot be reached.
        """
        latest = list({sample.id: sample for sample in samples}.values())
        if not latest:
            return
        rows = to_rows(latest)
        with self._change() as (lance, catalogue):
            with reaching(self._location):
                lance.merge_insert("id").when_matched_update_all().when_not_matched_insert_all().execute(rows)
            self._changed_to(catalogue.with_entries(Catalogue.of(rows)))
            self._puts += 1
        if self._puts >= _PUTS_BEFORE_OPTIMISING:
            self.optimise()

    def remove(self, ids: Iterable[str]) -> int:
        """Takes samples out and returns how many were there.

        Raises:
            LibraryUnavailable: the table cannot be reached.
        """
        with self._change() as (lance, catalogue):
            there = [sample_id.decode() for sample_id in catalogue.ids[catalogue.among(ids)]]
            if there:
                with reaching(self._location):
                    lance.delete(with_ids(there))
                self._changed_to(catalogue.without(there))
            return len(there)

    def get(self, ids: Sequence[str]) -> list[LibrarySample]:
        """Returns samples by id, in the order of the ids; those that are not there are left out."""
        catalogue = self.catalogue
        return catalogue.samples(catalogue.places_of(ids))

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
        places, similarities = catalogue.nearest(embedding, count, catalogue.admitted(wanted))
        return list(zip(catalogue.samples(places), similarities.tolist(), strict=True))

    def embeddings(self) -> tuple[list[str], NDArray[np.float32]]:
        """Returns all ids and their embeddings, shape (samples, EMBEDDING_SIZE)."""
        catalogue = self.catalogue
        return [sample_id.decode() for sample_id in catalogue.ids], from_kept(catalogue.embeddings)

    def optimise(self) -> None:
        """Joins small files, drops old versions, and keeps an index over ids in a library that is large enough."""
        with self._change() as (lance, catalogue):
            self._puts = 0
            with reaching(self._location):
                lance.optimize(cleanup_older_than=KEPT_VERSIONS)
                if len(catalogue) >= INDEX_FROM and not lance.list_indices():
                    self._index(lance)
        self._refresh()

    def cut(self) -> None:
        """Cuts the space of embeddings anew. Readers go on meanwhile; writers wait while samples are put into cells."""
        cells = cut(self.catalogue.embeddings)
        with self._writing:
            catalogue = self.catalogue
            latest = catalogue.cut_into(cells)
            with self._lock:
                if self._catalogue is catalogue:  # another engine's change is cut the next time
                    self._catalogue = latest

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

    def _index(self, lance: Any) -> None:  # noqa: ANN401 - LanceDB has no types
        from lancedb.index import BTree

        lance.create_index("id", config=BTree(), replace=True)

    def _cut_if_needed(self, catalogue: Catalogue) -> None:
        """Begins a cut in the background, where there is none or the library has outgrown it."""
        if self._is_cutting or len(catalogue) < CUT_FROM:
            return
        if catalogue.order is not None and len(catalogue) < _GROWTH * catalogue.order.count:
            return
        self._is_cutting = True
        threading.Thread(target=self._cut_in_background, name="cut of the library", daemon=True).start()

    def _cut_in_background(self) -> None:
        try:
            self.cut()
        finally:
            self._is_cutting = False

    def _refresh(self) -> None:
        """Looks for changes that the catalogue does not know of."""
        _ = self.catalogue

    def _changed_to(self, catalogue: Catalogue) -> None:
        """Takes over the catalogue after a change of ours, unless another engine changed the table in between."""
        with self._lock:
            version = self._opened().version
            self._catalogue = catalogue if version == self._version + 1 else None
            self._version = version
            self._cut_if_needed(catalogue)

    def _opened(self) -> Any:  # noqa: ANN401 - LanceDB has no types
        with self._lock:
            if self._lance is None:
                self._lance = create_table(self._location, TABLE, schema())
            return self._lance
