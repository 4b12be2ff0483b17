"""Suggestions in Live through the real bridge, with an engine of a few lines behind it: from a note to clips."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bridge.installation import install
from tests.bridge.fake_engine import FakeEngine
from tests.bridge.running_bridge import Bridge
from tests.daw_scripts.fake_live.host import FakeLive
from tests.daw_scripts.playback import write_song
from tests.daw_scripts.test_reaper_suggest_bridge import add_sample, bridge, engine

__all__ = ["bridge", "engine"]  # fixtures


@pytest.fixture
def live(engine: FakeEngine, bridge: Bridge, tmp_path: Path) -> Iterator[FakeLive]:
    library = tmp_path / "User Library"
    library.mkdir()
    live = FakeLive(install("live", library, bridge.state / "spool"))
    live.tick_until(lambda: live.surface._link.is_ready, "the bridge")
    yield live
    live.surface.disconnect()


def test_suggestions_appear_as_clips_in_time(
    live: FakeLive, engine: FakeEngine, bridge: Bridge, tmp_path: Path
) -> None:
    place: Any = SimpleNamespace(folder=tmp_path)
    loop = add_sample(place, engine, bridge, "loop Am 96")
    fetched = add_sample(place, engine, bridge, "kick", is_here=False)
    live.add_audio(live.add_track(), write_song(tmp_path / "Take.wav", length_sec=1.0), start=0.25, end=0.75)
    live.press(65)
    live.tick_until(lambda: "2 samples are in." in live.said, "samples")
    clips = {slot.clip.name: slot.clip for slot in live.song.tracks[1].clip_slots if slot.clip}
    assert clips["loop Am 96"].file_path == str(loop)
    # Two seconds at 96 BPM are 3.2 beats.
    assert (clips["loop Am 96"].warping, clips["loop Am 96"].loop_end) == (True, pytest.approx(3.2))
    assert Path(clips["kick"].file_path).read_bytes() == fetched.read_bytes()
    assert not clips["kick"].warping
