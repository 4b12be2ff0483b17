"""Suggested samples in REAPER: what is asked, and what becomes of the project."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.daw_scripts.conftest import NewStudio, Studio
from tests.daw_scripts.interpreters import LUA
from tests.daw_scripts.reaper import ESC
from tests.daw_scripts.stand_in import sample_row

ENTER, SPACE, DOWN, UP = 13, 32, 1685026670, 30064
CURSOR_SEC = 9.5
UNDO = "AuxSend: insert sample"


def write_sample(studio: Studio, name: str = "Loop é.wav") -> Path:
    path = studio.folder / "Samples" / name
    path.parent.mkdir(exist_ok=True)
    soundfile.write(path, np.zeros(20_000), 8000)
    return path


def ask(studio: Studio) -> dict[str, Any]:
    """Starts the action on what is selected; returns the request that reaches the bridge."""
    studio.reaper.run("suggest samples")
    studio.reaper.tick(3)
    return studio.bridge.take_one("suggest")


def suggest(studio: Studio, *rows: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Asks for the selected item, with the cursor at CURSOR_SEC, and answers with these rows; returns the request."""
    studio.reaper.do("set_cursor", CURSOR_SEC)
    request = ask(studio)
    studio.bridge.suggest(request, *rows, **fields)
    studio.reaper.wait(0.5)
    assert studio.bridge.take_one("forget")["params"] == {"job": request["id"]}
    return request


@LUA
def test_the_request_says_what_the_item_plays_and_the_tempo_at_the_cursor(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.reaper.do("set_tempo", [{"time_sec": 0, "bpm": 80}, {"time_sec": 9, "bpm": 141.5}])
    studio.add_item_on_new_track()
    studio.reaper.do("set_cursor", CURSOR_SEC)
    params = ask(studio)["params"]
    assert params.pop("clip") == {
        "file": str(studio.folder / "Média" / "João é.wav"), "section": None, "is_reversed": False, "playrate": 1.0,
        "start_offset_sec": 0.5, "length_sec": 1.25, "channel_mode": "normal", "is_looped": False,
    }  # fmt: skip
    assert params == {
        "text": "", "count": 20, "liked": [], "disliked": [], "excluded": [], "project_bpm": 141.5,
        "project": str(studio.folder / "Mein Lied.RPP"), "context": {"host": "reaper"},
    }  # fmt: skip


@LUA
def test_rows_say_what_they_are_and_why(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    drum = {"kind": "one-shot/kick", "key": "", "bpm": 0, "why": ["used with this loop in 3 projects"]}
    suggest(studio, sample_row(write_sample(studio)), sample_row(None, "Bumm", **drum))
    words = studio.reaper.words()
    assert "Loop é loop · A minor · 96 BPM same key; 96 BPM" in words
    assert "Bumm one-shot/kick used with this loop in 3 projects" in words
    assert "Tempo: 120 BPM (T)" in words
    assert studio.reaper.project()["undo"] == []


@LUA
def test_enter_puts_the_sample_on_the_selected_track_at_the_cursor_in_time(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    source = studio.add_item_on_new_track()
    track = studio.add_track("Drums")
    studio.reaper.do("select_track", track)
    before = studio.reaper.tracks()
    row = sample_row(write_sample(studio))
    suggest(studio, row)
    studio.reaper.press(ENTER)
    first, drums = studio.reaper.tracks()
    (item,) = drums["items"]
    assert {key: item["values"][key] for key in ("D_POSITION", "D_LENGTH", "B_LOOPSRC")} == {
        "D_POSITION": CURSOR_SEC, "D_LENGTH": 2.0, "B_LOOPSRC": 1,
    }  # fmt: skip
    assert (item["take"]["values"]["D_PLAYRATE"], item["take"]["values"]["B_PPITCH"]) == (1.25, 1)
    assert (item["take"]["name"], item["take"]["source"]["file"]) == ("Loop é", row["path"])
    assert [track["items"][0]["values"]["B_UISEL"] for track in (first, drums)] == [0, 1], "it alone is selected"
    assert first["items"][0]["guid"] == source
    assert studio.reaper.project()["undo"] == [UNDO]
    use = studio.bridge.take_one("use")
    project = str(studio.folder / "Mein Lied.RPP")
    assert use["params"] == {
        "sample": row["sample"], "project": project, "kind": "inserted", "context": {"host": "reaper"},
    }  # fmt: skip
    studio.bridge.say(use, "done", result={"recorded_count": 1})
    studio.reaper.wait(0.5)
    assert studio.bridge.take_one("forget")["params"] == {"job": use["id"]}
    assert studio.reaper.tick() == 0, "the script has ended"
    studio.reaper.do("undo")
    assert studio.reaper.tracks() == before


@LUA
def test_without_a_selected_track_a_new_one_is_made_and_undo_takes_it_back(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    before = studio.reaper.tracks()
    suggest(studio, sample_row(write_sample(studio)))
    studio.reaper.press(ENTER)
    _, new = studio.reaper.tracks()
    assert new["name"] == "Loop é"
    assert new["items"][0]["values"]["D_POSITION"] == CURSOR_SEC
    assert studio.reaper.project()["undo"] == [UNDO]
    studio.reaper.do("undo")
    assert studio.reaper.tracks() == before


OCCUPIED = {"just before": (7.5, 2.0, 1), "just after": (11.5, 1.0, 1), "inside": (10.0, 0.1, 2), "around": (0, 20, 2)}


@LUA
@pytest.mark.parametrize(("position_sec", "length_sec", "track_count"), OCCUPIED.values(), ids=OCCUPIED.keys())
def test_nothing_that_lies_there_is_covered(
    new_studio: NewStudio, lua: str, position_sec: float, length_sec: float, track_count: int
) -> None:
    studio = new_studio(lua)
    track = studio.add_track("Takes")
    studio.add_item(track, values={"D_POSITION": position_sec, "D_LENGTH": length_sec})
    studio.reaper.do("select_track", track)
    suggest(studio, sample_row(write_sample(studio)))
    studio.reaper.press(ENTER)
    tracks = studio.reaper.tracks()
    assert [len(track["items"]) for track in tracks] == ([2] if track_count == 1 else [1, 1])
    assert tracks[-1]["items"][-1]["values"]["D_POSITION"] == CURSOR_SEC


@LUA
def test_t_puts_it_in_at_its_own_speed_and_is_remembered(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    one_shot = sample_row(write_sample(studio), kind="one-shot/kick")
    suggest(studio, one_shot)
    studio.reaper.press(ord("t"))
    assert "Tempo: its own (T)" in studio.reaper.words()
    studio.reaper.press(ENTER)
    item = studio.reaper.tracks()[-1]["items"][0]
    assert (item["values"]["D_LENGTH"], item["take"]["values"]["D_PLAYRATE"]) == (2.5, 1)
    assert item["values"]["B_LOOPSRC"] == 0
    studio.bridge.take()
    suggest(studio, one_shot)
    assert "Tempo: its own (T)" in studio.reaper.words()
    studio.reaper.click("Tempo: its own (T)")
    assert "Tempo: 120 BPM (T)" in studio.reaper.words()


@LUA
def test_words_are_asked_for_where_nothing_is_selected(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.reaper.do("set_up", {"answer": " warm, dusty pad "})
    request = ask(studio)
    assert (request["params"]["clip"], request["params"]["text"]) == (None, "warm, dusty pad")
    studio.bridge.suggest(request, sample_row(write_sample(studio)))
    studio.reaper.wait(0.5)
    studio.reaper.press(ENTER)
    assert studio.reaper.tracks()[0]["name"] == "Loop é"


@LUA
def test_an_unsaved_project_keeps_one_name_of_its_own(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.reaper.do("set_up", {"answer": "pad"})
    names = []
    for _ in range(2):
        studio.reaper.do("new_project", {"path": "", "media_folder": str(studio.folder)})
        for _ in range(2):
            names.append(ask(studio)["params"]["project"])
            studio.reaper.press(ESC)
            studio.bridge.take()
    assert names[0] == names[1] != names[2] == names[3]
    assert all(name.startswith("unsaved ") for name in names)
    assert studio.reaper.project(1)["remembered"] == []
