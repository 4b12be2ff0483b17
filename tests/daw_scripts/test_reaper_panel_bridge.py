"""The panel's hand in REAPER beside the bridge's own service and spool: a selection one way, orders the other."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bridge.fronts.spool import SpoolFront
from bridge.hosts import Hosts
from bridge.service import Service
from tests.bridge.fake_engine import FakeEngine
from tests.bridge.test_service import serving
from tests.daw_scripts.conftest import Studio, install
from tests.daw_scripts.interpreters import LUA
from tests.daw_scripts.reaper import Reaper
from tests.daw_scripts.stand_in import StandIn, sample_row
from tests.daw_scripts.test_reaper_suggest import write_sample
from tests.daw_scripts.test_reaper_suggest_bridge import WAIT_SEC, tick_until


@dataclass(frozen=True)
class RunningService:
    """A service whose spool is served from a thread of its own."""

    service: Service
    loop: asyncio.AbstractEventLoop

    def order(self, deed: str, **payload: Any) -> str:
        """Has the host that told a selection last do something, as the panel does; returns its name."""
        answer: Future[str] = Future()

        def ask() -> None:
            try:
                answer.set_result(self.service.hosts.order("", deed, payload))
            except Exception as error:
                answer.set_exception(error)

        self.loop.call_soon_threadsafe(ask)
        return answer.result(WAIT_SEC)


@contextmanager
def service_in_background(folder: Path) -> Iterator[RunningService]:
    """Yields a service on a store in `folder`, with its spool beside it."""
    loop, ready, end = asyncio.new_event_loop(), Future[Service](), asyncio.Event()

    async def serve() -> None:
        async with serving(FakeEngine(), folder) as (service, _):
            front = SpoolFront(folder / "spool", service, "0.1.0")
            front.prepare()
            running = asyncio.create_task(front.run())
            ready.set_result(service)
            await end.wait()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        yield RunningService(ready.result(WAIT_SEC), loop)
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(WAIT_SEC)
        loop.close()


@pytest.fixture(params=LUA.args[1])
def studio(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Studio]:
    """A REAPER with a selected item, whose bridge does not run yet."""
    scripts = install(tmp_path / "Scripts", tmp_path / "spool", command=None)
    with Reaper(request.param, scripts) as reaper:
        reaper.do("new_project", {"path": str(tmp_path / "Lied.RPP"), "media_folder": str(tmp_path / "Media")})
        reaper.do("set_cursor", 5.0)
        studio = Studio(reaper, StandIn(tmp_path / "spool"), tmp_path, scripts)
        studio.add_item_on_new_track()
        yield studio


def check_selection(studio: Studio, hosts: Hosts) -> None:
    """Waits until the selection is known, and the script listens."""

    def is_told() -> bool:
        return hosts.selection is not None and hosts.selection.name == "Verse “é”" and bool(hosts.connected())

    tick_until(studio, is_told, "the selection")
    told = hosts.selection
    assert told is not None
    assert told.clip is not None
    assert (hosts.connected(), told.host) == (("reaper",), "reaper")
    assert (told.clip.start_offset_sec, told.clip.length_sec) == (0.5, 1.25)
    assert (told.quarter_bpm, told.project) == (120.0, str(studio.folder / "Lied.RPP"))


def check_order(studio: Studio, running: RunningService, name: str, track_count: int) -> None:
    """Has a sample inserted, and waits until its item is there, on a new track."""
    row = sample_row(write_sample(studio), name)
    assert running.order("insert_samples", rows=[row], project_bpm=120.0) == "reaper"
    tick_until(studio, lambda: len(studio.reaper.tracks()) == track_count, "the sample")
    (item,) = studio.reaper.tracks()[-1]["items"]
    assert (item["take"]["name"], item["values"]["D_POSITION"]) == (name, 5.0)


def test_a_selection_reaches_the_hosts_and_what_is_ordered_is_done_also_by_the_next_bridge(studio: Studio) -> None:
    studio.reaper.run("panel")
    studio.reaper.wait(1)
    assert "auxsend bridge" in studio.reaper.words(), "there is no bridge to open a panel"
    with service_in_background(studio.folder) as running:
        check_selection(studio, running.service.hosts)
        check_order(studio, running, "First", 2)
    studio.reaper.wait(2)
    verse = studio.reaper.tracks()[0]["items"][0]["guid"]
    inserted = studio.reaper.tracks()[1]["items"][0]["guid"]
    studio.reaper.do("edit_item", {"guid": verse, "values": {"B_UISEL": 1}})
    studio.reaper.do("edit_item", {"guid": inserted, "values": {"B_UISEL": 0}})
    with service_in_background(studio.folder) as running:
        check_selection(studio, running.service.hosts)
        check_order(studio, running, "Second", 3)
