"""One undo step for all that a result adds, and nothing of it where it fails half way.

The step may last over several ticks, as that of a knob does which is being turned. What is taken back on failure is
only what was made here, by its own opposite: `Song.undo` could as well undo the user's last step.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from Live.Song import Song

    TakeBack = Callable[[], None]
    Inserting = Generator[None, None, str]
    """Puts a result into the set. Yields where a tick must pass; returns what to tell the user."""


class Step:
    """What was done since the step began."""

    def __init__(self) -> None:
        self._done: list[TakeBack] = []

    def did(self, take_back: TakeBack) -> None:
        """Remembers how to take back what was just done."""
        self._done.append(take_back)

    def fail(self) -> None:
        """Takes all of it back, the latest first."""
        while self._done:
            self._done.pop()()


@contextmanager
def one_step(song: Song) -> Iterator[Step]:
    """Yields a step; everything until its end is undone at once by the user, or here if it fails."""
    step = Step()
    song.begin_undo_step()
    try:
        yield step
    except BaseException:  # also when the script is closed half way
        step.fail()
        raise
    finally:
        song.end_undo_step()
