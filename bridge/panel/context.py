"""What the views of the panel are given: the bridge as it is, and the page that they stand on."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bridge.core import Connect
from bridge.hosts import Hosts
from bridge.library.place import LibraryPlace
from bridge.panel.engine_watch import EngineWatch
from bridge.panel.feed import Feed
from bridge.panel.upkeep_watch import UpkeepWatch
from bridge.service import Service

CheckPaths = Callable[[tuple[Path, ...]], None]


@dataclass(frozen=True)
class PanelContext:
    """The bridge, as the panel sees it."""

    service: Service
    """Its jobs: `submit`, `jobs`, `find`."""
    hosts: Hosts
    """The DAWs: what is selected, who is connected, `order`."""
    feed: Feed
    """What wakes a view."""
    connect: Connect
    """The way to the engine; it starts one on this machine where none runs and none is configured."""
    engine: EngineWatch
    """Whether the engine is there, without starting it."""
    library: Callable[[], LibraryPlace]
    """Where the sample library is on this machine, and whose taste counts."""
    upkeep: UpkeepWatch
    """What is being done to the library, for one deed at a time."""
    check_paths: CheckPaths
    """Raises RequestRefused for paths that the user has not allowed."""
    folder: Path
    """Where the panel keeps what is its own: clips that were dropped or hummed, copies that browsers can play."""
