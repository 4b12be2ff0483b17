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
from bridge.connection import open_engine
from bridge.errors import EngineUnreachable, NotAvailable
from bridge.settings import Settings
from bridge.verbs import Engine


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
    """Gives clients of the engine that the settings name.

    Args:
        load_settings: called at every use.
        state_folder: where the log of an engine that is started here goes.
        token: what an engine that is started here expects; empty for a new one at every start.
    """

    def __init__(self, load_settings: Callable[[], Settings], state_folder: Path, token: str = "") -> None:
        self._load_settings = load_settings
        self._state_folder = state_folder
        self._token = token
        self._starting: asyncio.Task[None] | None = None
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

    def share(self, wanted: Engine) -> str:
        """Returns the address of the engine that runs here; begins to start it, and returns nothing, until it does.

        Raises:
            NotAvailable: the configured engine is on another machine, or is set up otherwise than is `wanted`.
            EngineUnreachable: it did not start.
        """
        settings = self._load_settings()
        if settings.engine or Engine.of(settings) != wanted:
            raise NotAvailable(
                "This bridge has no such engine on this machine; start one, or change the configuration."
            )
        if self._current and self._current.is_good_for(settings):
            return self._current.client.address
        if self._starting is None:
            self._starting = asyncio.create_task(self._start())
        elif self._starting.done():
            started, self._starting = self._starting, None
            started.result()
        return ""

    async def _start(self) -> None:
        async with self.connect():
            pass

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
        if self._starting:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
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
            client = await stack.enter_async_context(open_engine(settings, self._state_folder, self._token))
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
