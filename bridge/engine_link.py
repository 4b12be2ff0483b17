"""The bridge's one connection to an engine: opened at the first need, kept, and opened anew when it has to be.

The engine is the configured one, or a child of the bridge that is started when something needs it and started again
when it has died. A change of the configuration holds from the next use on; whoever uses the old connection keeps it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bridge.client import EngineClient
from bridge.connection import connect
from bridge.errors import EngineUnreachable
from bridge.settings import Settings


@dataclass
class _Connection:
    """An open connection and how many use it."""

    settings: Settings
    client: EngineClient
    stack: AsyncExitStack
    users: int = field(default=0)

    def is_good_for(self, settings: Settings) -> bool:
        try:
            self.client.check_engine()
        except EngineUnreachable:
            return False
        return self.settings == settings


class EngineLink:
    """Gives clients of the engine that the settings name."""

    def __init__(self, load_settings: Callable[[], Settings], state_folder: Path) -> None:
        self._load_settings = load_settings
        self._state_folder = state_folder
        self._current: _Connection | None = None
        self._old: list[_Connection] = []
        self._opening = asyncio.Lock()

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[EngineClient]:
        """Yields a client, which is shared with others.

        Raises:
            EngineUnreachable: no engine starts here, or the address cannot be meant.
            SettingsInvalid: the configuration cannot be meant.
        """
        async with self._opening:
            connection = await self._connection()
        connection.users += 1
        try:
            yield connection.client
        finally:
            connection.users -= 1
            await self._close_unused()

    def describe(self) -> dict[str, object]:
        """Returns what is known of the engine without asking it."""
        address = self._load_settings().engine
        return {"address": address, "is_local": not address, "is_connected": self._current is not None}

    def keep_jobs(self) -> None:
        """From now on lets the engine's jobs run when this side gives them up."""
        for connection in (self._current, *self._old):
            if connection:
                connection.client.keeps_jobs = True

    async def close(self) -> None:
        """Closes every connection and stops the engine if it is ours."""
        self._retire()
        for connection in self._old:
            await connection.stack.aclose()
        self._old.clear()

    async def _connection(self) -> _Connection:
        settings = self._load_settings()
        if self._current and not self._current.is_good_for(settings):
            self._retire()
        if self._current is None:
            stack = AsyncExitStack()
            client = await stack.enter_async_context(connect(settings, self._state_folder))
            self._current = _Connection(settings, client, stack)
        await self._close_unused()
        return self._current

    def _retire(self) -> None:
        if self._current:
            self._old.append(self._current)
            self._current = None

    async def _close_unused(self) -> None:
        unused = [connection for connection in self._old if not connection.users]
        self._old = [connection for connection in self._old if connection.users]
        for connection in unused:
            await connection.stack.aclose()
