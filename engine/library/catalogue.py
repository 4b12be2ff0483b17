"""What the library keeps in memory of every sample, so that lists, limits and neighbours need no look at the table.

All that is known of it, a kilobyte a sample: tag scores in half precision, embeddings as `neighbours` keeps them. A
catalogue never changes: what was put in or taken out makes a new one, and whoever reads the old one goes on
undisturbed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.backends import REGISTRY
from engine.library.filters import TAG_SHARE, SampleFilter, is_kind, tempo_ranges
from engine.library.neighbours import Cells, Kept, Mask, Sorted, Vectors, from_kept, nearest, sort_into, to_kept
from engine.library.rows import ArrowTable, embeddings_of, joined, samples_of, scale_number, scores_of
from engine.library.sample import LibrarySample
from engine.library.tags import TAG_PLACES, TAGGERS
from engine.library.text_index import TextIndex

_FIRST_TAG = dict(
    zip(TAGGERS, np.cumsum([0, *(len(REGISTRY[model].outputs) for model in TAGGERS)]).tolist(), strict=False)
)
"""Where each model's tags begin among the columns of all scores."""


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Columns of equal length, one entry per sample."""

    rows: ArrowTable
    """All columns that are not taken apart below, and those that are, but for embedding and scores."""
    ids: NDArray[np.bytes_]
    names: NDArray[np.object_]
    texts: NDArray[np.object_]
    """Name and folders in lower case, each on a line of its own."""
    kinds: NDArray[np.object_]
    scales: NDArray[np.int8]
    tempi_bpm: NDArray[np.float32]
    brightness: NDArray[np.float32]
    scores: NDArray[np.float16]
    """Of all tags of all models, shape (samples, tags)."""
    embeddings: Kept
    """Shape (samples, EMBEDDING_SIZE)."""
    order: Sorted | None = field(default=None, kw_only=True)
    """How entries stand in the order of their cells, in a large library."""

    @classmethod
    def of(cls, rows: ArrowTable) -> "Catalogue":
        """Returns the catalogue of rows that have all columns."""
        names, folders = rows["name"].to_pylist(), rows["folders"].to_pylist()
        texts = ["\n".join((name, *above)).lower() for name, above in zip(names, folders, strict=True)]
        return cls(
            rows=rows.drop_columns(["embedding", *TAGGERS]).combine_chunks(),
            ids=np.array(rows["id"].to_pylist(), dtype="S64"),
            names=np.array([*names, None], dtype=object)[:-1],
            texts=np.array([*texts, None], dtype=object)[:-1],
            kinds=np.array([*rows["kind"].to_pylist(), None], dtype=object)[:-1],
            scales=rows["scale"].to_numpy().astype(np.int8),
            tempi_bpm=rows["quarter_bpm"].to_numpy().astype(np.float32),
            brightness=rows["brightness"].to_numpy().astype(np.float32),
            scores=scores_of(rows).astype(np.float16),
            embeddings=to_kept(embeddings_of(rows)),
        )

    def __len__(self) -> int:
        return len(self.ids)

    def with_entries(self, new: "Catalogue") -> "Catalogue":
        """Returns this catalogue with entries added, or replaced where their ids are here."""
        kept = self._kept(~np.isin(self.ids, new.ids))
        columns = (np.concatenate(pair) for pair in zip(kept._arrays(), new._arrays(), strict=True))
        return Catalogue(joined(kept.rows, new.rows), *columns, order=kept.order)

    def cut_into(self, cells: Cells) -> "Catalogue":
        """Returns this catalogue in the order of these cells."""
        places, order = sort_into(cells, self.embeddings)
        return Catalogue(
            self.rows.take(places).combine_chunks(), *(array[places] for array in self._arrays()), order=order
        )

    @cached_property
    def text_index(self) -> TextIndex:
        """Where words stand in names and folders."""
        return TextIndex(self.texts.tolist())

    def samples(self, places: NDArray[np.intp]) -> list[LibrarySample]:
        """Returns the samples at these places, in their order."""
        scores = self.scores[places].astype(np.float32)
        return samples_of(self.rows.take(places), from_kept(self.embeddings[places]), scores)

    def places_of(self, ids: Iterable[str]) -> NDArray[np.intp]:
        """Returns the places of samples, in the order of the ids; those that are not there are left out."""
        found = self.looked_up(ids)
        return found[found >= 0]

    def looked_up(self, ids: Iterable[str]) -> NDArray[np.intp]:
        """Returns the place of each sample, -1 for one that is not there."""
        # An id that is none has characters that bytes lack; it is no sample's.
        wanted = np.array([sample_id.encode("ascii", "replace") for sample_id in ids], dtype="S64")
        if not len(self):
            return np.full(len(wanted), -1, np.intp)
        nearby = np.minimum(np.searchsorted(self._ordered_ids, wanted), len(self) - 1)
        return np.where(self._ordered_ids[nearby] == wanted, self._by_id[nearby], -1)

    def nearest(self, direction: Vectors, count: int, admitted: Mask) -> tuple[NDArray[np.intp], Vectors]:
        """Returns the entries that sound most like a direction, best first, and their similarities.

        Args:
            direction: of EMBEDDING_MODEL, shape (EMBEDDING_SIZE,), length 1.
            count: at most so many.
            admitted: which entries may be found.
        """
        return nearest(direction, count, self.embeddings, self.order, admitted)

    def without(self, ids: Iterable[str]) -> "Catalogue":
        """Returns this catalogue without some samples."""
        return self._kept(~self.among(ids))

    def among(self, ids: Iterable[str]) -> Mask:
        """Returns which entries have one of these ids."""
        mask = np.zeros(len(self), dtype=np.bool_)
        mask[self.places_of(ids)] = True
        return mask

    def admitted(self, wanted: SampleFilter) -> Mask:
        """Returns which entries meet the limits."""
        mask = np.ones(len(self), dtype=np.bool_)
        if wanted.keys:
            mask &= _is_one_of(self.scales, [scale_number(*scale) for scale in wanted.keys])
        if wanted.quarter_bpm:
            fits = np.zeros(len(self), dtype=np.bool_)
            for low, high in tempo_ranges(wanted.quarter_bpm):
                fits |= (low <= self.tempi_bpm) & (self.tempi_bpm <= high)
            mask &= fits
        if wanted.kinds:
            fitting = [
                code
                for code, kind in enumerate(self.distinct_kinds)
                if any(is_kind(kind, name) for name in wanted.kinds)
            ]
            mask &= _is_one_of(self._kind_codes, fitting)
        for tag in wanted.tags:
            mask &= self.tag_scores(tag) >= self.tag_limit(tag)
        if wanted.ids:
            mask &= self.among(wanted.ids)
        if wanted.excluded_ids:
            mask &= ~self.among(wanted.excluded_ids)
        return mask

    def tag_scores(self, tag: str) -> NDArray[np.float16]:
        """Returns every sample's score of a known tag (in lower case)."""
        places = [_FIRST_TAG[model] + index for model, index in TAG_PLACES[tag]]
        highest: NDArray[np.float16] = self.scores[:, places].max(axis=1)
        return highest

    def tag_limit(self, tag: str) -> float:
        """Returns the score from which on a tag fits: TAG_SHARE of the library have it."""
        if tag not in self._tag_limits:
            scores = self.tag_scores(tag)
            self._tag_limits[tag] = float(np.quantile(scores, 1 - TAG_SHARE, method="higher")) if len(scores) else 0.0
        return self._tag_limits[tag]

    def tag_limits(self, tags: Sequence[str]) -> Mapping[str, float]:
        """Returns the limits of several tags."""
        return {tag: self.tag_limit(tag) for tag in tags}

    @cached_property
    def by_name(self) -> NDArray[np.intp]:
        """Entries in the order of their names, in any case; equal names by their ids."""
        keys = [(name.lower(), sample_id) for name, sample_id in zip(self.names, self.ids, strict=True)]
        return np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.intp)

    @cached_property
    def _by_id(self) -> NDArray[np.intp]:
        return np.argsort(self.ids, kind="stable")

    @cached_property
    def _ordered_ids(self) -> NDArray[np.bytes_]:
        return self.ids[self._by_id]

    @cached_property
    def distinct_kinds(self) -> list[str]:
        """The kinds that there are."""
        return sorted(set(self.kinds.tolist()))

    @cached_property
    def _kind_codes(self) -> NDArray[np.int16]:
        """Each sample's kind as its place among `distinct_kinds`."""
        codes = {kind: code for code, kind in enumerate(self.distinct_kinds)}
        return np.array([codes[kind] for kind in self.kinds], dtype=np.int16)

    @cached_property
    def _tag_limits(self) -> dict[str, float]:
        return {}

    def _kept(self, mask: Mask) -> "Catalogue":
        order = None if self.order is None else self.order.kept(mask)
        rows = self.rows.take(np.flatnonzero(mask)).combine_chunks()
        return Catalogue(rows, *(array[mask] for array in self._arrays()), order=order)

    def _arrays(self) -> list[NDArray[Any]]:
        return [getattr(self, column.name) for column in fields(self) if column.name not in ("rows", "order")]


def _is_one_of(column: NDArray[np.integer], numbers: Sequence[int]) -> Mask:
    """Returns where a column has one of a few numbers: one comparison each is a third of a look into a table."""
    mask = np.zeros(len(column), np.bool_)
    for number in numbers:
        mask |= column == number
    return mask
