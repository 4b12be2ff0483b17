"""Split to stems in a real Ardour, beside a stand-in bridge; the saved session is read back by another process."""

import numpy as np
import pytest
import soundfile

from tests.daw_scripts.ardour.conftest import WriteExcerpt
from tests.daw_scripts.ardour.host import Ardour
from tests.daw_scripts.ardour.steps import (
    POSITION,
    TRIM_END,
    TRIM_START,
    ask,
    saved,
    take,
    trimmed_region,
    wait_for_end,
)
from tests.daw_scripts.ardour.studio import SLOTS
from tests.daw_scripts.playback import play_clip
from tests.daw_scripts.stand_in import STEMS, StandIn


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


@pytest.mark.parametrize(
    ("channels", "rate_hz"), [(1, 44_100), (2, 48_000)], ids=["mono", "file of another rate, played sample by sample"]
)
def test_what_the_region_plays_is_what_is_sent(
    ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt, channels: int, rate_hz: int
) -> None:
    song = write_excerpt(channels=channels)
    name = f"{channels} {rate_hz}"
    trimmed_region(ardour, song, name)
    if rate_hz != 44_100:  # Ardour would ask in a dialog whether to embed it: the file changes behind its back instead
        samples, _ = soundfile.read(song, dtype="int16")
        soundfile.write(song, samples, rate_hz, subtype="PCM_16")
    request = ask(ardour, bridge)
    mix, _ = soundfile.read(song, start=TRIM_START, stop=TRIM_END, always_2d=True)
    assert np.array_equal(play_clip(request["params"]["clip"]), mix)
    bridge.finish(request)
    wait_for_end(bridge)
    (region,) = saved(ardour)[f"{name} bass"].regions
    assert (region.position, region.length, region.channel_count) == (POSITION + TRIM_START, len(mix), channels)


def test_two_regions_at_once(ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt) -> None:
    first = trimmed_region(ardour, write_excerpt("one.wav"), "First")
    trimmed_region(ardour, write_excerpt("two.wav"), "Second")
    first.select(is_added=True)
    ardour.choose(SLOTS["split"])
    for request in take(bridge, 2):
        bridge.finish(request)
    assert [request["verb"] for request in take(bridge, 2)] == ["forget", "forget"]
    assert {"First vocals", "Second vocals"} <= set(saved(ardour))


def test_gain_goes_along(ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt) -> None:
    trimmed_region(ardour, write_excerpt(), "Gain").do("region:to_audioregion():set_scale_amplitude(0.5)")
    bridge.finish(ask(ardour, bridge))
    wait_for_end(bridge)
    assert saved(ardour)["Gain other"].regions[0].gain == pytest.approx(0.5)
