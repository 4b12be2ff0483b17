"""Orders for DAWs from outside the bridge."""

from pathlib import Path

from bridge.asking import ask_bridge
from bridge.deeds import Deed
from bridge.errors import EngineUnreachable
from bridge.instance import running_pid


def order(state_folder: Path, host: str, deed: Deed) -> str:
    """Has the script in a DAW begin an action, and returns the host's name.

    Raises:
        EngineUnreachable: no bridge runs, or it does not answer.
        RequestRefused: the script does not listen there, in the bridge's own words.
    """
    if running_pid(state_folder) is None:
        raise EngineUnreachable("No bridge runs, so no DAW can be reached; start it with “auxsend bridge”.")
    return str(ask_bridge(state_folder, "order", {"host": host, "deed": deed.value})["host"])
