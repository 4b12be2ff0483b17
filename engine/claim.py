"""One engine, one data folder.

Two engines in one folder would evict each other's assets and write into each other's uploads. A second engine (two
commands at once, each with an engine of its own) therefore takes the next folder beside it: `engine`, `engine-2`, ...
"""

import itertools
from pathlib import Path

from filelock import FileLock, Timeout


def claim_folder(folder: Path) -> tuple[Path, FileLock]:
    """Returns the first of FOLDER, FOLDER-2, FOLDER-3, ... that no other engine uses, and the lock that keeps it ours.

    The system gives the lock back when the process ends, however it ends.
    """
    for number in itertools.count(1):
        candidate = folder if number == 1 else folder.with_name(f"{folder.name}-{number}")
        candidate.mkdir(parents=True, exist_ok=True)
        lock = FileLock(candidate / "engine.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            continue
        return candidate, lock
    raise AssertionError("counting does not end")
