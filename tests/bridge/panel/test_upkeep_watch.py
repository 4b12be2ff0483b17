"""The library's upkeep in the bridge: one deed at a time, told as it goes, and kept where it was stopped."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bridge.client import EngineClient
from bridge.errors import BridgeBusy
from bridge.library.place import LibraryPlace
from bridge.library.store import LibraryStore
from bridge.library.upkeep import EngineWay
from bridge.panel.upkeep_watch import UpkeepView, UpkeepWatch
from tests.bridge.fake_engine import FakeEngine, serve
from tests.conftest import WriteWav, tones


@dataclass
class Watched:
    """A watch, and every view that it told."""

    watch: UpkeepWatch
    engine: FakeEngine
    place: LibraryPlace
    told: list[UpkeepView] = field(default_factory=list)

    async def ended(self) -> UpkeepView:
        async with asyncio.timeout(20):
            while not self.told or self.told[-1].is_running:
                await asyncio.sleep(0.01)
        return self.told[-1]


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    engine = FakeEngine()
    async with serve(engine) as address, EngineClient(address, patience_sec=1.0) as client:

        @asynccontextmanager
        async def connect() -> AsyncIterator[EngineClient]:
            yield client

        async def is_running() -> bool:
            return True

        place = LibraryPlace(tmp_path / "library.sqlite", tmp_path / "samples")
        watch = UpkeepWatch(lambda: place, EngineWay(connect, is_running))
        found = Watched(watch, engine, place)
        watch.watch(lambda: found.told.append(watch.view))
        yield found
        await watch.close()


@pytest.fixture
def folder(tmp_path: Path, write_wav: WriteWav) -> Path:
    (tmp_path / "Drums").mkdir()
    for number in range(3):
        write_wav(f"Drums/kick {number}.wav", tones(0.1 + number / 10))
    return tmp_path / "Drums"


async def test_a_folder_is_added_scanned_and_taken_out_again(watched: Watched, folder: Path) -> None:
    watched.watch.scan([folder])
    view = await watched.ended()
    assert view.message == "3 files: 3 new or changed; 3 samples indexed."
    assert (view.is_running, view.is_failed, view.fraction) == (False, False, None)
    assert watched.told[0] == UpkeepView(f"Adding “{folder}”", is_running=True)
    assert len(watched.engine.library) == 3
    with LibraryStore(watched.place.database) as store:
        assert store.folders() == [str(folder)]

    watched.told.clear()
    watched.watch.remove(folder)
    assert (await watched.ended()).message == (
        "3 files taken out of the library; 3 samples taken out of the engine's library."
    )
    assert watched.engine.library == {}


async def test_one_thing_is_done_at_a_time(watched: Watched, folder: Path) -> None:
    watched.watch.scan([folder])
    with pytest.raises(BridgeBusy, match="busy: Adding"):
        watched.watch.learn(folder, is_adding=False)
    await watched.ended()


async def test_what_is_stopped_says_so_and_can_begin_again(watched: Watched, folder: Path) -> None:
    watched.engine.is_endless = True
    watched.watch.scan([folder])
    async with asyncio.timeout(20):
        while not watched.engine.count("WatchJob"):
            await asyncio.sleep(0.01)
    watched.watch.cancel()
    view = await watched.ended()
    assert view.message.startswith("Stopped")
    assert watched.engine.cancelled
    watched.engine.is_endless = False
    watched.told.clear()
    watched.watch.scan([])
    assert (await watched.ended()).message == "3 files: nothing has changed; 3 samples indexed."


async def test_what_cannot_be_done_is_a_sentence(watched: Watched, tmp_path: Path) -> None:
    watched.watch.scan([tmp_path / "nowhere"])
    view = await watched.ended()
    assert view.is_failed
    assert view.message == f"There is no folder “{tmp_path / 'nowhere'}”; name a folder with samples."
