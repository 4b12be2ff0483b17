"""What becomes of a result whose user went on working, or that cannot be put in: nothing lands in the wrong place."""

from typing import Any

import pytest

from tests.daw_scripts.conftest import NewStudio, Studio
from tests.daw_scripts.interpreters import LUA
from tests.daw_scripts.playback import play_item, residual_db
from tests.daw_scripts.reaper import ESC


def _cancel_by_button(studio: Studio) -> None:
    studio.reaper.click("Cancel")


def _cancel_by_key(studio: Studio) -> None:
    studio.reaper.press(ESC)


@LUA
@pytest.mark.parametrize("cancel", [_cancel_by_button, _cancel_by_key])
@pytest.mark.parametrize("is_too_late", [False, True])
def test_a_cancelled_job_adds_nothing(new_studio: NewStudio, lua: str, cancel: Any, is_too_late: bool) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    request = studio.ask_to_split()
    studio.bridge.say(request, "running", fraction=0.5, message="Separating")
    studio.reaper.wait(0.5)
    cancel(studio)
    assert studio.bridge.take_one("cancel")["params"] == {"job": request["id"]}
    if is_too_late:
        studio.bridge.finish(request)
    else:
        studio.bridge.say(request, "cancelled")
    studio.reaper.wait(1)
    assert studio.track_count() == 1
    assert studio.reaper.project()["undo"] == []
    assert studio.bridge.take_one("forget")["params"] == {"job": request["id"]}
    assert studio.reaper.tick() == 0


@LUA
def test_a_closed_window_stops_no_job(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    request = studio.ask_to_split()
    studio.reaper.do("close_window")
    studio.reaper.wait(1)
    studio.finish(request)
    assert studio.track_count() == 6
    assert studio.reaper.tick() == 0


@LUA
def test_a_second_start_takes_up_what_the_first_was_waiting_for(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    first = studio.add_item_on_new_track(name="A")
    earlier = studio.ask_to_split()
    studio.reaper.do("edit_item", {"guid": first, "values": {"B_UISEL": 0}})
    studio.add_item_on_new_track(name="B")
    later = studio.ask_to_split()
    assert studio.reaper.tick() == 1
    studio.bridge.finish(earlier)
    studio.finish(later)
    names = [track["name"] for track in studio.reaper.tracks()]
    assert names.count("A stems") == names.count("B stems") == 1


@LUA
def test_two_runs_of_one_script_put_a_result_in_once(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.reaper.do("set_up", {"has_action_options": False})  # REAPER 6, where the user chose “New instance”
    item = studio.add_item_on_new_track()
    request = studio.ask_to_split()
    studio.reaper.do("edit_item", {"guid": item, "values": {"B_UISEL": 0}})
    studio.reaper.run("split to stems")
    assert studio.reaper.tick(3) == 2
    studio.finish(request)
    assert studio.track_count() == 6


EDITS = {
    "moved": {"values": {"D_POSITION": 5.0}},
    "trimmed": {"values": {"D_LENGTH": 1.0}},
    "slipped": {"take": {"D_STARTOFFS": 0.6}},
    "stretched": {"take": {"D_PLAYRATE": 1.1}},
}


@LUA
@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_an_edited_item_keeps_its_result_for_later(new_studio: NewStudio, lua: str, edit: dict[str, Any]) -> None:
    studio = new_studio(lua)
    item = studio.add_item_on_new_track()
    request = studio.ask_to_split()
    studio.reaper.do("edit_item", {"guid": item} | edit)
    studio.finish(request)
    assert studio.track_count() == 1
    assert "the item was moved or edited meanwhile: the result is kept" in studio.reaper.words()
    assert studio.bridge.take() == [], "the job is not forgotten"
    studio.reaper.press(ESC)

    studio.reaper.run("jobs")
    studio.reaper.wait(0.2)
    studio.reaper.click("Insert at item")
    tracks = studio.reaper.tracks()
    assert len(tracks) == 6
    position_sec = tracks[0]["items"][0]["values"]["D_POSITION"]
    assert {track["items"][0]["values"]["D_POSITION"] for track in tracks[2:]} == {position_sec}
    assert {track["items"][0]["values"]["D_LENGTH"] for track in tracks[2:]} == {1.25}
    assert studio.bridge.take_one("forget")["params"] == {"job": request["id"]}


@LUA
def test_a_tempo_change_that_moves_the_item_keeps_the_result(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track(values={"C_BEATATTACHMODE": 1})
    request = studio.ask_to_split()
    studio.reaper.do("set_tempo", [{"time_sec": 0, "bpm": 90}])
    studio.finish(request)
    assert studio.track_count() == 1
    assert "moved or edited meanwhile" in studio.reaper.words()


@LUA
def test_a_deleted_items_result_can_go_to_the_cursor(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    item = studio.add_item_on_new_track()
    mix = play_item(studio.reaper.tracks()[0]["items"][0])
    request = studio.ask_to_split()
    studio.reaper.do("delete_item", item)
    studio.finish(request)
    assert studio.track_count() == 1
    assert "the item is gone: the result is kept" in studio.reaper.words()
    studio.reaper.press(ESC)

    studio.reaper.do("set_cursor", 11.5)
    studio.reaper.run("jobs")
    studio.reaper.wait(0.2)
    assert "Insert at item" not in studio.reaper.words()
    studio.reaper.click("Insert at cursor")
    stems = [track["items"][0] for track in studio.reaper.tracks()[2:]]
    assert {stem["values"]["D_POSITION"] for stem in stems} == {11.5}
    assert residual_db(stems, mix) <= -90
    assert studio.reaper.project()["undo"] == ["AuxSend: split to stems"]
    assert studio.reaper.project()["remembered"] == []


@LUA
def test_a_result_waits_until_its_project_is_in_front(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    request = studio.ask_to_split()
    studio.reaper.do("new_project", {"path": "", "media_folder": str(studio.folder)})
    studio.finish(request)
    assert "when you are back in the project “Mein Lied.RPP”" in studio.reaper.words()
    assert (studio.track_count(0), studio.track_count(1)) == (1, 0)
    studio.reaper.do("show_project", 0)
    studio.reaper.wait(1)
    assert (studio.track_count(0), studio.track_count(1)) == (6, 0)
    assert studio.reaper.project(1)["undo"] == []


@LUA
def test_a_copy_of_the_project_in_front_gets_nothing(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    item = studio.add_item_on_new_track()
    request = studio.ask_to_split()
    studio.reaper.do("copy_project", str(studio.folder / "Kopie.RPP"))  # the same GUIDs in another tab
    studio.finish(request)
    assert (studio.track_count(0), studio.track_count(1)) == (1, 1)
    studio.reaper.do("show_project", 0)
    studio.reaper.do("delete_item", item)
    studio.reaper.wait(1)
    assert (studio.track_count(0), studio.track_count(1)) == (1, 1)
    assert "the item is gone" in studio.reaper.words()


@LUA
def test_a_closed_projects_result_is_taken_up_when_it_is_open_again(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    request = studio.ask_to_split()
    studio.reaper.do("new_project", {"path": "", "media_folder": str(studio.folder)})
    studio.reaper.do("close_project", 0)
    studio.finish(request)
    assert "the project was closed: the result is kept" in studio.reaper.words()
    assert studio.track_count(0) == 0
    studio.reaper.press(ESC)

    studio.reaper.run("jobs")  # offered even while the project is closed
    studio.reaper.wait(0.2)
    assert "Verse “é” (stems)" in studio.reaper.words()
    assert "Insert at item" not in studio.reaper.words()
    studio.reaper.press(ESC)

    studio.reaper.do("reopen_project")
    studio.reaper.run("jobs")
    studio.reaper.wait(0.2)
    studio.reaper.click("Insert at item")
    assert (studio.track_count(0), studio.track_count(1)) == (0, 6)


@LUA
def test_stems_that_have_vanished_add_nothing(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    request = studio.ask_to_split()
    paths = studio.bridge.finish(request)
    paths[2].unlink()
    studio.reaper.wait(1)
    assert f"“{paths[2].name}” of the result is gone" in studio.reaper.words()
    assert studio.track_count() == 1
    assert studio.reaper.project()["undo"] == []


@LUA
def test_a_result_from_another_age_is_kept_and_named(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    request = studio.ask_to_split()
    studio.bridge.say(request, "done", result={"surprise": []})
    studio.reaper.wait(1)
    assert "run “auxsend install” again" in studio.reaper.words()
    assert studio.track_count() == 1


@LUA
def test_a_fault_half_way_takes_all_back(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    request = studio.ask_to_split()
    before = studio.reaper.tracks()
    paths = studio.bridge.finish(request)
    job = studio.bridge.spool / "jobs" / f"{request['id']}.json"
    job.write_text(job.read_text().replace('"bass"', "[7]"))  # REAPER takes no such name for a track
    studio.reaper.wait(1)
    assert "The tracks could not be added" in studio.reaper.words()
    assert studio.reaper.tracks() == before
    assert studio.reaper.project()["undo"] == []
    assert all(path.exists() for path in paths)
