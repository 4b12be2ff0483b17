"""Search by what samples sound like, in words, where a model that knows both is installed: CLAP.

    indexing    audio ── worker's model ── embedding ──► VectorTable
    search      text ─── text model ────── direction ──► likeness of every sample that was heard

Samples that were taken in before the model was there are heard when they are named to the indexing again, as every
scan does. A text is read on a model of this object's own, on the processor and in the caller's thread: it takes tens of
milliseconds, and must not wait for a separation that keeps the worker busy for minutes.

Without a model, or with one that cannot be loaded, samples are found by names and tags alone.
"""

import logging
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from engine.backends import load_backend
from engine.backends.base import Card, Report, TextTaggingBackend
from engine.errors import BackendUnavailable, EngineError, WeightsCorrupt, WeightsUnavailable
from engine.library.batches import batches
from engine.library.catalogue import Catalogue
from engine.library.neighbours import similarities_to
from engine.library.vector_table import VectorSet, VectorTable
from engine.tagging import embed_files, text_card
from engine.weights.store import WeightStore
from engine.worker import Worker

BATCH_SAMPLES = 64
"""As many files are put away at once; a job that is killed loses one batch at most."""

Likeness = NDArray[np.float32]
"""One per sample, -1 to 1; not a number for a sample that the model has not heard."""

log = logging.getLogger(__name__)


class WordSearch:
    """Finds samples of one library by a description of their sound."""

    def __init__(self, location: str, weights: WeightStore) -> None:
        """Loads and opens nothing yet.

        Args:
            location: of the library, as `SampleTable` has it.
            weights: where the model's files are, if they are there.
        """
        self._location = location
        self._weights = weights
        self._lock = threading.Lock()
        self._tables: dict[str, VectorTable] = {}
        self._reader: TextTaggingBackend | None = None
        self._last_text: tuple[str, NDArray[np.float32]] | None = None
        self._last_places: tuple[Catalogue, VectorSet, NDArray[np.intp]] | None = None
        self._is_broken = False

    def likeness(self, text: str, catalogue: Catalogue) -> Likeness | None:
        """Returns how much each sample of a catalogue sounds like a text; None where nothing can be said.

        Raises:
            LibraryUnavailable: the table cannot be opened.
        """
        card = self._card()
        if card is None or not text.strip():
            return None
        vectors = self._table(card).vectors
        if not len(vectors.ids) or (direction := self._direction(card, text)) is None:
            return None
        places = self._places(catalogue, vectors)
        return np.where(places >= 0, similarities_to(direction, vectors.embeddings)[places], np.float32(np.nan))

    def unheard(self, ids: Iterable[str]) -> list[str]:
        """Returns the samples that the model has yet to hear; none where there is no model."""
        card, wanted = self._card(), list(ids)
        if card is None or not wanted:
            return []
        places = self._table(card).vectors.places_of(np.array([sample_id.encode() for sample_id in wanted], "S64"))
        return [sample_id for sample_id, place in zip(wanted, places, strict=True) if place < 0]

    def hear(self, paths: Mapping[str, Path], worker: Worker, report: Report) -> None:
        """Gives samples their place among the words; a file that cannot be read is passed over.

        Args:
            paths: where their audio lies, by id.
            worker: has the model; this runs on its thread.
            report: called all along; what it raises ends the work, and what has been done so far stays.

        Raises:
            LibraryUnavailable: the table cannot be opened.
        """
        card = self._card()
        if card is None or not paths:
            return
        try:
            tagger = worker.tagger(card, report)
        except (BackendUnavailable, WeightsCorrupt, WeightsUnavailable) as error:
            self._give_up(error)
            return
        table = self._table(card)
        heard = zip(paths, embed_files(list(paths.values()), tagger, report), strict=True)
        for batch in batches(heard, BATCH_SAMPLES):
            table.put({sample_id: found for sample_id, found in batch if not isinstance(found, EngineError)})
        table.optimise()

    def remove(self, ids: list[str]) -> None:
        """Forgets samples.

        Raises:
            LibraryUnavailable: the table cannot be opened.
        """
        if card := self._card():
            self._table(card).remove(ids)

    def _card(self) -> Card | None:
        return None if self._is_broken else text_card(self._weights)

    def _table(self, card: Card) -> VectorTable:
        with self._lock:
            return self._tables.setdefault(card.name, VectorTable(self._location, card.name))

    def _direction(self, card: Card, text: str) -> NDArray[np.float32] | None:
        """Returns where a text lies; None where the model cannot be loaded."""
        with self._lock:
            if self._last_text is None or self._last_text[0] != text:
                try:
                    self._reader = self._reader or self._load(card)
                except (BackendUnavailable, WeightsCorrupt, WeightsUnavailable) as error:
                    self._give_up(error)
                    return None
                self._last_text = text, self._reader.embed_text([text])[0]
            return self._last_text[1]

    def _load(self, card: Card) -> TextTaggingBackend:
        paths = {name: self._weights.fetch(name, _unreported) for name in card.weights}
        return cast(TextTaggingBackend, load_backend(card, paths, "cpu"))

    def _places(self, catalogue: Catalogue, vectors: VectorSet) -> NDArray[np.intp]:
        """Returns where each sample of a catalogue is among the embeddings."""
        last = self._last_places
        if last is None or last[0] is not catalogue or last[1] is not vectors:
            self._last_places = last = catalogue, vectors, vectors.places_of(catalogue.ids)
        return last[2]

    def _give_up(self, error: EngineError) -> None:
        self._is_broken = True
        log.warning("%s Until the engine is started anew, samples are found by names and tags alone.", error.message)


def _unreported(fraction: float, message: str) -> None:
    """Hears no progress: the files are on this machine."""
