"""Who used which sample in which project, on disk, in SQLite.

A *use* is a sample in a project: put into it (inserted), liked (kept) or passed over (skipped). The same use counts
once, whoever says it and however often: a retried request and a project that is read twice change nothing. Samples are
named by the digest of their audio, so a use outlives that its file was moved, renamed, or taken out of the library.

The users of a studio share one engine and so pool their uses; several engines of a machine may share the file. Every
method may block; the event loop calls them through threads.
"""

import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS uses (
    number INTEGER PRIMARY KEY,
    sample_id TEXT NOT NULL,
    project_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    time_sec REAL NOT NULL,
    UNIQUE (project_id, sample_id, user_id, kind)
);
CREATE INDEX IF NOT EXISTS uses_of_users ON uses (user_id, number);
CREATE TABLE IF NOT EXISTS requests (
    request_id TEXT PRIMARY KEY,
    recorded_count INTEGER NOT NULL
);
"""
_INSERT = (
    "INSERT INTO uses (sample_id, project_id, user_id, kind, time_sec) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)


class UseKind(StrEnum):
    """What a user did with a sample."""

    INSERTED = "inserted"
    KEPT = "kept"
    SKIPPED = "skipped"

    @property
    def is_liking(self) -> bool:
        """Whether it speaks for the sample."""
        return self is not UseKind.SKIPPED


@dataclass(frozen=True)
class Use:
    """One use."""

    sample_id: str
    project_id: str
    user_id: str
    """Empty on a machine with one user."""
    kind: UseKind
    time_sec: float
    """Seconds since the epoch."""


class UseStore:
    """A table of uses in a file. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        path.chmod(0o600)
        # A write-ahead log survives a kill at any moment; NORMAL may lose the last change to a power cut, not the file.
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.executescript(_SCHEMA)

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._database.close()

    @property
    def version(self) -> int:
        """Grows with every new use; what was computed from the uses holds as long as it stays."""
        with self._lock:
            found = self._database.execute("SELECT coalesce(max(number), 0) FROM uses").fetchone()
        return int(found[0])

    def record(self, uses: Iterable[Use], request_id: str = "") -> int:
        """Returns how many of the uses were new, now or when a request with this id was recorded first.

        All of them are written, or none.
        """
        with self._lock, self._database:  # commits, or takes back what was written
            self._database.execute("BEGIN IMMEDIATE")
            recorded_count = self._recorded_before(request_id)
            return self._insert(uses, request_id) if recorded_count is None else recorded_count

    def of_project(self, project_id: str) -> list[Use]:
        """Returns the uses in a project, oldest first."""
        return self._select("WHERE project_id = ? ORDER BY number", (project_id,))

    def of_user(self, user_id: str, count: int) -> list[Use]:
        """Returns a user's last uses, newest first, at most `count`."""
        return self._select("WHERE user_id = ? ORDER BY number DESC LIMIT ?", (user_id, count))

    def all(self) -> list[Use]:
        """Returns every use, oldest first."""
        return self._select("ORDER BY number", ())

    def _recorded_before(self, request_id: str) -> int | None:
        query = "SELECT recorded_count FROM requests WHERE request_id = ?"
        found = self._database.execute(query, (request_id,)).fetchone()
        return None if found is None else int(found[0])

    def _insert(self, uses: Iterable[Use], request_id: str) -> int:
        rows = [(use.sample_id, use.project_id, use.user_id, use.kind.value, use.time_sec) for use in uses]
        new_count = self._database.executemany(_INSERT, rows).rowcount if rows else 0
        if request_id:
            self._database.execute("INSERT INTO requests VALUES (?, ?)", (request_id, new_count))
        return new_count

    def _select(self, clause: str, values: Sequence[object]) -> list[Use]:
        query = f"SELECT sample_id, project_id, user_id, kind, time_sec FROM uses {clause}"
        with self._lock:
            rows = self._database.execute(query, values).fetchall()
        return [Use(sample, project, user, UseKind(kind), time_sec) for sample, project, user, kind, time_sec in rows]
