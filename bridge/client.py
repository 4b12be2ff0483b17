"""The engine's face on the musician's side, and with `bridge.library_client` the only user of gRPC in the bridge.

Every call has a deadline. A call that meets an engine which is away (UNAVAILABLE) is repeated with a growing pause for
as long as `PATIENCE_SEC`, and goes on where it broke off: uploads from what the engine has committed, downloads from
what is on disk, a watched job from its present state. Everything that makes something carries a request id, so that a
repetition makes nothing twice.
"""

import asyncio
import hashlib
import ipaddress
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import grpc
from auxsend.v1 import (
    asset_pb2,
    asset_pb2_grpc,
    generation_pb2_grpc,
    job_pb2,
    job_pb2_grpc,
    model_pb2,
    model_pb2_grpc,
    separation_pb2_grpc,
    transcription_pb2_grpc,
)

from bridge import codec
from bridge.errors import EngineDenied, EngineUnreachable, TransferDamaged
from bridge.generation import GenerationWish
from bridge.generation_codec import generation_to_wire
from bridge.music_codec import transcription_to_wire
from bridge.statuses import error_of_call, is_certificate_refused, reason_of_call
from bridge.transcription import Wish

CHUNK_BYTES = 256 * 1024  # fastest over loopback; larger messages gain nothing
CALL_SEC = 30.0
SUBMIT_SEC = 600.0  # the engine decodes new audio once, to find what is wrong with it, before it answers
CANCEL_SEC = 3.0
WATCH_SEC = 600.0  # then the watch is renewed, so that a dead connection is noticed
SLOWEST_BYTES_PER_SEC = 100_000  # a transfer's deadline allows for a line as slow as this
PATIENCE_SEC = 15.0
FIRST_PAUSE_SEC = 0.1
LONGEST_PAUSE_SEC = 2.0

T = TypeVar("T")
OnBytes = Callable[[int], None]
"""Called with how many bytes have been moved so far."""


def _do_nothing() -> None:
    """Stands in for the check of an engine that somebody else runs."""


class EngineClient:
    """A connection to one engine.

    Args:
        address: `host:port`. Another machine than this one is spoken to over TLS only.
        token: what the engine expects; empty sends none.
        tls_ca: file with the certificate authority of the engine's certificate; None trusts the system's.
        check_engine: called before a call is repeated; raises when the engine is known to be gone for good.
    """

    def __init__(
        self,
        address: str,
        token: str = "",
        tls_ca: Path | None = None,
        check_engine: Callable[[], None] = _do_nothing,
        patience_sec: float = PATIENCE_SEC,
    ) -> None:
        self.address = address
        self.keeps_jobs = False
        """Whether `cancel` does nothing: set when this side goes away and means to come back for its jobs."""
        self.check_engine = check_engine
        self._patience_sec = patience_sec
        self._metadata = (("authorization", f"Bearer {token}"),) if token else ()
        self.channel = _open_channel(address, tls_ca)
        self._assets = asset_pb2_grpc.AssetServiceStub(self.channel)
        self._jobs = job_pb2_grpc.JobServiceStub(self.channel)
        self._models = model_pb2_grpc.ModelServiceStub(self.channel)
        self._separation = separation_pb2_grpc.SeparationServiceStub(self.channel)
        self._generation = generation_pb2_grpc.GenerationServiceStub(self.channel)
        self._transcription = transcription_pb2_grpc.TranscriptionServiceStub(self.channel)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.channel.close()

    async def list_models(self, task: str = "") -> list[codec.Model]:
        """Returns the engine's models, of one task or of all."""
        models: list[codec.Model] = []
        page_token = ""
        while True:
            request = model_pb2.ListModelsRequest(task=task, page_token=page_token)
            answer = await self.call(self._models.ListModels, request)
            models += [codec.model_from_wire(message) for message in answer.models]
            page_token = answer.next_page_token
            if not page_token:
                return models

    async def fetch_model(self, model: str, request_id: str) -> codec.Job:
        """Returns the job that fetches the weights of `model`."""
        request = model_pb2.FetchModelRequest(model=model, request_id=request_id)
        return codec.job_from_wire((await self.call(self._models.FetchModel, request)).job)

    async def separate(self, request: codec.SeparationRequest) -> codec.Job:
        """Returns the job that splits an asset; it has ended already where the engine knew the answer."""
        answer = await self.call(self._separation.SeparateAudio, codec.separation_to_wire(request), SUBMIT_SEC)
        return codec.job_from_wire(answer.job)

    async def transcribe(self, asset_sha256: str, wish: Wish) -> codec.Job:
        """Returns the job that writes down an asset; it has ended already where the engine knew the answer."""
        request = transcription_to_wire(asset_sha256, wish)
        return codec.job_from_wire((await self.call(self._transcription.TranscribeAudio, request, SUBMIT_SEC)).job)

    async def generate(self, wish: GenerationWish) -> codec.Job:
        """Returns the job that writes music; it has ended already where the engine knew the answer."""
        method = getattr(self._generation, f"{wish.task.capitalize()}Melody")
        return codec.job_from_wire((await self.call(method, generation_to_wire(wish))).job)

    async def watch(self, job_id: str) -> AsyncIterator[codec.Job]:
        """Yields the job's states until it has ended, across broken connections.

        Raises:
            JobLost: the engine does not know the job, as after a restart.
        """
        patience = self._new_patience()
        while True:
            request = job_pb2.WatchJobRequest(job_id=job_id)
            try:
                async for answer in self._jobs.WatchJob(request, timeout=WATCH_SEC, metadata=self._metadata):
                    patience = self._new_patience()
                    yield codec.job_from_wire(answer.event.job)
                return  # the engine ends the stream after the job's last state
            except grpc.aio.AioRpcError as error:
                if error.code() is not grpc.StatusCode.DEADLINE_EXCEEDED:
                    await self._wait_or_raise(error, patience)

    async def cancel(self, job_id: str) -> None:
        """Asks the engine to stop a job; says nothing when the engine does not answer."""
        if self.keeps_jobs:
            return
        request = job_pb2.CancelJobRequest(job_id=job_id)
        try:
            await self._jobs.CancelJob(request, timeout=CANCEL_SEC, metadata=self._metadata)
        except grpc.aio.AioRpcError:
            return  # there is nobody left to stop it for

    async def upload(self, path: Path, sha256: str, media_type: str, on_bytes: OnBytes) -> None:
        """Stores a file on the engine under its digest, from where an earlier upload broke off."""
        size_bytes = path.stat().st_size

        async def attempt() -> None:
            known = await self.call(self._assets.GetAsset, asset_pb2.GetAssetRequest(sha256=sha256))
            if known.HasField("asset"):
                on_bytes(size_bytes)
                return
            header = asset_pb2.UploadHeader(
                sha256=sha256, size_bytes=size_bytes, media_type=media_type, offset_bytes=known.committed_bytes
            )
            await self._assets.UploadAsset(
                _upload_messages(path, header, on_bytes),
                timeout=_transfer_sec(size_bytes - known.committed_bytes),
                metadata=self._metadata,
            )

        await self._repeat(attempt)

    async def download(self, sha256: str, size_bytes: int, path: Path, on_bytes: OnBytes) -> None:
        """Writes an asset to `path`, which appears whole and verified or not at all.

        Raises:
            TransferDamaged: what arrived is not what the digest names, twice.
        """
        partial = path.with_name(f"{path.name}.part")
        try:
            for _ in range(2):
                if await self._download_once(sha256, size_bytes, partial, on_bytes) == sha256:
                    partial.rename(path)
                    return
        finally:
            partial.unlink(missing_ok=True)
        raise TransferDamaged(
            f"The engine at {self.address} sent other bytes than it announced for {path.name}, twice; nothing was "
            "written. Run the command again; if it fails again, restart the engine."
        )

    async def _download_once(self, sha256: str, size_bytes: int, partial: Path, on_bytes: OnBytes) -> str:
        """Writes the asset to `partial` and returns the digest of what was written."""
        digest = hashlib.sha256()
        with partial.open("wb") as file:

            async def attempt() -> None:
                request = asset_pb2.DownloadAssetRequest(sha256=sha256, offset_bytes=file.tell())
                limit_sec = _transfer_sec(size_bytes - file.tell())
                async for answer in self._assets.DownloadAsset(request, timeout=limit_sec, metadata=self._metadata):
                    digest.update(answer.chunk)
                    file.write(answer.chunk)
                    on_bytes(file.tell())

            await self._repeat(attempt, progress=file.tell)
        return digest.hexdigest()

    async def call(
        self,
        method: Callable[..., Awaitable[Any]],
        request: object,
        limit_sec: float = CALL_SEC,
    ) -> Any:  # noqa: ANN401 - grpc ships no types
        """Returns the answer of a unary call; for `bridge.library_client` too, which knows the library's calls."""

        async def attempt() -> Any:  # noqa: ANN401
            return await method(request, timeout=limit_sec, metadata=self._metadata)

        return await self._repeat(attempt)

    async def _repeat(self, attempt: Callable[[], Awaitable[T]], progress: Callable[[], int] = lambda: 0) -> T:
        """Returns what `attempt` gives, made again while the engine is away and patience lasts.

        Patience is renewed whenever `progress` has grown since the last failure.
        """
        patience, reached = self._new_patience(), progress()
        while True:
            try:
                return await attempt()
            except grpc.aio.AioRpcError as error:
                if progress() > reached:
                    patience, reached = self._new_patience(), progress()
                await self._wait_or_raise(error, patience)

    async def _wait_or_raise(self, error: grpc.aio.AioRpcError, patience: Iterator[float]) -> None:
        """Waits before the next attempt, or raises what the failed call means."""
        pause_sec = next(patience, None) if _is_worth_repeating(error) else None
        if pause_sec is None:
            raise error_of_call(error, self.address) from error
        await asyncio.sleep(pause_sec)
        self.check_engine()  # after the pause: a connection often breaks before it is known how its engine ended

    def _new_patience(self) -> Iterator[float]:
        """Yields growing pauses, in seconds, that sum to the client's patience."""
        pause_sec, waited_sec = FIRST_PAUSE_SEC, 0.0
        while waited_sec < self._patience_sec:
            yield pause_sec
            waited_sec += pause_sec
            pause_sec = min(2 * pause_sec, LONGEST_PAUSE_SEC)


def is_loopback(address: str) -> bool:
    """Returns whether `host:port` is on this machine."""
    host = address.rpartition(":")[0].strip("[]")
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _open_channel(address: str, tls_ca: Path | None) -> grpc.aio.Channel:
    """Returns a channel: plain on loopback, TLS elsewhere and wherever an authority is given."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise EngineUnreachable(f"“{address}” is no engine address; write host:port, such as studio.local:50551.")
    if is_loopback(address) and tls_ca is None:
        return grpc.aio.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)])
    try:
        authority = tls_ca.read_bytes() if tls_ca else None
    except OSError as error:
        raise EngineDenied(f"The certificate authority {tls_ca} cannot be read; check AUXSEND_TLS_CA.") from error
    return grpc.aio.secure_channel(address, grpc.ssl_channel_credentials(authority))


def _is_worth_repeating(error: grpc.aio.AioRpcError) -> bool:
    """Returns whether the same call may succeed in a moment."""
    if is_certificate_refused(error):
        return False
    return error.code() is grpc.StatusCode.UNAVAILABLE or reason_of_call(error) == "UPLOAD_OFFSET_MISMATCH"


def _transfer_sec(size_bytes: int) -> float:
    """Returns the deadline of a transfer of this size."""
    return CALL_SEC + size_bytes / SLOWEST_BYTES_PER_SEC


async def _upload_messages(
    path: Path, header: asset_pb2.UploadHeader, on_bytes: OnBytes
) -> AsyncIterator[asset_pb2.UploadAssetRequest]:
    """Yields the header, then the file's bytes from the header's offset on."""
    yield asset_pb2.UploadAssetRequest(header=header)
    with path.open("rb") as file:
        file.seek(header.offset_bytes)
        while chunk := file.read(CHUNK_BYTES):
            yield asset_pb2.UploadAssetRequest(chunk=chunk)
            on_bytes(file.tell())
