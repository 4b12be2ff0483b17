"""TranscriptionService: checks what is asked, and orders the transcription."""

import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import grpc
from auxsend.v1 import transcription_pb2, transcription_pb2_grpc

from engine import codec, music_codec
from engine.assets import AssetStore
from engine.audio import AudioFormat
from engine.backends.base import Report
from engine.jobs.records import Order, Result
from engine.jobs.scheduler import Scheduler
from engine.metrics import Metrics
from engine.services.audio_input import AudioInput
from engine.transcription import TranscriptionOrder, plan_transcription, transcribe_file
from engine.worker import Worker


class TranscriptionService(transcription_pb2_grpc.TranscriptionServiceServicer):
    """Turns uploaded audio into notes."""

    def __init__(self, scheduler: Scheduler, store: AssetStore, metrics: Metrics, audio_input: AudioInput) -> None:
        self._scheduler = scheduler
        self._store = store
        self._metrics = metrics
        self._input = audio_input

    async def TranscribeAudio(
        self, request: transcription_pb2.TranscribeAudioRequest, context: grpc.aio.ServicerContext
    ) -> transcription_pb2.TranscribeAudioResponse:
        """Queues a transcription, or answers with the job that did or does the same."""
        order = plan_transcription(
            TranscriptionOrder(
                model=request.model,
                has_bends=request.has_bends,
                quantise_division=request.quantise_division,
                quantise_strength=request.quantise_strength,
                quarter_bpm=request.quarter_bpm,
            )
        )
        audio = await self._input.checked(request.asset_sha256)
        work = _Transcription(order, audio, request.asset_sha256, self._store, self._metrics)
        job = await self._scheduler.submit(
            Order("transcription", order.model, (request.asset_sha256,), order.parameters(), work.run),
            request_id=request.request_id,
            timeout_sec=codec.from_duration(request.timeout) if request.HasField("timeout") else None,
        )
        return transcription_pb2.TranscribeAudioResponse(job=codec.to_job(job))


@dataclass(frozen=True)
class _Transcription:
    """One ordered transcription; `run` is called on a worker's thread."""

    order: TranscriptionOrder
    audio: AudioFormat
    sha256: str
    store: AssetStore
    metrics: Metrics

    def run(self, worker: Worker, report: Report) -> Result:
        """Returns the notes, and the MIDI file of them as an asset. Loading models is not counted as running them."""
        started_sec, loading_sec = time.perf_counter(), worker.loading_sec
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=self.store.work_folder())))
            found = transcribe_file(self.store.path(self.sha256), self.order, worker, folder, report)
            midi = self.store.adopt(found.midi, "audio/midi")
        run_sec = time.perf_counter() - started_sec - (worker.loading_sec - loading_sec)
        self.metrics.count_job("transcription", self.order.model, run_sec, self.audio.duration_sec)
        return music_codec.transcription_result(found, midi, self.audio.duration_sec, run_sec)
