"""From the finished job to the inserted tracks, and what of that Ardour itself needs for making tracks."""

import time
from pathlib import Path
from typing import Any

from tests.daw_scripts.ardour.conftest import WriteExcerpt, wait_for
from tests.daw_scripts.ardour.host import Ardour
from tests.daw_scripts.ardour.steps import ask, trimmed_region
from tests.daw_scripts.stand_in import STEMS, StandIn

LIMIT_SEC = 0.3
REPEATS = 3
ARDOURS_OWN = (
    "local begun = ARDOUR.LuaAPI.monotonic_time() "
    f'Session:new_audio_track(2, 2, nil, {len(STEMS)}, "", ARDOUR.PresentationInfo.max_order,'
    " ARDOUR.TrackMode.Normal, true) report((ARDOUR.LuaAPI.monotonic_time() - begun) / 1e6)"
)


def insertion_sec(ardour: Ardour, bridge: StandIn, request: dict[str, Any]) -> float:
    """Finishes a job and returns how long after that the script lets go of it, its tracks being in the session."""
    bridge.finish(request)
    finished = time.time()

    def end() -> Path | None:
        return next((bridge.spool / "requests").glob("*.json"), None)

    settled = wait_for(end, "end of the job").stat().st_mtime
    bridge.take()
    return settled - finished


def test_from_the_finished_job_to_the_inserted_tracks(
    ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt
) -> None:
    overheads = []
    for number in range(REPEATS):
        trimmed_region(ardour, write_excerpt(f"{number}.wav"), f"Timed {number}")
        whole_sec = insertion_sec(ardour, bridge, ask(ardour, bridge))
        own_sec = float(ardour.run(ARDOURS_OWN)[0][0])
        overheads.append(whole_sec - own_sec)
        print(f"inserted after {whole_sec:.3f} s, of which Ardour needs {own_sec:.3f} s for making the tracks")
    assert min(overheads) < LIMIT_SEC
