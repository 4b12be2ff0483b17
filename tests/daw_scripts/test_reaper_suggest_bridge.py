"""Suggestions in REAPER through the real bridge, with an engine of a few lines behind it: from action to item."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from auxsend.v1 import recommendation_pb2

from bridge.library.store import File, LibraryStore
from tests.bridge.fake_engine import FakeEngine, serve
from tests.bridge.fake_library import described
from tests.bridge.library.conftest import digest_of
from tests.bridge.running_bridge import Bridge, running
from tests.daw_scripts.conftest import Studio, install
from tests.daw_scripts.interpreters import LUA
from tests.daw_scripts.reaper import Reaper
from tests.daw_scripts.stand_in import StandIn

ENTER = 13
WAIT_SEC = 30.0


@contextmanager
def engine_in_background(engine: FakeEngine) -> Iterator[str]:
    """Yields the address of an engine that answers from a thread of its own."""
    address, is_up, loop = "", threading.Event(), asyncio.new_event_loop()
    end = asyncio.Event()

    async def answer() -> None:
        nonlocal address
        async with serve(engine) as address:
            is_up.set()
            await end.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(answer(),))
    thread.start()
    assert is_up.wait(WAIT_SEC)
    try:
        yield address
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(WAIT_SEC)
        loop.close()


@pytest.fixture(scope="module")
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture(scope="module")
def bridge(engine: FakeEngine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bridge]:
    with (
        engine_in_background(engine) as address,
        running(tmp_path_factory.mktemp("bridge"), AUXSEND_ENGINE=address) as bridge,
    ):
        yield bridge


@pytest.fixture(params=LUA.args[1])
def studio(request: pytest.FixtureRequest, engine: FakeEngine, bridge: Bridge, tmp_path: Path) -> Iterator[Studio]:
    """A REAPER with a selected item, beside a bridge and an engine whose library is empty."""
    for known in (engine.library, engine.assets, engine.uses, engine.queries):
        known.clear()
    scripts = install(tmp_path / "Scripts", bridge.state / "spool")
    with Reaper(request.param, scripts) as reaper:
        reaper.do("new_project", {"path": str(tmp_path / "Lied.RPP"), "media_folder": str(tmp_path / "Media")})
        reaper.do("set_cursor", 5.0)
        studio = Studio(reaper, StandIn(bridge.state / "spool"), tmp_path, scripts)
        studio.add_item_on_new_track()
        yield studio


def add_sample(studio: Studio, engine: FakeEngine, bridge: Bridge, name: str, is_here: bool = True) -> Path:
    """Puts a sample into the engine's library, and into this machine's unless it is somebody else's."""
    path = studio.folder / "Samples" / f"{name}.wav"
    path.parent.mkdir(exist_ok=True)
    soundfile.write(path, np.random.default_rng(list(str(path).encode())).uniform(-0.5, 0.5, 16_000), 8000)
    sha256 = digest_of(path)
    engine.assets[sha256] = path.read_bytes()
    engine.library[sha256] = described(recommendation_pb2.SampleEntry(asset_sha256=sha256, name=name))
    if is_here:
        with LibraryStore(bridge.home / "data/bridge/library.sqlite") as store:
            store.save_files([File(str(path), str(path.parent), 1, 1, sha256, 2.0)])
    return path


def tick_until(studio: Studio, is_there: Callable[[], Any], what: str) -> None:
    deadline = time.monotonic() + WAIT_SEC
    while not is_there():
        assert time.monotonic() < deadline, f"waited in vain for {what}; the window says: {studio.reaper.words()}"
        studio.reaper.tick()
        time.sleep(0.02)


def test_a_suggested_loop_goes_in_in_time_and_its_use_is_recorded(
    studio: Studio, engine: FakeEngine, bridge: Bridge
) -> None:
    path = add_sample(studio, engine, bridge, "loop Am 96")
    studio.reaper.run("suggest samples")
    tick_until(studio, lambda: "loop · A minor · 96 BPM" in studio.reaper.words(), "the list")
    assert "same key" in studio.reaper.words()
    studio.reaper.press(ENTER)
    item = studio.reaper.tracks()[1]["items"][0]
    assert item["take"]["source"]["file"] == str(path)
    assert (item["values"]["D_POSITION"], item["take"]["values"]["D_PLAYRATE"]) == (5.0, 1.25)
    assert item["values"]["D_LENGTH"] == pytest.approx(2.0 / 1.25)
    tick_until(studio, lambda: studio.reaper.tick() == 0, "the script to end")
    ((use,),) = engine.uses.values()
    assert (use.sample_id, use.project_id) == (digest_of(path), engine.queries[0].project_id)
    assert use.kind == recommendation_pb2.USE_KIND_INSERTED
    tick_until(studio, lambda: not list((bridge.state / "spool/jobs").iterdir()), "the jobs to be forgotten")


def test_a_sample_of_somebody_else_is_fetched_and_put_in(studio: Studio, engine: FakeEngine, bridge: Bridge) -> None:
    path = add_sample(studio, engine, bridge, "kick", is_here=False)
    studio.reaper.run("suggest samples")
    tick_until(studio, lambda: "one-shot/kick" in studio.reaper.words(), "the list")
    studio.reaper.press(ENTER)
    item = studio.reaper.tracks()[1]["items"][0]
    assert Path(item["take"]["source"]["file"]).read_bytes() == path.read_bytes()
    assert (item["values"]["D_LENGTH"], item["take"]["values"]["D_PLAYRATE"]) == (2.0, 1)


def test_words_find_samples_too(studio: Studio, engine: FakeEngine, bridge: Bridge) -> None:
    add_sample(studio, engine, bridge, "loop 120")
    studio.reaper.do("edit_item", {"guid": studio.reaper.tracks()[0]["items"][0]["guid"], "values": {"B_UISEL": 0}})
    studio.reaper.do("set_up", {"answer": "dusty drums"})
    studio.reaper.run("suggest samples")
    tick_until(studio, lambda: "loop 120" in studio.reaper.words(), "the list")
    assert engine.queries[0].text == "dusty drums"
    assert list(engine.queries[0].asset_sha256s) == []


def test_an_empty_library_is_named(studio: Studio) -> None:
    studio.reaper.run("suggest samples")
    tick_until(studio, lambda: "auxsend library add FOLDER" in studio.reaper.words(), "the sentence")
