"""Clips that suggestions are asked for: as the library knows them, or listened to first, once ever."""

import asyncio
from collections.abc import Sequence

import numpy as np

from engine.assets import AssetStore
from engine.errors import JobCancelled
from engine.jobs.records import Json, Order
from engine.jobs.scheduler import Scheduler
from engine.library.sample import EMBEDDING_MODEL, LibrarySample
from engine.library.table import SampleTable
from engine.metrics import Metrics
from engine.music_codec import parse_key
from engine.services.audio_input import AudioInput
from engine.services.tagging import tagging_order
from engine.tagging import plan_tagging
from engine.weights.store import WeightStore


class ClipListener:
    """Describes uploaded audio as samples; what the library does not know is tagged, as TagAudio would do it."""

    def __init__(
        self,
        scheduler: Scheduler,
        store: AssetStore,
        weights: WeightStore,
        metrics: Metrics,
        audio_input: AudioInput,
        table: SampleTable,
    ) -> None:
        self._scheduler = scheduler
        self._store = store
        self._weights = weights
        self._metrics = metrics
        self._input = audio_input
        self._table = table

    async def described(self, digests: Sequence[str]) -> tuple[LibrarySample, ...]:
        """Returns a sample for each digest.

        Raises:
            AssetNotFound, InvalidAudio, AudioTooLong: one cannot be worked on.
            EngineError: whatever the tagging fails with.
        """
        known = {sample.id: sample for sample in await asyncio.to_thread(self._table.get, digests)}
        return tuple([known.get(sha256) or await self._heard(sha256) for sha256 in digests])

    async def _heard(self, sha256: str) -> LibrarySample:
        duration_sec = (await self._input.checked(sha256, min_duration_sec=0.0)).duration_sec
        models = plan_tagging((), self._weights)
        order = tagging_order(models, {sha256: duration_sec}, (sha256,), False, self._store, self._metrics)
        return sample_of(sha256, await self._facts(order))

    async def _facts(self, order: Order) -> Json:
        """Returns what the order found; gives it up if the caller does."""
        job = await self._scheduler.submit(order)
        try:
            async for _, latest in self._scheduler.watch(job.id):
                job = latest
        finally:
            self._scheduler.cancel(job.id)
        if job.result is None:
            raise job.error or JobCancelled("Listening to the clip was stopped; ask again.")
        facts: Json = job.result.facts["audio_tags"][0]
        return facts


def sample_of(sha256: str, facts: Json) -> LibrarySample:
    """Returns the sample that a tagging's facts describe; it has no name."""
    taggings = facts["taggings"]
    return LibrarySample(
        id=sha256,
        name="",
        folders=(),
        embedding=np.array(taggings[EMBEDDING_MODEL]["embedding"], np.float32),
        tag_scores={model: np.array(tagging["scores"], np.float32) for model, tagging in taggings.items()},
        quarter_bpm=facts["quarter_bpm"],
        key=parse_key(facts["key"]),
        loudness_lufs=-np.inf if facts["loudness_lufs"] is None else facts["loudness_lufs"],
        duration_sec=facts["duration_sec"],
        kind=facts["kind"],
        brightness=facts["brightness"],
        index_time_sec=0.0,
    )
