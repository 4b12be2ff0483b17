"""Whether the engine is there, for a page that must say so: looked at every few seconds while a page is open.

Looking starts no engine. One that would run on this machine and was not needed yet is *asleep*, which is no trouble.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bridge.engine_link import EngineLink
from bridge.errors import BridgeError

LOOK_SEC = 5.0
PATIENCE_SEC = 3.0


class EngineState(StrEnum):
    """How the engine is."""

    UNKNOWN = "unknown"
    HERE = "here"
    ASLEEP = "asleep"
    AWAY = "away"


@dataclass(frozen=True)
class EngineView:
    """The engine, for a person."""

    state: EngineState
    address: str
    """Empty for one on this machine."""
    sentence: str
    """What is wrong and what to do; empty where nothing is."""


class EngineWatch:
    """Looks whether the engine answers.

    Args:
        link: the way to it.
        is_wanted: whether somebody looks at the answer.
    """

    def __init__(self, link: EngineLink, is_wanted: Callable[[], bool]) -> None:
        self._link = link
        self._is_wanted = is_wanted
        self._view = EngineView(EngineState.UNKNOWN, "", "")
        self.changed: Callable[[], None] = lambda: None
        """Called when the state has changed."""

    @property
    def view(self) -> EngineView:
        """The engine as it was seen last."""
        return self._view

    async def run(self) -> None:
        """Looks now and then until it is cancelled."""
        while True:
            if self._is_wanted():
                await self.look()
            await asyncio.sleep(LOOK_SEC)

    async def look(self) -> None:
        """Looks once."""
        view = await self._seen()
        is_other = view != self._view
        self._view = view
        if is_other:
            self.changed()

    async def is_here(self) -> bool:
        """Looks, and returns whether the engine answers."""
        await self.look()
        return self._view.state is EngineState.HERE

    async def _seen(self) -> EngineView:
        try:
            known = self._link.describe()
            address = str(known["address"])
            if known["is_local"] and not known["is_connected"]:
                return EngineView(EngineState.ASLEEP, "", "")
            async with asyncio.timeout(PATIENCE_SEC), self._link.connect() as client:
                await client.list_models("library")  # the smallest question: no engine has models of that task
        except TimeoutError:
            where = f"The engine at {address}" if address else "The engine on this machine"
            return EngineView(EngineState.AWAY, address, f"{where} does not answer; see whether it runs.")
        except BridgeError as error:
            return EngineView(EngineState.AWAY, "", error.message)
        return EngineView(EngineState.HERE, address, "")
