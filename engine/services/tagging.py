"""TaggingService: checks what is asked, and orders the tagging."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import grpc
from auxsend.v1 import tagging_pb2, tagging_pb2_grpc

from engine import codec, tagging_codec
from engine.assets import AssetStore
from engine.backends.base import Report
from engine.errors import EngineError, InvalidArgument, InvalidAudio
from engine.jobs.records import Order, Result
from engine.jobs.scheduler import Scheduler
from engine.metrics import Metrics
from engine.services.audio_input import AudioInput
from engine.tagging import describe_files, plan_tagging
from engine.weights.store import WeightStore
from engine.worker import Worker

MAX_ASSETS = 256
MAX_TAGGRAM_SEC = 4 * 3600.0
"""Audio of one answer with scores over time: 2 MB for two models with 50 tags each, half of what a message may have."""


class TaggingService(tagging_pb2_grpc.TaggingServiceServicer):
    """Describes uploaded audio in words and numbers."""

    def __init__(
        self,
        scheduler: Scheduler,
        store: AssetStore,
        weights: WeightStore,
        metrics: Metrics,
        audio_input: AudioInput,
    ) -> None:
        self._scheduler = scheduler
        self._store = store
        self._weights = weights
        self._metrics = metrics
        self._input = audio_input

    async def TagAudio(
        self, request: tagging_pb2.TagAudioRequest, context: grpc.aio.ServicerContext
    ) -> tagging_pb2.TagAudioResponse:
        """Queues a tagging, or answers with the job that did or does the same."""
        models = plan_tagging(tuple(request.models), self._weights)
        digests = tuple(request.asset_sha256s)
        durations_sec = await self._checked(digests)
        if request.has_taggram and sum(durations_sec.values()) > MAX_TAGGRAM_SEC:
            raise InvalidArgument(
                f"Scores over time are given for at most {MAX_TAGGRAM_SEC / 3600:g} hours of audio at once; send fewer "
                "files, or leave them out.",
                field="has_taggram",
            )
        job = await self._scheduler.submit(
            tagging_order(models, durations_sec, digests, request.has_taggram, self._store, self._metrics),
            request_id=request.request_id,
            timeout_sec=codec.from_duration(request.timeout) if request.HasField("timeout") else None,
        )
        return tagging_pb2.TagAudioResponse(job=codec.to_job(job))

    async def _checked(self, digests: Sequence[str]) -> dict[str, float]:
        """Returns the duration of each asset.

        Raises:
            InvalidArgument: there are none, or too many.
            AssetNotFound, InvalidAudio, AudioTooLong: one cannot be worked on; the error's metadata name it.
        """
        if not 0 < len(digests) <= MAX_ASSETS:
            raise InvalidArgument(
                f"Name from 1 to {MAX_ASSETS} assets; these are {len(digests)}.", field="asset_sha256s"
            )
        durations_sec = {}
        for sha256 in digests:
            try:
                durations_sec[sha256] = (await self._input.checked(sha256, min_duration_sec=0.0)).duration_sec
            except EngineError as error:
                error.metadata["asset_sha256"] = sha256
                raise
        return durations_sec


def tagging_order(
    models: tuple[str, ...],
    durations_sec: Mapping[str, float],
    digests: tuple[str, ...],
    has_taggram: bool,
    store: AssetStore,
    metrics: Metrics,
) -> Order:
    """Returns the order to describe assets, whose durations are known, in the order of `digests`."""
    work = _Tagging(models, digests, durations_sec, has_taggram, store, metrics)
    return Order("tagging", ", ".join(models), digests, {"has_taggram": has_taggram}, work.run)


@dataclass(frozen=True)
class _Tagging:
    """One ordered tagging; `run` is called on a worker's thread."""

    models: tuple[str, ...]
    digests: tuple[str, ...]
    durations_sec: Mapping[str, float]
    has_taggram: bool
    store: AssetStore
    metrics: Metrics

    def run(self, worker: Worker, report: Report) -> Result:
        """Returns the descriptions; equal assets are heard once. Loading models is not counted as running them."""
        started_sec, loading_sec = time.perf_counter(), worker.loading_sec
        paths = [self.store.path(sha256) for sha256 in self.durations_sec]
        descriptions = {}
        for sha256, found in zip(self.durations_sec, describe_files(paths, self.models, worker, report), strict=True):
            if isinstance(found, EngineError):
                raise InvalidAudio(found.message, asset_sha256=sha256)
            descriptions[sha256] = found
        run_sec = time.perf_counter() - started_sec - (worker.loading_sec - loading_sec)
        self.metrics.count_job("tagging", ", ".join(self.models), run_sec, sum(self.durations_sec.values()))
        return tagging_codec.tagging_result(descriptions, self.digests, self.has_taggram)
