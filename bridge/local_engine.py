"""An engine on this machine, started when none is configured and stopped when the work is done.

The engine is a child process in a session of its own, so that Ctrl-C in the terminal reaches the bridge alone, which
then stops its job in good order. The child ends by itself when its standard input closes: if the bridge is killed, no
engine is left behind. Its log goes to `engine.log` in the state folder.
"""

import asyncio
import contextlib
import json
import os
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bridge.errors import EngineUnreachable
from bridge.settings import Settings

START_SEC = 60.0
STOP_SEC = 10.0
LOG_BUDGET_BYTES = 5_000_000


@dataclass(frozen=True)
class LocalEngine:
    """A running child engine."""

    address: str
    token: str
    log_file: Path
    process: asyncio.subprocess.Process

    def check(self) -> None:
        """Returns if the engine runs.

        Raises:
            EngineUnreachable: it has ended; the sentence names its log.
        """
        ending = _ending(self.process)
        if ending is not None:
            raise EngineUnreachable(
                f"The engine stopped in the middle of the work{ending}; nothing was written. "
                f"Its log is {self.log_file}."
            )


@asynccontextmanager
async def run_engine(settings: Settings, state_folder: Path, token: str = "") -> AsyncIterator[LocalEngine]:
    """Starts an engine that asks for a token, a new one if none is given, yields it when it is ready, and stops it.

    Raises:
        EngineUnreachable: it does not start.
    """
    log_file = state_folder / "engine.log"
    token = token or secrets.token_urlsafe(32)
    process = await _start(engine_command(settings), token, log_file)
    try:
        address = await _wait_until_ready(process, log_file)
        yield LocalEngine(address=address, token=token, log_file=log_file, process=process)
    finally:
        await _stop(process)


def engine_command(settings: Settings) -> list[str]:
    """Returns the command line of a child engine."""
    # -P: a folder called "engine" where the user happens to stand must not be taken for ours.
    command = [sys.executable, "-P", "-m", "engine", "--port", "0", "--ready-line", "--exit-with-stdin"]
    if settings.device != "auto":
        command += ["--device", settings.device]
    if settings.offline:
        command.append("--offline")
    if settings.max_audio_sec:
        command += ["--max-audio-sec", str(settings.max_audio_sec)]
    return command


async def _start(command: list[str], token: str, log_file: Path) -> asyncio.subprocess.Process:
    try:
        log_file.parent.mkdir(parents=True, exist_ok=True)
        is_full = log_file.exists() and log_file.stat().st_size > LOG_BUDGET_BYTES
        log = log_file.open("wb" if is_full else "ab")
    except OSError as error:
        raise EngineUnreachable(f"The engine's log {log_file} cannot be written; make its folder writable.") from error
    with log:
        return await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            env=os.environ | {"AUXSEND_TOKEN": token},
            start_new_session=True,
        )


async def _wait_until_ready(process: asyncio.subprocess.Process, log_file: Path) -> str:
    """Returns the address in the line that the engine prints when it is ready."""
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), START_SEC)
        return str(json.loads(line)["address"])
    except TimeoutError as error:
        raise EngineUnreachable(
            f"The engine was not ready after {START_SEC:.0f} s; its log is {log_file}. Is the machine very busy?"
        ) from error
    except (ValueError, KeyError) as error:
        await process.wait()
        raise EngineUnreachable(
            f"The engine did not start: {_last_line(log_file)} Run “auxsend doctor”; the engine's log is {log_file}."
        ) from error


async def _stop(process: asyncio.subprocess.Process) -> None:
    """Lets the engine end by itself, and ends it if it does not."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), STOP_SEC)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _ending(process: asyncio.subprocess.Process) -> str | None:
    """Returns how a child has ended, in words, also before the event loop has heard of it; None while it runs."""
    if process.returncode is not None:
        code = process.returncode
        return f" (signal {-code})" if code < 0 else f" (exit code {code})"
    if not hasattr(os, "waitid"):
        return None
    try:
        found = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:  # the event loop is about to hear of it
        return ""
    if found is None:
        return None
    word = "exit code" if found.si_code == os.CLD_EXITED else "signal"
    return f" ({word} {found.si_status})"


def _last_line(log_file: Path) -> str:
    """Returns the last line of the log, as a sentence."""
    lines = log_file.read_text(encoding="utf-8", errors="replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
    return last if last.endswith(".") else f"{last}."
