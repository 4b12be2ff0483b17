"""Split to stems in a real Ardour, beside a stand-in bridge; the saved session is read back by another process."""

from typing import Any

import numpy as np
import pytest
import soundfile

from tests.daw_scripts.ardour.conftest import WriteExcerpt, wait_for
from tests.daw_scripts.ardour.host import Ardour
from tests.daw_scripts.ardour.studio import SLOTS, Region, SavedTrack, add_song, read_session
from tests.daw_scripts.playback import play_clip
from tests.daw_scripts.stand_in import STEMS, StandIn

POSITION = 88_200
TRIM_START, TRIM_END = 11_025, 170_001
"""Samples of the file at which the region begins and ends."""


def trimmed_region(ardour: Ardour, song: Any, name: str, is_copied: bool = False) -> Region:
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
    (request,) = wait_for(bridge.take, "request")
    assert request["verb"] == verb
    return request


def wait_for_end(bridge: StandIn) -> None:
    """Waits until the script lets go of its job."""
    (request,) = wait_for(bridge.take, "end of the job")
    assert request["verb"] == "forget"


def saved(ardour: Ardour) -> dict[str, SavedTrack]:
    ardour.save()
    return read_session(ardour)


def test_stems_of_a_trimmed_region_land_on_new_tracks_at_the_exact_sample(
    ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt
) -> None:
    song = write_excerpt()
    trimmed_region(ardour, song, "Verse é")
    request = ask(ardour, bridge)
    clip = request["params"]["clip"]
    assert clip["file"] == str(song)
    assert clip["start_offset_sec"] * 44_100 == pytest.approx(TRIM_START, abs=1e-6)
    assert clip["length_sec"] * 44_100 == pytest.approx(TRIM_END - TRIM_START, abs=1e-6)
    stems = bridge.finish(request)
    wait_for_end(bridge)
    tracks = saved(ardour)
    source = tracks["Verse é"]
    assert [region.is_muted for region in source.regions] == [True]
    for place, ((stem, color), file) in enumerate(zip(STEMS.items(), stems, strict=True), 1):
        track = tracks[f"Verse é {stem}"]
        assert track.color == color
        assert track.order == source.order + place
        (region,) = track.regions
        assert region.name == f"Verse é {stem}"
        assert (region.position, region.start, region.length) == (POSITION + TRIM_START, 0, TRIM_END - TRIM_START)
        assert region.channel_count == 2
        assert region.files == (file, file)
        assert not region.is_muted


def test_the_stems_sum_to_what_the_region_plays(ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt) -> None:
    song = write_excerpt()
    trimmed_region(ardour, song, "Sum")
    request = ask(ardour, bridge)
    stems = bridge.finish(request)
    wait_for_end(bridge)
    mix, _ = soundfile.read(song, start=TRIM_START, stop=TRIM_END)
    total = sum(soundfile.read(stem)[0] for stem in stems)
    assert np.max(np.abs(total - mix)) <= 10 ** (-90 / 20)


def test_one_undo_takes_back_regions_and_mute_and_one_redo_brings_them_back(
    ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt
) -> None:
    trimmed_region(ardour, write_excerpt(), "Undone")
    bridge.finish(ask(ardour, bridge))
    wait_for_end(bridge)
    names = [f"Undone {stem}" for stem in STEMS]
    before = saved(ardour)
    assert [len(before[name].regions) for name in names] == [1, 1, 1, 1]
    ardour.run("Editor:undo(1)")
    undone = saved(ardour)
    assert [len(undone[name].regions) for name in names] == [0, 0, 0, 0]  # the empty tracks stay: Ardour's undo
    assert not undone["Undone"].regions[0].is_muted
    ardour.run("Editor:redo(1)")
    assert saved(ardour) == before


def test_a_cancelled_job_adds_no_track(ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt) -> None:
    trimmed_region(ardour, write_excerpt(), "Cancelled")
    request = ask(ardour, bridge)
    before = saved(ardour)
    bridge.say(request, "running", fraction=0.5)
    bridge.say(request, "cancelled")
    wait_for_end(bridge)
    assert saved(ardour) == before


def test_a_stereo_region_in_two_mono_files_is_sent_as_one(
    ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt
) -> None:
    song = write_excerpt("two files.wav")
    trimmed_region(ardour, song, "Recorded", is_copied=True)
    request = ask(ardour, bridge)
    mix, _ = soundfile.read(song, start=TRIM_START, stop=TRIM_END)
    assert np.array_equal(play_clip(request["params"]["clip"]), mix)
    bridge.finish(request)
    wait_for_end(bridge)
    (region,) = saved(ardour)["Recorded vocals"].regions
    assert (region.position, region.length) == (POSITION + TRIM_START, TRIM_END - TRIM_START)
    assert list(ardour.session_folder.glob("auxsend-*.wav")) == []
