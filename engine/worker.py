"""A worker: one thread that owns one device and the models loaded on it.

Exactly one thread per device runs models: launches on a device are serial anyway, and memory stays predictable. Models
stay loaded up to a budget, counted in bytes of their weights, since a song that is written down stem by stem needs half
a dozen of which only the separator is large. What has not been used for longest makes way when another is needed.
"""

import asyncio
import gc
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import ParamSpec, TypeVar, cast

from engine.backends import load_backend
from engine.backends.base import (
    BeatBackend,
    Card,
    ChordBackend,
    GenerationBackend,
    Report,
    SeparationBackend,
    TaggingBackend,
    TranscriptionBackend,
)
from engine.jobs.records import Lane
from engine.progress import part_of
from engine.weights.store import WeightStore

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class _Loaded:
    backend: object
    weight_bytes: int
    """Size of its weight files."""


class Worker:
    """Runs functions one after the other on its own thread, and keeps models ready for them."""

    def __init__(self, device: str, lane: Lane, weights: WeightStore, weight_budget_bytes: int) -> None:
        """Starts no thread and loads nothing yet.

        Args:
            device: where models run, by PyTorch's name.
            lane: the kind of orders that it takes.
            weights: where the models' files come from.
            weight_budget_bytes: how much may be loaded; a model that is larger is loaded alone.
        """
        self.device = device
        self.lane = lane
        self.weights = weights
        self.loading_sec = 0.0
        """Time spent so far on fetching and loading models, which is no time of running them."""
        self._weight_budget_bytes = weight_budget_bytes
        self._loaded: OrderedDict[str, _Loaded] = OrderedDict()
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

    def generator(self, card: Card, report: Report) -> GenerationBackend:
        """Returns the card's generator. See `_backend`."""
        return cast(GenerationBackend, self._backend(card, report))

    def _backend(self, card: Card, report: Report) -> object:
        """Returns the card's backend, loaded on this worker's device; fetches its weights first where they are missing.

        Call it on the worker's thread. What it reports stands at fraction 0, since the model's own work comes after it.

        Raises:
            WeightsUnavailable, WeightsCorrupt, BackendUnavailable: it cannot be loaded; the message says what to do.
        """
        if card.name not in self._loaded:
            started_sec = time.perf_counter()
            try:
                self._loaded[card.name] = self._load(card, part_of(report, 0.0, 0.0))
            finally:
                self.loading_sec += time.perf_counter() - started_sec
        self._loaded.move_to_end(card.name)
        return self._loaded[card.name].backend

    def _load(self, card: Card, report: Report) -> _Loaded:
        paths = {name: self.weights.fetch(name, report) for name in card.weights}
        weight_bytes = sum(path.stat().st_size for path in paths.values())
        report(0.0, f"loading {card.name}")
        self._make_room(weight_bytes)
        return _Loaded(load_backend(card, paths, self.device), weight_bytes)

    def _make_room(self, weight_bytes: int) -> None:
        """Lets go of models until so much more fits into the budget, or none is left."""
        loaded_bytes = sum(loaded.weight_bytes for loaded in self._loaded.values())
        while self._loaded and loaded_bytes + weight_bytes > self._weight_budget_bytes:
            loaded_bytes -= self._loaded.popitem(last=False)[1].weight_bytes
            gc.collect()

    def close(self) -> None:
        """Waits for the running function and ends the thread."""
        self._executor.shutdown()
