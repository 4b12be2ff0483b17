"""Single keys from a terminal, without Return, while other work goes on."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

POLL_SEC = 0.05


def is_terminal() -> bool:
    """Returns whether a person sits at both ends."""
    return sys.stdin.isatty() and sys.stdout.isatty()


@contextmanager
def single_keys() -> Iterator[None]:
    """Makes the terminal give keys as they are pressed; Ctrl-C still stops."""
    if sys.platform == "win32":
        yield
        return
    import termios
    import tty

    before = termios.tcgetattr(sys.stdin)
    try:
        tty.setcbreak(sys.stdin.fileno())
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


async def read_key() -> str:
    """Returns the next key, in lower case; empty at the end of input."""
    if sys.platform == "win32":
        import msvcrt

        while not msvcrt.kbhit():
            await asyncio.sleep(POLL_SEC)
        return msvcrt.getwch().lower()
    # A thread that waits in read() could not be stopped, and would keep the process from ending.
    loop, pressed = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(sys.stdin.fileno(), pressed.set)
    try:
        await pressed.wait()
    finally:
        loop.remove_reader(sys.stdin.fileno())
    return os.read(sys.stdin.fileno(), 1).decode(errors="replace").lower()
