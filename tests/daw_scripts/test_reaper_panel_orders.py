"""What REAPER does when it is ordered to in the panel: samples and results go in, actions begin."""

from pathlib import Path
from typing import Any

import pytest

from tests.daw_scripts.conftest import NewStudio, Studio
from tests.daw_scripts.interpreters import LUA
from tests.daw_scripts.reaper import ESC
from tests.daw_scripts.stand_in import STEMS, note_track, sample_row
from tests.daw_scripts.test_reaper_panel import open_panel
from tests.daw_scripts.test_reaper_suggest import write_sample

CURSOR_SEC = 9.5


@LUA
def test_samples_go_in_at_the_cursor_in_one_step_and_the_library_is_told(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.reaper.do("select_track", studio.add_track("Drums"))
    studio.reaper.do("set_cursor", CURSOR_SEC)
    panel = open_panel(studio)
    rows = [sample_row(write_sample(studio), name) for name in ("Loop", "Other")]
    rows[1]["semitones"] = -3
    panel.order("insert_samples", rows=rows, project_bpm=120.0)
    drums, other = studio.reaper.tracks()
    for track, row in ((drums, rows[0]), (other, rows[1])):
        (item,) = track["items"]
        assert item["take"]["source"]["file"] == row["path"]
        values = item["values"]
        assert (values["D_POSITION"], values["D_LENGTH"]) == (CURSOR_SEC, 2.0)
        values = item["take"]["values"]
        assert (values["D_PLAYRATE"], values["D_PITCH"]) == (1.25, row.get("semitones", 0))
    assert studio.reaper.project()["undo"] == ["AuxSend: insert sample"]
    panel.hear()
    assert [(use["params"]["sample"], use["params"]["kind"]) for use in panel.asked("use")] == [
        (row["sample"], "inserted") for row in rows
    ]
    panel.order("insert_samples", rows=rows[:1], project_bpm=0)
    assert studio.reaper.tracks()[1]["items"][0]["take"]["values"]["D_PLAYRATE"] == 1, "at its own speed"


@LUA
@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([sample_row(Path("/nowhere/x.wav"), "Gone")], "The file of “Gone” is gone"),
        ([{"name": "From another age"}], "run “auxsend install” again"),
    ],
)
def test_a_sample_that_cannot_go_in_is_said_until_it_is_read(
    new_studio: NewStudio, lua: str, rows: list[dict[str, Any]], sentence: str
) -> None:
    studio = new_studio(lua)
    panel = open_panel(studio)
    panel.order("insert_samples", rows=rows, project_bpm=120.0)
    assert sentence in studio.reaper.words()
    assert studio.reaper.project()["undo"] == []
    studio.reaper.press(ESC)
    panel.order("an unknown deed")
    assert studio.reaper.words().count("run “auxsend install” again") == 1, "the sentence before was read"


def done(studio: Studio, request: dict[str, Any], *candidates: list[dict[str, Any]]) -> dict[str, Any]:
    """Returns the document of a job that is done, and takes it away: nobody but the panel tells of it."""
    if candidates:
        studio.bridge.finish_continuation(request, *candidates)
    else:
        studio.bridge.finish(request)
    found: dict[str, Any] = studio.bridge.document(request)
    studio.bridge.forget(request)
    return found


@LUA
def test_a_result_goes_in_at_its_item_or_else_at_the_cursor(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    item = studio.add_item_on_new_track()
    request = studio.ask_to_split()
    studio.reaper.end("split to stems")
    panel = open_panel(studio)
    job = done(studio, request)
    panel.order("insert_job", job=job)
    _, folder, *stems = studio.reaper.tracks()
    assert (folder["name"], [stem["name"] for stem in stems]) == ("Verse “é” stems", list(STEMS))
    assert [stem["items"][0]["values"]["D_POSITION"] for stem in stems] == [2.0] * len(STEMS)
    assert studio.reaper.project()["remembered"] == [], "nobody asks again where to put it"
    studio.reaper.do("undo")
    studio.reaper.do("delete_item", item)
    studio.reaper.do("set_cursor", CURSOR_SEC)
    panel.order("insert_job", job=job)
    assert [track["items"][0]["values"]["D_POSITION"] for track in studio.reaper.tracks()[2:]] == [CURSOR_SEC] * 4


@LUA
def test_what_the_panel_itself_asked_for_goes_in_at_the_cursor(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.reaper.do("select_track", studio.add_track("Lead"))
    studio.reaper.do("set_cursor", CURSOR_SEC)
    panel = open_panel(studio)
    request = {"id": "panel-00000001", "verb": "continue", "params": {"folder": str(studio.folder)}}
    panel.order("insert_job", job=done(studio, request, [note_track("melody", [[60, 100, 0.0, 0.5]])]))
    (track,) = studio.reaper.tracks()
    (item,) = track["items"]
    assert item["values"]["D_POSITION"] == CURSOR_SEC
    assert [note["pitch"] for note in item["take"]["notes"]] == [60]
    panel.order("insert_job", job={"id": "panel-00000002", "verb": "tag", "result": {}, "context": None})
    assert "run “auxsend install” again" in studio.reaper.words()


@LUA
def test_an_ordered_action_begins_on_what_is_selected(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    panel = open_panel(studio)
    for deed in ("split", "transcribe", "suggest"):
        panel.order(deed)
        (request,) = panel.asked(deed)
        assert request["params"]["clip"]["start_offset_sec"] == 0.5
    panel.order("continue")
    assert panel.asked("continue") == []
    assert studio.reaper.tick() == 5, "the panel, and four actions with windows of their own"
