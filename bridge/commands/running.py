"""Runs a verb for the command line: connects, shows progress on standard error, and stops in good order on Ctrl-C."""

import asyncio
import contextlib
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from bridge import events
from bridge.errors import Cancelled
from bridge.licences import licence_sentence, note_first_use
from bridge.settings import Folders

T = TypeVar("T")


class Display:
    """Shows a verb's events: a bar where standard error is a terminal, and sentences everywhere."""

    def __init__(self, folders: Folders, *, has_bar: bool = True) -> None:
        self._folders = folders
        self._console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(),
            console=self._console, transient=True, disable=not (has_bar and self._console.is_terminal),
        )  # fmt: skip
        self._task = self._bar.add_task("", total=None)

    def __enter__(self) -> "Display":
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def __call__(self, event: events.Event) -> None:
        """Shows one event."""
        match event:
            case events.Progress():
                description = event.message or event.step.value
                self._bar.update(
                    self._task, description=description, total=_total(event), completed=event.fraction or 0
                )
            case events.ModelChosen():
                if note_first_use(event.model, self._folders.state):
                    self.say(licence_sentence(event.model))
            case events.CandidateFinished(number, count, note_count):
                self.say(f"Candidate {number} of {count} is written: {note_count} notes.")
            case events.Notice():
                self.say(event.message)

    def say(self, sentence: str) -> None:
        """Prints a sentence on standard error."""
        self._console.print(sentence)


def _total(event: events.Progress) -> float | None:
    return None if event.fraction is None else 1.0


def run_verb(verb: Coroutine[Any, Any, T], stopped: str = "Stopped; nothing was written.") -> T:
    """Returns what the verb returns.

    Args:
        verb: what to run.
        stopped: what to say when it was stopped.

    Raises:
        Cancelled: the user pressed Ctrl-C, or the process was asked to end; the verb has cleaned up.
    """
    try:
        return asyncio.run(_stoppable(verb))
    except (KeyboardInterrupt, asyncio.CancelledError) as error:
        raise Cancelled(stopped) from error


async def _stoppable(verb: Coroutine[Any, Any, T]) -> T:
    """Runs the verb so that SIGTERM cancels it as Ctrl-C does."""
    task = asyncio.ensure_future(verb)
    with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers on its event loop
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task
