"""Splitting items in REAPER: whatever an item plays is asked for, and comes back on tracks that play the same."""

from pathlib import Path
from typing import Any

import pytest
import rpp

from tests.daw_scripts.conftest import NewStudio
from tests.daw_scripts.interpreters import LUA
from tests.daw_scripts.playback import play_item, residual_db, write_song
from tests.daw_scripts.reaper import ESC

REVERSED = {"offset_sec": 0.0, "is_reversed": True}
SECTION = {"offset_sec": 0.4, "length_sec": 1.1}
ITEMS: dict[str, dict[str, Any]] = {
    "trimmed at both ends": {},
    "whole": {"values": {"D_LENGTH": 3.0}, "take": {"D_STARTOFFS": 0.0}},
    "playrate 1.5": {"take": {"D_PLAYRATE": 1.5, "B_PPITCH": 0}},
    "slower": {"take": {"D_PLAYRATE": 0.75}},
    "reversed": {"sections": [REVERSED]},
    "looped": {"values": {"D_LENGTH": 8.0, "B_LOOPSRC": 1}},
    "section": {"sections": [SECTION], "take": {"D_STARTOFFS": 0.2}, "values": {"D_LENGTH": 0.7}},
    "section, reversed, looped": {"sections": [SECTION | {"is_reversed": True}], "values": {"B_LOOPSRC": 1}},
    "longer than its source": {"values": {"D_LENGTH": 4.0}},
    "begins before its source": {"take": {"D_STARTOFFS": -0.3}},
    "channels swapped": {"take": {"I_CHANMODE": 1}},
    "mono mix": {"take": {"I_CHANMODE": 2}},
    "left": {"take": {"I_CHANMODE": 3}},
    "right": {"take": {"I_CHANMODE": 4}},
    "gain and polarity": {"values": {"D_VOL": 0.5}, "take": {"D_VOL": -0.8}},
}


@LUA
@pytest.mark.parametrize("fields", ITEMS.values(), ids=ITEMS.keys())
def test_stems_play_what_the_item_plays(new_studio: NewStudio, lua: str, fields: dict[str, Any]) -> None:
    studio = new_studio(lua)
    studio.add_item(studio.add_track(), **fields)
    studio.finish(studio.ask_to_split())
    source, folder, *stems = studio.reaper.tracks()
    assert folder["name"] == "Verse “é” stems"
    assert [track["name"] for track in stems] == ["vocals", "drums", "bass", "other"]
    item = source["items"][0]
    items = [track["items"][0] for track in stems]
    assert residual_db(items, play_item(item)) <= -90
    for stem in items:
        for key in ("D_POSITION", "D_LENGTH"):
            assert stem["values"][key] == pytest.approx(item["values"][key], abs=1e-12)
        for key in ("D_PLAYRATE", "B_PPITCH"):
            assert stem["take"]["values"][key] == item["take"]["values"][key]
        assert stem["values"]["B_MUTE"] == 0
    assert item["values"]["B_MUTE"] == 1


@LUA
@pytest.mark.parametrize("sample_rate_hz", [24_000, 48_000, 96_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_any_source_keeps_its_rate(new_studio: NewStudio, lua: str, sample_rate_hz: int, channels: int) -> None:
    studio = new_studio(lua)
    song = write_song(studio.folder / "a b.wav", sample_rate_hz, channels=channels)
    studio.add_item(studio.add_track(), song=song)
    studio.finish(studio.ask_to_split())
    source, _, *stems = studio.reaper.tracks()
    mix = play_item(source["items"][0])
    assert mix.shape == (round(1.25 * sample_rate_hz), channels)
    assert residual_db([track["items"][0] for track in stems], mix) <= -90


@LUA
def test_the_request_says_all_that_the_item_is(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.reaper.do("set_ext_state", {"key": "quality", "value": "best"})
    item = studio.add_item(studio.add_track(), sections=[SECTION | {"is_reversed": True}], take={"D_PLAYRATE": 1.5})
    params = studio.ask_to_split()["params"]
    context = params.pop("context")
    assert params == {
        "clip": {
            "file": str(studio.folder / "Média" / "João é.wav"),
            "section": SECTION,
            "is_reversed": True,
            "start_offset_sec": 0.5,
            "length_sec": 1.25,
            "playrate": 1.5,
            "channel_mode": "normal",
            "is_looped": False,
        },
        "name": "Verse “é”",
        "folder": str(studio.folder / "Média"),
        "quality": "best",
        "model": "",
    }
    assert context["item"] == item
    assert context["project"] == str(studio.folder / "Mein Lied.RPP")


@LUA
def test_one_undo_step_takes_all_back(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item(studio.add_track())
    before = studio.reaper.tracks()
    studio.finish(studio.ask_to_split())
    assert studio.reaper.project()["undo"] == ["AuxSend: split to stems"]
    assert len(studio.reaper.tracks()) == 6
    studio.reaper.do("undo")
    assert studio.reaper.tracks() == before


@LUA
def test_the_window_closes_and_the_script_ends_when_all_is_in(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item(studio.add_track())
    request = studio.ask_to_split()
    studio.bridge.say(request, "running", fraction=0.4, message="Separating")
    studio.reaper.wait(0.5)
    assert "Separating" in studio.reaper.words()
    studio.finish(request)
    assert studio.reaper.tick() == 0
    assert studio.bridge.take_one("forget")["params"] == {"job": request["id"]}
    assert studio.reaper.project()["remembered"] == []


@LUA
def test_the_source_stays_unmuted_if_the_user_wants_so(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.reaper.run("jobs")
    studio.reaper.wait(0.2)
    assert "A split mutes its source item. Quality: balanced." in studio.reaper.words()
    studio.reaper.click("Do not mute")
    studio.reaper.click("Other quality")
    assert "A split leaves its source item sounding. Quality: best." in studio.reaper.words()
    studio.reaper.press(ESC)
    studio.add_item(studio.add_track())
    request = studio.ask_to_split()
    assert request["params"]["quality"] == "best"
    studio.finish(request)
    assert studio.reaper.tracks()[0]["items"][0]["values"]["B_MUTE"] == 0


@LUA
def test_fades_effects_and_levels_are_taken_over(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    track = studio.add_track(D_VOL=0.7, D_PAN=-0.3)
    fades = {"D_FADEINLEN": 0.25, "D_FADEOUTLEN": 0.5, "C_FADEINSHAPE": 3, "D_FADEOUTDIR": -0.5}
    studio.add_item(track, values=fades, fx=["ReaEQ", "ReaComp"])
    studio.finish(studio.ask_to_split())
    source, folder, *stems = studio.reaper.tracks()
    assert (folder["values"]["D_VOL"], folder["values"]["D_PAN"]) == (0.7, -0.3)
    for stem in stems:
        item = stem["items"][0]
        assert {key: item["values"][key] for key in fades} == fades
        assert item["take"]["fx"] == ["ReaEQ", "ReaComp"]
        assert (stem["values"]["D_VOL"], stem["values"]["D_PAN"]) == (1, 0)
    assert source["values"]["D_VOL"] == 0.7


# Depths of the tracks before, which of them holds the item, and the depths after.
FOLDERS = {
    "no folder": ([0, 0], 0, [0, 1, 0, 0, 0, -1, 0]),
    "the last track": ([0, 0], 1, [0, 0, 1, 0, 0, 0, -1]),
    "inside a folder": ([1, 0, -1], 1, [1, 0, 1, 0, 0, 0, -1, -1]),
    "last in a folder": ([1, -1, 0], 1, [1, 0, 1, 0, 0, 0, -2, 0]),
    "last in two folders": ([1, 1, -2], 2, [1, 1, 0, 1, 0, 0, 0, -3]),
    "a folder itself": ([1, -1], 0, [1, 1, 0, 0, 0, -1, -1]),
}


@LUA
@pytest.mark.parametrize(("depths", "holder", "expected"), FOLDERS.values(), ids=FOLDERS.keys())
def test_folders_stay_as_they_were(
    new_studio: NewStudio, lua: str, depths: list[int], holder: int, expected: list[int]
) -> None:
    studio = new_studio(lua)
    guids = [studio.add_track(f"track {i}", I_FOLDERDEPTH=depth) for i, depth in enumerate(depths)]
    studio.add_item(guids[holder])
    studio.finish(studio.ask_to_split())
    tracks = studio.reaper.tracks()
    assert [track["values"]["I_FOLDERDEPTH"] for track in tracks] == expected
    assert tracks[holder + 1]["name"] == "Verse “é” stems"
    assert sum(expected) == sum(depths)


@LUA
def test_two_items_at_once_get_a_folder_each(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    first, second = studio.add_track("first"), studio.add_track("second")
    studio.add_item(first, name="A")
    studio.add_item(second, name="B", values={"D_POSITION": 7.0}, take={"D_STARTOFFS": 1.0})
    studio.reaper.run("split to stems")
    studio.reaper.tick(3)
    requests = studio.bridge.take()
    assert [request["params"]["name"] for request in requests] == ["A", "B"]
    for request in reversed(requests):
        studio.finish(request)
    tracks = studio.reaper.tracks()
    names = [track["name"] for track in tracks]
    stems = ["vocals", "drums", "bass", "other"]
    assert names == ["first", "A stems", *stems, "second", "B stems", *stems]
    assert residual_db([track["items"][0] for track in tracks[2:6]], play_item(tracks[0]["items"][0])) <= -90
    assert residual_db([track["items"][0] for track in tracks[8:]], play_item(tracks[6]["items"][0])) <= -90
    assert {track["items"][0]["values"]["D_POSITION"] for track in tracks[8:]} == {7.0}
    assert len(studio.reaper.project()["undo"]) == 2


@LUA
def test_a_saved_project_says_the_same(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item(studio.add_track("Take 'é' \"1\""))
    studio.finish(studio.ask_to_split())
    project = rpp.loads(studio.reaper.do("rpp", 0))
    tracks = project.findall("TRACK")
    assert [next(row[1:] for row in track if row[0] == "ISBUS") for track in tracks] == [
        ["0", "0"], ["1", "1"], ["0", "0"], ["0", "0"], ["0", "0"], ["2", "-1"]
    ]  # fmt: skip
    assert _row(tracks[0], "NAME") == "Take 'é' \"1\""
    assert _row(tracks[2], "PEAKCOL") == str(0x1000000 | 108 << 16 | 88 << 8 | 226)
    item = tracks[2].find("ITEM")
    assert [float(_row(item, key)) for key in ("POSITION", "LENGTH", "SOFFS")] == [2.0, 1.25, 0.0]
    assert Path(_row(item.find("SOURCE"), "FILE")).read_bytes()[:4] == b"RIFF"


def _row(element: Any, key: str) -> str:
    value: str = next(row[1] for row in element if not isinstance(row, rpp.Element) and row[0] == key)
    return value


# Tempo ---------------------------------------------------------------------------------------------------------------


@LUA
def test_a_tempo_change_inside_the_item_moves_nothing(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.reaper.do("set_tempo", [{"time_sec": 0, "bpm": 97.3}, {"time_sec": 2.6, "bpm": 141.1}])
    studio.add_item(studio.add_track())
    studio.finish(studio.ask_to_split())
    source, _, *stems = studio.reaper.tracks()
    assert {track["items"][0]["values"]["D_POSITION"] for track in stems} == {2.0}
    assert residual_db([track["items"][0] for track in stems], play_item(source["items"][0])) <= -90


@LUA
@pytest.mark.parametrize("is_on_track", [True, False])
def test_stems_follow_the_tempo_as_their_source_does(new_studio: NewStudio, lua: str, is_on_track: bool) -> None:
    studio = new_studio(lua)
    beats, default = {"C_BEATATTACHMODE": 1.0}, {"C_BEATATTACHMODE": -1.0}
    holder = studio.add_track("Take 1", **(beats if is_on_track else default))
    studio.add_item(holder, values=default if is_on_track else beats)
    studio.finish(studio.ask_to_split())
    studio.reaper.do("set_tempo", [{"time_sec": 0, "bpm": 60}])
    source, _, *stems = studio.reaper.tracks()
    assert source["items"][0]["values"]["D_POSITION"] == pytest.approx(4.0)
    for track in stems:
        assert track["items"][0]["values"]["D_POSITION"] == pytest.approx(4.0)
        assert track["items"][0]["values"]["D_LENGTH"] == pytest.approx(2.5)
        assert track["items"][0]["take"]["values"]["D_PLAYRATE"] == pytest.approx(0.5)
