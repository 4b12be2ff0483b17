"""Whatever goes wrong in between: nothing lands in the wrong place, nothing is lost, and the user reads why."""

from pathlib import Path
from typing import Any

import pytest

from tests.daw_scripts.conftest import COMMAND, NewStudio, Studio
from tests.daw_scripts.interpreters import LUA, SCRIPTS
from tests.daw_scripts.playback import play_item, residual_db
from tests.daw_scripts.reaper import ESC
from tests.daw_scripts.stand_in import NOT_AVAILABLE


def _add_item(studio: Studio, **fields: Any) -> str:
    return studio.add_item(studio.add_track(), **fields)


def _track_count(studio: Studio, project: int = 0) -> int:
    return len(studio.reaper.tracks(project))


# The bridge ----------------------------------------------------------------------------------------------------------


@LUA
def test_a_bridge_that_is_down_is_started(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.bridge.stop()
    _add_item(studio)
    studio.reaper.run("split to stems")
    studio.reaper.wait(1)
    assert "Starting the AuxSend bridge" in studio.reaper.words()
    assert studio.reaper.do("figures")["commands"] == [f'"{COMMAND}" bridge']
    assert studio.bridge.take() == []
    studio.bridge.live()
    studio.reaper.wait(1)
    studio.finish(studio.bridge.take_one("split"))
    assert _track_count(studio) == 6
    assert len(studio.reaper.do("figures")["commands"]) == 1


@LUA
def test_a_bridge_that_does_not_start_is_named_after_15_seconds(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.bridge.stop()
    _add_item(studio)
    studio.reaper.run("split to stems")
    studio.reaper.wait(14)
    assert "Starting the AuxSend bridge" in studio.reaper.words()
    studio.reaper.wait(2)
    assert f"did not start within 15 seconds: run “{COMMAND} bridge”" in studio.reaper.words()
    assert studio.bridge.take() == []
    assert studio.reaper.tick() == 1, "the sentence stays until it was read"
    studio.reaper.press(ESC)
    assert studio.reaper.tick() == 0


@LUA
def test_without_an_installed_command_the_user_is_told_at_once(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua, command=None)
    studio.bridge.stop()
    _add_item(studio)
    studio.reaper.run("split to stems")
    studio.reaper.wait(0.5)
    assert "start it with “auxsend bridge” in a terminal" in studio.reaper.words()


@LUA
def test_a_bridge_that_was_killed_is_started_again_and_the_job_goes_on(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    _add_item(studio)
    request = studio.ask_to_split()
    studio.bridge.say(request, "running", fraction=0.2, message="Separating")
    studio.reaper.wait(1)
    studio.bridge.live(age_sec=60)  # killed: its file stays and grows old
    studio.reaper.wait(2)
    assert studio.reaper.do("figures")["commands"] == [f'"{COMMAND}" bridge']
    studio.bridge.live()
    studio.finish(request)
    assert _track_count(studio) == 6
    assert studio.bridge.take_one("forget")["params"] == {"job": request["id"]}


@LUA
def test_a_bridge_that_stays_away_loses_no_job(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    item = _add_item(studio)
    request = studio.ask_to_split()
    studio.bridge.stop()
    studio.reaper.wait(17)
    assert "nothing of this job is lost" in studio.reaper.words()
    studio.reaper.press(ESC)
    studio.bridge.live()
    studio.bridge.finish(request)
    studio.reaper.do("edit_item", {"guid": item, "values": {"B_UISEL": 0}})
    studio.reaper.run("split to stems")  # nothing is selected: only what was left is taken up
    studio.reaper.wait(1)
    assert _track_count(studio) == 6


@LUA
def test_a_bridge_of_another_version_is_named(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.bridge.live(verbs=["status"])
    _add_item(studio)
    studio.reaper.run("split to stems")
    studio.reaper.wait(1)
    assert "update AuxSend" in studio.reaper.words()


@LUA
def test_a_bridge_that_never_answers_holds_nothing_up(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    for i in range(8):
        _add_item(studio, name=f"item {i}")
    studio.reaper.run("split to stems")
    for _ in range(65):
        studio.bridge.live()
        studio.reaper.wait(1)
    assert len(studio.bridge.take()) >= 8
    assert "The bridge says nothing of this job" in studio.reaper.words()
    figures = studio.reaper.do("figures")
    assert figures["longest_tick_sec"] < 0.005
    print(f"longest tick {1e3 * figures['longest_tick_sec']:.2f} ms, start {1e3 * figures['start_sec']:.2f} ms")


@LUA
def test_a_spool_that_cannot_be_written_is_named(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    (studio.bridge.spool / "requests").rmdir()
    _add_item(studio)
    studio.reaper.run("split to stems")
    studio.reaper.wait(0.5)
    assert "The request could not be given to the bridge" in studio.reaper.words()


@LUA
def test_half_written_files_are_read_again_later(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    _add_item(studio)
    request = studio.ask_to_split()
    job = studio.bridge.spool / "jobs" / f"{request['id']}.json"
    for content in (b"", b'{"v":1,"state":"do', b"\xff\xfe", b"[]", b'{"v":2,"state":"done"}', b'{"v":1,"state":7}'):
        job.write_bytes(content)
        (studio.bridge.spool / "bridge.json").write_bytes(content)
        studio.reaper.wait(0.4)
    studio.bridge.live()
    studio.finish(request)
    assert _track_count(studio) == 6


# The engine ----------------------------------------------------------------------------------------------------------


@LUA
def test_a_failed_job_says_why_in_the_engines_words(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    _add_item(studio)
    request = studio.ask_to_split()
    sentence = "The engine studio.local:50551 does not answer; check that it runs."
    studio.bridge.fail(request, "ENGINE_DOWN", sentence)
    studio.reaper.wait(1)
    assert sentence in studio.reaper.words()
    assert _track_count(studio) == 1
    assert studio.reaper.project()["undo"] == []
    studio.bridge.take_one("forget")


VERBS = {"transcribe to MIDI track": "transcribe", "suggest samples": "suggest"}


@LUA
@pytest.mark.parametrize(("script", "verb"), VERBS.items(), ids=VERBS.keys())
def test_a_verb_that_the_engine_lacks_says_so(new_studio: NewStudio, lua: str, script: str, verb: str) -> None:
    studio = new_studio(lua)
    _add_item(studio)
    studio.reaper.run(script)
    studio.reaper.tick(3)
    request = studio.bridge.take_one(verb)
    assert request["params"]["clip"]["length_sec"] == 1.25
    studio.bridge.fail(request, "NOT_AVAILABLE", NOT_AVAILABLE)
    studio.reaper.wait(1)
    assert NOT_AVAILABLE in studio.reaper.words()


NOTES = [
    {"pitch": 60, "velocity": 100, "first_ppq": 0, "last_ppq": 960},
    {"pitch": 64, "velocity": 80, "first_ppq": 960, "last_ppq": 1440, "is_muted": False},
    {"pitch": 99, "velocity": 80, "first_ppq": 0, "last_ppq": 9, "is_muted": True},
]


@LUA
@pytest.mark.parametrize("section", [0, 32060])
def test_a_melody_is_sent_in_seconds(new_studio: NewStudio, lua: str, section: int) -> None:
    studio = new_studio(lua)
    studio.reaper.do("set_tempo", [{"time_sec": 0, "bpm": 60}, {"time_sec": 3, "bpm": 120}])
    item = _add_item(studio, notes=NOTES, values={"B_UISEL": 1 if section == 0 else 0})
    if section:
        studio.reaper.do("open_midi_editor", item)
    studio.reaper.run("continue this melody", section)
    studio.reaper.tick(3)
    request = studio.bridge.take_one("continue")
    assert request["params"]["notes"] == [
        {"pitch": 60, "velocity": 100, "onset_sec": 0.0, "duration_sec": 1.0},
        {"pitch": 64, "velocity": 80, "onset_sec": 1.0, "duration_sec": 0.25},
    ]
    studio.bridge.fail(request, "NOT_AVAILABLE", NOT_AVAILABLE)
    studio.reaper.wait(1)
    assert NOT_AVAILABLE in studio.reaper.words()


# The selection -------------------------------------------------------------------------------------------------------

REFUSED = {
    "stretch markers": ({"stretch_markers": 2}, "has stretch markers: glue or render it first"),
    "pitch": ({"take": {"D_PITCH": -2}}, "is pitch-shifted: glue or render it first"),
    "envelopes": ({"envelopes": 1}, "has envelopes of its own: glue or render it first"),
    "nested": ({"sections": [{"offset_sec": 0.1}, {"offset_sec": 0.2}]}, "section of a section: glue or render"),
    "channel 3": ({"take": {"I_CHANMODE": 5}}, "plays chosen channels of its file: glue or render"),
    "MIDI": ({"notes": NOTES}, "is a MIDI item: choose an audio item"),
    "no take": ({"has_take": False}, "has nothing to play"),
}


@LUA
@pytest.mark.parametrize(("fields", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_sent_is_refused(new_studio: NewStudio, lua: str, fields: dict[str, Any], sentence: str) -> None:
    studio = new_studio(lua)
    _add_item(studio, **fields)
    studio.reaper.run("split to stems")
    studio.reaper.wait(1)
    assert sentence in studio.reaper.words()
    assert studio.bridge.take() == []


@LUA
def test_an_item_without_a_file_is_refused(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    track = studio.add_track()
    item = {"track": track, "name": "Click", "values": {"D_LENGTH": 1.0, "B_UISEL": 1}}
    studio.reaper.do("add_item", item)
    studio.reaper.run("split to stems")
    studio.reaper.wait(1)
    assert "“Click” plays no audio file" in studio.reaper.words()


@LUA
def test_one_refused_item_does_not_stop_another(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    _add_item(studio, name="Bad", stretch_markers=1)
    _add_item(studio, name="Good")
    request = studio.ask_to_split()
    studio.finish(request)
    assert _track_count(studio) == 7
    assert "“Bad” has stretch markers" in studio.reaper.words()


@LUA
def test_nothing_selected_is_said(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.reaper.run("split to stems")
    studio.reaper.wait(0.2)
    assert "Select at least one audio item" in studio.reaper.words()
    studio.reaper.press(ESC)
    assert studio.reaper.tick() == 0


# The user, meanwhile -------------------------------------------------------------------------------------------------


def _cancel_by_button(studio: Studio) -> None:
    studio.reaper.click("Cancel")


def _cancel_by_key(studio: Studio) -> None:
    studio.reaper.press(ESC)


@LUA
@pytest.mark.parametrize("cancel", [_cancel_by_button, _cancel_by_key])
@pytest.mark.parametrize("is_too_late", [False, True])
def test_a_cancelled_job_adds_nothing(new_studio: NewStudio, lua: str, cancel: Any, is_too_late: bool) -> None:
    studio = new_studio(lua)
    _add_item(studio)
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
    assert _track_count(studio) == 1
    assert studio.reaper.project()["undo"] == []
    assert studio.bridge.take_one("forget")["params"] == {"job": request["id"]}
    assert studio.reaper.tick() == 0


@LUA
def test_a_closed_window_stops_no_job(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    _add_item(studio)
    request = studio.ask_to_split()
    studio.reaper.do("close_window")
    studio.reaper.wait(1)
    studio.finish(request)
    assert _track_count(studio) == 6
    assert studio.reaper.tick() == 0


@LUA
def test_a_second_start_takes_up_what_the_first_was_waiting_for(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    first = _add_item(studio, name="A")
    earlier = studio.ask_to_split()
    studio.reaper.do("edit_item", {"guid": first, "values": {"B_UISEL": 0}})
    _add_item(studio, name="B")
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
    item = _add_item(studio)
    request = studio.ask_to_split()
    studio.reaper.do("edit_item", {"guid": item, "values": {"B_UISEL": 0}})
    studio.reaper.run("split to stems")
    assert studio.reaper.tick(3) == 2
    studio.finish(request)
    assert _track_count(studio) == 6


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
    item = _add_item(studio)
    request = studio.ask_to_split()
    studio.reaper.do("edit_item", {"guid": item} | edit)
    studio.finish(request)
    assert _track_count(studio) == 1
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
    _add_item(studio, values={"C_BEATATTACHMODE": 1})
    request = studio.ask_to_split()
    studio.reaper.do("set_tempo", [{"time_sec": 0, "bpm": 90}])
    studio.finish(request)
    assert _track_count(studio) == 1
    assert "moved or edited meanwhile" in studio.reaper.words()


@LUA
def test_a_deleted_items_result_can_go_to_the_cursor(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    item = _add_item(studio)
    mix = play_item(studio.reaper.tracks()[0]["items"][0])
    request = studio.ask_to_split()
    studio.reaper.do("delete_item", item)
    studio.finish(request)
    assert _track_count(studio) == 1
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
    _add_item(studio)
    request = studio.ask_to_split()
    studio.reaper.do("new_project", {"path": "", "media_folder": str(studio.folder)})
    studio.finish(request)
    assert "when you are back in the project “Mein Lied.RPP”" in studio.reaper.words()
    assert (_track_count(studio, 0), _track_count(studio, 1)) == (1, 0)
    studio.reaper.do("show_project", 0)
    studio.reaper.wait(1)
    assert (_track_count(studio, 0), _track_count(studio, 1)) == (6, 0)
    assert studio.reaper.project(1)["undo"] == []


@LUA
def test_a_copy_of_the_project_in_front_gets_nothing(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    item = _add_item(studio)
    request = studio.ask_to_split()
    studio.reaper.do("copy_project", str(studio.folder / "Kopie.RPP"))  # the same GUIDs in another tab
    studio.finish(request)
    assert (_track_count(studio, 0), _track_count(studio, 1)) == (1, 1)
    studio.reaper.do("show_project", 0)
    studio.reaper.do("delete_item", item)
    studio.reaper.wait(1)
    assert (_track_count(studio, 0), _track_count(studio, 1)) == (1, 1)
    assert "the item is gone" in studio.reaper.words()


@LUA
def test_a_closed_projects_result_is_taken_up_when_it_is_open_again(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    _add_item(studio)
    request = studio.ask_to_split()
    studio.reaper.do("new_project", {"path": "", "media_folder": str(studio.folder)})
    studio.reaper.do("close_project", 0)
    studio.finish(request)
    assert "the project was closed: the result is kept" in studio.reaper.words()
    assert _track_count(studio, 0) == 0
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
    assert (_track_count(studio, 0), _track_count(studio, 1)) == (0, 6)


@LUA
def test_stems_that_have_vanished_add_nothing(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    _add_item(studio)
    request = studio.ask_to_split()
    paths = studio.bridge.finish(request)
    paths[2].unlink()
    studio.reaper.wait(1)
    assert f"“{paths[2].name}” of the result is gone" in studio.reaper.words()
    assert _track_count(studio) == 1
    assert studio.reaper.project()["undo"] == []


@LUA
def test_a_result_from_another_age_is_kept_and_named(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    _add_item(studio)
    request = studio.ask_to_split()
    studio.bridge.say(request, "done", result={"surprise": []})
    studio.reaper.wait(1)
    assert "run “auxsend install” again" in studio.reaper.words()
    assert _track_count(studio) == 1


# Jobs and installation -----------------------------------------------------------------------------------------------


@LUA
def test_jobs_can_be_cancelled_and_forgotten(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    _add_item(studio)
    request = studio.ask_to_split()
    studio.bridge.say(request, "running", fraction=0.1)
    studio.reaper.do("close_window")
    studio.reaper.tick(2)
    studio.reaper.run("jobs")
    studio.reaper.wait(0.2)
    studio.reaper.click("Cancel")
    assert studio.bridge.take_one("cancel")["params"] == {"job": request["id"]}


@LUA
def test_no_jobs_is_said(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.reaper.run("jobs")
    studio.reaper.wait(0.2)
    assert "No jobs" in studio.reaper.words()


MENU = (
    "[Main toolbar]\nitem_0=40023 New\n\n[Media item context]\nitem_0=40012 Split\nitem_1=-1\n\n[Other]\nitem_0=1 x\n"
)


def _install(studio: Studio, menu: str | None) -> Path:
    path = studio.folder / "reaper-menu.ini"
    if menu is not None:
        path.write_bytes(menu.encode())
    studio.reaper.do("set_up", {"resource_path": str(studio.folder)})
    studio.reaper.run("install")
    studio.reaper.tick(2)
    return path


@LUA
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_installing_adds_to_the_users_own_menu(new_studio: NewStudio, lua: str, line_end: str) -> None:
    studio = new_studio(lua)
    before = MENU.replace("\n", line_end)
    path = _install(studio, before)
    lines = path.read_bytes().decode().split(line_end)
    section = lines[lines.index("[Media item context]") + 1 : lines.index("[Other]")]
    assert section[:3] == ["item_0=40012 Split", "item_1=-1", "item_2=-1"]
    assert section[3].startswith("item_3=_RS")
    assert section[3].endswith(" AuxSend: split to stems")
    assert section[6].endswith(" AuxSend: suggest samples")
    assert [line for line in lines if "AuxSend" not in line and line != "item_2=-1"] == before.split(line_end)
    assert (studio.folder / "reaper-menu.ini.before-auxsend").read_bytes().decode() == before
    assert "restart REAPER" in studio.reaper.words()
    actions = studio.reaper.do("figures")["actions"]
    assert len(actions) == 6
    assert [Path(action["path"]).stem for action in actions if action["section"] == 32060] == [
        "AuxSend continue this melody"
    ]


@LUA
def test_installing_twice_changes_the_menu_once(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    once = _install(studio, MENU).read_bytes()
    studio.reaper.press(ESC)
    studio.reaper.do("set_up", {"actions": []})  # REAPER gives a script that it knows the same number
    studio.reaper.run("install")
    studio.reaper.tick(2)
    assert (studio.folder / "reaper-menu.ini").read_bytes() == once
    assert "nothing was changed" in studio.reaper.words()


@LUA
@pytest.mark.parametrize("menu", [None, "[Main toolbar]\nitem_0=40023 New\n"])
def test_reapers_own_menu_is_never_replaced(new_studio: NewStudio, lua: str, menu: str | None) -> None:
    studio = new_studio(lua)
    path = _install(studio, menu)
    assert (path.read_text() if path.exists() else None) == menu
    assert "Options > Customize menus/toolbars" in studio.reaper.words()


@LUA
def test_a_fault_half_way_takes_all_back(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    _add_item(studio)
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


def test_every_action_is_on_its_page() -> None:
    page = (SCRIPTS.parent / "docs" / "reaper.md").read_text(encoding="utf-8")
    actions = [path.stem for path in (SCRIPTS / "reaper").glob("AuxSend *.lua")]
    assert len(actions) == 6
    assert [name for name in actions if f"| {name} |" not in page] == []
