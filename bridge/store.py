"""The bridge's jobs on disk, in SQLite, so that a bridge that was killed finds them again.

Written are changes of state; progress in between lives in memory only. Jobs stay until they are forgotten.
"""

import contextlib
import json
import sqlite3
import uuid
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from bridge.errors import BridgeError
from bridge.verbs import VERBS, VERSION

_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    engine_request_id TEXT NOT NULL,
    request TEXT NOT NULL,
    state TEXT NOT NULL,
    message TEXT NOT NULL,
    error TEXT,
    result TEXT
)
"""


class State(StrEnum):
    """What a job is doing."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class BridgeJob:
    """A request and what became of it."""

    request: dict[str, Any]
    state: State = State.QUEUED
    fraction: float = 0.0
    message: str = ""
    queue_position: int = 0
    error: dict[str, str] | None = None
    """Its `reason`, for programs, and its `message`, one sentence for a person."""
    result: dict[str, Any] | None = None
    engine_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    """What the engine knows the request by: unlike `id`, unique among all who use that engine."""

    @property
    def id(self) -> str:
        """The request's id, which is the job's."""
        return str(self.request["id"])

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state not in (State.QUEUED, State.RUNNING)

    @property
    def is_kept(self) -> bool:
        """Whether it outlives the bridge."""
        verb = VERBS.get(self.request.get("verb", ""))
        return verb is None or verb.is_kept

    def failed(self, error: BridgeError) -> "BridgeJob":
        """The job, ended by an error."""
        return replace(
            self, state=State.FAILED, message=error.message, error={"reason": error.reason, "message": error.message}
        )

    def summary(self) -> dict[str, Any]:
        """Returns the job as a list of many has it."""
        return {
            "id": self.id,
            "verb": self.request["verb"],
            "state": self.state.value,
            "fraction": round(self.fraction, 4),
        }

    def document(self) -> dict[str, Any]:
        """Returns the job as every front tells it."""
        params = self.request.get("params")
        context = params.get("context") if isinstance(params, dict) else None
        return {
            "v": VERSION,
            "id": self.id,
            "verb": self.request.get("verb", ""),
            "state": self.state.value,
            "fraction": round(self.fraction, 4),
            "message": self.message,
            "queue_position": self.queue_position,
            "error": self.error,
            "result": self.result,
            "context": context,
        }


class JobStore:
    """A table of jobs in a file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path, isolation_level=None)
        path.chmod(0o600)
        # A write-ahead log survives a kill at any moment; NORMAL may lose the last change to a power cut, not the file.
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.execute(_SCHEMA)

    def close(self) -> None:
        """Closes the file."""
        with contextlib.suppress(sqlite3.Error):
            self._database.close()

    def save(self, job: BridgeJob) -> None:
        """Writes a job as it stands."""
        row = (
            job.id,
            job.engine_request_id,
            json.dumps(job.request),
            job.state.value,
            job.message,
            json.dumps(job.error) if job.error else None,
            json.dumps(job.result) if job.result is not None else None,
        )
        self._database.execute(
            "INSERT INTO jobs (id, engine_request_id, request, state, message, error, result) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET state=excluded.state, message=excluded.message, error=excluded.error, "
            "result=excluded.result",
            row,
        )

    def load(self) -> list[BridgeJob]:
        """Returns all jobs, oldest first."""
        rows = self._database.execute(
            "SELECT engine_request_id, request, state, message, error, result FROM jobs ORDER BY number"
        )
        return [
            BridgeJob(
                request=json.loads(request),
                state=State(state),
                fraction=1.0 if state == State.DONE else 0.0,
                message=message,
                error=json.loads(error) if error else None,
                result=json.loads(result) if result else None,
                engine_request_id=engine_request_id,
            )
            for engine_request_id, request, state, message, error, result in rows
        ]

    def forget(self, job_id: str) -> None:
        """Drops a job."""
        self._database.execute("DELETE FROM jobs WHERE id = ?", (job_id,))
