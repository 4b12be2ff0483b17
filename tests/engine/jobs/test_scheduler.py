"""The job engine: order, joining, cancelling, expiring, repeating, and what its jobs say meanwhile."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from engine.assets import AssetStore
from engine.backends.base import Report
from engine.errors import InvalidArgument, InvalidAudio, JobNotFound, QueueFull, ShuttingDown
from engine.jobs.cache import ResultCache
from engine.jobs.records import Job, JobState, Lane, Order, Result
from engine.jobs.scheduler import Scheduler
from engine.weights.store import WeightStore
from engine.worker import Worker

Run = Callable[[Worker, Report], Result]


def order(name: str, run: Run | None = None) -> Order:
    return Order("separation", "fake", (), {"name": name}, run or (lambda worker, report: Result((), {"name": name})))


class Gate:
    """Work that waits to be let through, and tells that it has begun."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.open = threading.Event()
        self.runs = 0

    def run(self, worker: Worker, report: Report) -> Result:
        self.runs += 1
        self.begun.set()
        while not self.open.wait(0.01):
            report(0.5, "half way")
        return Result((), {"done": True})


@asynccontextmanager
async def running(folder: Path, *, max_queued: int = 10, max_job_sec: float = 60.0) -> AsyncIterator[Scheduler]:
    store = AssetStore(folder, budget_bytes=1 << 20)
    weights = WeightStore(folder / "weights", is_offline=True)
    workers = [Worker("cpu", Lane.DEVICE, weights, 1)]
    scheduler = Scheduler(
        store, ResultCache(folder / "results", store), workers, max_queued=max_queued, max_job_sec=max_job_sec
    )
    scheduler.start()
    try:
        yield scheduler
    finally:
        await scheduler.stop()


async def ended(scheduler: Scheduler, job: Job) -> Job:
    return [state async for _, state in scheduler.watch(job.id)][-1]


async def begun(gate: Gate) -> None:
    assert await asyncio.to_thread(gate.begun.wait, 10)


async def test_a_job_runs_and_gives_its_result(tmp_path: Path) -> None:
    async with running(tmp_path) as scheduler:
        job = await ended(scheduler, await scheduler.submit(order("a")))
    assert job.state is JobState.SUCCEEDED
    assert job.result == Result((), {"name": "a"})
    assert job.progress_fraction == 1.0
    assert job.start_time_sec is not None
    assert job.end_time_sec is not None
    assert job.create_time_sec <= job.start_time_sec <= job.end_time_sec


async def test_a_watcher_sees_queued_running_progress_and_the_end(tmp_path: Path) -> None:
    gate, waiting = Gate(), Gate()
    async with running(tmp_path) as scheduler:
        await scheduler.submit(order("first", gate.run))
        await begun(gate)
        job = await scheduler.submit(order("second", waiting.run))
        seen: list[tuple[int, Job]] = []
        async for event in scheduler.watch(job.id):
            seen.append(event)
            gate.open.set()
            if event[1].progress_message == "half way":
                waiting.open.set()
    states = [event.state for _, event in seen]
    assert states[0] is JobState.QUEUED
    assert states[-1] is JobState.SUCCEEDED
    assert any(event.progress_fraction == 0.5 for _, event in seen)
    numbers = [number for number, _ in seen]
    assert numbers == sorted(set(numbers))


async def test_jobs_wait_in_order_with_their_position(tmp_path: Path) -> None:
    gate = Gate()
    async with running(tmp_path) as scheduler:
        await scheduler.submit(order("running", gate.run))
        await begun(gate)
        waiting = [await scheduler.submit(order(name)) for name in "abc"]
        assert [job.queue_position for job in waiting] == [0, 1, 2]
        scheduler.cancel(waiting[0].id)
        assert [scheduler.get(job.id).queue_position for job in waiting[1:]] == [0, 1]
        gate.open.set()
        last = await ended(scheduler, waiting[2])
        middle = scheduler.get(waiting[1].id)
    assert middle.start_time_sec is not None
    assert last.start_time_sec is not None
    assert middle.start_time_sec <= last.start_time_sec


async def test_equal_orders_share_one_run(tmp_path: Path) -> None:
    gate = Gate()
    async with running(tmp_path) as scheduler:
        jobs = [await scheduler.submit(order("same", gate.run)) for _ in range(3)]
        gate.open.set()
        results = [await ended(scheduler, job) for job in jobs]
    assert len({job.id for job in jobs}) == 3
    assert [job.state for job in results] == [JobState.SUCCEEDED] * 3
    assert gate.runs == 1


async def test_cancelling_one_of_two_equal_jobs_leaves_the_other(tmp_path: Path) -> None:
    gate = Gate()
    async with running(tmp_path) as scheduler:
        first = await scheduler.submit(order("same", gate.run))
        second = await scheduler.submit(order("same", gate.run))
        await begun(gate)
        assert scheduler.cancel(first.id).state is JobState.CANCELLED
        gate.open.set()
        assert (await ended(scheduler, second)).state is JobState.SUCCEEDED


async def test_cancelling_stops_the_run_at_its_next_report(tmp_path: Path) -> None:
    gate = Gate()
    async with running(tmp_path) as scheduler:
        job = await scheduler.submit(order("long", gate.run))
        await begun(gate)
        assert scheduler.cancel(job.id).state is JobState.CANCELLED
        after = await ended(scheduler, await scheduler.submit(order("next")))
        assert after.state is JobState.SUCCEEDED
        assert not gate.open.is_set()
        assert scheduler.get(job.id).state is JobState.CANCELLED


async def test_an_equal_order_after_a_cancelled_one_runs_anew(tmp_path: Path) -> None:
    gate = Gate()
    async with running(tmp_path) as scheduler:
        scheduler.cancel((await scheduler.submit(order("same", gate.run))).id)
        gate.open.set()
        assert (await ended(scheduler, await scheduler.submit(order("same", gate.run)))).state is JobState.SUCCEEDED


async def test_cancelling_what_has_ended_changes_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as scheduler:
        job = await ended(scheduler, await scheduler.submit(order("a")))
        assert scheduler.cancel(job.id) == job


async def test_a_request_id_gives_its_first_job_again(tmp_path: Path) -> None:
    async with running(tmp_path) as scheduler:
        job = await scheduler.submit(order("a"), request_id="r1")
        await ended(scheduler, job)
        assert (await scheduler.submit(order("a"), request_id="r1")).id == job.id
        with pytest.raises(InvalidArgument, match="request id"):
            await scheduler.submit(order("b"), request_id="r1")


async def test_an_equal_order_is_answered_from_the_cache_after_a_restart(tmp_path: Path) -> None:
    gate = Gate()
    gate.open.set()
    for is_cached in (False, True):
        async with running(tmp_path) as scheduler:
            job = await ended(scheduler, await scheduler.submit(order("a", gate.run)))
            assert job.is_cached is is_cached
            assert job.result == Result((), {"done": True})
    assert gate.runs == 1


async def test_a_cached_result_whose_asset_is_gone_is_made_again(tmp_path: Path) -> None:
    store = AssetStore(tmp_path / "x", budget_bytes=100)
    cache = ResultCache(tmp_path / "cache", store)
    path = store.work_folder() / "stem"
    path.write_bytes(b"stem")
    asset = store.adopt(path, "audio/wav")
    cache.put("k", Result((asset.sha256,), {}))
    assert cache.get("k") == Result((asset.sha256,), {})
    store.path(asset.sha256).unlink()
    assert cache.get("k") is None


async def test_a_full_queue_refuses(tmp_path: Path) -> None:
    gate = Gate()
    async with running(tmp_path, max_queued=1) as scheduler:
        await scheduler.submit(order("running", gate.run))
        await begun(gate)
        await scheduler.submit(order("waiting"))
        with pytest.raises(QueueFull, match="try again later"):
            await scheduler.submit(order("too many"))
        gate.open.set()


async def test_a_job_expires_while_it_runs_and_while_it_waits(tmp_path: Path) -> None:
    gate = Gate()
    async with running(tmp_path, max_job_sec=0.2) as scheduler:
        runs = await scheduler.submit(order("runs", gate.run))
        waits = await scheduler.submit(order("waits", gate.run), timeout_sec=0.1)
        for job in (runs, waits):
            end = await ended(scheduler, job)
            assert end.state is JobState.FAILED
            assert end.error is not None
            assert end.error.reason == "JOB_EXPIRED"


async def test_a_time_limit_must_be_positive(tmp_path: Path) -> None:
    async with running(tmp_path) as scheduler:
        with pytest.raises(InvalidArgument, match="longer than 0"):
            await scheduler.submit(order("a"), timeout_sec=0.0)


async def test_an_engine_error_is_the_jobs_error_and_is_not_cached(tmp_path: Path) -> None:
    def fail(worker: Worker, report: Report) -> Result:
        raise InvalidAudio("The file ends too soon; export it again.")

    async with running(tmp_path) as scheduler:
        for _ in range(2):
            job = await ended(scheduler, await scheduler.submit(order("bad", fail)))
            assert job.state is JobState.FAILED
            assert not job.is_cached
            assert isinstance(job.error, InvalidAudio)


async def test_an_unforeseen_exception_shows_only_an_incident_number(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def crash(worker: Worker, report: Report) -> Result:
        raise ZeroDivisionError("secret detail")

    async with running(tmp_path) as scheduler:
        job = await ended(scheduler, await scheduler.submit(order("bad", crash)))
        assert job.error is not None
        assert "secret" not in job.error.message
        assert job.error.metadata["incident"] in caplog.text
        assert "secret detail" in caplog.text
        assert (await ended(scheduler, await scheduler.submit(order("good")))).state is JobState.SUCCEEDED


async def test_stopping_cancels_what_runs_and_admits_nothing(tmp_path: Path) -> None:
    gate = Gate()
    async with running(tmp_path) as scheduler:
        job = await scheduler.submit(order("long", gate.run))
        await begun(gate)
        await scheduler.stop()
        assert scheduler.get(job.id).state is JobState.CANCELLED
        with pytest.raises(ShuttingDown, match="stopping"):
            await scheduler.submit(order("late"))


async def test_an_unknown_job_is_said_to_be_unknown(tmp_path: Path) -> None:
    async with running(tmp_path) as scheduler:
        with pytest.raises(JobNotFound, match="submit the request again"):
            scheduler.get("nothing")


async def test_jobs_are_listed_newest_first_and_by_state(tmp_path: Path) -> None:
    async with running(tmp_path) as scheduler:
        jobs = [await ended(scheduler, await scheduler.submit(order(name))) for name in "abc"]
        assert [job.id for job in scheduler.list()] == [job.id for job in reversed(jobs)]
        assert scheduler.list([JobState.QUEUED]) == []


async def test_what_is_finished_so_far_is_told_while_the_work_runs(tmp_path: Path) -> None:
    gate, finished = Gate(), {"candidates": 1}
    async with running(tmp_path) as scheduler:
        made = [
            Order("generation", "fake", (), {"name": "same"}, gate.run, partial=partial)
            for partial in (lambda: finished, lambda: {"candidates": 0})
        ]
        first, joined = [await scheduler.submit(one) for one in made]
        assert first.partial is None
        await begun(gate)
        assert scheduler.get(first.id).partial == finished
        assert scheduler.get(joined.id).partial == finished
        gate.open.set()
        assert (await ended(scheduler, first)).partial is None
