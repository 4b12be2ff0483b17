"""The view Suggest: what goes with what is selected in the DAW, was dropped, or was hummed.

The list, its keys and its sound are the browser's (assets/auxsend_suggest.js), which gets the whole state at every
change and tells what was done as an `act`. Here is what follows from it: questions to the engine, orders to the DAW,
uses recorded. Rows keep their paths here; the page knows samples by their id.
"""

import asyncio
import contextlib
import logging
import uuid
from dataclasses import replace
from typing import Any

from nicegui import background_tasks, ui

from bridge.errors import BridgeError, RequestRefused
from bridge.events import Event, Notice, Progress
from bridge.hosts import Selection
from bridge.incident import unforeseen
from bridge.library import answers
from bridge.library.modes import Mode
from bridge.library.sample import UseKind
from bridge.library_verbs import UseSample
from bridge.midi.key import parse_key
from bridge.panel.clips import find_clip
from bridge.panel.context import PanelContext
from bridge.panel.feed import News
from bridge.panel.host_titles import host_title
from bridge.panel.pane import Pane
from bridge.panel.sample_file import sample_file
from bridge.panel.suggest_state import semitones_to, state_of
from bridge.panel.wish import History, Project, Seed, Source, Step, Wish

log = logging.getLogger(__name__)

NO_PROJECT = "panel"
"""What uses are recorded under while no project is known."""
LONGEST_TEXT = 200
FASTEST_BPM = 1000.0


def build_suggest_view(context: PanelContext) -> None:
    """Puts the view into the open slot."""
    SuggestView(context, SuggestPane())


class SuggestPane(Pane, component="assets/auxsend_suggest.js"):
    """The view in the browser."""


class SuggestView:
    """One page's questions and answers."""

    def __init__(self, context: PanelContext, pane: SuggestPane) -> None:
        self._context = context
        self._pane = pane
        self._history = History()
        self._project = Project()
        self._seen: Selection | None = None
        self._followed: Seed | None = None
        self._is_following = True
        self._kept: set[str] = set()
        self._asking: asyncio.Task[None] | None = None
        pane.do(
            {
                "follow": self._follow,
                "clip": self._clip,
                "filter": self._filter,
                "project": self._set_project,
                "back": lambda args: self._go(self._history.back()),
                "forward": lambda args: self._go(self._history.forward()),
                "again": lambda args: self._ask(self._history.now),
                "more": lambda args: self._ask(self._history.now, is_more=True),
                "insert": self._insert,
                "keep": self._keep,
                "skip": self._skip,
                "like": self._like,
                "unlike": self._unlike,
            }
        )
        ui.context.client.on_delete(context.feed.subscribe(self._wake))
        ui.context.client.on_delete(self._stop_asking)
        ui.context.client.on_delete(context.hosts.play_with(lambda sample: pane.run_method("audition_id", sample)))
        self._show()
        self._look_at_selection()

    def _wake(self, news: News) -> None:
        if news.are_hosts:
            self._look_at_selection()
            self._show()

    def _look_at_selection(self) -> None:
        selection = self._context.hosts.selection
        if selection is None or selection is self._seen:
            return
        self._seen = selection
        project, self._project = self._project, Project.of(selection)
        if not self._is_following or selection.clip is None:
            return
        seed = Seed(Source.SELECTION, selection.name, selection.clip, selection.host)
        if seed != self._followed:
            self._followed = seed
            self._begin(seed)
        elif project != self._project:  # the same item at another tempo
            self._ask(self._history.now)

    def _begin(self, seed: Seed) -> None:
        self._ask(self._history.push(self._history.now.wish.about(seed)))

    def _wish(self, wish: Wish) -> None:
        self._ask(self._history.push(wish))

    def _go(self, step: Step) -> None:
        if step.is_answered or step.wish.is_empty:
            self._stop_asking()
            self._show()
        else:
            self._ask(step)

    def _stop_asking(self) -> None:
        if self._asking:
            self._asking.cancel()
            self._asking = None

    def _ask(self, step: Step, *, is_more: bool = False) -> None:
        """Asks the engine; whatever was asked and is not answered yet is forgotten."""
        self._stop_asking()
        if not step.wish.is_empty:
            self._pane.run_method("progress", "Asking the engine.")
            self._asking = background_tasks.create(self._answer(step, is_more), name="suggest")
        self._show()

    async def _answer(self, step: Step, is_more: bool) -> None:
        shown = tuple(row["sample"] for row in step.rows) if is_more else ()
        order = step.wish.order(self._project, shown)
        try:
            if order.clip and step.wish.seed and step.wish.seed.source is Source.SELECTION:
                self._context.check_paths((order.clip.file,))
            found = await answers.suggest(order, self._context.connect, self._report, self._context.library())
            step.rows = [*step.rows, *found["rows"]] if is_more else found["rows"]
            step.error, step.is_all = "", len(found["rows"]) < order.count
        except BridgeError as error:
            step.error = error.message
        except Exception:
            step.error = unforeseen(log, "a question of the panel").message
        step.is_answered = not step.error
        self._asking = None
        self._show()

    def _report(self, event: Event) -> None:
        match event:
            case Progress(step, _, message):
                self._pane.run_method("progress", message or f"{step.value}.")
            case Notice(message):
                self._pane.say(message)

    def _show(self) -> None:
        hosts = self._context.hosts.connected()
        self._pane.show(
            state_of(self._history, self._project, self._kept, hosts)
            | {"is_busy": self._asking is not None, "is_following": self._is_following}
        )

    def _follow(self, args: dict[str, Any]) -> None:
        self._is_following = bool(args.get("is_on"))
        if self._is_following:
            self._seen = self._followed = None
            self._look_at_selection()
        self._show()

    async def _clip(self, args: dict[str, Any]) -> None:
        """Takes what was dropped or hummed."""
        source = Source(args["source"]) if args.get("source") in list(Source) else Source.FILE
        clip = await asyncio.to_thread(find_clip, str(args.get("clip")), self._context)
        self._is_following = False
        self._begin(Seed(source, str(args.get("name", ""))[:LONGEST_TEXT], clip))

    def _filter(self, args: dict[str, Any]) -> None:
        """Takes the filters as the page has them now."""
        wish = self._history.now.wish
        changes: dict[str, Any] = {name: bool(args[name]) for name in ("is_in_key", "is_in_tempo") if name in args}
        changes |= {name: _texts(args[name]) for name in ("kinds", "tags") if name in args}
        if args.get("mode") in list(Mode):
            changes["mode"] = Mode(args["mode"])
        if "text" in args:
            changes["text"] = str(args["text"])[:LONGEST_TEXT].strip()
        if replace(wish, **changes) != wish:
            self._wish(replace(wish, **changes))

    def _set_project(self, args: dict[str, Any]) -> None:
        """Takes tempo and key that the user has written."""
        with contextlib.suppress(TypeError, ValueError):
            bpm = float(args.get("quarter_bpm") or 0.0)
            self._project = replace(self._project, quarter_bpm=bpm if 0 <= bpm <= FASTEST_BPM else 0.0)
        key = str(args.get("key") or "")
        self._project = replace(self._project, key=parse_key(key).name if key else "")
        self._ask(self._history.now)

    async def _insert(self, args: dict[str, Any]) -> None:
        row = self._row(args)
        if row["path"] is None:
            row["path"] = str(await sample_file(row["sample"], self._context))
        semitones = semitones_to(row, self._project) if args.get("is_in_key") else 0
        payload = {"rows": [row | {"semitones": semitones}], "project_bpm": self._project.quarter_bpm}
        host = self._context.hosts.order("", "insert_samples", payload)
        by = f", transposed by {semitones:+d}" if semitones else ""
        self._pane.say(f"“{row['name']}” goes to the edit cursor in {host_title(host)}{by}.")

    async def _keep(self, args: dict[str, Any]) -> None:
        row = self._row(args)
        self._kept.add(row["sample"])
        wish = self._history.now.wish
        self._history.now.wish = replace(wish, liked=_with(wish.liked, row["sample"]))
        self._show()
        await self._record(row["sample"], UseKind.KEPT)

    async def _skip(self, args: dict[str, Any]) -> None:
        row, step = self._row(args), self._history.now
        step.wish = replace(step.wish, passed=_with(step.wish.passed, row["sample"]))
        step.rows = [other for other in step.rows if other is not row]
        self._show()
        await self._record(row["sample"], UseKind.SKIPPED)

    def _like(self, args: dict[str, Any]) -> None:
        wish = self._history.now.wish
        self._wish(replace(wish, liked=_with(wish.liked, self._row(args)["sample"])))

    def _unlike(self, args: dict[str, Any]) -> None:
        wish = self._history.now.wish
        self._wish(replace(wish, disliked=_with(wish.disliked, self._row(args)["sample"])))

    async def _record(self, sample_id: str, kind: UseKind) -> None:
        use = UseSample(sample_id, self._project.name or NO_PROJECT, kind)
        request_id = str(uuid.uuid4())
        await answers.record_use(use, request_id, self._context.connect, lambda event: None, self._context.library())

    def _row(self, args: dict[str, Any]) -> dict[str, Any]:
        """Returns the row that is meant.

        Raises:
            RequestRefused: it stands on the page no more.
        """
        found = [row for row in self._history.now.rows if row["sample"] == args.get("id")]
        if not found:
            raise RequestRefused("This sample is no longer in the list.")
        return found[0]


def _with(ids: tuple[str, ...], sample_id: str) -> tuple[str, ...]:
    return (*(other for other in ids if other != sample_id), sample_id)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(text)[:LONGEST_TEXT] for text in value) if isinstance(value, list) else ()
