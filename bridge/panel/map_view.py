"""The view Map: the library as a plane of samples that sound alike, to listen around in.

The page fetches the map as one document (/media/map) and draws it (assets/scatter.js); what is caught with the lasso
comes here as ids, and goes back as samples.
"""

from typing import Any

from nicegui import ui

from bridge.panel.context import PanelContext
from bridge.panel.feed import News
from bridge.panel.host_titles import host_title
from bridge.panel.insertion import find_samples, insert_sample, sample_state
from bridge.panel.pane import Pane

MOST_LISTED = 250
"""Of what the lasso has caught; the page says of how many these are the first."""


def build_map_view(context: PanelContext) -> None:
    """Puts the view into the open slot."""
    MapView(context, MapPane())


class MapPane(Pane, component="assets/auxsend_map.js"):
    """The view in the browser."""


class MapView:
    """One page's map."""

    def __init__(self, context: PanelContext, pane: MapPane) -> None:
        self._context = context
        self._pane = pane
        self._samples: list[dict[str, Any]] = []
        pane.do(
            {
                "list": self._list,
                "insert": self._insert,
            }
        )
        ui.context.client.on_delete(context.feed.subscribe(self._wake))
        self._show()

    def _wake(self, news: News) -> None:
        if news.are_hosts:
            self._show()

    def _show(self) -> None:
        self._pane.show({"samples": self._samples, "hosts": list(self._context.hosts.connected())})

    async def _list(self, args: dict[str, Any]) -> None:
        ids = [str(sample_id) for sample_id in args.get("ids", ())][:MOST_LISTED]
        found = {sample.id: sample for sample in await find_samples(ids, self._context)} if ids else {}
        self._samples = [sample_state(found[sample_id]) for sample_id in ids if sample_id in found]
        self._show()

    async def _insert(self, args: dict[str, Any]) -> None:
        host = await insert_sample(str(args.get("id", "")), self._context)
        self._pane.say(f"The sample goes to the edit cursor in {host_title(host)}.")
