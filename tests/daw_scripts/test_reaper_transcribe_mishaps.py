"""Notes and the user: one undo step, several items, nothing heard, and whatever happens while a transcription runs."""

from typing import Any

import pytest

from tests.daw_scripts.conftest import NewStudio
from tests.daw_scripts.interpreters import LUA
from tests.daw_scripts.reaper import ESC
from tests.daw_scripts.stand_in import note_track
from tests.daw_scripts.transcribing import GLIDE, MELODY, check_notes, transcribed


@LUA
def test_one_undo_step_takes_all_back(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    for key, value in (("chords", "markers"), ("tempo", "project")):
        studio.reaper.do("set_ext_state", {"key": key, "value": value})
    studio.add_item(studio.add_track())
    before = studio.reaper.project()
    tracks = (note_track("Piano", MELODY), note_track("Bass", MELODY))
    studio.bridge.finish_transcription(studio.ask_to_transcribe(), *tracks, chords=[[0.0, 1.0, "A:min7", "Am7"]])
    studio.reaper.wait(1)
    after = studio.reaper.project()
    assert after["undo"] == ["AuxSend: transcribe to MIDI track"]
    assert len(after["tracks"]) == 4
    assert (len(after["tempo"]), len(after["markers"])) == (1, 1)
    studio.reaper.do("undo")
    assert studio.reaper.project() == before


@LUA
def test_two_items_at_once(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    track = studio.add_track("source")
    studio.add_item(track, name="A")
    studio.add_item(track, name="B", values={"D_POSITION": 7.0})
    studio.reaper.run("transcribe to MIDI track")
    studio.reaper.tick(3)
    for request in studio.bridge.take():
        studio.bridge.finish_transcription(request, note_track("Piano", MELODY))
    studio.reaper.wait(1)
    tracks = {track["name"]: track for track in studio.reaper.tracks()}
    assert set(tracks) == {"source", "A - Piano", "B - Piano"}
    check_notes(tracks["A - Piano"]["items"][0], MELODY, 2.0)
    check_notes(tracks["B - Piano"]["items"][0], MELODY, 7.0)
    assert len(studio.reaper.project()["undo"]) == 2


@LUA
@pytest.mark.parametrize("tracks", [(), (note_track("Piano", []),)], ids=["no track", "a track without notes"])
def test_where_no_notes_are_no_track_is_made_and_the_user_is_told(
    new_studio: NewStudio, lua: str, tracks: tuple[dict[str, Any], ...]
) -> None:
    studio = new_studio(lua)
    assert transcribed(studio, *tracks, notices=["The audio is silent."]) == []
    assert (
        "No track was added: there was nothing to write down in “Verse “é””. The audio is silent."
        in studio.reaper.words()
    )
    assert studio.reaper.project()["undo"] == []
    assert studio.reaper.project()["remembered"] == []
    assert studio.bridge.take_one("forget")
    studio.reaper.press(ESC)
    assert studio.reaper.tick() == 0


@LUA
def test_warnings_of_the_engine_stay_until_they_are_read(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    warning = "This sounds like drums, and the model “piano” knows no drums: expect wrong notes."
    assert len(transcribed(studio, note_track("Piano", MELODY), notices=[warning])) == 1
    assert warning in studio.reaper.words()
    assert "Cancel" not in studio.reaper.words()
    studio.reaper.press(ESC)
    assert studio.reaper.tick() == 0


@LUA
def test_a_moved_items_notes_are_kept_and_go_where_it_is_now(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.reaper.do("set_tempo", GLIDE)
    item = studio.add_item(studio.add_track())
    request = studio.ask_to_transcribe()
    studio.reaper.do("edit_item", {"guid": item, "values": {"D_POSITION": 0.4}})
    studio.bridge.finish_transcription(request, note_track("Piano", MELODY), notices=["It is clipped."])
    studio.reaper.wait(1)
    assert "the item was moved or edited meanwhile: the result is kept" in studio.reaper.words()
    assert len(studio.reaper.tracks()) == 1
    studio.reaper.press(ESC)
    studio.reaper.run("jobs")
    studio.reaper.wait(0.2)
    assert "Verse “é” (transcription)" in studio.reaper.words()
    studio.reaper.click("Insert at item")
    check_notes(studio.reaper.tracks()[1]["items"][0], MELODY, 0.4)
    assert "It is clipped." in studio.reaper.words()
    assert studio.bridge.take_one("forget")["params"] == {"job": request["id"]}


@LUA
def test_a_deleted_items_notes_can_go_to_the_cursor(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    item = studio.add_item(studio.add_track())
    request = studio.ask_to_transcribe()
    studio.reaper.do("delete_item", item)
    studio.bridge.finish_transcription(request, note_track("Piano", MELODY))
    studio.reaper.wait(1)
    assert "the item is gone: the result is kept" in studio.reaper.words()
    studio.reaper.press(ESC)
    studio.reaper.do("set_cursor", 11.5)
    studio.reaper.run("jobs")
    studio.reaper.wait(0.2)
    studio.reaper.click("Insert at cursor")
    check_notes(studio.reaper.tracks()[1]["items"][0], MELODY, 11.5)
    assert studio.reaper.project()["remembered"] == []


@LUA
def test_a_closed_projects_notes_go_in_when_it_is_open_again(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item(studio.add_track())
    request = studio.ask_to_transcribe()
    studio.reaper.do("new_project", {"path": "", "media_folder": str(studio.folder)})
    studio.reaper.do("close_project", 0)
    studio.bridge.finish_transcription(request, note_track("Piano", MELODY))
    studio.reaper.wait(1)
    assert "the project was closed: the result is kept" in studio.reaper.words()
    studio.reaper.press(ESC)
    studio.reaper.do("reopen_project")
    studio.reaper.run("jobs")
    studio.reaper.wait(0.2)
    studio.reaper.click("Insert at item")
    assert studio.reaper.tracks(0) == []
    check_notes(studio.reaper.tracks(1)[1]["items"][0], MELODY)


@LUA
@pytest.mark.parametrize(
    "fields", [{"tracks": "none"}, {"length_sec": None}, {"chords": {"surprise": 1}, "key": 7}, {"tempo": 120}]
)
def test_a_result_from_another_age_is_kept_and_named(new_studio: NewStudio, lua: str, fields: dict[str, Any]) -> None:
    studio = new_studio(lua)
    assert transcribed(studio, note_track("Piano", MELODY), **fields) == []
    assert "run “auxsend install” again" in studio.reaper.words()


@LUA
def test_a_note_that_no_midi_knows_takes_all_back(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    tracks = (note_track("Piano", MELODY), note_track("Bass", [[128, 90, 0.1, 0.1]]))
    assert transcribed(studio, *tracks) == []
    assert "The tracks could not be added" in studio.reaper.words()
    assert "the result is kept" in studio.reaper.words()
    assert studio.reaper.project()["undo"] == []
