"""What a panel or a command and the scripts in DAWs say to each other: selections one way, orders the other."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bridge import hosts as hosts_module
from bridge import service as service_module
from bridge.errors import JobUnknown, RequestRefused
from bridge.host_verbs import Select
from bridge.hosts import NO_ORDER, Hosts
from bridge.service import Service
from bridge.store import BridgeJob, State
from bridge.verbs import read_request
from tests.bridge.fake_engine import FakeEngine
from tests.bridge.running_bridge import request
from tests.bridge.test_service import serving, until

CLIP = {"file": "/music/bass.wav", "length_sec": 2.0}


def submit(service: Service, verb: str, sender: str = "reaper", **params: Any) -> BridgeJob:
    return service.submit(read_request(request(verb, params) | {"host": sender}))


async def test_an_order_ends_the_listening_of_its_host(tmp_path: Path) -> None:
    async with serving(FakeEngine(), tmp_path) as (service, ear):
        listening = submit(service, "listen")
        submit(service, "listen", "ardour")
        await until(lambda: service.hosts.connected() == ("ardour", "reaper"))
        answer = submit(service, "order", "panel", deed="split", host="reaper")
        assert answer.result == {"host": "reaper"}
        await until(lambda: service.find(listening.id).has_ended)
        assert service.find(listening.id).result == {"deed": "split"}
        assert [job.state for job in ear.heard if job.id == listening.id][-1] is State.DONE


async def test_without_an_order_a_host_hears_that_there_is_none() -> None:
    assert await Hosts().wait("reaper", 0.01) == NO_ORDER


async def test_an_order_between_two_listenings_waits() -> None:
    hosts = Hosts()
    await hosts.wait("reaper", 0.01)
    assert hosts.order("reaper", "insert_job", {"job": {"id": "job-00001"}}) == "reaper"
    assert await hosts.wait("reaper", 1.0) == {"deed": "insert_job", "job": {"id": "job-00001"}}


async def test_a_host_that_no_longer_listens_is_gone_and_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts_module, "ABSENCE_SEC", 0.05)
    hosts, seen = Hosts(), []
    end = hosts.watch(lambda: seen.append(hosts.connected()))
    await hosts.wait("reaper", 0.01)
    await until(lambda: seen == [("reaper",), ()])
    end()
    with pytest.raises(RequestRefused, match="“reaper” does not listen"):
        hosts.order("reaper", "split")


async def test_an_order_without_a_name_goes_to_the_host_that_selected_last() -> None:
    hosts = Hosts()
    with pytest.raises(RequestRefused, match="No DAW listens"):
        hosts.order("", "split")
    waits = [asyncio.ensure_future(hosts.wait(name, 5.0)) for name in ("live", "reaper")]
    await asyncio.sleep(0)
    with pytest.raises(RequestRefused, match="name one of live, reaper"):
        hosts.order("", "split")
    hosts.select("live", Select(name="beat"))
    hosts.select("gone", Select(name="no longer there"))
    assert hosts.order("", "split") == "live"
    assert await waits[0] == {"deed": "split"}
    waits[1].cancel()


async def test_a_selection_is_known_with_its_host(tmp_path: Path) -> None:
    async with serving(FakeEngine(), tmp_path) as (service, _):
        submit(service, "select", clip=CLIP, name="bass", quarter_bpm=92.0, key="A minor", project="song.RPP")
        selection = service.hosts.selection
        assert selection is not None
        assert (selection.host, selection.name, selection.quarter_bpm) == ("reaper", "bass", 92.0)
        assert selection.clip is not None
        assert selection.clip.file == Path("/music/bass.wav")
        submit(service, "select", "ardour")
        assert service.hosts.selection is not None
        assert service.hosts.selection.clip is None


async def test_a_selection_outside_the_allowed_folders_is_refused(tmp_path: Path) -> None:
    async with serving(FakeEngine(), tmp_path, folders=(str(tmp_path),)) as (service, _):
        with pytest.raises(RequestRefused, match="outside the folders"):
            submit(service, "select", clip=CLIP)
        assert service.hosts.selection is None


async def test_a_host_without_a_name_is_refused(tmp_path: Path) -> None:
    async with serving(FakeEngine(), tmp_path) as (service, _):
        with pytest.raises(RequestRefused, match="which DAW"):
            submit(service, "select", sender="")
        listening = submit(service, "listen", sender="")
        await until(lambda: service.find(listening.id).state is State.FAILED)
        assert "which DAW" in service.find(listening.id).message


async def test_listening_is_no_work_and_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_module, "ORDER_KEPT_SEC", 0.05)
    async with serving(FakeEngine(), tmp_path) as (service, ear):
        jobs = [submit(service, "listen", f"host-{number}") for number in range(6)]
        await until(lambda: len(service.hosts.connected()) == 6)
        assert list(service.jobs()) == []
        submit(service, "cancel", job=jobs[0].id)
        await until(lambda: service.find(jobs[0].id).state is State.CANCELLED)
        await until(lambda: not service.knows(jobs[0].id))
        assert ear.forgotten_ids == [jobs[0].id]
    async with serving(FakeEngine(), tmp_path) as (service, _):
        with pytest.raises(JobUnknown):
            service.find(jobs[1].id)


async def test_orders_do_not_pile_up() -> None:
    hosts = Hosts()
    await hosts.wait("reaper", 0.01)
    for _ in range(hosts_module.MOST_ORDERS):
        hosts.order("reaper", "split")
    with pytest.raises(RequestRefused, match="wait for “reaper” already"):
        hosts.order("reaper", "split")


async def test_a_sample_is_auditioned_in_the_panel_that_was_opened_last(tmp_path: Path) -> None:
    async with serving(FakeEngine(), tmp_path) as (service, _):
        with pytest.raises(RequestRefused, match="No panel is open"):
            submit(service, "audition", sample="a1")
        played: list[tuple[str, str]] = []
        service.hosts.play_with(lambda sample: played.append(("first", sample)))
        end = service.hosts.play_with(lambda sample: played.append(("second", sample)))
        submit(service, "audition", sample="a1")
        end()
        submit(service, "audition", sample="b2")
        assert played == [("second", "a1"), ("first", "b2")]
