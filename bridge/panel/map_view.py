"""The view Map: the library as a plane of samples that sound alike, to listen around in.

The page fetches the map as one document (/media/map) and draws it (assets/scatter.js); what is caught with the lasso
comes here as ids, and goes back as samples.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import events, ui

from bridge.errors import BridgeError
from bridge.panel.context import PanelContext
from bridge.panel.feed import News
from bridge.panel.host_titles import host_title
from bridge.panel.insertion import find_samples, insert_sample, sample_state

MOST_LISTED = 250
"""Of what the lasso has caught; the page says of how many these are the first."""


def build_map_view(context: PanelContext) -> None:
    """Puts the view into the open slot."""
    MapView(context, MapPane())


class MapPane(ui.element, component="assets/auxsend_map.js"):
    """The view in the browser."""

    def show(self, state: dict[str, Any]) -> None:
        """Shows a state."""
        self._props["state"] = state
        self.update()

    def say(self, sentence: str) -> None:
        """Says something that passes."""
        self.run_method("say", sentence)


class MapView:
    """One page's map."""

    def __init__(self, context: PanelContext, pane: MapPane) -> None:
        self._context = context
        self._pane = pane
        self._samples: list[dict[str, Any]] = []
        self._acts: dict[str, Callable[[dict[str, Any]], Awaitable[None]]] = {
            "list": self._list,
            "insert": self._insert,
        }
        pane.on("act", self._act)
        ui.context.client.on_delete(context.feed.subscribe(self._wake))
        self._show()

    def _wake(self, news: News) -> None:
        if news.are_hosts:
            self._show()

    def _show(self) -> None:
        self._pane.show({"samples": self._samples, "hosts": list(self._context.hosts.connected())})

    async def _act(self, event: events.GenericEventArguments) -> None:
        """Does what the user did."""
        act = self._acts.get(str(event.args.get("do", "")))
        if act is None:
            return
        try:
            await act(event.args)
        except BridgeError as error:
            self._pane.say(error.message)

    async def _list(self, args: dict[str, Any]) -> None:
        ids = [str(sample_id) for sample_id in args.get("ids", ())][:MOST_LISTED]
        found = {sample.id: sample for sample in await find_samples(ids, self._context)} if ids else {}
        self._samples = [sample_state(found[sample_id]) for sample_id in ids if sample_id in found]
        self._show()

    async def _insert(self, args: dict[str, Any]) -> None:
        host = await insert_sample(str(args.get("id", "")), self._context)
        self._pane.say(f"The sample goes to the edit cursor in {host_title(host)}.")
