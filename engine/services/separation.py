"""SeparationService: checks what is asked, and orders the separation."""

import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import grpc
from auxsend.v1 import separation_pb2, separation_pb2_grpc

from engine import codec
from engine.asset_codec import from_encoding
from engine.assets import AssetStore
from engine.audio import AudioFormat
from engine.backends import find_card
from engine.backends.base import Card, Report
from engine.jobs.records import Order, Result
from engine.jobs.scheduler import Scheduler
from engine.metrics import Metrics
from engine.separation import Quality, Residual, SeparationOrder, plan_order, separate_file
from engine.services.audio_input import AudioInput
from engine.worker import Worker

_QUALITIES = {
    separation_pb2.SEPARATION_QUALITY_FAST: Quality.FAST,
    separation_pb2.SEPARATION_QUALITY_BEST: Quality.BEST,
}


class SeparationService(separation_pb2_grpc.SeparationServiceServicer):
    """Splits uploaded audio into stems."""

    def __init__(self, scheduler: Scheduler, store: AssetStore, metrics: Metrics, audio_input: AudioInput) -> None:
        self._scheduler = scheduler
        self._store = store
        self._metrics = metrics
        self._input = audio_input

    async def SeparateAudio(
        self, request: separation_pb2.SeparateAudioRequest, context: grpc.aio.ServicerContext
    ) -> separation_pb2.SeparateAudioResponse:
        """Queues a separation, or answers with the job that did or does the same."""
        card = find_card(request.model, "separation")
        mix = await self._input.checked(request.asset_sha256)
        order = plan_order(
            card,
            mix,
            stems=tuple(request.stems),
            quality=_QUALITIES.get(request.quality, Quality.BALANCED),
            residual=Residual.OTHER if request.residual == separation_pb2.RESIDUAL_OTHER else Residual.NONE,
            media_type=request.media_type,
            encoding=from_encoding(request.encoding),
        )
        work = _Separation(card, order, mix, request.asset_sha256, self._store, self._metrics)
        job = await self._scheduler.submit(
            Order("separation", card.name, (request.asset_sha256,), order.parameters(), work.run),
            request_id=request.request_id,
            timeout_sec=codec.from_duration(request.timeout) if request.HasField("timeout") else None,
        )
        return separation_pb2.SeparateAudioResponse(job=codec.to_job(job))


@dataclass(frozen=True)
class _Separation:
    """One ordered separation; `run` is called on a worker's thread."""

    card: Card
    order: SeparationOrder
    mix: AudioFormat
    sha256: str
    store: AssetStore
    metrics: Metrics

    def run(self, worker: Worker, report: Report) -> Result:
        """Returns the stems as assets. Loading the model is not counted as its running."""
        backend = worker.separator(self.card, report)
        started_sec = time.perf_counter()
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=self.store.work_folder())))
            stems = separate_file(self.store.path(self.sha256), backend, self.order, folder, report)
            run_sec = time.perf_counter() - started_sec
            assets = []
            for stem in stems:
                asset = self.store.adopt(stem.path, self.order.media_type)
                stack.enter_context(self.store.pinned([asset.sha256]))
                assets.append(asset)
        self.metrics.count_job("separation", self.card.name, run_sec, self.mix.duration_sec)
        stem_format = AudioFormat(
            self.mix.sample_rate_hz, self.mix.channel_count, self.mix.sample_count, self.order.encoding
        )
        return codec.separation_result(stems, assets, stem_format, run_sec)
