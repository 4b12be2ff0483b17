"""All samples at a glance: what suggestions need of each, column by column, kept until library or taste change."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.key import MODES
from engine.library.catalogue import Catalogue
from engine.library.complement import Traits, kind_fit, place_on_circle
from engine.library.mix import Scores
from engine.library.roles import roles_of
from engine.library.rows import NO_SCALE, scale_number
from engine.library.taste import TasteModel


@dataclass(frozen=True, eq=False)
class Overview:
    """A catalogue, and the taste of those who use it."""

    catalogue: Catalogue
    traits: Traits
    model: TasteModel | None

    def taste_scores(self, weights: Mapping[str, float]) -> Scores | None:
        """Returns what taste says of each sample, of unused ones minus infinity; None where it says nothing."""
        scores = None if self.model is None else self.model.scores(weights)
        if scores is None:
            return None
        everywhere = np.full(len(self.catalogue), -np.inf, np.float32)
        is_there = self._used_places >= 0
        everywhere[self._used_places[is_there]] = scores[is_there]
        return everywhere

    @cached_property
    def _used_places(self) -> NDArray[np.intp]:
        """Where each column of the model's uses is in the catalogue; -1 where it is not."""
        return self.catalogue.looked_up(() if self.model is None else self.model.uses.sample_ids)


class Overviews:
    """Keeps the last overview, for as long as it holds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: Overview | None = None

    def of(self, catalogue: Catalogue, model: TasteModel | None) -> Overview:
        """Returns the overview of a catalogue and a taste; the same one for the same two."""
        with self._lock:
            last = self._last
            if last is None or last.catalogue is not catalogue:
                last = Overview(catalogue, traits_of(catalogue), model)
            elif last.model is not model:
                last = Overview(catalogue, last.traits, model)
            self._last = last
            return last


def traits_of(catalogue: Catalogue) -> Traits:
    """Returns what decides whether samples go with a clip."""
    kinds = catalogue.kinds.tolist()
    return Traits(
        fifths=_FIFTHS[catalogue.scales],
        tempi_bpm=catalogue.tempi_bpm,
        roles=np.asfortranarray(roles_of(catalogue.texts.tolist(), kinds, catalogue.tag_scores)),
        brightness=catalogue.brightness,
        kind_fits=np.array([kind_fit(kind) for kind in kinds], np.float32),
        is_one_shot=np.array([kind.startswith("one-shot") for kind in kinds], np.bool_),
    )


def _fifths() -> NDArray[np.int8]:
    """Returns each scale's place on the circle of fifths, by its number; the last is that of no key, -1."""
    places = np.full(25, -1, np.int8)
    for tonic in range(12):
        for mode in MODES:
            places[scale_number(tonic, mode)] = place_on_circle(tonic, mode)
    assert NO_SCALE == -1
    return places


_FIFTHS = _fifths()
