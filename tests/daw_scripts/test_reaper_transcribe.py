"""Transcribe to MIDI tracks: REAPER's scripts on a fake REAPER, beside a stand-in bridge."""

from typing import Any

import numpy as np
import pytest
import rpp

from tests.daw_scripts.conftest import NewStudio
from tests.daw_scripts.interpreters import LUA
from tests.daw_scripts.reaper import ESC
from tests.daw_scripts.stand_in import note_track
from tests.daw_scripts.transcribing import GLIDE, HALF_A_TICK_SEC, MELODY, check_notes, transcribed

TEMPO_MAPS: dict[str, list[dict[str, Any]]] = {
    "steady": [],
    "a change inside the item": [{"time_sec": 0, "bpm": 97.3}, {"time_sec": 2.6, "bpm": 141.1}],
    "a glide through the item": GLIDE,
}
CONTROL_CHANGE, PROGRAM_CHANGE, PITCH_BEND = 0xB0, 0xC0, 0xE0


@LUA
@pytest.mark.parametrize("tempo", TEMPO_MAPS.values(), ids=TEMPO_MAPS.keys())
def test_notes_lie_at_their_times_on_a_track_below_the_source(
    new_studio: NewStudio, lua: str, tempo: list[dict[str, Any]]
) -> None:
    studio = new_studio(lua)
    studio.reaper.do("set_tempo", tempo)
    (track,) = transcribed(studio, note_track("Piano", MELODY))
    assert track["name"] == "Verse “é” - Piano"
    assert track["values"]["I_CUSTOMCOLOR"] == 0x1000000 | 120 << 16 | 160 << 8 | 64
    (item,) = track["items"]
    assert item["take"]["name"] == "Verse “é” - Piano"
    assert (item["values"]["D_POSITION"], item["values"]["D_LENGTH"], item["values"]["B_LOOPSRC"]) == (2.0, 1.25, 0)
    check_notes(item, MELODY)
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
    folder, piano, drums = transcribed(studio, *tracks)
    assert [track["name"] for track in (folder, piano, drums)] == ["Verse “é” notes", "Piano", "Drums"]
    assert [track["values"]["I_FOLDERDEPTH"] for track in (folder, piano, drums)] == [1, 0, -1]
    check_notes(piano["items"][0], MELODY)
    check_notes(drums["items"][0], hits)
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
    (violin,) = transcribed(studio, track)
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
    (voice,) = transcribed(studio, track, bend_range_semitones=semitones)
    controls = [message for message in voice["items"][0]["take"]["messages"] if message["kind"] == CONTROL_CHANGE]
    told = [(message["first"], message["second"]) for message in controls]
    assert told == [(101, 0), (100, 0), (6, data[0]), (38, data[1]), (101, 127), (100, 127)]
    last = voice["items"][0]["take"]["messages"][-1]
    assert last["second"] << 7 | last["first"] == 8192 + 4096


@LUA
def test_notes_of_one_pitch_never_overlap_and_none_outlasts_the_item(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    given = [[60, 90, 0.0, 0.9], [60, 70, 0.5, 0.2], [60, 50, 0.5, 0.1], [62, 90, 1.0, 5.0], [64, 90, 1.25, 0.1]]
    (track,) = transcribed(studio, note_track("Piano", given))
    check_notes(track["items"][0], [[60, 90, 0.0, 0.5], [60, 70, 0.5, 0.2], [62, 90, 1.0, 0.25]])


@LUA
def test_a_note_shorter_than_a_tick_still_sounds(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    (track,) = transcribed(studio, note_track("Piano", [[60, 90, 0.5, 1e-6]]))
    (note,) = track["items"][0]["take"]["notes"]
    assert note["end_sec"] - note["onset_sec"] == pytest.approx(0.5 / 960)


@LUA
def test_what_was_found_can_be_read_at_the_item(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    choice = "The audio sounds like a piano, so the model “piano” was taken."
    (track,) = transcribed(studio, note_track("Piano", MELODY), choice=choice, key="A minor")
    assert track["items"][0]["notes"] == f"{choice}\nKey: A minor."


@LUA
def test_a_saved_project_says_the_same(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    transcribed(studio, note_track("Organ", [[60, 100, 0.5, 0.25], [64, 80, 1.0, 0.125]], program=19))
    _, track = rpp.loads(studio.reaper.do("rpp", 0)).findall("TRACK")
    source = track.find("ITEM").find("SOURCE")
    assert source.attrib == ["MIDI"]
    events = [row[1:] for row in source if row[0] == "E"]
    assert events == [  # at 120 bpm a second has 1920 ticks
        ["0", "c0", "13", "00"], ["960", "90", "3c", "64"], ["480", "80", "3c", "00"], ["480", "90", "40", "50"],
        ["240", "80", "40", "00"], ["240", "b0", "7b", "00"],
    ]  # fmt: skip


@LUA
def test_five_thousand_notes_go_in_at_once(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.reaper.do("set_tempo", GLIDE)
    rng = np.random.default_rng(3)
    onsets = np.sort(rng.uniform(0, 1.2, 5000))
    notes = [[int(21 + i % 88), int(rng.integers(1, 128)), float(onset), 0.02] for i, onset in enumerate(onsets)]
    pedal = [[64, 127 * (i % 2), i * 0.001] for i in range(1000)]
    (track,) = transcribed(studio, note_track("Piano", notes, control_changes=pedal))
    assert len(track["items"][0]["take"]["notes"]) == 5000
    assert len(track["items"][0]["take"]["messages"]) == 1001
    print(f"the tick that reads and inserts 5,000 notes: {studio.reaper.do('figures')['longest_tick_sec']:.3f} s")
