"""The job engine: a bounded queue, one worker per device, and jobs that can be watched, joined, cancelled and repeated.

Everything here runs on the event loop, so there are no locks; only `Order.run` runs on a worker's thread, and speaks
to the loop through its `report`. A watcher is woken at every change and sees the latest state, never a backlog of old
ones.
"""

import asyncio
import contextlib
import itertools
import logging
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterable, Sequence

from engine.assets import AssetStore
from engine.backends.base import Report
from engine.errors import (
    EngineError,
    InternalError,
    InvalidArgument,
    JobCancelled,
    JobNotFound,
    QueueFull,
    ShuttingDown,
)
from engine.jobs.cache import ResultCache
from engine.jobs.records import Job, JobState, Order, Result
from engine.jobs.work import Ticket, Work, expired
from engine.worker import Worker

log = logging.getLogger(__name__)

KEPT_JOBS = 1_000
PROGRESS_INTERVAL_SEC = 0.05


class Scheduler:
    """Queues orders and runs them on workers, first come, first served."""

    def __init__(
        self, store: AssetStore, cache: ResultCache, workers: Sequence[Worker], *, max_queued: int, max_job_sec: float
    ) -> None:
        self._store = store
        self._cache = cache
        self._workers = workers
        self._max_queued = max_queued
        self._max_job_sec = max_job_sec
        self._tickets: dict[str, Ticket] = {}
        self._pending: list[Work] = []
        self._active: dict[str, Work] = {}
        self._pulse = asyncio.Event()
        self._sequence = itertools.count(1)
        self._is_stopping = False
        self._loops: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begins to serve the queue; call it on the running loop."""
        self._loops = [asyncio.create_task(self._serve(worker)) for worker in self._workers]

    async def stop(self) -> None:
        """Admits nothing more, cancels every job and waits until the workers are idle."""
        self._is_stopping = True
        for ticket in self._tickets.values():
            self._leave(ticket, JobCancelled("The engine stops."))
        self._changed()
        await asyncio.gather(*self._loops)
        for worker in self._workers:
            worker.close()

    async def submit(self, order: Order, *, request_id: str = "", timeout_sec: float | None = None) -> Job:
        """Returns the job for an order: a new one, the one that this request id began, or one that is done already.

        Raises:
            InvalidArgument: the request id belongs to a different order, or the time limit is not positive.
            QueueFull: as many orders wait as the engine admits.
            ShuttingDown: the engine stops.
        """
        if self._is_stopping:
            raise ShuttingDown("The engine is stopping; try again when it is back.")
        limit_sec = self._time_limit(timeout_sec)
        cached = await asyncio.to_thread(self._cache.get, order.key) if order.is_cacheable else None
        if request_id and (known := self._find_request(request_id, order)):
            return self._snapshot(known)
        ticket = Ticket(uuid.uuid4().hex, order, request_id, work=None)
        if cached is not None and order.key not in self._active:
            ticket.is_cached = True
            ticket.end(cached)
        else:
            ticket.work = self._join_or_queue(order)
            ticket.work.tickets.append(ticket)
            ticket.deadline = asyncio.get_running_loop().call_later(limit_sec, self._expire, ticket, limit_sec)
        self._keep(ticket)
        self._changed()
        return self._snapshot(ticket)

    def get(self, job_id: str) -> Job:
        """Returns a job as it stands.

        Raises:
            JobNotFound: no such job, or one that ended long ago.
        """
        return self._snapshot(self._ticket(job_id))

    async def watch(self, job_id: str) -> AsyncIterator[tuple[int, Job]]:
        """Yields the job at once and after every change, with an increasing sequence number, until it has ended.

        Raises:
            JobNotFound: no such job, or one that ended long ago.
        """
        ticket = self._ticket(job_id)
        last = None
        while True:
            pulse = self._pulse
            job = self._snapshot(ticket)
            if job != last:
                yield next(self._sequence), job
            if job.state.is_final:
                return
            last = job
            await pulse.wait()

    def cancel(self, job_id: str) -> Job:
        """Returns the job, stopped now if it had not ended; work that no other job shares stops at its next report.

        Raises:
            JobNotFound: no such job, or one that ended long ago.
        """
        ticket = self._ticket(job_id)
        self._leave(ticket, JobCancelled("The job was cancelled."))
        self._changed()
        return self._snapshot(ticket)

    def list(self, states: Iterable[JobState] = ()) -> "list[Job]":
        """Returns jobs, newest first, only those in `states` if any are given."""
        wanted = set(states) or set(JobState)
        jobs = (self._snapshot(ticket) for ticket in reversed(self._tickets.values()))
        return [job for job in jobs if job.state in wanted]

    @property
    def queued_count(self) -> int:
        """Orders that wait for a worker."""
        return len(self._pending)

    def _time_limit(self, timeout_sec: float | None) -> float:
        if timeout_sec is None:
            return self._max_job_sec
        if timeout_sec <= 0:
            raise InvalidArgument("A time limit must be longer than 0 s; leave it unset for none.", field="timeout")
        return min(timeout_sec, self._max_job_sec)

    def _find_request(self, request_id: str, order: Order) -> Ticket | None:
        for ticket in self._tickets.values():
            if ticket.request_id == request_id:
                if ticket.order.key != order.key:
                    raise InvalidArgument(
                        "This request id was used for a different request; give each request its own.",
                        field="request_id",
                    )
                return ticket
        return None

    def _join_or_queue(self, order: Order) -> Work:
        if work := self._active.get(order.key):
            return work
        if len(self._pending) >= self._max_queued:
            raise QueueFull(
                f"{len(self._pending)} jobs wait already, as many as this engine admits; try again later.",
                queued_count=str(len(self._pending)),
            )
        work = self._active[order.key] = Work(order)
        self._pending.append(work)
        return work

    def _keep(self, ticket: Ticket) -> None:
        self._tickets[ticket.id] = ticket
        if len(self._tickets) > KEPT_JOBS:
            oldest = next((t for t in self._tickets.values() if t.state.is_final), None)
            if oldest:
                del self._tickets[oldest.id]

    def _ticket(self, job_id: str) -> Ticket:
        try:
            return self._tickets[job_id]
        except KeyError:
            raise JobNotFound(
                "The engine knows no such job (any more); submit the request again.", job=job_id
            ) from None

    def _snapshot(self, ticket: Ticket) -> Job:
        is_waiting = ticket.work in self._pending
        return ticket.snapshot(self._pending.index(ticket.work) if ticket.work and is_waiting else 0)

    def _changed(self) -> None:
        self._pulse.set()
        self._pulse = asyncio.Event()

    def _expire(self, ticket: Ticket, limit_sec: float) -> None:
        self._leave(ticket, expired(limit_sec))
        self._changed()

    def _leave(self, ticket: Ticket, reason: EngineError) -> None:
        """Ends one requester's job early; the work goes on only if somebody else waits for it."""
        if ticket.state.is_final or ticket.work is None:
            return
        ticket.end(reason)
        work = ticket.work
        work.tickets.remove(ticket)
        if not work.tickets:
            work.stop.set()
            self._active.pop(work.order.key, None)
            with contextlib.suppress(ValueError):
                self._pending.remove(work)

    async def _serve(self, worker: Worker) -> None:
        while not (self._is_stopping and not self._pending):
            pulse = self._pulse
            work = next((w for w in self._pending if w.order.lane is worker.lane), None)
            if work is None:
                await pulse.wait()
                continue
            self._pending.remove(work)
            work.start_time_sec = time.time()
            self._changed()
            self._settle(work, await self._outcome(worker, work))

    async def _outcome(self, worker: Worker, work: Work) -> Result | EngineError:
        report = _reporter(work, asyncio.get_running_loop(), self._changed)
        try:
            with self._store.pinned(work.order.inputs):
                result = await worker.submit(work.order.run, worker, report)
                if work.order.is_cacheable:
                    await asyncio.to_thread(self._cache.put, work.order.key, result)
                return result
        except EngineError as error:
            return error
        except Exception:
            incident = uuid.uuid4().hex[:8]
            log.exception("incident %s: %s with %s failed", incident, work.order.task, work.order.model)
            return InternalError.of(incident)

    def _settle(self, work: Work, outcome: Result | EngineError) -> None:
        if self._active.get(work.order.key) is work:
            del self._active[work.order.key]
        for ticket in work.tickets:
            ticket.end(outcome)
        self._changed()


def _reporter(work: Work, loop: asyncio.AbstractEventLoop, changed: Callable[[], None]) -> Report:
    """Returns the `report` of one run: it raises when the work is to stop, and passes on progress now and then."""
    last_sec = 0.0

    def show(fraction: float, message: str) -> None:
        work.progress_fraction, work.progress_message = fraction, message
        changed()

    def report(fraction: float, message: str) -> None:
        nonlocal last_sec
        if work.stop.is_set():
            raise JobCancelled("The job was cancelled.")
        now_sec = time.monotonic()
        if now_sec - last_sec >= PROGRESS_INTERVAL_SEC or message != work.progress_message:
            last_sec = now_sec
            loop.call_soon_threadsafe(show, fraction, message)

    return report
