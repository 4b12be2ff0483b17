"""What was heard of tempo and chords, laid over REAPER's project where its user asks for it."""

from tests.daw_scripts.conftest import NewStudio
from tests.daw_scripts.interpreters import LUA
from tests.daw_scripts.stand_in import note_track
from tests.daw_scripts.transcribing import MELODY, check_notes, transcribed

BEATS = [[0.2, 4], [0.6, 1], [1.0, 2]]


@LUA
def test_the_project_takes_over_the_tempo_where_its_user_wants_it(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.reaper.do("set_ext_state", {"key": "tempo", "value": "project"})
    studio.reaper.do("set_tempo", [{"time_sec": time_sec, "bpm": 97} for time_sec in (0, 2, 2.9, 3.25, 9)])
    other = studio.add_item(studio.add_track(), values={"D_POSITION": 8.0, "C_BEATATTACHMODE": 1, "B_UISEL": 0})
    tempo, metres = [[0.0, 150.0], [1.0, 90.0]], [[0.0, 3, 4], [1.0, 6, 8]]
    studio.add_item(studio.add_track(), values={"C_BEATATTACHMODE": 1})
    studio.bridge.finish_transcription(
        studio.ask_to_transcribe(), note_track("Piano", MELODY), tempo=tempo, time_signatures=metres, beats=BEATS
    )
    studio.reaper.wait(1)
    project = studio.reaper.project()
    points = [(point["time_sec"], point["bpm"], point.get("numerator", 0)) for point in project["tempo"]]
    assert points == [(0, 97, 0), (2.0, 150, 0), (2.6, 150, 3), (3.0, 90, 6), (3.25, 97, 0), (9, 97, 0)]
    audio = [project["tracks"][i]["items"][0] for i in (0, 1)]
    assert audio[0]["guid"] == other
    assert [item["values"]["D_POSITION"] for item in audio] == [8.0, 2.0], "audio stays where it is"
    assert [item["values"]["C_BEATATTACHMODE"] for item in audio] == [1, 1]
    check_notes(project["tracks"][2]["items"][0], MELODY)


@LUA
def test_a_tempo_that_was_not_heard_is_not_taken_over(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.reaper.do("set_ext_state", {"key": "tempo", "value": "project"})
    studio.reaper.do("set_tempo", [{"time_sec": 0, "bpm": 97}])
    transcribed(studio, note_track("Piano", MELODY), tempo=[], time_signatures=[], beats=[])
    assert [point["bpm"] for point in studio.reaper.project()["tempo"]] == [97]


@LUA
def test_chords_become_markers_where_the_user_wants_them(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    chords = [[0.0, 0.5, "A:min7", "Am7"], [0.5, 0.5, "N", "N.C."], [1.0, 0.1, "F#:maj/3", "F#/Bb"]]
    studio.reaper.do("set_ext_state", {"key": "chords", "value": "markers"})
    transcribed(studio, note_track("Piano", MELODY), chords=chords)
    markers = [(marker["time_sec"], marker["name"]) for marker in studio.reaper.project()["markers"]]
    assert markers == [(2.0, "Am7"), (2.5, "N.C."), (3.0, "F#/Bb")]


@LUA
def test_chords_and_tempo_are_left_out_unless_they_are_asked_for(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    transcribed(studio, note_track("Piano", MELODY), chords=[[0.0, 1.0, "C:maj", "C"]], tempo=[[0.0, 77.0]])
    assert studio.reaper.project()["markers"] == []
    assert studio.reaper.project()["tempo"] == []
