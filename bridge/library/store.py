"""Which files the library has on this machine, in SQLite, so that a scan that was killed goes on where it was.

Paths stay here: the engine knows samples by their digest. `files` has a row per audio file, whether it could be read or
not; `samples` is what the engine was told, by digest.

A path is text. Every change is one transaction, and a batch of a scan is one change.
"""

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bridge.library.sample import Entry

_SCHEMA = """
CREATE TABLE IF NOT EXISTS folders (path TEXT PRIMARY KEY, troubles TEXT NOT NULL DEFAULT '[]');
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY,
    folder TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    duration_sec REAL NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS files_by_digest ON files (sha256);
CREATE INDEX IF NOT EXISTS files_by_folder ON files (folder);
CREATE TABLE IF NOT EXISTS samples (
    sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, folders TEXT NOT NULL, reason TEXT NOT NULL
);
"""
WAIT_SEC = 10.0
UNKNOWN_TIME = -1
"""No file's time: the next scan looks into it, whatever its time is."""


@dataclass(frozen=True)
class File:
    """An audio file as it was when it was last looked into."""

    path: str
    folder: str
    """The library's folder that it was found in."""
    size_bytes: int
    mtime_ns: int
    sha256: str = ""
    """Of what travels to the engine: the file, or its copy where the engine does not read the file's format."""
    duration_sec: float = 0.0
    reason: str = ""
    """Why it could not be read, as a sentence; empty where it could."""


@dataclass(frozen=True)
class Trouble:
    """A folder or a file that could not even be looked at."""

    path: str
    reason: str


@dataclass(frozen=True)
class Known:
    """A sample as the engine was told of it."""

    entry: Entry
    reason: str = ""
    """Why the engine could not read it; empty where it could."""


class LibraryStore:
    """The tables."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path, isolation_level=None, timeout=WAIT_SEC)
        self._database.execute("PRAGMA journal_mode=WAL")  # survives a kill at any moment, see bridge.store
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.executescript(_SCHEMA)

    def __enter__(self) -> "LibraryStore":
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._database.close()

    def folders(self) -> list[str]:
        """Returns the library's folders, in order."""
        return [path for (path,) in self._database.execute("SELECT path FROM folders ORDER BY path")]

    def add_folder(self, path: str) -> None:
        """Adds a folder; folders inside it become part of it, and their files with them."""
        with self._change() as database:
            database.execute("INSERT OR IGNORE INTO folders (path) VALUES (?)", (path,))
            for inner in self.folders():
                if inner != path and Path(inner).is_relative_to(path):
                    database.execute("UPDATE files SET folder = ? WHERE folder = ?", (path, inner))
                    database.execute("DELETE FROM folders WHERE path = ?", (inner,))

    def remove_folder(self, path: str) -> int:
        """Forgets a folder and its files, and returns how many files those were."""
        with self._change() as database:
            count = database.execute("DELETE FROM files WHERE folder = ?", (path,)).rowcount
            database.execute("DELETE FROM folders WHERE path = ?", (path,))
        return count

    def set_troubles(self, folder: str, troubles: Iterable[Trouble]) -> None:
        """Notes what could not be looked at below a folder, instead of what was noted before."""
        rows = json.dumps([[trouble.path, trouble.reason] for trouble in troubles])
        self._database.execute("UPDATE folders SET troubles = ? WHERE path = ?", (rows, folder))

    def troubles(self) -> list[Trouble]:
        """Returns what could not be looked at at the last scan."""
        rows = self._database.execute("SELECT troubles FROM folders ORDER BY path")
        return [Trouble(*row) for (text,) in rows for row in json.loads(text)]

    def files(self, folder: str | None = None) -> list[File]:
        """Returns the files of one folder, or of all, by path."""
        where, values = ("WHERE folder = ?", (folder,)) if folder is not None else ("", ())
        rows = self._database.execute(
            f"SELECT path, folder, size_bytes, mtime_ns, sha256, duration_sec, reason FROM files {where} ORDER BY path",
            values,
        )
        return [File(*row) for row in rows]

    def save_files(self, files: Iterable[File], gone: Iterable[str] = ()) -> None:
        """Writes files as they are now, and forgets paths that are gone, all or nothing."""
        with self._change() as database:
            database.executemany("DELETE FROM files WHERE path = ?", [(path,) for path in gone])
            database.executemany(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        file.path,
                        file.folder,
                        file.size_bytes,
                        file.mtime_ns,
                        file.sha256,
                        file.duration_sec,
                        file.reason,
                    )
                    for file in files
                ],
            )

    def distrust(self, sample_id: str) -> None:
        """Makes the next scan look into the files of a sample again, whatever their size and time."""
        self._database.execute("UPDATE files SET mtime_ns = ? WHERE sha256 = ?", (UNKNOWN_TIME, sample_id))

    def paths(self, sample_ids: Iterable[str]) -> dict[str, Path]:
        """Returns where samples lie on this machine: the first path of each that is still there."""
        found: dict[str, Path] = {}
        for sample_id in sample_ids:
            rows = self._database.execute("SELECT path FROM files WHERE sha256 = ? ORDER BY path", (sample_id,))
            path = next((path for (path,) in rows if os.path.isfile(path)), None)  # noqa: PTH113 - of text, 3x as fast
            if path is not None:
                found[sample_id] = Path(path)
        return found

    def known(self) -> dict[str, Known]:
        """Returns what the engine was told, by digest."""
        rows = self._database.execute("SELECT sha256, name, folders, reason FROM samples")
        return {
            sha256: Known(Entry(sha256, name, tuple(json.loads(folders))), reason)
            for sha256, name, folders, reason in rows
        }

    def save_known(self, samples: Iterable[Known]) -> None:
        """Notes what the engine was told."""
        rows = [
            (known.entry.id, known.entry.name, json.dumps(known.entry.folders, ensure_ascii=False), known.reason)
            for known in samples
        ]
        with self._change() as database:
            database.executemany("INSERT OR REPLACE INTO samples VALUES (?, ?, ?, ?)", rows)

    def forget_known(self, ids: Iterable[str]) -> None:
        """Notes that the engine does not have these samples."""
        with self._change() as database:
            database.executemany("DELETE FROM samples WHERE sha256 = ?", [(sample_id,) for sample_id in ids])

    @contextlib.contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it, or nothing."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield self._database
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")
