"""Transcribe to MIDI tracks: REAPER's scripts on a fake REAPER, beside a stand-in bridge.

A tick of REAPER's MIDI is 1/960 of a quarter, so at 60 bpm a note can lie 0.52 ms beside its time, and never more.
"""

from typing import Any

import numpy as np
import pytest
import rpp

from tests.daw_scripts.conftest import NewStudio, Studio
from tests.daw_scripts.interpreters import LUA
from tests.daw_scripts.reaper import ESC
from tests.daw_scripts.stand_in import note_track

MELODY = [[60, 100, 0.0, 0.3], [64, 80, 0.2503, 0.4], [67, 1, 0.7511, 0.2], [72, 127, 1.2, 0.03]]
GLIDE: list[dict[str, Any]] = [
    {"time_sec": 0, "bpm": 70, "is_linear": True},
    {"time_sec": 2.6, "bpm": 150},
    {"time_sec": 2.9, "bpm": 61},
]
TEMPO_MAPS: dict[str, list[dict[str, Any]]] = {
    "steady": [],
    "a change inside the item": [{"time_sec": 0, "bpm": 97.3}, {"time_sec": 2.6, "bpm": 141.1}],
    "a glide through the item": GLIDE,
}
HALF_A_TICK_SEC = 60 / 60 / 960 / 2
CONTROL_CHANGE, PROGRAM_CHANGE, PITCH_BEND = 0xB0, 0xC0, 0xE0


def _transcribed(studio: Studio, *tracks: dict[str, Any], **fields: Any) -> list[dict[str, Any]]:
    """Transcribes an item at 2 s that is 1.25 s long; returns the tracks below its own."""
    studio.add_item(studio.add_track())
    studio.bridge.finish_transcription(studio.ask_to_transcribe(), *tracks, **fields)
    studio.reaper.wait(1)
    return studio.reaper.tracks()[1:]


def _check_notes(item: dict[str, Any], notes: list[list[float]], position_sec: float = 2.0) -> None:
    """Checks that an item's notes sound when they should, to half a tick."""
    found = item["take"]["notes"]
    assert [(note["pitch"], note["velocity"]) for note in found] == [(note[0], note[1]) for note in notes]
    onsets = [position_sec + onset_sec for _, _, onset_sec, _ in notes]
    ends = [position_sec + onset_sec + duration_sec for _, _, onset_sec, duration_sec in notes]
    assert [note["onset_sec"] for note in found] == pytest.approx(onsets, abs=HALF_A_TICK_SEC)
    assert [note["end_sec"] for note in found] == pytest.approx(ends, abs=HALF_A_TICK_SEC)


# Notes ---------------------------------------------------------------------------------------------------------------


@LUA
@pytest.mark.parametrize("tempo", TEMPO_MAPS.values(), ids=TEMPO_MAPS.keys())
def test_notes_lie_at_their_times_on_a_track_below_the_source(
    new_studio: NewStudio, lua: str, tempo: list[dict[str, Any]]
) -> None:
    studio = new_studio(lua)
    studio.reaper.do("set_tempo", tempo)
    (track,) = _transcribed(studio, note_track("Piano", MELODY))
    assert track["name"] == "Verse “é” - Piano"
    assert track["values"]["I_CUSTOMCOLOR"] == 0x1000000 | 120 << 16 | 160 << 8 | 64
    (item,) = track["items"]
    assert item["take"]["name"] == "Verse “é” - Piano"
    assert (item["values"]["D_POSITION"], item["values"]["D_LENGTH"], item["values"]["B_LOOPSRC"]) == (2.0, 1.25, 0)
    _check_notes(item, MELODY)
    assert studio.reaper.tracks()[0]["items"][0]["values"]["B_MUTE"] == 0
    assert studio.reaper.project()["tempo"] == tempo


CHOSEN = ("model", "has_bends", "quantise", "quantise_strength")


@LUA
def test_the_request_says_what_the_item_is(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item(studio.add_track(), take={"B_PPITCH": 0, "D_PLAYRATE": 1.5})
    params = studio.ask_to_transcribe()["params"]
    assert (params["name"], params["folder"]) == ("Verse “é”", str(studio.folder / "Média"))
    assert params["clip"]["playrate"] == 1.5
    assert params["keeps_pitch"] is False
    assert [params[key] for key in CHOSEN] == ["auto", False, "", 1]
    assert set(params) == {"clip", "name", "folder", "keeps_pitch", "context", *CHOSEN}


@LUA
def test_the_request_says_what_the_user_chose(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item(studio.add_track())
    studio.reaper.run("jobs")
    studio.reaper.wait(0.2)
    for button in ("Model", "Model", "Quantise", "Bends", "Chords", "Tempo"):
        studio.reaper.click(button)
    for sentence in ("uses the model “piano”", "moved to the nearest 1/16", "bends are written", "become markers"):
        assert sentence in studio.reaper.words()
    studio.reaper.press(ESC)
    studio.reaper.do("set_ext_state", {"key": "quantise_strength", "value": "0.5"})
    params = studio.ask_to_transcribe()["params"]
    assert params["keeps_pitch"] is True
    assert [params[key] for key in CHOSEN] == ["piano", True, "1/16", 0.5]


@LUA
def test_any_model_can_be_named(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.reaper.do("set_ext_state", {"key": "transcription_model", "value": "one-of-mine"})
    studio.add_item(studio.add_track())
    assert studio.ask_to_transcribe()["params"]["model"] == "one-of-mine"


@LUA
def test_several_instruments_share_a_folder_and_drums_have_channel_10(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    hits = [[36, 110, 0.0, 0.05], [42, 60, 0.0, 0.05], [38, 100, 0.5, 0.05]]
    silent = note_track("Organ", [])
    tracks = (note_track("Piano", MELODY), silent, note_track("Drums", hits, is_drum=True, program=0))
    folder, piano, drums = _transcribed(studio, *tracks)
    assert [track["name"] for track in (folder, piano, drums)] == ["Verse “é” notes", "Piano", "Drums"]
    assert [track["values"]["I_FOLDERDEPTH"] for track in (folder, piano, drums)] == [1, 0, -1]
    _check_notes(piano["items"][0], MELODY)
    _check_notes(drums["items"][0], hits)
    assert {note["channel"] for note in piano["items"][0]["take"]["notes"]} == {0}
    assert {note["channel"] for note in drums["items"][0]["take"]["notes"]} == {9}
    assert drums["items"][0]["take"]["messages"] == []


@LUA
def test_a_single_track_closes_the_folder_that_its_source_closed(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_track("outer", I_FOLDERDEPTH=1)
    studio.add_item(studio.add_track("source", I_FOLDERDEPTH=-1, D_VOL=0.5))
    studio.bridge.finish_transcription(studio.ask_to_transcribe(), note_track("Voice", MELODY))
    studio.reaper.wait(1)
    tracks = studio.reaper.tracks()
    assert [track["values"]["I_FOLDERDEPTH"] for track in tracks] == [1, 0, -1]
    assert tracks[2]["values"]["D_VOL"] == 1


@LUA
def test_program_pedal_and_bends_are_messages_at_their_times(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.reaper.do("set_tempo", GLIDE)
    track = note_track(
        "Violin", MELODY, program=40,
        control_changes=[[64, 127, 0.1], [64, 0, 0.9], [64, 127, 9.0]],
        bends=[[0.0, 0.5], [0.25, -2.0], [0.5, 2.0], [0.75, 3.0], [1.0, 0.0]],
    )  # fmt: skip
    (violin,) = _transcribed(studio, track)
    messages = violin["items"][0]["take"]["messages"]
    assert (messages[0]["kind"], messages[0]["first"]) == (PROGRAM_CHANGE, 40)
    pedal = [message for message in messages if (message["kind"], message["first"]) == (CONTROL_CHANGE, 64)]
    assert [message["second"] for message in pedal] == [127, 0], "what comes after the item is left out"
    assert [message["time_sec"] for message in pedal] == pytest.approx([2.1, 2.9], abs=HALF_A_TICK_SEC)
    wheel = [message for message in messages if message["kind"] == PITCH_BEND]
    values = [message["second"] << 7 | message["first"] for message in wheel]
    assert values == [8192, 8192 + 2048, 0, 16383, 16383, 8192]
    assert [message["time_sec"] for message in wheel[1:]] == pytest.approx(
        [2.0, 2.25, 2.5, 2.75, 3.0], abs=HALF_A_TICK_SEC
    )


@LUA
@pytest.mark.parametrize(("semitones", "data"), [(2, (2, 0)), (12, (12, 0)), (4.5, (4, 50))])
def test_an_instrument_is_told_how_far_bends_go(
    new_studio: NewStudio, lua: str, semitones: float, data: tuple[int, int]
) -> None:
    studio = new_studio(lua)
    track = note_track("Voice", MELODY, bends=[[0.0, semitones / 2]])
    (voice,) = _transcribed(studio, track, bend_range_semitones=semitones)
    controls = [message for message in voice["items"][0]["take"]["messages"] if message["kind"] == CONTROL_CHANGE]
    told = [(message["first"], message["second"]) for message in controls]
    assert told == [(101, 0), (100, 0), (6, data[0]), (38, data[1]), (101, 127), (100, 127)]
    last = voice["items"][0]["take"]["messages"][-1]
    assert last["second"] << 7 | last["first"] == 8192 + 4096


@LUA
def test_notes_of_one_pitch_never_overlap_and_none_outlasts_the_item(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    given = [[60, 90, 0.0, 0.9], [60, 70, 0.5, 0.2], [60, 50, 0.5, 0.1], [62, 90, 1.0, 5.0], [64, 90, 1.25, 0.1]]
    (track,) = _transcribed(studio, note_track("Piano", given))
    _check_notes(track["items"][0], [[60, 90, 0.0, 0.5], [60, 70, 0.5, 0.2], [62, 90, 1.0, 0.25]])


@LUA
def test_a_note_shorter_than_a_tick_still_sounds(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    (track,) = _transcribed(studio, note_track("Piano", [[60, 90, 0.5, 1e-6]]))
    (note,) = track["items"][0]["take"]["notes"]
    assert note["end_sec"] - note["onset_sec"] == pytest.approx(0.5 / 960)


@LUA
def test_what_was_found_can_be_read_at_the_item(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    choice = "The audio sounds like a piano, so the model “piano” was taken."
    (track,) = _transcribed(studio, note_track("Piano", MELODY), choice=choice, key="A minor")
    assert track["items"][0]["notes"] == f"{choice}\nKey: A minor."


@LUA
def test_a_saved_project_says_the_same(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    _transcribed(studio, note_track("Organ", [[60, 100, 0.5, 0.25], [64, 80, 1.0, 0.125]], program=19))
    _, track = rpp.loads(studio.reaper.do("rpp", 0)).findall("TRACK")
    source = track.find("ITEM").find("SOURCE")
    assert source.attrib == ["MIDI"]
    events = [row[1:] for row in source if row[0] == "E"]
    assert events == [  # at 120 bpm a second has 1920 ticks
        ["0", "c0", "13", "00"], ["960", "90", "3c", "64"], ["480", "80", "3c", "00"], ["480", "90", "40", "50"],
        ["240", "80", "40", "00"], ["240", "b0", "7b", "00"],
    ]  # fmt: skip


# Undo, several items, mishaps ----------------------------------------------------------------------------------------


@LUA
def test_one_undo_step_takes_all_back(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    for key, value in (("chords", "markers"), ("tempo", "project")):
        studio.reaper.do("set_ext_state", {"key": key, "value": value})
    studio.add_item(studio.add_track())
    before = studio.reaper.project()
    tracks = (note_track("Piano", MELODY), note_track("Bass", MELODY))
    studio.bridge.finish_transcription(studio.ask_to_transcribe(), *tracks, chords=[[0.0, 1.0, "A:min7"]])
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
    _check_notes(tracks["A - Piano"]["items"][0], MELODY, 2.0)
    _check_notes(tracks["B - Piano"]["items"][0], MELODY, 7.0)
    assert len(studio.reaper.project()["undo"]) == 2


@LUA
@pytest.mark.parametrize("tracks", [(), (note_track("Piano", []),)], ids=["no track", "a track without notes"])
def test_where_no_notes_are_no_track_is_made_and_the_user_is_told(
    new_studio: NewStudio, lua: str, tracks: tuple[dict[str, Any], ...]
) -> None:
    studio = new_studio(lua)
    assert _transcribed(studio, *tracks, notices=["The audio is silent."]) == []
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
    assert len(_transcribed(studio, note_track("Piano", MELODY), notices=[warning])) == 1
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
    _check_notes(studio.reaper.tracks()[1]["items"][0], MELODY, 0.4)
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
    _check_notes(studio.reaper.tracks()[1]["items"][0], MELODY, 11.5)
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
    _check_notes(studio.reaper.tracks(1)[1]["items"][0], MELODY)


@LUA
@pytest.mark.parametrize(
    "fields", [{"tracks": "none"}, {"length_sec": None}, {"chords": {"surprise": 1}, "key": 7}, {"tempo": 120}]
)
def test_a_result_from_another_age_is_kept_and_named(new_studio: NewStudio, lua: str, fields: dict[str, Any]) -> None:
    studio = new_studio(lua)
    assert _transcribed(studio, note_track("Piano", MELODY), **fields) == []
    assert "run “auxsend install” again" in studio.reaper.words()


@LUA
def test_a_note_that_no_midi_knows_takes_all_back(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    tracks = (note_track("Piano", MELODY), note_track("Bass", [[128, 90, 0.1, 0.1]]))
    assert _transcribed(studio, *tracks) == []
    assert "The tracks could not be added" in studio.reaper.words()
    assert "the result is kept" in studio.reaper.words()
    assert studio.reaper.project()["undo"] == []


# Tempo and chords ----------------------------------------------------------------------------------------------------

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
    _check_notes(project["tracks"][2]["items"][0], MELODY)


@LUA
def test_chords_become_markers_where_the_user_wants_them(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    chords = [[0.0, 0.5, "A:min7"], [0.5, 0.25, "Bb:maj"], [0.75, 0.25, "N"], [1.0, 0.1, "F#:maj/3"], [1.1, 0.1, "C:7"]]
    studio.reaper.do("set_ext_state", {"key": "chords", "value": "markers"})
    _transcribed(studio, note_track("Piano", MELODY), chords=chords)
    markers = [(marker["time_sec"], marker["name"]) for marker in studio.reaper.project()["markers"]]
    assert markers == [(2.0, "Am7"), (2.5, "Bb"), (2.75, "N.C."), (3.0, "F#:maj/3"), (3.1, "C7")]


@LUA
def test_chords_and_tempo_are_left_out_unless_they_are_asked_for(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    _transcribed(studio, note_track("Piano", MELODY), chords=[[0.0, 1.0, "C:maj"]], tempo=[[0.0, 77.0]])
    assert studio.reaper.project()["markers"] == []
    assert studio.reaper.project()["tempo"] == []


# Size ----------------------------------------------------------------------------------------------------------------


@LUA
def test_five_thousand_notes_go_in_at_once(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.reaper.do("set_tempo", GLIDE)
    rng = np.random.default_rng(3)
    onsets = np.sort(rng.uniform(0, 1.2, 5000))
    notes = [[int(21 + i % 88), int(rng.integers(1, 128)), float(onset), 0.02] for i, onset in enumerate(onsets)]
    pedal = [[64, 127 * (i % 2), i * 0.001] for i in range(1000)]
    (track,) = _transcribed(studio, note_track("Piano", notes, control_changes=pedal))
    assert len(track["items"][0]["take"]["notes"]) == 5000
    assert len(track["items"][0]["take"]["messages"]) == 1001
    print(f"the tick that reads and inserts 5,000 notes: {studio.reaper.do('figures')['longest_tick_sec']:.3f} s")
