"""Where the bridge is: its port and token, in the folder in which it keeps its state; and where the user's library is.

`auxsend install live` writes `auxsend_location.json` beside this file: `state`, that folder, and `command`, what starts
a bridge. Without it, the folder is looked for where the bridge has it by default, and no bridge can be started.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).resolve().parent
LOCATION_NAME = "auxsend_location.json"
LARGEST_FILE_BYTES = 65536  # what is read here is far smaller; anything else is not ours

children: list[subprocess.Popen[bytes]] = []
"""The bridges that were started here and have not ended; without this, Python complains of them."""


@dataclass(frozen=True)
class Address:
    """Where a bridge listens on this machine, and the proof that it is this user who asks."""

    port: int
    token: str


def bridge_address(script: Path = SCRIPT) -> Address | None:
    """Returns where the bridge listens, as it last said; None where it said nothing that can be read."""
    state = state_folder(script)
    place = read_object(state / "bridge.json")
    port = place.get("tcp_port")
    try:
        token = (state / "bridge.token").read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return None
    return Address(port, token) if isinstance(port, int) and 0 < port < 65536 and token else None


def state_folder(script: Path = SCRIPT) -> Path:
    """Returns the folder in which the bridge keeps its state."""
    told = read_object(script / LOCATION_NAME).get("state")
    if isinstance(told, str):
        return Path(told)
    if os.environ.get("AUXSEND_HOME"):
        return Path(os.environ["AUXSEND_HOME"]) / "state"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", "")) / "auxsend"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "auxsend"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "auxsend"


def user_library(script: Path = SCRIPT) -> Path:
    """Returns Live's User Library: the folder above `Remote Scripts`, in which this script lies."""
    if script.parent.name == "Remote Scripts":
        return script.parents[1]
    return Path.home()


def start_bridge(script: Path = SCRIPT) -> bool:
    """Starts the bridge without waiting for it; returns whether there was something to start.

    Only an action of the user does this, never a tick by itself.
    """
    command = read_object(script / LOCATION_NAME).get("command")
    if not isinstance(command, str):
        return False
    hidden = 0x08000000 if sys.platform == "win32" else 0  # CREATE_NO_WINDOW
    nothing = subprocess.DEVNULL
    try:
        # With close_fds off, Python may spawn instead of forking, which would copy Live's page tables.
        child = subprocess.Popen(
            [command, "bridge"], stdin=nothing, stdout=nothing, stderr=nothing, close_fds=False, creationflags=hidden
        )
    except OSError:
        return False
    children[:] = [each for each in children if each.poll() is None] + [child]
    return True


def read_object(path: Path) -> dict[str, Any]:
    """Returns the JSON object in a small file; empty where there is none."""
    try:
        with path.open(encoding="utf-8") as file:
            value = json.loads(file.read(LARGEST_FILE_BYTES))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
