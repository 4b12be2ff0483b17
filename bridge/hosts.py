"""The DAWs whose scripts are at hand: what is selected there, and what they are to do.

A script speaks first, always: it tells its selection, and it keeps a `listen` open. An order ends that `listen`, so it
reaches a script that can only look at a folder now and then as well as one with a socket. A host is *connected* while
it listens, and for a few seconds after, until it listens again; an order that comes in between waits for it.

The deeds of `bridge.host_verbs.Deed` can be ordered through every front. The panel, which lives in this process, orders
two more: `insert_samples` (`rows` as the verb `suggest` gives them, and `project_bpm`) and `insert_job` (`job`, the
document of a job that is done).
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge.clip import Clip
from bridge.errors import RequestRefused
from bridge.host_verbs import Select

ABSENCE_SEC = 5.0  # how long a host stays connected that does not listen
MOST_ORDERS = 16
MOST_HOSTS = 64

NO_ORDER: dict[str, Any] = {"deed": ""}
"""What a `listen` is told when nothing was ordered."""


@dataclass(frozen=True)
class Selection:
    """What is selected in a host."""

    host: str
    clip: Clip | None
    name: str
    project: str
    folder: Path | None
    quarter_bpm: float
    key: str
    time_sec: float
    """When it was told, in seconds since 1970."""


@dataclass
class _Host:
    """One script."""

    orders: asyncio.Queue[dict[str, Any]] = field(default_factory=lambda: asyncio.Queue(MOST_ORDERS))
    listening_count: int = 0
    last_heard_sec: float = 0.0

    @property
    def is_connected(self) -> bool:
        return self.listening_count > 0 or time.monotonic() - self.last_heard_sec < ABSENCE_SEC


class Hosts:
    """The hosts of a bridge."""

    def __init__(self) -> None:
        self._hosts: dict[str, _Host] = {}
        self._selections: dict[str, Selection] = {}
        self._watchers: list[Callable[[], None]] = []
        self._players: list[Callable[[str], object]] = []

    @property
    def selection(self) -> Selection | None:
        """What was selected last, in whichever host; None before anything was."""
        return max(self._selections.values(), key=lambda selection: selection.time_sec, default=None)

    def connected(self) -> tuple[str, ...]:
        """Returns the names of the hosts that listen, in the order of their names."""
        return tuple(sorted(name for name, host in self._hosts.items() if host.is_connected))

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Calls `changed` when another thing is selected or a host comes or goes, and returns what ends that."""
        self._watchers.append(changed)
        return lambda: self._watchers.remove(changed)

    def play_with(self, play: Callable[[str], object]) -> Callable[[], None]:
        """Has `play` sound the samples, by their ids, that are to be auditioned, and returns what ends that."""
        self._players.append(play)
        return lambda: self._players.remove(play)

    def audition(self, sample_id: str) -> None:
        """Has a sample played in the panel that was opened last.

        Raises:
            RequestRefused: no panel is open.
        """
        if not self._players:
            raise RequestRefused("No panel is open that could play it; open one with “auxsend panel”.")
        self._players[-1](sample_id)

    def select(self, host: str, told: Select) -> None:
        """Takes what is selected in a host.

        Raises:
            RequestRefused: the host has no name.
        """
        self._known(host)
        self._selections[host] = Selection(
            host, told.clip, told.name, told.project, told.folder, told.quarter_bpm, told.key, time.time()
        )
        self._tell()

    async def wait(self, host: str, wait_sec: float) -> dict[str, Any]:
        """Returns the next order for a host, or `NO_ORDER` when the time is up.

        Raises:
            RequestRefused: the host has no name.
        """
        known = self._known(host)
        was_connected = known.is_connected
        known.listening_count += 1
        if not was_connected:
            self._tell()
        try:
            async with asyncio.timeout(wait_sec):
                return await known.orders.get()
        except TimeoutError:
            return NO_ORDER
        finally:
            known.listening_count -= 1
            known.last_heard_sec = time.monotonic()
            asyncio.get_running_loop().call_later(ABSENCE_SEC + 0.1, self._look_after, host)

    def order(self, host: str, deed: str, payload: dict[str, Any] | None = None) -> str:
        """Has a host do something and returns the host's name.

        Args:
            host: which; empty for the one that told a selection last, or the only one that is connected.
            deed: what.
            payload: what the deed needs to know.

        Raises:
            RequestRefused: no such host is connected, or it does nothing that it is told.
        """
        name = host or self._nearest()
        if name not in self.connected():
            raise RequestRefused(_absent(name, self.connected()))
        try:
            self._hosts[name].orders.put_nowait({"deed": deed, **(payload or {})})
        except asyncio.QueueFull:
            raise RequestRefused(
                f"{MOST_ORDERS} orders wait for “{name}” already; look what it is busy with."
            ) from None
        return name

    def _nearest(self) -> str:
        connected = self.connected()
        told = [selection for selection in self._selections.values() if selection.host in connected]
        if told:
            return max(told, key=lambda selection: selection.time_sec).host
        if len(connected) > 1:
            raise RequestRefused(f"Several hosts are connected; name one of {', '.join(connected)}.")
        return connected[0] if connected else ""

    def _known(self, name: str) -> _Host:
        if not name:
            raise RequestRefused("The request must say in “host” which DAW it comes from, such as reaper.")
        if name not in self._hosts and len(self._hosts) >= MOST_HOSTS:
            raise RequestRefused(f"The bridge knows {MOST_HOSTS} hosts already; give a script one name for good.")
        return self._hosts.setdefault(name, _Host())

    def _look_after(self, name: str) -> None:
        if not self._hosts[name].is_connected:
            self._tell()

    def _tell(self) -> None:
        for changed in tuple(self._watchers):
            changed()


def _absent(name: str, connected: tuple[str, ...]) -> str:
    if name:
        others = f"; connected are {', '.join(connected)}" if connected else ""
        return f"“{name}” does not listen{others}; start AuxSend's script there."
    return "No DAW listens; start AuxSend's panel action in REAPER or Ardour, or choose AuxSend in Live's settings."
