"""Assets over the wire: there and back, resumed, refused."""

import hashlib
from collections.abc import AsyncIterator

import grpc
import numpy as np
import pytest
from auxsend.v1 import asset_pb2

from tests.conftest import RunEngine
from tests.engine.services.client import Client, parts, reason

CONTENT = np.random.default_rng(0).bytes(9_000_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
async def client(run_engine: RunEngine) -> AsyncIterator[Client]:
    async with run_engine() as engine, grpc.aio.insecure_channel(engine.address) as channel:
        yield Client(channel)


async def test_bytes_come_back_as_they_went(client: Client) -> None:
    await client.upload(CONTENT)
    assert await client.download(SHA256) == CONTENT
    assert await client.download(SHA256, offset_bytes=8_999_990) == CONTENT[-10:]
    assert await client.download(SHA256, offset_bytes=9_000_000) == b""
    found = await client.assets.GetAsset(asset_pb2.GetAssetRequest(sha256=SHA256))
    assert (found.asset.size_bytes, found.committed_bytes) == (9_000_000, 9_000_000)


async def test_a_broken_upload_is_resumed(client: Client) -> None:
    async def broken() -> AsyncIterator[asset_pb2.UploadAssetRequest]:
        async for part in parts(CONTENT[:5_000_000], SHA256):
            if part.WhichOneof("part") == "header":
                part.header.size_bytes = len(CONTENT)
            yield part

    with pytest.raises(grpc.aio.AioRpcError, match="5000000 of 9000000"):
        await client.assets.UploadAsset(broken())
    found = await client.assets.GetAsset(asset_pb2.GetAssetRequest(sha256=SHA256))
    assert found.committed_bytes == 5_000_000
    assert not found.HasField("asset")
    await client.assets.UploadAsset(parts(CONTENT, SHA256, offset_bytes=5_000_000))
    assert await client.download(SHA256) == CONTENT


async def test_wrong_bytes_are_refused(client: Client) -> None:
    with pytest.raises(grpc.aio.AioRpcError, match="digest") as caught:
        await client.assets.UploadAsset(parts(CONTENT[:-1] + b"x", SHA256))
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert (await client.assets.GetAsset(asset_pb2.GetAssetRequest(sha256=SHA256))).committed_bytes == 0


async def test_an_upload_without_a_header_is_refused(client: Client) -> None:
    async def headless() -> AsyncIterator[asset_pb2.UploadAssetRequest]:
        yield asset_pb2.UploadAssetRequest(chunk=b"abc")

    async def empty() -> AsyncIterator[asset_pb2.UploadAssetRequest]:
        return
        yield

    for requests in (headless(), empty()):
        with pytest.raises(grpc.aio.AioRpcError, match="header"):
            await client.assets.UploadAsset(requests)


async def test_an_oversized_chunk_is_refused(client: Client) -> None:
    with pytest.raises(grpc.aio.AioRpcError, match="1 MiB"):
        await client.assets.UploadAsset(parts(CONTENT[: 2 << 20], SHA256, chunk_bytes=2 << 20))


async def test_an_unknown_asset_cannot_be_downloaded(client: Client) -> None:
    with pytest.raises(grpc.aio.AioRpcError, match="upload it") as caught:
        await client.download("0" * 64)
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND
    assert reason(caught.value) == "ASSET_NOT_FOUND"


async def test_reading_beyond_the_end_is_refused(client: Client) -> None:
    sha256 = await client.upload(b"abc")
    with pytest.raises(grpc.aio.AioRpcError, match="3 bytes"):
        await client.download(sha256, offset_bytes=4)
