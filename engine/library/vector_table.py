"""A second embedding of samples, in a table of its own: on disk or in an object store, and in memory.

    samples            id, tags, measurements, the embedding of EMBEDDING_MODEL    every sample
    embeddings_clap    id, embedding                                              those that CLAP has heard

It stands apart since a sample is taken in without it, and gets it when a model is there that gives it. In memory it
takes two bytes a number, 1 kB for each sample that CLAP has heard. All methods block, and may be called from any thread
but an event loop's; other engines may use the same table, and a change of theirs is seen within FRESH_SEC.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.library.lance import KEPT_VERSIONS, LanceTable, create_table, find_table, reaching, with_ids
from engine.library.neighbours import Kept, to_kept
from engine.library.rows import ArrowTable, embeddings_of

FRESH_SEC = 1.0

Digests = NDArray[np.bytes_]


@dataclass(frozen=True, eq=False)
class VectorSet:
    """Embeddings by id. A set never changes; a new one takes its place."""

    ids: Digests
    """In order."""
    embeddings: Kept
    """Shape (samples, size)."""

    def places_of(self, ids: Digests) -> NDArray[np.intp]:
        """Returns where each sample's embedding is, -1 for one that has none."""
        if not len(self.ids):
            return np.full(len(ids), -1, np.intp)
        nearby = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.where(self.ids[nearby] == ids, nearby, -1)

    def with_entries(self, new: "VectorSet") -> "VectorSet":
        """Returns this set with entries added, or replaced where their ids are here."""
        if not len(self.ids):
            return new
        kept = self.without(new.ids)
        ids = np.concatenate([kept.ids, new.ids])
        order = np.argsort(ids, kind="stable")
        return VectorSet(ids[order], np.concatenate([kept.embeddings, new.embeddings])[order])

    def without(self, ids: Digests) -> "VectorSet":
        """Returns this set without some samples."""
        mask = ~np.isin(self.ids, ids)
        return VectorSet(self.ids[mask], self.embeddings[mask])


class VectorTable:
    """Holds the embeddings that one model gives of a library's samples."""

    def __init__(self, location: str, model: str) -> None:
        """Opens nothing yet.

        Args:
            location: of the library, as `SampleTable` has it.
            model: name of the model.
        """
        self._location = location
        self._name = f"embeddings_{model}"
        self._lock = threading.RLock()
        self._lance: LanceTable | None = None
        self._vectors = _NONE
        self._version = -1
        self._checked_sec = -np.inf

    @property
    def vectors(self) -> VectorSet:
        """All embeddings, as of now.

        Raises:
            LibraryUnavailable: the table cannot be reached.
        """
        with self._lock:
            if time.monotonic() - self._checked_sec > FRESH_SEC:
                self._look_for_changes()
            return self._vectors

    def put(self, embeddings: Mapping[str, NDArray[np.float32]]) -> None:
        """Adds embeddings of length 1 by id; those that are there already are replaced.

        Raises:
            LibraryUnavailable: the table cannot be reached.
        """
        if not embeddings:
            return
        rows = _to_rows(embeddings)
        with self._lock:
            before = self.vectors
            if self._lance is None:
                self._lance = create_table(self._location, self._name, rows.schema)
            with reaching(self._location):
                self._lance.merge_insert("id").when_matched_update_all().when_not_matched_insert_all().execute(rows)
            self._changed_to(before.with_entries(_set_of(rows)))

    def remove(self, ids: list[str]) -> None:
        """Takes samples out; those that are not there are passed over.

        Raises:
            LibraryUnavailable: the table cannot be reached.
        """
        with self._lock:
            before, digests = self.vectors, np.array([sample_id.encode() for sample_id in ids], "S64")
            if self._lance is not None and (before.places_of(digests) >= 0).any():
                with reaching(self._location):
                    self._lance.delete(with_ids(ids))
                self._changed_to(before.without(digests))

    def optimise(self) -> None:
        """Joins small files and drops old versions."""
        with self._lock:
            if self._lance is not None:
                with reaching(self._location):
                    self._lance.optimize(cleanup_older_than=KEPT_VERSIONS)

    def _look_for_changes(self) -> None:
        if self._lance is None:
            self._lance = find_table(self._location, self._name)
        if self._lance is not None:
            with reaching(self._location):
                self._lance.checkout_latest()
                version = self._lance.version
                rows = self._lance.to_arrow() if version != self._version else None
            if rows is not None:
                self._version, self._vectors = version, _set_of(rows)
        self._checked_sec = time.monotonic()

    def _changed_to(self, vectors: VectorSet) -> None:
        """Takes over what a change of ours made of the table, unless another engine changed it, too."""
        assert self._lance is not None
        is_ours_alone = self._lance.version == self._version + 1
        self._vectors, self._version = vectors, self._lance.version
        if not is_ours_alone:
            self._version, self._checked_sec = -1, -np.inf


_NONE = VectorSet(np.zeros(0, "S64"), np.zeros((0, 0), np.int16))


def _to_rows(embeddings: Mapping[str, NDArray[np.float32]]) -> ArrowTable:
    import pyarrow as pa

    size = len(next(iter(embeddings.values())))
    schema = pa.schema([("id", pa.string()), ("embedding", pa.list_(pa.float32(), size))])
    return pa.table({"id": list(embeddings), "embedding": list(embeddings.values())}, schema=schema)


def _set_of(rows: ArrowTable) -> VectorSet:
    ids = np.array(rows["id"].to_pylist(), "S64")
    order = np.argsort(ids, kind="stable")
    return VectorSet(ids[order], to_kept(embeddings_of(rows))[order])
