"""An engine of a few lines, in this process, that fails on command: what a network and a restart can do to a client."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
from auxsend.v1 import (
    asset_pb2,
    asset_pb2_grpc,
    job_pb2,
    job_pb2_grpc,
    model_pb2,
    model_pb2_grpc,
    recommendation_pb2_grpc,
    separation_pb2,
    separation_pb2_grpc,
    tagging_pb2_grpc,
    transcription_pb2,
    transcription_pb2_grpc,
)

from tests.bridge.fake_library import Recommendation
from tests.bridge.fake_service import FakeEngine, Service, fail
from tests.bridge.fake_tagging import Tagging

__all__ = ["FakeEngine", "serve"]

CHUNK_BYTES = 1000


class Assets(Service, asset_pb2_grpc.AssetServiceServicer):  # type: ignore[misc]
    async def GetAsset(self, request: Any, context: Any) -> Any:  # noqa: N802
        await self.enter("GetAsset", context)
        if request.sha256 in self.engine.assets:
            size_bytes = len(self.engine.assets[request.sha256])
            asset = asset_pb2.Asset(sha256=request.sha256, size_bytes=size_bytes)
            return asset_pb2.GetAssetResponse(asset=asset, committed_bytes=size_bytes)
        return asset_pb2.GetAssetResponse(committed_bytes=len(self.engine.partial.get(request.sha256, b"")))

    async def UploadAsset(self, requests: Any, context: Any) -> Any:  # noqa: N802
        self.engine.calls.append("UploadAsset")
        limit = self.engine.break_after_bytes.pop(0) if self.engine.break_after_bytes else None
        header, received = None, b""
        async for request in requests:
            if header is None:
                header = request.header
                received = self.engine.partial.get(header.sha256, b"")
                if header.offset_bytes != len(received):
                    await fail(context, grpc.StatusCode.ABORTED, "UPLOAD_OFFSET_MISMATCH", "elsewhere")
                continue
            received += request.chunk
            if limit is not None and len(received) >= limit:
                self.engine.partial[header.sha256] = received[:limit]
                await context.abort(grpc.StatusCode.UNAVAILABLE, "broken")
        assert header is not None
        if hashlib.sha256(received).hexdigest() != header.sha256:
            await fail(context, grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT", "The bytes do not match.")
        self.engine.assets[header.sha256] = received
        return asset_pb2.UploadAssetResponse(asset=asset_pb2.Asset(sha256=header.sha256))

    async def DownloadAsset(self, request: Any, context: Any) -> AsyncIterator[Any]:  # noqa: N802
        self.engine.calls.append(f"DownloadAsset from {request.offset_bytes}")
        if request.sha256 not in self.engine.assets:
            await fail(context, grpc.StatusCode.NOT_FOUND, "ASSET_NOT_FOUND", "There is no such asset.")
        content = self.engine.assets[request.sha256]
        if self.engine.wrong_downloads:
            self.engine.wrong_downloads -= 1
            content = bytes(len(content))
        limit = self.engine.break_after_bytes.pop(0) if self.engine.break_after_bytes else None
        for start in range(request.offset_bytes, len(content), CHUNK_BYTES):
            if limit is not None and start >= limit:
                await context.abort(grpc.StatusCode.UNAVAILABLE, "broken")
            yield asset_pb2.DownloadAssetResponse(chunk=content[start : start + CHUNK_BYTES])


class Jobs(Service, job_pb2_grpc.JobServiceServicer):  # type: ignore[misc]
    async def WatchJob(self, request: Any, context: Any) -> AsyncIterator[Any]:  # noqa: N802
        await self.enter("WatchJob", context)
        if self.engine.forget_jobs:
            self.engine.forget_jobs -= 1
            self.engine.jobs.clear()
            self.engine.assets.clear()
        if request.job_id not in self.engine.jobs:
            await fail(context, grpc.StatusCode.NOT_FOUND, "JOB_NOT_FOUND", "There is no such job.")
        job = self.engine.jobs[request.job_id]
        running = job_pb2.Job(id=job.id, model=job.model, state=job_pb2.JOB_STATE_RUNNING, progress_fraction=0.5)
        yield job_pb2.WatchJobResponse(event=job_pb2.JobEvent(sequence=1, job=running))
        if self.engine.is_endless:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "broken while running")
        yield job_pb2.WatchJobResponse(event=job_pb2.JobEvent(sequence=2, job=job))

    async def CancelJob(self, request: Any, context: Any) -> Any:  # noqa: N802
        self.engine.cancelled.append(request.job_id)
        return job_pb2.CancelJobResponse()


class Models(Service, model_pb2_grpc.ModelServiceServicer):  # type: ignore[misc]
    async def ListModels(self, request: Any, context: Any) -> Any:  # noqa: N802
        await self.enter("ListModels", context)
        number, names = int(request.page_token or 0), self.engine.models
        model = model_pb2.Model(name=names[number], task="separation", outputs=["vocals"])
        rest = str(number + 1) if number + 1 < len(names) else ""
        return model_pb2.ListModelsResponse(models=[model], next_page_token=rest)


class Separation(Service, separation_pb2_grpc.SeparationServiceServicer):  # type: ignore[misc]
    async def SeparateAudio(self, request: Any, context: Any) -> Any:  # noqa: N802
        await self.enter("SeparateAudio", context)
        if request.asset_sha256 not in self.engine.assets:
            await fail(context, grpc.StatusCode.NOT_FOUND, "ASSET_NOT_FOUND", "There is no such asset.")
        content = b"a stem" * 1000
        sha256 = hashlib.sha256(content).hexdigest()
        self.engine.assets[sha256] = content
        job = job_pb2.Job(id=f"job-{request.request_id}", model="model-0", state=job_pb2.JOB_STATE_SUCCEEDED)
        stem = job.result.separation.stems.add(name=self.engine.stem_name, peak=1.5)
        stem.asset.sha256, stem.asset.size_bytes = sha256, len(content)
        self.engine.jobs[job.id] = job
        queued = job_pb2.Job(id=job.id, model=job.model, state=job_pb2.JOB_STATE_QUEUED, queue_position=2)
        return separation_pb2.SeparateAudioResponse(job=queued)


class Transcription(Service, transcription_pb2_grpc.TranscriptionServiceServicer):  # type: ignore[misc]
    async def TranscribeAudio(self, request: Any, context: Any) -> Any:  # noqa: N802
        await self.enter("TranscribeAudio", context)
        if request.asset_sha256 not in self.engine.assets:
            await fail(context, grpc.StatusCode.NOT_FOUND, "ASSET_NOT_FOUND", "There is no such asset.")
        content = self.engine.midi
        sha256 = hashlib.sha256(content).hexdigest()
        self.engine.assets[sha256] = content
        job = job_pb2.Job(id=f"job-{request.request_id}", model=request.model, state=job_pb2.JOB_STATE_SUCCEEDED)
        result = job.result.transcription
        result.midi.sha256, result.midi.size_bytes = sha256, len(content)
        note = result.tracks.add(name="Piano").notes.add(pitch=60, velocity=90, onset_sec=0.5, duration_sec=0.25)
        if request.has_bends:
            note.bends.add(offset_sec=0.1, semitones=-3.5)
        result.chords.add(onset_sec=0.5, duration_sec=1.0, label="A:min/b3")
        result.tempo_map.tempos.add(time_sec=0.0, quarter_bpm=96.0)
        result.tempo_map.time_signatures.add(time_sec=0.0, numerator=3, denominator=4)
        for number in range(4):
            result.beats.add(time_sec=0.5 + number * 60 / 96, bar_position=number % 3 + 1)
        result.key.tonic, result.key.mode = 9, "minor"
        result.choice_message = "This sounds like a piano."
        result.warning_messages.append("The audio is clipped.")
        result.duration_sec, result.realtime_factor = 2.0, 4.0
        self.engine.jobs[job.id] = job
        queued = job_pb2.Job(id=job.id, model=job.model, state=job_pb2.JOB_STATE_QUEUED)
        return transcription_pb2.TranscribeAudioResponse(job=queued)


@asynccontextmanager
async def serve(engine: FakeEngine) -> AsyncIterator[str]:
    """Serves `engine` on a free loopback port and yields its address."""
    server = grpc.aio.server()
    asset_pb2_grpc.add_AssetServiceServicer_to_server(Assets(engine), server)
    job_pb2_grpc.add_JobServiceServicer_to_server(Jobs(engine), server)
    model_pb2_grpc.add_ModelServiceServicer_to_server(Models(engine), server)
    separation_pb2_grpc.add_SeparationServiceServicer_to_server(Separation(engine), server)
    tagging_pb2_grpc.add_TaggingServiceServicer_to_server(Tagging(engine), server)
    transcription_pb2_grpc.add_TranscriptionServiceServicer_to_server(Transcription(engine), server)
    recommendation_pb2_grpc.add_RecommendationServiceServicer_to_server(Recommendation(engine), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        await server.stop(0)
