"""A worker: one thread that owns one device and the models loaded on it.

Exactly one thread per device runs models: launches on a device are serial anyway, and memory stays predictable. The
least recently used model makes way when another is needed.
"""

import asyncio
import gc
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar, cast

from engine.backends import load_backend
from engine.backends.base import (
    BeatBackend,
    Card,
    ChordBackend,
    Report,
    SeparationBackend,
    TaggingBackend,
    TranscriptionBackend,
)
from engine.jobs.records import Lane
from engine.weights.store import WeightStore

P = ParamSpec("P")
T = TypeVar("T")


class Worker:
    """Runs functions one after the other on its own thread, and keeps models ready for them."""

    def __init__(self, device: str, lane: Lane, weights: WeightStore, max_loaded_models: int) -> None:
        self.device = device
        self.lane = lane
        self.weights = weights
        self._max_loaded_models = max_loaded_models
        self._loaded: OrderedDict[str, object] = OrderedDict()
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"worker-{device or lane.value}")

    async def submit(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Returns what `function` returns, or raises what it raises, after running it on the worker's thread."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, lambda: function(*args, **kwargs))

    def separator(self, card: Card, report: Report) -> SeparationBackend:
        """Returns the card's separator. See `_backend`."""
        return cast(SeparationBackend, self._backend(card, report))

    def transcriber(self, card: Card, report: Report) -> TranscriptionBackend:
        """Returns the card's transcriber. See `_backend`."""
        return cast(TranscriptionBackend, self._backend(card, report))

    def beat_finder(self, card: Card, report: Report) -> BeatBackend:
        """Returns the card's finder of beats. See `_backend`."""
        return cast(BeatBackend, self._backend(card, report))

    def chord_finder(self, card: Card, report: Report) -> ChordBackend:
        """Returns the card's finder of chords. See `_backend`."""
        return cast(ChordBackend, self._backend(card, report))

    def tagger(self, card: Card, report: Report) -> TaggingBackend:
        """Returns the card's tagger. See `_backend`."""
        return cast(TaggingBackend, self._backend(card, report))

    def _backend(self, card: Card, report: Report) -> object:
        """Returns the card's backend, loaded on this worker's device; fetches its weights first where they are missing.

        Call it on the worker's thread.

        Raises:
            WeightsUnavailable, WeightsCorrupt, BackendUnavailable: it cannot be loaded; the message says what to do.
        """
        if card.name not in self._loaded:
            paths = {name: self.weights.fetch(name, report) for name in card.weights}
            report(0.0, f"loading {card.name}")
            while len(self._loaded) >= self._max_loaded_models:
                self._loaded.popitem(last=False)
                gc.collect()
            self._loaded[card.name] = load_backend(card, paths, self.device)
        self._loaded.move_to_end(card.name)
        return self._loaded[card.name]

    def close(self) -> None:
        """Waits for the running function and ends the thread."""
        self._executor.shutdown()
