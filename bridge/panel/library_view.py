"""The view Library: folders and their upkeep, every sample in a table, models, and how the engine is.

What is done to the library is done in the bridge (`bridge.panel.upkeep_watch`): a page that is loaded again finds it as
it is then. The table asks for the rows that are in sight (`page`), and gets them by `fill`; the latest question counts.
"""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from nicegui import background_tasks, ui

from bridge.errors import BridgeError, RequestRefused
from bridge.library.sample import Wanted
from bridge.library_client import LibraryClient
from bridge.midi.key import parse_key
from bridge.panel.context import PanelContext
from bridge.panel.engine_watch import EngineState
from bridge.panel.feed import News
from bridge.panel.host_titles import host_title
from bridge.panel.insertion import insert_sample, sample_state
from bridge.panel.library_state import contents_state, engine_state, models_state, upkeep_state
from bridge.panel.pane import Pane

FASTEST_BPM = 1000.0
LONGEST_TEXT = 200
PAGE_ROWS = 50
"""As assets/sample_table.js has it."""
KINDS = ("loop", "one-shot", "track")


def build_library_view(context: PanelContext) -> None:
    """Puts the view into the open slot."""
    LibraryView(context, LibraryPane())


class LibraryPane(Pane, component="assets/auxsend_library.js"):
    """The view in the browser."""

    def fill(self, page: dict[str, Any]) -> None:
        """Gives rows to the table."""
        self.run_method("fill", page)


class LibraryView:
    """One page's library."""

    def __init__(self, context: PanelContext, pane: LibraryPane) -> None:
        self._context = context
        self._pane = pane
        self._contents: dict[str, Any] | None = None
        self._models: list[dict[str, Any]] = []
        self._was_running = context.upkeep.view.is_running
        pane.do({
            "add": self._add, "scan": self._scan, "remove": self._remove, "learn": self._learn, "stop": self._stop,
            "page": self._page, "insert": self._insert, "models": self._look_at_models,
        })  # fmt: skip
        self._client = ui.context.client
        self._client.on_delete(context.feed.subscribe(self._wake))
        self._client.on_delete(context.upkeep.watch(self._upkeep_changed))
        self._show()
        self._start(self._begin())

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        """Lets something be done that ends with the page."""
        self._client.on_delete(background_tasks.create(work, name="library").cancel)

    async def _begin(self) -> None:
        await self._look_at_contents()
        await self._context.engine.look()
        if self._context.engine.view.state is EngineState.HERE:
            await self._look_at_models({})

    def _wake(self, news: News) -> None:
        if news.are_hosts or news.is_engine:
            self._show()

    def _upkeep_changed(self) -> None:
        is_running = self._context.upkeep.view.is_running
        if self._was_running and not is_running:
            self._start(self._look_at_contents())
        self._was_running = is_running
        self._show()

    def _show(self) -> None:
        self._pane.show({
            "contents": self._contents,
            "upkeep": upkeep_state(self._context.upkeep.view),
            "engine": engine_state(self._context.engine.view),
            "models": self._models,
            "hosts": list(self._context.hosts.connected()),
        })  # fmt: skip

    async def _look_at_contents(self) -> None:
        try:
            self._contents = await asyncio.to_thread(contents_state, self._context.library())
        except BridgeError as error:
            self._pane.say(error.message)
        self._show()

    async def _look_at_models(self, args: dict[str, Any]) -> None:
        """Asks the engine for its models, and starts it for that where it sleeps."""
        try:
            async with self._context.connect() as engine:
                self._models = models_state(await engine.list_models())
        except BridgeError as error:
            self._pane.say(error.message)
        await self._context.engine.look()
        self._show()

    async def _add(self, args: dict[str, Any]) -> None:
        self._context.upkeep.scan([self._folder(args)])

    async def _scan(self, args: dict[str, Any]) -> None:
        self._context.upkeep.scan([])

    async def _remove(self, args: dict[str, Any]) -> None:
        self._context.upkeep.remove(Path(str(args.get("folder", ""))))

    async def _learn(self, args: dict[str, Any]) -> None:
        self._context.upkeep.learn(self._folder(args), is_adding=bool(args.get("is_adding")))

    async def _stop(self, args: dict[str, Any]) -> None:
        self._context.upkeep.cancel()

    async def _insert(self, args: dict[str, Any]) -> None:
        host = await insert_sample(str(args.get("id", "")), self._context)
        self._pane.say(f"The sample goes to the edit cursor in {host_title(host)}.")

    async def _page(self, args: dict[str, Any]) -> None:
        """Answers the table with the rows that it asks for."""
        first = max(0, int(args.get("first", 0)))
        answer: dict[str, Any] = {"question": args.get("question"), "first": first, "rows": [], "total": 0, "error": ""}
        try:
            wanted = _wanted(args.get("filters") or {})
            async with self._context.connect() as engine:
                samples, answer["total"] = await LibraryClient(engine).page(wanted, first)
            answer["rows"] = [sample_state(sample) for sample in samples]
        except BridgeError as error:
            answer["error"] = error.message
        self._pane.fill(answer)

    def _folder(self, args: dict[str, Any]) -> Path:
        """Returns the folder that was written.

        Raises:
            RequestRefused: it is no absolute path, or one that the user has not allowed.
        """
        text = str(args.get("folder", "")).strip()
        path = Path(text).expanduser()
        if not text or "\0" in text or not path.is_absolute():
            raise RequestRefused("Write the folder's whole path, such as /home/me/Samples.")
        self._context.check_paths((path,))
        return path


def _wanted(filters: dict[str, Any]) -> Wanted:
    """Returns what the filters leave.

    Raises:
        RequestRefused: the key is none.
    """
    try:
        bpm = float(filters.get("bpm") or 0.0)
    except (TypeError, ValueError):
        bpm = 0.0
    key = str(filters.get("key") or "")
    kind = str(filters.get("kind") or "")
    return Wanted(
        text=str(filters.get("text") or "")[:LONGEST_TEXT].strip(),
        key=parse_key(key) if key else None,
        quarter_bpm=bpm if 0 < bpm <= FASTEST_BPM else 0.0,
        kinds=(kind,) if kind in KINDS else (),
        count=PAGE_ROWS,
    )
