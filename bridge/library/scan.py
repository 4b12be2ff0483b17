"""The first half of a scan: which files there are on this machine, and which of them are audio that can be read.

A file whose size and time are as before is as before. All others are looked into, several at once, and written in
batches, each of them one transaction: a scan that is killed loses the batch it was at, and the next one goes on there.
One scan runs at a time; a second one says so.

Files that are not there any more are forgotten, but not those of a folder that cannot be seen at all: a disk that is
not plugged in must not empty the library.
"""

import asyncio
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bridge.errors import BridgeBusy, RequestRefused
from bridge.events import Notice, Progress, Report, Step
from bridge.instance import locked
from bridge.library.check import check_file
from bridge.library.store import UNKNOWN_TIME, File, LibraryStore, Trouble
from bridge.library.walk import walk

BATCH_FILES = 128
THREADS = min(16, 2 + (os.cpu_count() or 2))


@dataclass
class Scanned:
    """What a scan found."""

    files: int = 0
    new: int = 0
    """Files that were not there at the last scan, or have changed since."""
    moved: int = 0
    """Those of them whose sound was there under another name."""
    gone: int = 0
    unreadable: int = 0
    """Files and folders that cannot be read; `auxsend library list --unreadable` has the reasons."""


@contextmanager
def only_scan(database: Path) -> Iterator[None]:
    """Holds the right to scan.

    Raises:
        BridgeBusy: another process has it.
    """
    with locked(database.with_suffix(".lock")) as is_ours:
        if not is_ours:
            raise BridgeBusy("The library is being scanned already; wait until that scan has ended.")
        yield


def add_folders(store: LibraryStore, folders: list[Path]) -> list[str]:
    """Adds folders to the library, links in their path resolved, and returns the paths of those to scan.

    Raises:
        RequestRefused: one is no folder; then none is added.
    """
    for folder in folders:
        if not folder.is_dir():
            raise RequestRefused(f"There is no folder “{folder}”; name a folder with samples.")
    added = []
    for folder in folders:
        path = folder.resolve()
        above = next((known for known in store.folders() if path.is_relative_to(known)), None)
        if above is None:
            store.add_folder(str(path))
        added.append(above or str(path))
    return list(dict.fromkeys(added))


async def scan(store: LibraryStore, folders: list[str], report: Report) -> Scanned:
    """Brings what is known of the folders' files up to date and returns what was found.

    Args:
        store: the library.
        folders: some of its folders.
        report: hears how far it is, and of folders that cannot be seen.
    """
    scanned = Scanned()
    stop = threading.Event()
    with ThreadPoolExecutor(THREADS, "scan") as pool:
        try:
            for folder in folders:
                await _scan_folder(store, folder, scanned, report, pool, stop)
        finally:
            stop.set()  # what runs in threads ends at its next block
            pool.shutdown(cancel_futures=True)
    return scanned


async def _scan_folder(
    store: LibraryStore, folder: str, scanned: Scanned, report: Report, pool: ThreadPoolExecutor, stop: threading.Event
) -> None:
    known = {file.path: file for file in store.files(folder)}
    report(Progress(Step.FIND, None, f"Looking through {folder}"))
    if known and _is_away(folder):
        scanned.files += len(known)
        report(Notice(
            f"“{folder}” is not there, or empty: a disk that is not plugged in? Its {len(known)} files stay in the "
            "library; “auxsend library remove” takes them out."
        ))  # fmt: skip
        return
    found, troubles = await asyncio.to_thread(_find, folder)
    todo = [file for path, file in found.items() if not _is_unchanged(known.get(path), file)]
    await _check_all(store, todo, scanned, report, pool, stop)
    hidden = [trouble.path + os.sep for trouble in troubles]
    gone = [path for path in known.keys() - found.keys() if not path.startswith(tuple(hidden))]
    store.save_files([], gone)
    store.set_troubles(folder, troubles)
    files = store.files(folder)
    scanned.gone += len(gone)
    scanned.files += len(files)
    scanned.unreadable += len(troubles) + sum(bool(file.reason) for file in files)


def _is_away(folder: str) -> bool:
    """Returns whether a folder that had files is missing or quite empty, as a disk's folder is while it is away."""
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is None
    except FileNotFoundError:
        return True
    except OSError:
        return False  # it is there, and the walk says what is wrong with it


def _find(folder: str) -> tuple[dict[str, File], list[Trouble]]:
    """Returns the folder's audio files as they are now, by path, and what could not be looked at."""
    files, troubles = dict[str, File](), list[Trouble]()
    for found in walk(Path(folder)):
        if isinstance(found, Trouble):
            troubles.append(found)
        else:
            files[found.path] = File(found.path, folder, found.size_bytes, found.mtime_ns)
    return files, troubles


def _is_unchanged(known: File | None, now: File) -> bool:
    return known is not None and (known.size_bytes, known.mtime_ns) == (now.size_bytes, now.mtime_ns)


async def _check_all(
    store: LibraryStore, todo: list[File], scanned: Scanned, report: Report, pool: ThreadPoolExecutor,
    stop: threading.Event,
) -> None:  # fmt: skip
    """Looks into files, batch by batch."""
    loop = asyncio.get_running_loop()
    digests = {file.sha256 for file in store.files()} if todo else set[str]()
    for start in range(0, len(todo), BATCH_FILES):
        report(Progress(Step.FIND, start / len(todo), f"Reading files: {start} of {len(todo)}"))
        batch = todo[start : start + BATCH_FILES]
        looks = [loop.run_in_executor(pool, check_file, file, stop) for file in batch]
        checked = [file for file in await asyncio.gather(*looks) if file is not None]
        store.save_files(checked)
        scanned.new += sum(file.mtime_ns != UNKNOWN_TIME for file in checked)
        scanned.moved += sum(file.sha256 in digests for file in checked if not file.reason)
