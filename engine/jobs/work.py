"""The mutable side of jobs: the work that is being done, and who waits for it."""

import asyncio
import threading
import time
from dataclasses import dataclass, field

from engine.errors import EngineError, JobCancelled, JobExpired
from engine.jobs.records import Job, JobState, Order, Result


@dataclass(eq=False)
class Work:
    """An order under way, shared by the tickets that asked for it."""

    order: Order
    tickets: list["Ticket"] = field(default_factory=list)
    start_time_sec: float | None = None
    progress_fraction: float = 0.0
    progress_message: str = ""
    stop: threading.Event = field(default_factory=threading.Event)
    """Set when nobody waits any more; the worker looks at every report."""

    @property
    def is_running(self) -> bool:
        """Whether a worker has begun."""
        return self.start_time_sec is not None


@dataclass(eq=False)
class Ticket:
    """One requester's hold on a piece of work: a job before and after it ends."""

    id: str
    order: Order
    request_id: str
    work: Work | None
    create_time_sec: float = field(default_factory=time.time)
    end_time_sec: float | None = None
    state: JobState = JobState.QUEUED
    result: Result | None = None
    error: EngineError | None = None
    is_cached: bool = False
    deadline: asyncio.TimerHandle | None = None

    def end(self, outcome: Result | EngineError) -> None:
        """Settles the job: with a result, as cancelled, or as failed."""
        self.end_time_sec = time.time()
        if self.deadline is not None:
            self.deadline.cancel()
        if isinstance(outcome, Result):
            self.state, self.result = JobState.SUCCEEDED, outcome
        elif isinstance(outcome, JobCancelled):
            self.state = JobState.CANCELLED
        else:
            self.state, self.error = JobState.FAILED, outcome

    def snapshot(self, queue_position: int) -> Job:
        """Returns the job as it stands."""
        work = self.work
        is_running = work is not None and work.is_running
        state = JobState.RUNNING if is_running and not self.state.is_final else self.state
        return Job(
            id=self.id,
            task=self.order.task,
            model=self.order.model,
            state=state,
            create_time_sec=self.create_time_sec,
            start_time_sec=work.start_time_sec if work else None,
            end_time_sec=self.end_time_sec,
            queue_position=queue_position if state is JobState.QUEUED else 0,
            progress_fraction=1.0 if state is JobState.SUCCEEDED else work.progress_fraction if work else 0.0,
            progress_message=work.progress_message if work and not self.state.is_final else "",
            is_cached=self.is_cached,
            result=self.result,
            error=self.error,
            partial=work.order.partial() if work and state is JobState.RUNNING else None,
        )


def expired(timeout_sec: float) -> JobExpired:
    """Returns the error of a job that has run out of time."""
    return JobExpired(
        f"The job had not ended after {timeout_sec:g} s, its time limit; ask for less at once, or for more time.",
        timeout_sec=f"{timeout_sec:g}",
    )
