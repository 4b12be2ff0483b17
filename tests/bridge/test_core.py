"""`core.split` around an engine that is restarted, cancelled, or gives what it should not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bridge import core, errors, events
from bridge.client import EngineClient
from tests.bridge.conftest import files_below
from tests.bridge.fake_engine import FakeEngine, serve
from tests.conftest import WriteWav


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


async def split(engine: FakeEngine, song: Path, folder: Path, **changes: object) -> list[events.Event]:
    """Runs a split against `engine` and returns its events."""

    @asynccontextmanager
    async def connect() -> AsyncIterator[EngineClient]:
        async with serve(engine) as address, EngineClient(address) as client:
            yield client

    seen: list[events.Event] = []
    order = core.SplitOrder(song=song, folder=folder, model="model-0", **changes)  # type: ignore[arg-type]
    await core.split(order, connect, seen.append)
    return seen


async def test_a_restarted_engine_is_given_the_song_and_the_job_again(
    engine: FakeEngine, write_wav: WriteWav, tmp_path: Path
) -> None:
    engine.forget_jobs = 1
    await split(engine, write_wav(), tmp_path / "out")
    assert engine.count("UploadAsset") == 2
    assert files_below(tmp_path / "out") == {"vocals.wav"}


async def test_a_job_that_is_lost_twice_is_given_up(engine: FakeEngine, write_wav: WriteWav, tmp_path: Path) -> None:
    engine.forget_jobs = 2
    with pytest.raises(errors.JobLost):
        await split(engine, write_wav(), tmp_path / "out")
    assert not (tmp_path / "out").exists()


async def test_events_tell_what_happens(engine: FakeEngine, write_wav: WriteWav, tmp_path: Path) -> None:
    seen = await split(engine, write_wav(), tmp_path / "out")
    steps = [event.step for event in seen if isinstance(event, events.Progress)]
    assert list(dict.fromkeys(steps)) == [
        events.Step.CONNECT,
        events.Step.READ,
        events.Step.UPLOAD,
        events.Step.RUN,
        events.Step.DOWNLOAD,
    ]
    assert [event.model.name for event in seen if isinstance(event, events.ModelChosen)] == ["model-0"]
    notices = [event.message for event in seen if isinstance(event, events.Notice)]
    assert notices == ["“vocals” peaks above full scale (1.50) and was clipped."]


async def test_a_cancelled_split_cancels_its_job(engine: FakeEngine, write_wav: WriteWav, tmp_path: Path) -> None:
    engine.is_endless = True
    task = asyncio.create_task(split(engine, write_wav(), tmp_path / "out"))
    while engine.count("WatchJob") == 0:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert engine.cancelled == list(engine.jobs)
    assert not (tmp_path / "out").exists()


async def test_a_file_that_appears_meanwhile_is_not_replaced(
    engine: FakeEngine, write_wav: WriteWav, tmp_path: Path
) -> None:
    engine.is_endless = True
    task = asyncio.create_task(split(engine, write_wav(), tmp_path / "out"))
    while engine.count("WatchJob") == 0:
        await asyncio.sleep(0.01)
    (tmp_path / "out/vocals.wav").write_text("mine")
    engine.is_endless = False
    with pytest.raises(errors.OutputExists):
        await task
    assert files_below(tmp_path / "out") == {"vocals.wav"}
    assert (tmp_path / "out/vocals.wav").read_text() == "mine"


async def test_a_full_disk_is_noticed_before_anything_is_fetched(
    engine: FakeEngine, write_wav: WriteWav, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.outputs.shutil.disk_usage", lambda path: type("Usage", (), {"free": 10})())
    with pytest.raises(errors.OutputUnwritable, match="make room"):
        await split(engine, write_wav(), tmp_path / "out")
    assert not any(call.startswith("Download") for call in engine.calls)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["../../vocals", "/tmp/vocals", "", ".vocals", "a/b"])
async def test_an_engine_cannot_choose_where_files_go(
    engine: FakeEngine, write_wav: WriteWav, tmp_path: Path, name: str
) -> None:
    engine.stem_name = name
    with pytest.raises(errors.EngineFailed, match="cannot be a file"):
        await split(engine, write_wav(), tmp_path / "out")
    assert not (tmp_path / "out").exists()
