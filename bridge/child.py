"""Runs a program for as long as it is wanted: one that is cancelled takes the program with it."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path

POLL_SEC = 0.2


async def run_child(command: Sequence[str | Path], folder: Path, watch: Callable[[], None]) -> tuple[int, str]:
    """Runs a program inside `folder` and returns its exit status and what it wrote to standard error.

    Args:
        command: program and arguments.
        folder: where it runs.
        watch: called five times a second.

    Raises:
        OSError: the program cannot be started.
    """
    process = await asyncio.create_subprocess_exec(
        *map(str, command), cwd=folder, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    ended = asyncio.ensure_future(process.communicate())
    try:
        while not (await asyncio.wait([ended], timeout=POLL_SEC))[0]:
            watch()
        _, complaints = await ended
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await asyncio.wait([ended])
    return process.returncode or 0, complaints.decode(errors="replace").strip()
