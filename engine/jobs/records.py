"""The nouns of the job engine: orders, results and jobs, all frozen."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from engine.backends.base import Report
from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.worker import Worker

Json = Mapping[str, Any]


def nothing_yet() -> None:
    """Stands for the partial result of work that is finished in one piece."""


class JobState(Enum):
    """What a job is doing."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether the job has ended."""
        return self not in (JobState.QUEUED, JobState.RUNNING)


class Lane(Enum):
    """Which workers may take an order: those that own a device, or the one that fetches weights meanwhile."""

    DEVICE = "device"
    FETCHING = "fetching"


@dataclass(frozen=True)
class Result:
    """What an order gave."""

    asset_digests: tuple[str, ...]
    """Every asset that the result names; the result is worth nothing without them."""
    facts: Json
    """Everything else, ready for JSON; `engine.codec` knows each task's layout."""


@dataclass(frozen=True)
class Order:
    """Work that somebody wants done."""

    task: str
    model: str
    inputs: tuple[str, ...]
    """Digests of the assets that it reads."""
    parameters: Json
    """Everything else that decides the result, ready for JSON."""
    run: "Callable[[Worker, Report], Result]"
    """Does the work, on a worker's thread."""
    lane: Lane = Lane.DEVICE
    is_cacheable: bool = True
    """Whether an equal order may be answered with this one's result later."""
    partial: "Callable[[], Json | None]" = nothing_yet
    """Returns the facts of what is finished while `run` runs; called at every change, on another thread."""

    @property
    def key(self) -> str:
        """What equal orders share: a digest of task, model, inputs and parameters."""
        parts = [self.task, self.model, self.inputs, dict(self.parameters)]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Job:
    """A job as it stands at one moment. Times are seconds since the epoch."""

    id: str
    task: str
    model: str
    state: JobState
    create_time_sec: float
    start_time_sec: float | None = None
    end_time_sec: float | None = None
    queue_position: int = 0
    progress_fraction: float = 0.0
    progress_message: str = ""
    is_cached: bool = False
    result: Result | None = None
    error: EngineError | None = None
    partial: Json | None = None
    """Facts of what is finished so far, in the layout of the result's; only while running."""
