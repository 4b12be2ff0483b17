"""The client against broken streams, absent engines, wrong bytes and refusals."""

import asyncio
import hashlib
from pathlib import Path

import pytest
from auxsend.v1 import job_pb2

from bridge import errors
from bridge.client import CHUNK_BYTES, EngineClient, is_loopback
from bridge.codec import JobState
from tests.bridge.fake_engine import FakeEngine, serve

CONTENT = bytes(range(256)) * 4096  # 1 MiB, four chunks
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "song.wav"
    path.write_bytes(CONTENT)
    return path


async def test_an_upload_goes_on_where_it_broke_off(engine: FakeEngine, song: Path) -> None:
    engine.break_after_bytes = [CHUNK_BYTES, 3 * CHUNK_BYTES]
    seen: list[int] = []
    async with serve(engine) as address, EngineClient(address) as client:
        await client.upload(song, SHA256, "audio/wav", seen.append)
    assert engine.assets[SHA256] == CONTENT
    assert engine.count("UploadAsset") == 3
    assert seen[-1] == len(CONTENT)


async def test_what_the_engine_has_is_not_sent(engine: FakeEngine, song: Path) -> None:
    engine.assets[SHA256] = CONTENT
    async with serve(engine) as address, EngineClient(address) as client:
        await client.upload(song, SHA256, "audio/wav", lambda sent: None)
    assert engine.count("UploadAsset") == 0


async def test_a_file_that_changed_meanwhile_is_refused(engine: FakeEngine, song: Path) -> None:
    async with serve(engine) as address, EngineClient(address) as client:
        with pytest.raises(errors.RequestRefused, match="do not match"):
            await client.upload(song, "0" * 64, "audio/wav", lambda sent: None)


async def test_a_download_goes_on_where_it_broke_off(engine: FakeEngine, tmp_path: Path) -> None:
    engine.assets[SHA256] = CONTENT
    engine.break_after_bytes = [2000, 5000]
    async with serve(engine) as address, EngineClient(address) as client:
        await client.download(SHA256, len(CONTENT), tmp_path / "stem.wav", lambda received: None)
    assert (tmp_path / "stem.wav").read_bytes() == CONTENT
    assert engine.calls == ["DownloadAsset from 0", "DownloadAsset from 2000", "DownloadAsset from 5000"]


async def test_wrong_bytes_are_fetched_again(engine: FakeEngine, tmp_path: Path) -> None:
    engine.assets[SHA256], engine.wrong_downloads = CONTENT, 1
    async with serve(engine) as address, EngineClient(address) as client:
        await client.download(SHA256, len(CONTENT), tmp_path / "stem.wav", lambda received: None)
    assert (tmp_path / "stem.wav").read_bytes() == CONTENT


async def test_wrong_bytes_twice_leave_no_file(engine: FakeEngine, tmp_path: Path) -> None:
    engine.assets[SHA256], engine.wrong_downloads = CONTENT, 2
    async with serve(engine) as address, EngineClient(address) as client:
        with pytest.raises(errors.TransferDamaged, match=r"stem\.wav, twice"):
            await client.download(SHA256, len(CONTENT), tmp_path / "stem.wav", lambda received: None)
    assert list(tmp_path.iterdir()) == []


async def test_an_engine_that_is_away_for_a_moment_is_waited_for(engine: FakeEngine) -> None:
    engine.away_calls = 2
    async with serve(engine) as address, EngineClient(address) as client:
        models = await client.list_models()
    assert [model.name for model in models] == ["model-0", "model-1", "model-2"]  # three pages
    assert engine.count("ListModels") == 5


async def test_an_engine_that_stays_away_is_named(engine: FakeEngine) -> None:
    async with serve(engine) as address:
        pass
    async with EngineClient(address, patience_sec=0.2) as client:
        with pytest.raises(errors.EngineUnreachable, match=f"No engine answers at {address}"):
            await client.list_models()


async def test_an_engine_that_is_known_to_be_gone_is_not_waited_for(engine: FakeEngine) -> None:
    def gone() -> None:
        raise errors.EngineUnreachable("The engine stopped.")

    engine.away_calls = 1
    async with serve(engine) as address, EngineClient(address, check_engine=gone) as client:
        with pytest.raises(errors.EngineUnreachable, match="stopped"):
            await client.list_models()


async def test_a_watch_survives_its_connection(engine: FakeEngine) -> None:
    engine.jobs["a"] = job_pb2.Job(id="a", state=job_pb2.JOB_STATE_SUCCEEDED)
    engine.is_endless = True
    states = []
    async with serve(engine) as address, EngineClient(address) as client:
        async for job in client.watch("a"):
            states.append(job.state)
            engine.is_endless = len(states) < 3
    assert engine.count("WatchJob") >= 3
    assert set(states[:-1]) == {JobState.RUNNING}
    assert states[-1] is JobState.SUCCEEDED


async def test_a_lost_job_is_told_apart(engine: FakeEngine) -> None:
    async with serve(engine) as address, EngineClient(address) as client:
        with pytest.raises(errors.JobLost):
            async for _ in client.watch("unknown"):
                pass


async def test_cancelling_an_absent_engine_says_nothing(engine: FakeEngine) -> None:
    async with serve(engine) as address:
        pass
    async with EngineClient(address) as client:
        await asyncio.wait_for(client.cancel("a"), 10)


@pytest.mark.parametrize(
    ("address", "is_here"),
    [("127.0.0.1:1", True), ("localhost:1", True), ("[::1]:1", True), ("192.168.0.2:1", False), ("studio:1", False)],
)
def test_what_counts_as_this_machine(address: str, is_here: bool) -> None:
    assert is_loopback(address) is is_here
