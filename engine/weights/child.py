"""Runs the clients of registries as child processes that can be watched and ended."""

import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from engine.errors import WeightsUnavailable

POLL_SEC = 0.1
STALL_SEC = 60.0
_END_SEC = 0.3
_LINE_CHARACTERS = 200
# How pip, npm and a Python traceback begin the line that says what went wrong.
_ERROR_LINE = re.compile(r"ERROR:|npm error|npm ERR!|[\w.]+Error: ")


def run_child(command: Sequence[str], folder: Path, environment: Mapping[str, str], watch: Callable[[], None]) -> str:
    """Runs `command` inside `folder` and returns its standard output.

    Args:
        command: program and arguments; the program is found on the PATH.
        folder: where it runs.
        environment: what to add to this process's environment.
        watch: called ten times a second; what it raises ends the child and all that it started.

    Raises:
        WeightsUnavailable: the program is missing or failed.
    """
    with _start(command, folder, environment) as child:
        try:
            while True:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    output, complaints = child.communicate(timeout=POLL_SEC)
                    break
                watch()
        except BaseException:
            _end(child)
            raise
    if child.returncode != 0:
        raise WeightsUnavailable(_reason(complaints))
    return output


def time_limit(seconds: float, report: Callable[[], None]) -> Callable[[], None]:
    """Returns a watch that lets a child run for `seconds`."""
    start = time.monotonic()

    def watch() -> None:
        report()
        if time.monotonic() - start > seconds:
            raise WeightsUnavailable(f"did not answer within {seconds:g} s; check the network connection.")

    return watch


def download_watch(folder: Path, on_bytes: Callable[[int], None]) -> Callable[[], None]:
    """Returns a watch that tells `on_bytes` how much has come, and ends a child to which nothing comes any more.

    All clients write what they download into one file at a time, so the largest file in `folder` is the download.
    """
    last_bytes, last_change = -1, time.monotonic()

    def watch() -> None:
        nonlocal last_bytes, last_change
        now_bytes = _largest_file_bytes(folder)
        if now_bytes != last_bytes:
            last_bytes, last_change = now_bytes, time.monotonic()
        on_bytes(now_bytes)
        if time.monotonic() - last_change > STALL_SEC:
            raise WeightsUnavailable(f"sent nothing for {STALL_SEC:.0f} s; try again later.")

    return watch


def _start(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> "subprocess.Popen[str]":
    try:
        return subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        raise WeightsUnavailable(f"needs the program “{command[0]}”, which cannot be started; install it.") from error


def _end(child: "subprocess.Popen[str]") -> None:
    """Ends the child and what it started: politely, then not."""
    _signal(child, "SIGTERM")
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(_END_SEC)
    _signal(child, "SIGKILL")


def _signal(child: "subprocess.Popen[str]", name: str) -> None:
    if os.name == "nt":
        child.kill()
        return
    # The child leads its own process group, which lives on while any of its own children does.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, getattr(signal, name))


def _largest_file_bytes(folder: Path) -> int:
    sizes = [0]
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):  # the client moves its files about
            sizes.append(path.stat().st_size if path.is_file() else 0)
    return max(sizes)


def _reason(complaints: str) -> str:
    """Returns what a client wrote to standard error, as one line: its first error, or its last line."""
    lines = [line.strip() for line in complaints.splitlines() if line.strip()]
    errors = [line for line in lines if _ERROR_LINE.match(line)]
    line = (errors or lines[-1:] or ["it said nothing"])[0]
    return f"failed with “{line[:_LINE_CHARACTERS]}”; check the network connection and the settings of its client."
