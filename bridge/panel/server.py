"""The panel's server: loopback, in the bridge's own event loop, and not there until somebody wants the panel.

A bridge whose panel was never opened listens on no port for it. The first `link` opens the port and begins to load the
page's framework, on a thread, while the browser starts; whoever comes before it is loaded waits for it. The port is
remembered, and a bridge that starts again listens on it at once, so that a page that stayed open finds it.
"""

import asyncio
import contextlib
import importlib
import logging
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bridge.engine_link import EngineLink
from bridge.errors import NotAvailable
from bridge.library.place import LibraryPlace
from bridge.library.upkeep import EngineWay
from bridge.panel.context import CheckPaths, PanelContext
from bridge.panel.engine_watch import EngineWatch
from bridge.panel.feed import Feed
from bridge.panel.guard import DOOR, App, Guard, Receive, Scope, Send
from bridge.panel.sessions import Sessions
from bridge.panel.upkeep_watch import UpkeepWatch
from bridge.service import Service

if TYPE_CHECKING:
    import uvicorn

log = logging.getLogger(__name__)

MOST_CONNECTIONS = 100  # that wait to be accepted
STOP_SEC = 2


class PanelServer:
    """Serves the panel.

    Args:
        state_folder: where the port and the sessions are remembered, and the panel keeps what is its own.
        service: the bridge's jobs and hosts.
        link: the way to the engine.
        library: where the sample library is.
        check_paths: raises RequestRefused for paths that the user has not allowed.
    """

    def __init__(
        self,
        state_folder: Path,
        service: Service,
        link: EngineLink,
        library: Callable[[], LibraryPlace],
        check_paths: CheckPaths,
    ) -> None:
        self._sessions = Sessions(state_folder / "panel.json")
        feed = Feed(service, service.hosts)
        watch = EngineWatch(link, lambda: feed.subscriber_count > 0)
        watch.changed = feed.engine_changed
        self._context = PanelContext(
            service=service,
            hosts=service.hosts,
            feed=feed,
            connect=link.connect,
            engine=watch,
            library=library,
            upkeep=UpkeepWatch(library, EngineWay(link.connect, watch.is_here)),
            check_paths=check_paths,
            folder=state_folder / "panel",
        )
        self._server: uvicorn.Server | None = None
        self._tasks: list[asyncio.Task[Any]] = []
        self._page = _LatePage(self._context)
        self._port = 0

    def start(self) -> None:
        """Listens where the last bridge's panel did, if that was ever opened."""
        if self._sessions.port:
            try:
                self._listen()
            except NotAvailable:
                log.exception("the panel does not start")

    def link(self) -> str:
        """Returns the address that opens the panel: good once, within two minutes.

        Raises:
            NotAvailable: no port can be had.
        """
        if self._server is None:
            self._listen()
        return f"http://127.0.0.1:{self._port}{DOOR}?code={self._sessions.new_code()}"

    async def stop(self) -> None:
        """Closes the port; pages that are open wait for the next bridge."""
        if self._server is None:
            return
        self._server.should_exit = True
        serving, *others = self._tasks
        for task in others:
            task.cancel()
        await asyncio.gather(serving, *others, self._context.upkeep.close(), return_exceptions=True)
        await self._page.close()

    def _listen(self) -> None:
        import uvicorn

        logging.getLogger("uvicorn").setLevel(logging.WARNING)  # it would write down every page that is opened
        listener = _bound_socket(self._sessions.port)
        self._port = listener.getsockname()[1]
        self._sessions.remember_port(self._port)
        config = uvicorn.Config(
            Guard(self._page, self._sessions, self._port),
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=STOP_SEC,
        )
        self._server = uvicorn.Server(config)
        # The bridge has handlers of its own for signals.
        self._server.capture_signals = contextlib.nullcontext  # type: ignore[assignment, method-assign]
        serving = self._server.serve([listener])
        self._tasks = [
            asyncio.create_task(coroutine) for coroutine in (serving, self._page.load(), self._context.engine.run())
        ]
        log.info("the panel listens on port %d", self._port)


class _LatePage:
    """The page's application, loaded once, when it is first wanted."""

    def __init__(self, context: PanelContext) -> None:
        self._context = context
        self._loading: asyncio.Task[App] | None = None
        self._stack = contextlib.AsyncExitStack()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = await self.load()
        await app(scope, receive, send)

    async def load(self) -> App:
        """Returns the application."""
        if self._loading is None:
            self._loading = asyncio.create_task(self._load())
        return await asyncio.shield(self._loading)

    async def _load(self) -> App:
        begin_sec = time.monotonic()
        self._context.folder.mkdir(parents=True, exist_ok=True)
        # The framework makes a folder for its own storage where this points to, at its import.
        os.environ["NICEGUI_STORAGE_PATH"] = str(self._context.folder / "framework")
        page = await asyncio.to_thread(importlib.import_module, "bridge.panel.page")
        app = page.build_app(self._context)
        await self._stack.enter_async_context(app.router.lifespan_context(app))
        log.info("the panel was loaded in %.1f s", time.monotonic() - begin_sec)
        found: App = app
        return found

    async def close(self) -> None:
        """Ends what was loaded."""
        await self._stack.aclose()


def _bound_socket(port: int) -> socket.socket:
    """Returns a socket that listens on loopback: on `port` if it is free, otherwise on any.

    Raises:
        NotAvailable: there is none to be had.
    """
    for candidate in dict.fromkeys((port, 0)):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name == "posix":  # elsewhere it would let two programs have one port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", candidate))
            listener.listen(MOST_CONNECTIONS)
        except OSError:
            listener.close()
            continue
        listener.setblocking(False)
        return listener
    raise NotAvailable("The panel finds no free port on this machine.")
