"""Sound from another program, for as long as it is wanted."""

import asyncio
import contextlib
import shlex
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bridge.errors import RequestRefused


@asynccontextmanager
async def playing(command: str, path: Path | None) -> AsyncIterator[None]:
    """Runs a player on a file and ends it on the way out; without a command or a file, nothing runs.

    Raises:
        RequestRefused: there is no such program.
    """
    if not command or path is None:
        yield
        return
    process = await _start(shlex.split(command), path)
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):  # it has played to the end
            process.terminate()
        await process.wait()


async def _start(words: list[str], path: Path) -> asyncio.subprocess.Process:
    nowhere = asyncio.subprocess.DEVNULL
    try:
        return await asyncio.create_subprocess_exec(*words, str(path), stdin=nowhere, stdout=nowhere, stderr=nowhere)
    except OSError as error:
        raise RequestRefused(f"“{words[0]}” cannot be run: {error.strerror}; name a player with --play.") from error
