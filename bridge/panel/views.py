"""The panel's views, in the order of their tabs."""

from collections.abc import Callable
from dataclasses import dataclass

from bridge.panel.context import PanelContext
from bridge.panel.jobs_view import build_jobs_view
from bridge.panel.library_view import build_library_view
from bridge.panel.map_view import build_map_view
from bridge.panel.suggest_view import build_suggest_view


@dataclass(frozen=True)
class View:
    """A tab and what stands below it."""

    name: str
    """In the page's address, after the #."""
    title: str
    icon: str
    """A name of assets/icons.js."""
    build: Callable[[PanelContext], None]
    """Puts the view's elements into the open slot. It is called once per page, when the view is first shown; what it
    subscribes to, it ends when `ui.context.client` is deleted."""


VIEWS = (
    View("suggest", "Suggest", "spark", build_suggest_view),
    View("map", "Map", "map", build_map_view),
    View("jobs", "Jobs", "jobs", build_jobs_view),
    View("library", "Library", "library", build_library_view),
)
