"""The asset store: audio and MIDI on disk, named by the SHA-256 of their bytes.

    assets/ab/abcdef...            the bytes; the file's mtime is when it was last used
    assets/ab/abcdef....json       media type, and what a scan of the audio found
    incoming/abcdef....part        an upload that is under way or broke off

An asset appears whole or not at all: bytes are hashed while they arrive and the file is renamed into place only when
the digest fits. The store keeps to a size budget by removing the least recently used asset that nothing pins; a job
pins what it reads and writes for as long as it lives.

Every method here touches the disk and may block: the event loop calls them through threads.
"""

import contextlib
import json
import os
import re
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import AssetNotFound, InvalidArgument, StorageFull, UploadOffsetMismatch
from engine.upload import Upload, file_hash

_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
ABANDONED_UPLOAD_SEC = 24 * 3600.0


@dataclass(frozen=True)
class Asset:
    """A stored asset."""

    sha256: str
    size_bytes: int
    media_type: str
    create_time_sec: float
    """Seconds since the epoch."""


class AssetStore:
    """Keeps assets below one folder, within a budget. Safe to use from several threads."""

    def __init__(self, folder: Path, budget_bytes: int) -> None:
        self._assets = folder / "assets"
        self._incoming = folder / "incoming"
        self._budget_bytes = budget_bytes
        self._lock = threading.RLock()
        self._pins: Counter[str] = Counter()
        self._uploading: set[str] = set()
        self._assets.mkdir(parents=True, exist_ok=True)
        self._incoming.mkdir(parents=True, exist_ok=True)
        self._sizes = {path.name: path.stat().st_size for path in self._files()}

    def get(self, sha256: str) -> Asset:
        """Returns the asset and marks it as used now.

        Raises:
            InvalidArgument: not a digest.
            AssetNotFound: no such asset, or only part of it.
        """
        path = self.path(sha256)
        facts = self.facts(sha256)
        return Asset(sha256, path.stat().st_size, facts["media_type"], facts["create_time_sec"])

    def path(self, sha256: str) -> Path:
        """Returns the asset's file and marks the asset as used now.

        Raises:
            InvalidArgument: not a digest.
            AssetNotFound: no such asset, or only part of it.
        """
        path = self._path(sha256)
        try:
            os.utime(path)
        except FileNotFoundError:
            raise AssetNotFound(f"The engine has no asset {sha256[:12]}…; upload it (again).", sha256=sha256) from None
        return path

    def facts(self, sha256: str) -> dict[str, Any]:
        """Returns the JSON facts kept beside the asset: media type, time, and what was learnt of the audio."""
        loaded: dict[str, Any] = json.loads(self._facts_path(sha256).read_text())
        return loaded

    def learn(self, sha256: str, **facts: object) -> None:
        """Adds facts to those kept beside the asset."""
        with self._lock:
            _write_whole(self._facts_path(sha256), json.dumps(self.facts(sha256) | facts))

    def committed_bytes(self, sha256: str) -> int:
        """Returns how much of an asset has arrived: 0 for an unknown one, its size for a whole one."""
        with self._lock:
            if sha256 in self._sizes:
                return self._sizes[sha256]
        part = self._part(sha256)
        return part.stat().st_size if part.exists() else 0

    @contextlib.contextmanager
    def upload(self, sha256: str, size_bytes: int, media_type: str, offset_bytes: int) -> Iterator[Upload]:
        """Yields an upload that goes on at `offset_bytes`, after making room; its part stays until it is committed.

        Raises:
            InvalidArgument: not a digest, or no possible size.
            UploadOffsetMismatch: `offset_bytes` is not what has been committed, or another upload of it is under way.
            StorageFull: the asset exceeds the budget, or what is in use leaves no room.
        """
        part = self._part(sha256)
        if size_bytes <= 0:
            raise InvalidArgument("An asset must have at least one byte; the file is empty.", field="size_bytes")
        self.make_room(size_bytes)
        with self._only_upload_of(sha256):
            committed_bytes = self.committed_bytes(sha256)
            if offset_bytes != committed_bytes:
                raise UploadOffsetMismatch(
                    f"This upload goes on at byte {committed_bytes}, not {offset_bytes}; ask GetAsset, send the rest.",
                    committed_bytes=str(committed_bytes),
                )
            with part.open("ab", buffering=0) as file:
                yield Upload(file, part, size_bytes, sha256, lambda: self.install(part, sha256, media_type))

    def adopt(self, path: Path, media_type: str) -> Asset:
        """Moves a finished file into the store and returns its asset; the file must be on the store's own disk.

        Raises:
            StorageFull: the asset exceeds the budget, or what is in use leaves no room.
        """
        self.make_room(path.stat().st_size)
        return self.install(path, file_hash(path).hexdigest(), media_type)

    def work_folder(self) -> Path:
        """Returns the folder for files that a job is writing, on the store's own disk."""
        return self._incoming

    @contextlib.contextmanager
    def pinned(self, digests: Iterable[str]) -> Iterator[None]:
        """Keeps assets from being evicted for as long as the context lasts."""
        held = list(digests)
        with self._lock:
            self._pins.update(held)
        try:
            yield
        finally:
            with self._lock:
                self._pins.subtract(held)
                self._pins += Counter()

    def remove_abandoned_uploads(self) -> None:
        """Removes parts that nothing has been added to for a day."""
        limit = time.time() - ABANDONED_UPLOAD_SEC
        for part in self._incoming.iterdir():
            with contextlib.suppress(OSError):
                if part.stat().st_mtime < limit:
                    part.unlink()

    @property
    def size_bytes(self) -> int:
        """Bytes of all assets together."""
        with self._lock:
            return sum(self._sizes.values())

    def install(self, source: Path, sha256: str, media_type: str) -> Asset:
        """Renames a file whose digest is known into its place and returns its asset."""
        target = self._path(sha256)
        target.parent.mkdir(exist_ok=True)
        with self._lock:
            if sha256 not in self._sizes:
                facts = {"media_type": media_type, "create_time_sec": time.time()}
                _write_whole(self._facts_path(sha256), json.dumps(facts))
                source.replace(target)
                self._sizes[sha256] = target.stat().st_size
            source.unlink(missing_ok=True)
        return self.get(sha256)

    def make_room(self, needed_bytes: int) -> None:
        """Removes the least recently used assets that nothing pins, until `needed_bytes` fit into the budget.

        Raises:
            StorageFull: they exceed the budget, or what is in use leaves no room; nothing has been removed.
        """
        with self._lock:
            excess = self.size_bytes + needed_bytes - self._budget_bytes
            if excess <= 0:
                return
            free = [path for path in self._files() if not self._pins[path.name]]
            by_last_use = sorted(free, key=lambda path: path.stat().st_mtime)
            if needed_bytes > self._budget_bytes or excess > sum(path.stat().st_size for path in free):
                raise StorageFull(
                    f"The engine's storage of {_megabytes(self._budget_bytes)} has no room for another "
                    f"{_megabytes(needed_bytes)}; wait for running jobs, or raise --asset-budget-gib."
                )
            for path in by_last_use:
                if excess <= 0:
                    return
                excess -= self._sizes.pop(path.name)
                path.unlink()
                self._facts_path(path.name).unlink(missing_ok=True)

    @contextlib.contextmanager
    def _only_upload_of(self, sha256: str) -> Iterator[None]:
        with self._lock:
            if sha256 in self._uploading:
                raise UploadOffsetMismatch("Somebody else is uploading this asset; ask GetAsset in a moment.")
            self._uploading.add(sha256)
        try:
            yield
        finally:
            self._uploading.discard(sha256)

    def _files(self) -> list[Path]:
        return [path for path in self._assets.glob("??/*") if _DIGEST.match(path.name)]

    def _path(self, sha256: str) -> Path:
        if not _DIGEST.match(sha256):
            raise InvalidArgument("An asset is named by 64 lower-case hexadecimal digits (SHA-256).", field="sha256")
        return self._assets / sha256[:2] / sha256

    def _facts_path(self, sha256: str) -> Path:
        return self._path(sha256).with_suffix(".json")

    def _part(self, sha256: str) -> Path:
        return self._incoming / f"{self._path(sha256).name}.part"


def _write_whole(path: Path, text: str) -> None:
    temporary = path.with_suffix(f".{os.getpid()}.{threading.get_ident()}.tmp")
    temporary.write_text(text)
    temporary.replace(path)


def _megabytes(count_bytes: int) -> str:
    return f"{count_bytes / 1e6:,.0f} MB"
