"""The service around an engine that is slow, restarted or watched by two bridges, without a process of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bridge import service as service_module
from bridge.engine_link import EngineLink
from bridge.errors import BridgeBusy, JobUnknown, RequestRefused
from bridge.library.place import LibraryPlace
from bridge.service import Service
from bridge.settings import Settings
from bridge.store import BridgeJob, JobStore, State
from bridge.verbs import read_request
from tests.bridge.fake_engine import FakeEngine, serve
from tests.bridge.running_bridge import request, split_request
from tests.conftest import WriteWav

ENDED = (State.DONE, State.FAILED, State.CANCELLED)


@dataclass
class Ear:
    """Hears everything."""

    heard: list[BridgeJob] = field(default_factory=list)
    forgotten_ids: list[str] = field(default_factory=list)

    def changed(self, job: BridgeJob) -> None:
        self.heard.append(job)

    def forgotten(self, job_id: str) -> None:
        self.forgotten_ids.append(job_id)


@asynccontextmanager
async def serving(
    engine: FakeEngine, folder: Path, folders: tuple[str, ...] = ()
) -> AsyncIterator[tuple[Service, Ear]]:
    """A service on a store in `folder`, and what it tells."""
    async with serve(engine) as address:
        store, ear = JobStore(folder / "jobs.sqlite"), Ear()
        link = EngineLink(lambda: Settings(engine=address), folder)
        place = LibraryPlace(folder / "library.sqlite", folder / "samples")
        service = Service(store, link, lambda model: f"The licence of {model.name}.", lambda: folders, lambda: place)
        service.listen(ear)
        service.start()
        try:
            yield service, ear
        finally:
            await service.stop()
            await link.close()
            store.close()


async def until(look: Any) -> None:
    async with asyncio.timeout(20):
        while not look():
            await asyncio.sleep(0.01)


@pytest.fixture
def asked(write_wav: WriteWav, tmp_path: Path) -> dict[str, Any]:
    return split_request(write_wav(), tmp_path, length_sec=2.0, model="model-0", context={"guid": "{1}"})


async def test_a_bridge_that_comes_back_joins_its_job(asked: dict[str, Any], tmp_path: Path) -> None:
    engine = FakeEngine(is_endless=True)
    async with serving(engine, tmp_path / "state") as (service, _):
        service.submit(read_request(asked))
        await until(lambda: engine.count("WatchJob"))
    assert engine.cancelled == []
    assert len(engine.jobs) == 1
    async with serving(engine, tmp_path / "state") as (service, _):
        await until(lambda: engine.count("WatchJob") > 3)
        assert service.find(asked["id"]).state in (State.QUEUED, State.RUNNING)
        assert service.find(asked["id"]).document()["context"] == {"guid": "{1}"}
        assert len(engine.jobs) == 1
        assert engine.count("UploadAsset") == 1


async def test_a_cancelled_job_is_cancelled_on_the_engine(asked: dict[str, Any], tmp_path: Path) -> None:
    engine = FakeEngine(is_endless=True)
    async with serving(engine, tmp_path / "state") as (service, ear):
        service.submit(read_request(asked))
        await until(lambda: engine.count("WatchJob"))
        service.submit(read_request(request("cancel", {"job": asked["id"]})))
        await until(lambda: service.find(asked["id"]).state is State.CANCELLED)
    assert engine.cancelled == list(engine.jobs)
    assert ear.heard[-1].state is State.CANCELLED


async def test_a_stem_that_is_no_audio_of_the_window_is_refused(asked: dict[str, Any], tmp_path: Path) -> None:
    async with serving(FakeEngine(), tmp_path / "state") as (service, _):
        service.submit(read_request(asked))
        await until(lambda: service.find(asked["id"]).has_ended)
        job = service.find(asked["id"])
        assert job.error is not None
        assert job.error["reason"] == "ENGINE_FAILED"
        assert not (tmp_path / "AuxSend").exists()


async def test_beyond_the_bound_requests_are_refused_and_those_before_go_on(
    asked: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_module, "MOST_WAITING", 6)
    async with serving(FakeEngine(is_endless=True), tmp_path / "state") as (service, ear):
        for number in range(6):
            service.submit(read_request(asked | {"id": f"request-{number}"}))
        with pytest.raises(BridgeBusy):
            service.submit(read_request(asked | {"id": "request-6"}))
        await until(lambda: service.find("request-5").queue_position == 1)
        service.submit(read_request(request("cancel", {"job": "request-4"})))
        await until(lambda: service.find("request-5").queue_position == 0)
        assert len([job for job in service.jobs() if not job.has_ended]) == 5
        service.submit(read_request(asked | {"id": "request-6"}))
        assert {job.id for job in ear.heard} == {f"request-{number}" for number in range(7)}


async def test_the_same_request_is_one_job_and_its_id_takes_no_other(asked: dict[str, Any], tmp_path: Path) -> None:
    async with serving(FakeEngine(is_endless=True), tmp_path / "state") as (service, _):
        service.submit(read_request(asked))
        service.submit(read_request(dict(asked)))
        assert len(list(service.jobs())) == 1
        with pytest.raises(RequestRefused, match="another request"):
            service.submit(read_request(request("search", id=asked["id"])))


async def test_a_running_job_is_not_forgotten_and_an_unknown_one_not_cancelled(
    asked: dict[str, Any], tmp_path: Path
) -> None:
    async with serving(FakeEngine(is_endless=True), tmp_path / "state") as (service, ear):
        service.submit(read_request(asked))
        with pytest.raises(RequestRefused, match="cancel it first"):
            service.submit(read_request(request("forget", {"job": asked["id"]})))
        with pytest.raises(JobUnknown):
            service.submit(read_request(request("cancel", {"job": "never-asked"})))
        service.submit(read_request(request("forget", {"job": "never-asked"})))
        assert ear.forgotten_ids == ["never-asked"]


async def ended(service: Service, document: dict[str, Any]) -> str:
    """Returns the id of a job that has been submitted, and has ended."""
    job_id = service.submit(read_request(document)).id
    await until(lambda: service.find(job_id).has_ended)
    return job_id


async def test_of_many_ended_jobs_the_oldest_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_module, "MOST_KEPT", 3)
    async with serving(FakeEngine(), tmp_path / "state") as (service, ear):
        ids = [await ended(service, split_request(tmp_path / "none.wav", tmp_path)) for _ in range(5)]
        assert [job.id for job in service.jobs()] == ids[2:]
        assert ear.forgotten_ids == ids[:2]


async def test_paths_outside_the_allowed_folders_are_refused(asked: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "music").mkdir()
    (tmp_path / "music/way-out").symlink_to(tmp_path)
    outside = dict(asked)
    inside = split_request(tmp_path / "music/take.wav", tmp_path / "music")
    crooked = split_request(tmp_path / "music/way-out/song.wav", tmp_path / "music")
    async with serving(FakeEngine(), tmp_path / "state", (str(tmp_path / "music"),)) as (service, _):
        for document in (outside, crooked):
            with pytest.raises(RequestRefused, match="auxsend config"):
                service.submit(read_request(document))
        assert service.submit(read_request(inside)).id == inside["id"]


async def test_an_unforeseen_error_fails_the_job_and_not_the_bridge(
    asked: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(service_module, "do_work", broken)
    async with serving(FakeEngine(), tmp_path / "state") as (service, _):
        service.submit(read_request(asked))
        await until(lambda: service.find(asked["id"]).has_ended)
        error = service.find(asked["id"]).error
        assert error is not None
        assert "unexpected" in error["message"]


async def test_a_job_of_a_bridge_that_knew_more_fails_in_a_sentence(tmp_path: Path) -> None:
    store = JobStore(tmp_path / "jobs.sqlite")
    store.save(BridgeJob(request("levitate")))
    store.close()
    async with serving(FakeEngine(), tmp_path) as (service, _):
        (job,) = service.jobs()
        assert (job.state, job.error and job.error["reason"]) == (State.FAILED, "UNKNOWN_VERB")


def test_the_store_gives_back_what_was_saved(tmp_path: Path) -> None:
    store = JobStore(tmp_path / "jobs.sqlite")
    first = BridgeJob(request("split"), State.DONE, 1.0, "fine", result={"stems": []})
    second = BridgeJob(request("split"), State.FAILED, message="no", error={"reason": "X", "message": "no"})
    store.save(BridgeJob(first.request, engine_request_id=first.engine_request_id))
    store.save(second)
    store.save(first)
    again = JobStore(tmp_path / "jobs.sqlite")  # while the first, as after a kill, never closed it
    assert again.load() == [first, second]
    again.forget(first.id)
    assert again.load() == [second]
    again.close()
    store.close()
