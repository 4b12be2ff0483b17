"""The panel's one page: tabs, banners and the views below them.

NiceGUI is imported here, in the views and in `bridge.panel.pane` only.
"""

from functools import partial
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from nicegui import app as framework
from nicegui import events, ui
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bridge.panel.clips import clip_routes
from bridge.panel.context import PanelContext
from bridge.panel.engine_watch import EngineState
from bridge.panel.feed import News
from bridge.panel.host_titles import host_title
from bridge.panel.media import media_routes
from bridge.panel.views import VIEWS, View

ASSETS = Path(__file__).parent / "assets"
RECONNECT_SEC = 10.0
MOST_UNSEEN_MESSAGES = 100
_HEAD = """
<link rel="stylesheet" href="/assets/panel.css">
<link rel="stylesheet" href="/assets/suggest.css">
<link rel="stylesheet" href="/assets/views.css">
<script src="/assets/theme.js"></script>
"""


def build_app(context: PanelContext) -> FastAPI:
    """Returns the application that serves the page, its assets and its media."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/assets", _Assets(directory=ASSETS))
    app.router.routes.extend([*media_routes(context), *clip_routes(context)])
    framework.config.quasar_config["loadingBar"]["skipHijack"] = True  # it would flash at every waveform
    ui.page("/", title="AuxSend", favicon=ASSETS / "favicon.svg")(partial(_build_page, context))
    ui.run_with(
        app,
        language="en-GB",
        dark=None,
        tailwind=False,
        reconnect_timeout=RECONNECT_SEC,
        message_history_length=MOST_UNSEEN_MESSAGES,
        binding_refresh_interval=None,
        gzip_middleware_factory=None,
        show_welcome_message=False,
    )
    return app


class _Assets(StaticFiles):
    """Files that a browser asks for again each time, so that a new version of the panel is never mixed with an old."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Returns a file, or that it is as it was."""
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "no-cache"
        return response


class Shell(ui.element, component="assets/auxsend_shell.js"):
    """The frame around the views: tabs, theme, who is connected, banners."""

    def __init__(self, context: PanelContext) -> None:
        super().__init__()
        self._context = context
        self._props["views"] = [{"name": view.name, "title": view.title, "icon": view.icon} for view in VIEWS]
        self.tell()

    def tell(self) -> None:
        """Shows hosts and engine as they are now."""
        engine = self._context.engine.view
        self._props["hosts"] = [host_title(host) for host in self._context.hosts.connected()]
        self._props["engine"] = {"state": engine.state.value, "address": engine.address}
        self._props["trouble"] = engine.sentence if engine.state is EngineState.AWAY else ""
        self.update()


def _build_page(context: PanelContext) -> None:
    """Builds the page of one browser tab."""
    ui.add_head_html(_HEAD)
    with Shell(context) as shell:
        panels = {
            view.name: ui.element("section").props(
                f'id="view-{view.name}" role="tabpanel" aria-labelledby="tab-{view.name}" tabindex="-1"'
            )
            for view in VIEWS
        }
    shown: set[str] = set()

    def show(event: events.GenericEventArguments) -> None:
        for view in VIEWS:
            if view.name == event.args and view.name not in shown:
                shown.add(view.name)
                _build_view(view, panels[view.name], context)

    def wake(news: News) -> None:
        if news.are_hosts or news.is_engine:
            shell.tell()

    shell.on("show", show)
    ui.context.client.on_delete(context.feed.subscribe(wake))


def _build_view(view: View, panel: Any, context: PanelContext) -> None:  # noqa: ANN401 - an element of NiceGUI
    with panel:
        view.build(context)
