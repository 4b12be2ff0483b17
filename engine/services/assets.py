"""AssetService: bytes in and out, by digest.

Chunks of 256 KiB cross the wire fastest, but handing each one to a thread would cost more than writing it; so chunks
are gathered into blocks, and one block is written (or read) while the next one is on the wire.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import grpc
from auxsend.v1 import asset_pb2, asset_pb2_grpc

from engine.asset_codec import to_asset
from engine.assets import Asset, AssetStore
from engine.errors import AssetNotFound, InvalidArgument
from engine.upload import Upload

CHUNK_BYTES = 256 << 10
LARGEST_CHUNK_BYTES = 1 << 20
BLOCK_BYTES = 4 << 20


class AssetService(asset_pb2_grpc.AssetServiceServicer):
    """Serves an asset store."""

    def __init__(self, store: AssetStore) -> None:
        self._store = store

    async def UploadAsset(
        self, requests: AsyncIterator[asset_pb2.UploadAssetRequest], context: grpc.aio.ServicerContext
    ) -> asset_pb2.UploadAssetResponse:
        """Stores an asset that arrives in chunks."""
        first = await anext(aiter(requests), None)
        if first is None or first.WhichOneof("part") != "header":
            raise InvalidArgument("The first message of an upload must be its header.", field="header")
        header = first.header
        upload = self._store.upload(header.sha256, header.size_bytes, header.media_type, header.offset_bytes)
        async with AsyncExitStack() as stack:
            opened = await asyncio.to_thread(upload.__enter__)
            stack.push(upload.__exit__)
            await _receive(requests, opened)
            asset = await asyncio.to_thread(opened.commit)
        return asset_pb2.UploadAssetResponse(asset=to_asset(asset))

    async def GetAsset(
        self, request: asset_pb2.GetAssetRequest, context: grpc.aio.ServicerContext
    ) -> asset_pb2.GetAssetResponse:
        """Says how much of an asset is here."""
        try:
            asset = self._store.get(request.sha256)
        except AssetNotFound:
            return asset_pb2.GetAssetResponse(committed_bytes=self._store.committed_bytes(request.sha256))
        return asset_pb2.GetAssetResponse(asset=to_asset(asset), committed_bytes=asset.size_bytes)

    async def DownloadAsset(
        self, request: asset_pb2.DownloadAssetRequest, context: grpc.aio.ServicerContext
    ) -> AsyncIterator[asset_pb2.DownloadAssetResponse]:
        """Yields an asset's bytes."""
        asset = self._store.get(request.sha256)
        if not 0 <= request.offset_bytes <= asset.size_bytes:
            raise InvalidArgument(
                f"The asset has {asset.size_bytes} bytes; it cannot be read from byte {request.offset_bytes}.",
                field="offset_bytes",
            )
        path = self._store.path(asset.sha256)
        async for block in _blocks(path, asset, request.offset_bytes):
            for start in range(0, len(block), CHUNK_BYTES):
                yield asset_pb2.DownloadAssetResponse(chunk=bytes(block[start : start + CHUNK_BYTES]))


async def _receive(requests: AsyncIterator[asset_pb2.UploadAssetRequest], upload: Upload) -> None:
    """Appends all chunks, writing one block while the next one arrives."""
    writing: asyncio.Task[None] | None = None
    block: list[bytes] = []
    size_bytes = 0
    try:
        async for request in requests:
            if len(request.chunk) > LARGEST_CHUNK_BYTES or request.WhichOneof("part") != "chunk":
                raise InvalidArgument("After the header, send chunks of at most 1 MiB.", field="chunk")
            block.append(request.chunk)
            size_bytes += len(request.chunk)
            if size_bytes >= BLOCK_BYTES:
                if writing:
                    await writing
                writing = asyncio.create_task(asyncio.to_thread(upload.append, block))
                block, size_bytes = [], 0
    finally:
        if writing:
            await writing
        await asyncio.to_thread(upload.append, block)


async def _blocks(path: Path, asset: Asset, offset_bytes: int) -> AsyncIterator[memoryview]:
    """Yields a file's blocks, reading one while the one before is sent."""
    with path.open("rb") as file:
        file.seek(offset_bytes)
        reading = asyncio.create_task(asyncio.to_thread(file.read, BLOCK_BYTES))
        try:
            while block := await reading:
                reading = asyncio.create_task(asyncio.to_thread(file.read, BLOCK_BYTES))
                yield memoryview(block)
        finally:
            await asyncio.gather(reading, return_exceptions=True)
