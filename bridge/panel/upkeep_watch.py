"""The library's upkeep as the panel sees it: one deed at a time, which goes on when the page that began it is closed.

What `auxsend library` does, with the same files, in the bridge: add folders, scan, remove folders, learn from projects.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

from bridge.errors import BridgeBusy, BridgeError, Cancelled
from bridge.events import Event, Notice, Progress, Report
from bridge.incident import unforeseen
from bridge.library.place import LibraryPlace
from bridge.library.told import counted, learnt_sentence, removed_part, scan_sentence
from bridge.library.upkeep import EngineWay, learn, remove, update

log = logging.getLogger(__name__)

MOST_NOTICES = 20
TELL_SEC = 0.1  # progress is shown ten times a second at most

Deed = Callable[[Report], Awaitable[str]]
"""Does something and returns what came of it, as a sentence."""


@dataclass(frozen=True)
class UpkeepView:
    """What is being done, or was done last, for a person."""

    title: str = ""
    """Empty before anything was done."""
    is_running: bool = False
    fraction: float | None = None
    """0 to 1; None where it cannot be known."""
    message: str = ""
    """What is being done right now, and at the end what came of it."""
    is_failed: bool = False
    notices: tuple[str, ...] = ()
    """What the user should know, the latest last."""


class UpkeepWatch:
    """Does one deed at a time and tells how far it is.

    Args:
        library: where the library is.
        way: the way to the engine.
    """

    def __init__(self, library: Callable[[], LibraryPlace], way: EngineWay) -> None:
        self._library = library
        self._way = way
        self._view = UpkeepView()
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._watchers: list[Callable[[], None]] = []

    @property
    def view(self) -> UpkeepView:
        """How it stands."""
        return self._view

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Calls `changed`, on the event loop, when the view has changed, and returns what ends that."""
        self._watchers.append(changed)
        return lambda: self._watchers.remove(changed)

    def scan(self, new_folders: list[Path]) -> None:
        """Begins to scan new folders, or the whole library where there are none.

        Raises:
            BridgeBusy: something else is being done.
        """

        async def deed(report: Report) -> str:
            return scan_sentence(*await update(self._library(), new_folders, self._way, report))

        names = ", ".join(f"“{folder}”" for folder in new_folders)
        self._begin(f"Adding {names}" if names else "Scanning the library", deed)

    def remove(self, folder: Path) -> None:
        """Begins to take a folder out of the library.

        Raises:
            BridgeBusy: something else is being done.
        """

        async def deed(report: Report) -> str:
            count, told = await remove(self._library(), [folder], self._way, report)
            return f"{counted(count, 'file')} taken out of the library{removed_part(told)}."

        self._begin(f"Removing “{folder}”", deed)

    def learn(self, folder: Path, *, is_adding: bool) -> None:
        """Begins to learn from the projects below a folder.

        Raises:
            BridgeBusy: something else is being done.
        """

        async def deed(report: Report) -> str:
            return learnt_sentence(await learn(self._library(), folder, self._way, report, is_adding=is_adding))

        self._begin(f"Learning from the projects in “{folder}”", deed)

    def cancel(self) -> None:
        """Stops what is being done; what was done until then stays done."""
        if self._task:
            self._task.cancel()

    async def close(self) -> None:
        """Stops what is being done, and waits for that."""
        self.cancel()
        if self._task:
            await asyncio.gather(self._task, return_exceptions=True)

    def _begin(self, title: str, deed: Deed) -> None:
        if self._task is not None:
            raise BridgeBusy(f"The library is busy: {self._view.title}. Wait, or cancel that first.")
        self._show(UpkeepView(title, is_running=True))
        self._task = asyncio.create_task(self._run(deed))

    async def _run(self, deed: Deed) -> None:
        ended = self._over("")
        try:
            ended = self._over(await deed(self._report))
        except (asyncio.CancelledError, Cancelled):
            ended = self._over("Stopped; what was done until then is kept.")
        except BridgeError as error:
            ended = self._over(error.message, is_failed=True)
        except Exception:
            ended = self._over(unforeseen(log, "the library's upkeep").message, is_failed=True)
        finally:
            self._task = None
            self._show(ended)

    def _over(self, sentence: str, *, is_failed: bool = False) -> UpkeepView:
        return replace(self._view, is_running=False, fraction=None, message=sentence, is_failed=is_failed)

    def _report(self, event: Event) -> None:
        match event:
            case Progress(step, fraction, message):
                self._view = replace(self._view, fraction=fraction, message=f"{message or step.value}.")
            case Notice(message):
                self._view = replace(self._view, notices=(*self._view.notices, message)[-MOST_NOTICES:])
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(TELL_SEC, self._tell)

    def _show(self, view: UpkeepView) -> None:
        self._view = view
        self._tell()

    def _tell(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        for changed in tuple(self._watchers):
            changed()
