"""What a test needs of a client: stubs on one channel, uploads, and the reasons of failed calls."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import grpc
from auxsend.v1 import (
    asset_pb2,
    asset_pb2_grpc,
    generation_pb2_grpc,
    job_pb2,
    job_pb2_grpc,
    model_pb2_grpc,
    recommendation_pb2_grpc,
    separation_pb2_grpc,
    tagging_pb2_grpc,
    transcription_pb2_grpc,
)
from google.rpc import error_details_pb2
from grpc_status import rpc_status


class Client:
    """Stubs of every mounted service on one channel."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self.channel = channel
        self.assets = asset_pb2_grpc.AssetServiceStub(channel)
        self.generation = generation_pb2_grpc.GenerationServiceStub(channel)
        self.jobs = job_pb2_grpc.JobServiceStub(channel)
        self.models = model_pb2_grpc.ModelServiceStub(channel)
        self.recommendation = recommendation_pb2_grpc.RecommendationServiceStub(channel)
        self.separation = separation_pb2_grpc.SeparationServiceStub(channel)
        self.tagging = tagging_pb2_grpc.TaggingServiceStub(channel)
        self.transcription = transcription_pb2_grpc.TranscriptionServiceStub(channel)

    async def upload(self, content: bytes, media_type: str = "audio/wav") -> str:
        """Returns the digest of the content, uploaded in chunks."""
        sha256 = hashlib.sha256(content).hexdigest()
        await self.assets.UploadAsset(parts(content, sha256, media_type))
        return sha256

    async def upload_file(self, path: Path) -> str:
        """Returns the digest of an uploaded file."""
        return await self.upload(path.read_bytes())

    async def download(self, sha256: str, offset_bytes: int = 0) -> bytes:
        """Returns an asset's bytes from an offset on."""
        request = asset_pb2.DownloadAssetRequest(sha256=sha256, offset_bytes=offset_bytes)
        return b"".join([part.chunk async for part in self.assets.DownloadAsset(request)])

    async def ended(self, job: job_pb2.Job) -> job_pb2.Job:
        """Returns the job when it has ended."""
        events = [event async for event in self.jobs.WatchJob(job_pb2.WatchJobRequest(job_id=job.id))]
        last: job_pb2.Job = events[-1].event.job
        return last


async def parts(
    content: bytes, sha256: str, media_type: str = "audio/wav", offset_bytes: int = 0, chunk_bytes: int = 256 << 10
) -> AsyncIterator[asset_pb2.UploadAssetRequest]:
    """Yields the messages of an upload from `offset_bytes` on."""
    yield asset_pb2.UploadAssetRequest(
        header=asset_pb2.UploadHeader(
            sha256=sha256, size_bytes=len(content), media_type=media_type, offset_bytes=offset_bytes
        )
    )
    for start in range(offset_bytes, len(content), chunk_bytes):
        yield asset_pb2.UploadAssetRequest(chunk=content[start : start + chunk_bytes])


def reason(error: grpc.aio.AioRpcError) -> str:
    """Returns the reason in the call's ErrorInfo."""
    return str(_error_info(error).reason)


def metadata(error: grpc.aio.AioRpcError) -> dict[str, str]:
    """Returns the values in the call's ErrorInfo."""
    return dict(_error_info(error).metadata)


def _error_info(error: grpc.aio.AioRpcError) -> error_details_pb2.ErrorInfo:
    info = error_details_pb2.ErrorInfo()
    for detail in rpc_status.from_call(error).details:
        if detail.Unpack(info):
            return info
    raise AssertionError("the error carries no ErrorInfo")
