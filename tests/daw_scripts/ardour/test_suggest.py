"""Suggested samples in a real Ardour, beside a stand-in bridge; the saved session is read back by another process.

The samples have another rate than the session, and one channel or two; a loop of 96 BPM goes into a session of 120 BPM.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.daw_scripts.ardour.conftest import WriteExcerpt, wait_for
from tests.daw_scripts.ardour.host import Ardour, lua_text
from tests.daw_scripts.ardour.steps import (
    TRIM_END,
    TRIM_START,
    ask,
    redo,
    shown,
    take,
    take_one,
    trimmed_region,
    undo,
    wait_for_end,
)
from tests.daw_scripts.ardour.studio import SLOTS, SavedTrack, choose_in_dialog, said
from tests.daw_scripts.stand_in import StandIn, sample_row

RATE_HZ, SAMPLE_RATE_HZ = 44_100, 48_000
PLAYHEAD = 500_001
DURATION_SEC = 1.25
PLAYRATE = 1.25
LENGTH_IN_TIME = round(DURATION_SEC / PLAYRATE * RATE_HZ)
MOST_TRACKS = 60
INSERT_SEC = 60.0
"""Ardour reads two files and stretches, on a machine that may be busy."""
PUT_IN = "Put it in at the playhead"
NO_STRETCH = "At the session's tempo"
"""Unticks the box."""


def write_sample(folder: Path, name: str, channels: int = 2) -> Path:
    """Writes two clicks, the second of them in the middle; returns the path."""
    samples = np.zeros((round(DURATION_SEC * SAMPLE_RATE_HZ), channels))
    decay = np.exp(-np.arange(2000) / 300)[:, None]
    for start in (0, len(samples) // 2):
        samples[start : start + 2000] = 0.5 * decay * np.sin(np.arange(2000) / 5)[:, None]
    path = folder / f"{name}.wav"
    soundfile.write(path, samples, SAMPLE_RATE_HZ, subtype="PCM_24")
    return path


def row(path: Path | None, name: str, **fields: Any) -> dict[str, Any]:
    times = {"duration_sec": DURATION_SEC, "playrate": PLAYRATE, "length_sec": DURATION_SEC / PLAYRATE}
    return sample_row(path, name, **(times | fields))


def select_track(ardour: Ardour, name: str) -> None:
    """Selects a track alone: in Ardour, selecting a track lets go of the regions, and the other way round."""
    ardour.run(
        "Editor:get_selection():clear()\n"
        f"for _ = 1, {MOST_TRACKS} do\n"
        '  Editor:access_action("Editor", "select-next-route")\n'
        "  for route in Editor:get_selection().tracks:routelist():iter() do\n"
        f"    if route:name() == {lua_text(name)} then return end\n"
        "  end\n"
        "end\n"
        'error("no such track")'
    )


def add_empty_track(ardour: Ardour, name: str, channels: int = 2) -> None:
    ardour.run(
        f"Session:new_audio_track({channels}, 2, nil, 1, {lua_text(name)}, ARDOUR.PresentationInfo.max_order,"
        " ARDOUR.TrackMode.Normal, true)"
    )


def locate(ardour: Ardour) -> None:
    """Moves the playhead to its place."""
    ardour.run(
        f"Session:request_locate({PLAYHEAD}, false, ARDOUR.LocateTransportDisposition.MustStop,"
        " ARDOUR.TransportRequestSource.TRS_UI)"
    )
    wait_for(lambda: ardour.run("report(Session:transport_sample())") == [[str(PLAYHEAD)]], "the playhead")


def answer(ardour: Ardour, bridge: StandIn, title: str, *rows: dict[str, Any]) -> dict[str, Any]:
    """Answers the question that has come with rows; returns it, once the list is there."""
    request = take_one(bridge, "suggest")
    bridge.suggest(request, *rows)
    wait_for_end(bridge)
    wait_for(lambda: f"{title}: Samples found: {len(rows)}" in said(ardour), "the list")
    return request


def suggest(ardour: Ardour, bridge: StandIn, title: str, *rows: dict[str, Any]) -> dict[str, Any]:
    """Asks for the selected region of this name, and answers."""
    locate(ardour)
    ardour.choose(SLOTS["suggest"])
    return answer(ardour, bridge, title, *rows)


def suggest_for_words(ardour: Ardour, bridge: StandIn, words: str, *rows: dict[str, Any]) -> dict[str, Any]:
    """Asks for words, for no region is selected, and answers."""
    locate(ardour)
    choose_in_dialog(ardour, f"text: {words}", action="suggest")
    return answer(ardour, bridge, words, *rows)


def pick(ardour: Ardour, bridge: StandIn, title: str, *lines: str) -> dict[str, Any]:
    """Chooses in the list, and puts in; returns what the library is told."""
    choose_in_dialog(ardour, f"Choose a sample for “{title}”", PUT_IN, *lines)
    wait_for(lambda: list((bridge.spool / "requests").glob("*.json")), "the use", INSERT_SEC)
    use = take_one(bridge, "use")
    bridge.say(use, "done", result={"recorded_count": 1})
    wait_for_end(bridge)
    return use


def the_region(track: SavedTrack) -> tuple[str, int, int, int]:
    (region,) = track.regions
    return region.name, region.position, region.length, region.channel_count


def test_a_loop_goes_on_the_selected_track_at_the_playhead_in_time_and_undo_takes_it_back(
    ardour: Ardour, bridge: StandIn, tmp_path: Path
) -> None:
    add_empty_track(ardour, "Beat")
    select_track(ardour, "Beat")
    before = shown(ardour)
    loop = row(write_sample(tmp_path, "Loop é"), "Loop é 96")
    params = suggest_for_words(ardour, bridge, "dusty drums", row(None, "Other"), loop)["params"]
    assert (params["clip"], params["text"], params["project_bpm"]) == (None, "dusty drums", 120.0)
    assert params["project"] == str(ardour.session_folder / "take one.ardour")
    use = pick(ardour, bridge, "dusty drums", "02. Loop é 96")
    assert "02. Loop é 96: loop · A minor · 96 BPM (same key; 96 BPM)" in said(ardour)
    assert (use["params"]["sample"], use["params"]["project"]) == (loop["sample"], params["project"])
    after = shown(ardour)
    assert after.keys() == before.keys()
    assert the_region(after["Beat"]) == ("Loop é 96", PLAYHEAD, LENGTH_IN_TIME, 2)
    check_clicks(after["Beat"].regions[0].files[0], ardour)
    undo(ardour)
    assert shown(ardour) == before
    redo(ardour)
    assert shown(ardour) == after


def check_clicks(file: Path, ardour: Ardour) -> None:
    """Checks that the second click has stayed in the middle, that nothing was added, and whose the file is."""
    left, rate_hz = soundfile.read(file)
    assert (rate_hz, file.is_relative_to(ardour.session_folder)) == (RATE_HZ, True)
    middle = LENGTH_IN_TIME // 2
    around = slice(middle - 2000, middle + 3000)
    assert np.argmax(np.abs(left[around])) + around.start == pytest.approx(middle, abs=0.01 * RATE_HZ)
    assert np.max(np.abs(left[4000 : middle - 1500])) < 0.05


def test_for_a_region_it_goes_on_a_new_track_below_at_its_own_speed_if_asked_and_undo_hides_it(
    ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt, tmp_path: Path
) -> None:
    song = write_excerpt()
    trimmed_region(ardour, song, "Verse é")
    before = shown(ardour)
    shaker = row(write_sample(tmp_path, "Shaker", channels=1), "Shaker")
    clip = suggest(ardour, bridge, "Verse é", shaker)["params"]["clip"]
    assert clip["file"] == str(song)
    assert clip["start_offset_sec"] == pytest.approx(TRIM_START / RATE_HZ)
    assert clip["length_sec"] == pytest.approx((TRIM_END - TRIM_START) / RATE_HZ)
    pick(ardour, bridge, "Verse é", NO_STRETCH)
    after = shown(ardour)
    assert set(after) - set(before) == {"Shaker"}
    name, position, length, channels = the_region(after["Shaker"])
    assert (name, position, channels) == ("Shaker", PLAYHEAD, 1)
    assert length == pytest.approx(DURATION_SEC * RATE_HZ, abs=1), "Ardour's resampling rounds"
    assert after["Shaker"].order == after["Verse é"].order + 1
    undo(ardour)
    assert shown(ardour) == before


@pytest.mark.parametrize("reason", ["no room", "too few channels"])
def test_a_selected_track_that_does_not_fit_stays_as_it_is(
    ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt, tmp_path: Path, reason: str
) -> None:
    if reason == "no room":
        region = trimmed_region(ardour, write_excerpt(), reason)
        region.do(f"region:set_position(Temporal.timepos_t({PLAYHEAD - 1000}))")
    else:
        add_empty_track(ardour, reason, channels=1)
    select_track(ardour, reason)
    before = shown(ardour)
    suggest_for_words(ardour, bridge, f"pad, {reason}", row(write_sample(tmp_path, "Pad"), f"Pad {reason}"))
    pick(ardour, bridge, f"pad, {reason}", NO_STRETCH)
    after = shown(ardour)
    assert set(after) - set(before) == {f"Pad {reason}"}
    assert after[reason] == before[reason]


def test_more_like_this_and_not_this(ardour: Ardour, bridge: StandIn, tmp_path: Path) -> None:
    ardour.run("Editor:get_selection():clear()")
    rows = [row(write_sample(tmp_path, name), name) for name in ("One", "Two")]
    suggest_for_words(ardour, bridge, "warm pad", *rows)
    choose_in_dialog(ardour, "Choose a sample", "Not this", "01. One")
    assert take_one(bridge, "use")["params"]["kind"] == "skipped"
    wait_for(lambda: "warm pad: Samples found: 1" in said(ardour), "the shorter list")
    choose_in_dialog(ardour, "Choose a sample", "More like this", "01. Two")
    use, request = take(bridge, 2)
    assert (use["params"]["kind"], use["params"]["sample"]) == ("kept", rows[1]["sample"])
    one, two = (each["sample"] for each in rows)
    assert {key: request["params"][key] for key in ("liked", "disliked", "excluded")} == {
        "liked": [two], "disliked": [one], "excluded": [one, two],
    }  # fmt: skip
    bridge.suggest(request)
    wait_for_end(bridge)
    wait_for(lambda: "There is nothing more that fits." in said(ardour), "the sentence")
    choose_in_dialog(ardour, "Let go of “warm pad”")


def test_what_cannot_be_had_or_put_in_is_said(
    ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt, tmp_path: Path
) -> None:
    trimmed_region(ardour, write_excerpt(), "Mishap")
    before = shown(ardour)
    bridge.suggest(ask(ardour, bridge, "suggest"))
    wait_for(lambda: "Mishap: The library has nothing that fits" in said(ardour), "the sentence")
    wait_for_end(bridge)
    gone = write_sample(tmp_path, "Gone")
    broken = tmp_path / "Broken.wav"
    broken.write_bytes(b"no audio at all")
    suggest(ardour, bridge, "Mishap", row(gone, "Gone"), row(None, "Nowhere"), row(broken, "Broken"))
    gone.unlink()
    choose_in_dialog(ardour, "Choose a sample for “Mishap”", PUT_IN, "01. Gone")
    wait_for(lambda: "The file of “Gone” is gone" in said(ardour), "the sentence")
    choose_in_dialog(ardour, "Choose a sample for “Mishap”", PUT_IN, "02. Nowhere")
    wait_for(lambda: "Nobody has the audio of “Nowhere”" in said(ardour), "the sentence")
    choose_in_dialog(ardour, "Choose a sample for “Mishap”", PUT_IN, "03. Broken")
    wait_for(lambda: "“Broken” could not be put in (Ardour does not take the file)" in said(ardour), "the sentence")
    choose_in_dialog(ardour, "Let go of “Mishap”")
    assert shown(ardour) == before
    assert bridge.take() == []
