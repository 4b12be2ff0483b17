"""What the tests do again and again: a trimmed region of a song, an action, and the session as it was saved."""

import time
from pathlib import Path
from typing import Any

from tests.daw_scripts.ardour.conftest import wait_for
from tests.daw_scripts.ardour.host import Ardour
from tests.daw_scripts.ardour.studio import SLOTS, Region, SavedTrack, add_song, read_session
from tests.daw_scripts.stand_in import StandIn

POSITION = 88_200
"""Where the song would begin on the timeline, were it not trimmed."""
TRIM_START, TRIM_END = 11_025, 170_001
"""Samples of the song at which the region begins and ends."""
TWO_TICKS_SEC = 0.3


def trimmed_region(ardour: Ardour, song: Path, name: str, is_copied: bool = False) -> Region:
    """A selected region that plays samples TRIM_START to TRIM_END of a song, at POSITION + TRIM_START."""
    region = add_song(ardour, song, POSITION, name, is_copied)
    region.do(
        f"region:trim_front(Temporal.timepos_t({POSITION + TRIM_START})) "
        f"region:trim_end(Temporal.timepos_t({POSITION + TRIM_END}))"
    )
    region.select()
    return region


def ask(ardour: Ardour, bridge: StandIn, verb: str = "split") -> dict[str, Any]:
    """Chooses an action; returns the request that reaches the bridge."""
    ardour.choose(SLOTS[verb])
    return take_one(bridge, verb)


def take(bridge: StandIn, count: int) -> list[dict[str, Any]]:
    """Returns the next requests, once there are so many."""
    requests: list[dict[str, Any]] = []

    def have_come() -> bool:
        requests.extend(bridge.take())
        return len(requests) >= count

    wait_for(have_come, f"{count} requests")
    return requests


def take_one(bridge: StandIn, verb: str) -> dict[str, Any]:
    """Returns the next request, which must be of this verb."""
    (request,) = take(bridge, 1)
    assert request["verb"] == verb
    return request


def wait_for_end(bridge: StandIn) -> None:
    """Waits until the script lets go of its job."""
    take_one(bridge, "forget")


def saved(ardour: Ardour) -> dict[str, SavedTrack]:
    """Returns the audio tracks by name, out of the file that Ardour saves now."""
    ardour.save()
    return read_session(ardour)


def shown(ardour: Ardour) -> dict[str, SavedTrack]:
    """Returns the audio tracks that Ardour shows, by name."""
    return {name: track for name, track in saved(ardour).items() if not track.is_hidden}


def undo(ardour: Ardour) -> None:
    """Undoes one step, and lets the listener look twice."""
    ardour.run("Editor:undo(1)")
    time.sleep(TWO_TICKS_SEC)


def redo(ardour: Ardour) -> None:
    """Does one step again, and lets the listener look twice."""
    ardour.run("Editor:redo(1)")
    time.sleep(TWO_TICKS_SEC)
