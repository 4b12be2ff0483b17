"""What the bridge does with requests: one queue of jobs, whoever asks, and their states to whoever listens.

Fronts call `submit` with a request and hear of every change of every job. A few verbs are answered at once; the others
become jobs, which are kept in the store until they are forgotten. A bridge that starts takes up the jobs that have not
ended, under the same request id, so that an engine that still has the work gives it and does not begin again.
"""

import asyncio
import functools
import logging
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import replace
from typing import Any

from bridge.codec import Model
from bridge.engine_link import EngineLink
from bridge.errors import BridgeBusy, BridgeError, JobUnknown, NotAvailable, RequestRefused
from bridge.events import Event, ModelChosen, Notice, Progress
from bridge.host_verbs import Audition, Listen, Order, Select
from bridge.hosts import Hosts
from bridge.incident import unforeseen
from bridge.job_progress import fields_of
from bridge.library.place import LibraryPlace
from bridge.listener import Listener
from bridge.paths import check_paths
from bridge.store import BridgeJob, JobStore, State
from bridge.verbs import Cancel, Engine, Forget, Panel, Request, Status, read_request
from bridge.work import Work, do_work, paths_of, tidy

log = logging.getLogger(__name__)

MOST_WAITING = 256
MOST_KEPT = 10_000  # then the oldest that has ended is forgotten
MOST_LISTED = 100
MOST_RUNNING = 4  # the engine has a queue of its own; more than a few here would only hold memory
PROGRESS_SEC = 0.2
ORDER_KEPT_SEC = 60.0


def _no_panel() -> str:
    raise NotAvailable("This bridge has no panel.")


class Service:
    """The bridge's jobs."""

    def __init__(
        self,
        store: JobStore,
        link: EngineLink,
        licence_note: Callable[[Model], str],
        allowed_folders: Callable[[], Sequence[str]],
        library: Callable[[], LibraryPlace],
        panel_link: Callable[[], str] = _no_panel,
    ) -> None:
        self.hosts = Hosts()
        self._store = store
        self._link = link
        self._allowed_folders = allowed_folders
        self._licence_note = licence_note
        self._library = library
        self._panel_link = panel_link
        self._jobs: dict[str, BridgeJob] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._waiting: list[str] = []
        self._free = asyncio.Semaphore(MOST_RUNNING)
        self._listeners: list[Listener] = []
        self._told: set[str] = set()
        self._is_stopping = False

    def start(self) -> None:
        """Loads the jobs and takes up those that have not ended."""
        self._jobs = {job.id: job for job in self._store.load()}
        for job in list(self._jobs.values()):
            if not job.has_ended:
                self._take_up(job)

    async def stop(self) -> None:
        """Lets go of all jobs without ending them: they are taken up at the next start."""
        self._is_stopping = True
        self._link.keep_jobs()
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def listen(self, listener: Listener) -> None:
        """Tells `listener` of every change from now on."""
        self._listeners.append(listener)

    def jobs(self) -> Iterable[BridgeJob]:
        """Returns all jobs that outlive the bridge, oldest first."""
        return [job for job in self._jobs.values() if job.is_kept]

    def knows(self, job_id: str) -> bool:
        """Returns whether there is a job of that id."""
        return job_id in self._jobs

    def find(self, job_id: object) -> BridgeJob:
        """Returns a job as it stands.

        Raises:
            JobUnknown: there is none of that id.
        """
        job = self._jobs.get(job_id) if isinstance(job_id, str) else None
        if job is None:
            raise JobUnknown("The bridge knows no such job; it was forgotten, or never asked for.")
        return job

    def left_alone(self, job_id: str) -> None:
        """Ends a listening whose host has gone, so that it takes no order; other jobs go on without a listener."""
        job = self._jobs.get(job_id)
        if job and not job.is_kept and job_id in self._tasks:
            self._tasks[job_id].cancel()

    def submit(self, request: Request) -> BridgeJob:
        """Returns the request's job: a new one, the one that it made before, or an answer that has ended already.

        Raises:
            BridgeError: the request is refused, and has made no job.
        """
        answer = self._answered(request)
        if answer is not None:
            return BridgeJob(request.document, State.DONE, fraction=1.0, result=answer)
        known = self._jobs.get(request.id)
        if known is not None:
            if known.request != request.document:
                raise RequestRefused("This id belongs to another request; give each request its own.")
            return known
        if len(self._tasks) >= MOST_WAITING:
            raise BridgeBusy(f"{len(self._tasks)} jobs wait already, as many as the bridge takes; try again later.")
        check_paths(self._allowed_folders(), *paths_of(request.params))
        job = BridgeJob(request.document)
        self._change(job)
        self._forget_oldest()
        if isinstance(request.params, Listen):
            self._start(job.id, self._listen(job.id, request.host, request.params))
        else:
            self._begin(job.id, request.params)
        return self._jobs[job.id]

    def _answered(self, request: Request) -> dict[str, Any] | None:
        """Returns the result of a request that is answered at once; None for one that makes a job."""
        match request.params:
            case Cancel(job_id):
                return self._cancel(job_id)
            case Forget(job_id):
                return self._forget(job_id)
            case Status():
                return self._status()
            case Engine():
                return {"address": self._link.share(request.params)}
            case Panel():
                return {"url": self._panel_link()}
            case Select():
                check_paths(self._allowed_folders(), *paths_of(request.params))
                self.hosts.select(request.host, request.params)
                return {}
            case Audition(sample):
                self.hosts.audition(sample)
                return {}
            case Order(deed, host):
                return {"host": self.hosts.order(host, deed.value)}
            case _:
                return None

    async def _listen(self, job_id: str, host: str, listen: Listen) -> None:
        """Waits for an order. Nobody may ever fetch it, so it is forgotten after a while."""
        try:
            self._update(job_id, state=State.RUNNING, message="Listening.")
            order = await self.hosts.wait(host, listen.wait_sec)
            self._update(job_id, state=State.DONE, fraction=1.0, message="", result=order)
        except asyncio.CancelledError:
            self._update(job_id, state=State.CANCELLED, message="Cancelled.")
        except BridgeError as error:
            self._change(self._jobs[job_id].failed(error))
        asyncio.get_running_loop().call_later(ORDER_KEPT_SEC, self._drop, job_id)

    def _cancel(self, job_id: str) -> dict[str, Any]:
        state = self.find(job_id).state
        if job_id in self._tasks:
            self._tasks[job_id].cancel()
        return {"job": job_id, "state": state.value}

    def _forget(self, job_id: str) -> dict[str, Any]:
        job = self._jobs.get(job_id)
        if job is not None and not job.has_ended:
            raise RequestRefused("A job that has not ended cannot be forgotten; cancel it first.")
        self._drop(job_id)
        return {"job": job_id}

    def _drop(self, job_id: str) -> None:
        self._store.forget(job_id)
        self._jobs.pop(job_id, None)
        for listener in self._listeners:
            listener.forgotten(job_id)

    def _forget_oldest(self) -> None:
        if len(self._jobs) > MOST_KEPT:
            self._drop(next(job.id for job in self._jobs.values() if job.has_ended))

    def _status(self) -> dict[str, Any]:
        jobs = list(self.jobs())
        return {
            "engine": self._link.describe(),
            "job_count": len(jobs),
            "jobs": [job.summary() for job in jobs[-MOST_LISTED:]],
        }

    def _take_up(self, job: BridgeJob) -> None:
        """Runs a job of an earlier bridge."""
        try:
            params = read_request(job.request).params
        except BridgeError as error:  # it was accepted by a version that knew more
            self._change(job.failed(error))
            return
        tidy(params)
        self._begin(job.id, params)

    def _begin(self, job_id: str, params: Work) -> None:
        self._waiting.append(job_id)
        self._start(job_id, self._run(job_id, params))
        self._update(job_id, queue_position=len(self._waiting) - 1)

    def _start(self, job_id: str, work: Coroutine[Any, Any, None]) -> None:
        self._tasks[job_id] = asyncio.create_task(work)
        self._tasks[job_id].add_done_callback(functools.partial(self._ended, job_id))

    def _ended(self, job_id: str, task: "asyncio.Task[None]") -> None:
        del self._tasks[job_id]
        if not task.cancelled() and (error := task.exception()):
            log.error("job %s was lost", job_id, exc_info=error)

    async def _run(self, job_id: str, params: Work) -> None:
        """Runs a job to its end, whatever that is."""
        try:
            async with self._free:
                self._leave_queue(job_id)
                result = await self._work(job_id, params)
            self._update(job_id, state=State.DONE, fraction=1.0, message="", result=result)
        except asyncio.CancelledError:
            if not self._is_stopping:
                self._update(job_id, state=State.CANCELLED, message="Cancelled.")
        except BridgeError as error:
            self._change(self._jobs[job_id].failed(error))
        except Exception:
            self._change(self._jobs[job_id].failed(unforeseen(log, f"job {job_id}")))
        finally:
            self._leave_queue(job_id)

    async def _work(self, job_id: str, params: Work) -> dict[str, Any]:
        notices: list[str] = []
        report = functools.partial(self._report, job_id, notices)
        request_id = self._jobs[job_id].engine_request_id
        result = await do_work(params, request_id, self._link.connect, report, self._library())
        return result | {"notices": notices}

    def _report(self, job_id: str, notices: list[str], event: Event) -> None:
        match event:
            case Progress():
                self._update(job_id, **fields_of(event))
            case ModelChosen():
                notices += filter(None, [self._licence_note(event.model)])
            case Notice(message):
                notices.append(message)

    def _leave_queue(self, job_id: str) -> None:
        if job_id in self._waiting:
            self._waiting.remove(job_id)
            for position, other in enumerate(self._waiting):
                self._update(other, queue_position=position)

    def _update(self, job_id: str, **changes: Any) -> None:  # noqa: ANN401 - fields of BridgeJob
        self._change(replace(self._jobs[job_id], **changes))

    def _change(self, job: BridgeJob) -> None:
        """Keeps a job's new state and tells it: a change of state at once, progress now and then."""
        before = self._jobs.get(job.id)
        self._jobs[job.id] = job
        if before is None or before.state is not job.state:
            if job.is_kept:
                self._store.save(job)
            self._tell(job.id)
        elif job.id not in self._told:
            self._told.add(job.id)
            asyncio.get_running_loop().call_later(PROGRESS_SEC, self._tell, job.id)

    def _tell(self, job_id: str) -> None:
        self._told.discard(job_id)
        if job := self._jobs.get(job_id):
            for listener in self._listeners:
                listener.changed(job)
