"""Puts the engine together: `build(settings)` returns a server that can be started and stopped.

    services (gRPC) -> scheduler (queue, progress, cancel, cache) -> workers (one per device) -> backends (models)
                       assets (by SHA-256), library (samples)         weights (verified files)

Importing this module loads no model framework; a worker does, when its first job needs one.
"""

import asyncio
import logging
from dataclasses import dataclass

import grpc
from auxsend.v1 import (
    asset_pb2,
    asset_pb2_grpc,
    generation_pb2,
    generation_pb2_grpc,
    job_pb2,
    job_pb2_grpc,
    model_pb2,
    model_pb2_grpc,
    recommendation_pb2,
    recommendation_pb2_grpc,
    separation_pb2,
    separation_pb2_grpc,
    tagging_pb2,
    tagging_pb2_grpc,
    transcription_pb2,
    transcription_pb2_grpc,
)
from filelock import FileLock
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from engine.assets import AssetStore
from engine.claim import claim_folder
from engine.devices import choose_devices
from engine.errors import EngineError
from engine.interceptors import AroundInterceptor, log_calls, require_token, translate_errors
from engine.jobs.cache import ResultCache
from engine.jobs.records import Lane
from engine.jobs.scheduler import Scheduler
from engine.library.suggest import Suggester
from engine.library.table import SampleTable
from engine.library.taste_trainer import TasteTrainer
from engine.library.uses import UseStore
from engine.library.word_search import WordSearch
from engine.metrics import Metrics
from engine.services.assets import AssetService
from engine.services.audio_input import AudioInput
from engine.services.clip_listening import ClipListener
from engine.services.generation import GenerationService
from engine.services.jobs import JobService
from engine.services.models import ModelService
from engine.services.recommendation import RecommendationService
from engine.services.separation import SeparationService
from engine.services.suggesting import Suggesting
from engine.services.tagging import TaggingService
from engine.services.transcription import TranscriptionService
from engine.settings import Settings, is_loopback
from engine.weights.store import WeightStore
from engine.worker import Worker

log = logging.getLogger(__name__)

_SERVICES = (
    asset_pb2.DESCRIPTOR.services_by_name["AssetService"].full_name,
    generation_pb2.DESCRIPTOR.services_by_name["GenerationService"].full_name,
    job_pb2.DESCRIPTOR.services_by_name["JobService"].full_name,
    model_pb2.DESCRIPTOR.services_by_name["ModelService"].full_name,
    recommendation_pb2.DESCRIPTOR.services_by_name["RecommendationService"].full_name,
    separation_pb2.DESCRIPTOR.services_by_name["SeparationService"].full_name,
    tagging_pb2.DESCRIPTOR.services_by_name["TaggingService"].full_name,
    transcription_pb2.DESCRIPTOR.services_by_name["TranscriptionService"].full_name,
)
_OPTIONS = (("grpc.so_reuseport", 0),)


@dataclass(frozen=True)
class EngineServer:
    """A built engine; `start` it on a running loop, and `stop` it."""

    settings: Settings
    grpc_server: grpc.aio.Server
    scheduler: Scheduler
    health: health.aio.HealthServicer
    metrics: Metrics
    port: int
    suggesting: Suggesting
    claim: FileLock
    """Keeps the data folder ours."""

    @property
    def address(self) -> str:
        """Where clients reach it."""
        return f"{self.settings.host}:{self.port}"

    async def start(self) -> None:
        """Begins to serve."""
        self.scheduler.start()
        self.suggesting.start()
        await self.grpc_server.start()
        for name in ("", *_SERVICES):
            await self.health.set(name, health_pb2.HealthCheckResponse.SERVING)

    async def stop(self) -> None:
        """Says that it is going, admits nothing more, gives running calls their grace, then cancels the jobs."""
        await self.health.enter_graceful_shutdown()
        stopping = asyncio.create_task(self.scheduler.stop())
        await self.grpc_server.stop(self.settings.grace_sec)
        await stopping
        await asyncio.to_thread(self.suggesting.close)
        self.claim.release()


def build(settings: Settings) -> EngineServer:
    """Returns an engine with these settings, bound to its port but not yet serving.

    Raises:
        InvalidArgument: a setting cannot be met: no such device, unreadable certificate, port in use.
    """
    data_folder, claim = claim_folder(settings.data_folder)
    store = AssetStore(data_folder, settings.asset_budget_bytes)
    store.remove_abandoned_uploads()
    cache = ResultCache(data_folder / "results", store)
    cache.remove_old()
    weights = WeightStore(
        settings.weights_folder, is_offline=settings.is_offline, local_folders=settings.local_weight_folders
    )
    devices = choose_devices(settings.device)
    workers = [Worker(device, Lane.DEVICE, weights, settings.weight_budget_bytes) for device in devices]
    workers.append(Worker("", Lane.FETCHING, weights, weight_budget_bytes=0))
    scheduler = Scheduler(store, cache, workers, max_queued=settings.max_queued_jobs, max_job_sec=settings.max_job_sec)
    metrics = Metrics()
    metrics.watch("auxsend_queued_jobs", "Orders that wait for a worker.", lambda: scheduler.queued_count)
    metrics.watch("auxsend_asset_bytes", "Size of all assets.", lambda: store.size_bytes)
    audio_input = AudioInput(store, settings.max_audio_sec)
    table = SampleTable(settings.library_location)
    words = WordSearch(settings.library_location, weights)
    uses = UseStore(settings.data_folder / "uses.sqlite")
    trainer = TasteTrainer(uses)
    listener = ClipListener(scheduler, store, weights, metrics, audio_input, table)
    suggesting = Suggesting(listener, Suggester(table, words, uses, trainer), uses, trainer)
    server = _server(settings, metrics)
    asset_pb2_grpc.add_AssetServiceServicer_to_server(AssetService(store), server)
    job_pb2_grpc.add_JobServiceServicer_to_server(JobService(scheduler), server)
    model_pb2_grpc.add_ModelServiceServicer_to_server(ModelService(scheduler, weights, devices[0]), server)
    recommendation_pb2_grpc.add_RecommendationServiceServicer_to_server(
        RecommendationService(scheduler, store, table, words, suggesting), server
    )
    separation_pb2_grpc.add_SeparationServiceServicer_to_server(
        SeparationService(scheduler, store, metrics, audio_input), server
    )
    transcription_pb2_grpc.add_TranscriptionServiceServicer_to_server(
        TranscriptionService(scheduler, store, metrics, audio_input), server
    )
    tagging_pb2_grpc.add_TaggingServiceServicer_to_server(
        TaggingService(scheduler, store, weights, metrics, audio_input), server
    )
    generation_pb2_grpc.add_GenerationServiceServicer_to_server(GenerationService(scheduler, store, metrics), server)
    health_servicer = health.aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(health_servicer, server)
    reflection.enable_server_reflection([*_SERVICES, health.SERVICE_NAME, reflection.SERVICE_NAME], server)
    return EngineServer(
        settings, server, scheduler, health_servicer, metrics, _bind(server, settings), suggesting, claim
    )


def _server(settings: Settings, metrics: Metrics) -> grpc.aio.Server:
    around = (log_calls(metrics), require_token(settings.token), translate_errors)
    return grpc.aio.server(interceptors=[AroundInterceptor(a) for a in around], options=_OPTIONS)


def _bind(server: grpc.aio.Server, settings: Settings) -> int:
    address = f"[{settings.host}]:{settings.port}" if ":" in settings.host else f"{settings.host}:{settings.port}"
    try:
        if settings.tls_certificate and settings.tls_key:
            pair = (settings.tls_key.read_bytes(), settings.tls_certificate.read_bytes())
            return int(server.add_secure_port(address, grpc.ssl_server_credentials([pair])))
        assert is_loopback(settings.host)
        return int(server.add_insecure_port(address))
    except (OSError, RuntimeError) as error:
        raise CannotListen(f"The engine cannot listen on {address}: {error}. Choose another --port.") from error


class CannotListen(EngineError):
    """Raised when the port cannot be had."""

    reason = "CANNOT_LISTEN"
