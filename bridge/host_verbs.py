"""What scripts tell and ask so that a panel or a command can reach their DAW. A part of the table in `bridge.verbs`.

A script pushes what is selected (`select`) and keeps a `listen` open, which is answered with what it is to do; see
`bridge.hosts`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from bridge.clip import Clip
from bridge.deeds import Deed
from bridge.schema import AtLeast, AtMost


@dataclass(frozen=True)
class Select:
    """Tell what is selected in the DAW, whenever that changes."""

    clip: Annotated[Clip | None, "the item; null where nothing that sounds is selected"] = None
    name: Annotated[str, "what the item is called"] = ""
    project: Annotated[str, "path of the project's file, or its name"] = ""
    folder: Annotated[Path | None, "absolute path of the project's folder for media; null if it has none yet"] = None
    quarter_bpm: Annotated[float, "tempo where the item begins; 0 if unknown", AtLeast(0), AtMost(1000)] = 0.0
    key: Annotated[str, "the project's key, such as A minor; empty if unknown"] = ""


@dataclass(frozen=True)
class Listen:
    """Wait for what this host is to do. It is told as `deed`, which is empty if nothing was ordered in that time."""

    wait_sec: Annotated[float, "how long to wait", AtLeast(1), AtMost(60)] = 20.0


@dataclass(frozen=True)
class Order:
    """Have a host that listens begin an action of its own on what is selected there."""

    deed: Annotated[Deed, "which action"]
    host: Annotated[str, "which host; empty for the one that told a selection last, or the only one"] = ""


@dataclass(frozen=True)
class Audition:
    """Play a sample of the library in the panel that was opened last, at the project's tempo."""

    sample: Annotated[str, "the sample's id, from its row"]
