"""Transcribe to MIDI tracks in a real Ardour whose tempo glides, beside a stand-in bridge.

What came of it is read from the saved session by another process: each note at the sample at which Ardour plays it.
"""

from collections.abc import Sequence
from typing import Any

import mido
import numpy as np
import pytest

from tests.daw_scripts.ardour.conftest import AHEAD_SEC, StartArdour, WriteExcerpt, wait_for
from tests.daw_scripts.ardour.host import Ardour
from tests.daw_scripts.ardour.steps import (
    POSITION,
    TRIM_END,
    TRIM_START,
    ask,
    redo,
    saved,
    shown,
    take,
    trimmed_region,
    undo,
    wait_for_end,
)
from tests.daw_scripts.ardour.studio import DIALOGS_SLOT, SLOTS, SavedMidi, choose_in_dialog, configure, said
from tests.daw_scripts.stand_in import StandIn, note_track

RATE_HZ = 44_100
FIRST, LENGTH = POSITION + TRIM_START, TRIM_END - TRIM_START
LENGTH_SEC = LENGTH / RATE_HZ
SLOWEST_BPM, FASTEST_BPM = 70, 173
GLIDE = (
    "local map = Temporal.TempoMap.write_copy()\n"
    f"map:set_tempo(Temporal.Tempo({FASTEST_BPM}, {FASTEST_BPM}, 4), Temporal.timepos_t({8 * RATE_HZ}))\n"
    f"map:set_tempo(Temporal.Tempo({SLOWEST_BPM}, {FASTEST_BPM}, 4), Temporal.timepos_t(0))\n"
    "Temporal.TempoMap.update(map)\nmap = nil collectgarbage()\n"
    "local now = Temporal.TempoMap.read()\n"
    "local function tempo(second)"
    f" report(now:quarters_per_minute_at(Temporal.timepos_t(second * {RATE_HZ}))) end\n"
    "tempo(0) tempo(4) tempo(9)"
)
MILLISECOND = RATE_HZ / 1000
MELODY = [[60, 100, 0.0, 0.3], [64, 80, 0.2503, 0.4], [67, 1, 1.7511, 0.2], [72, 127, 3.2, 0.03]]


def random_notes(count: int) -> list[list[float]]:
    """Returns notes anywhere in the region, ordered, no two of one pitch at once."""
    rng = np.random.default_rng(11)
    onsets = np.sort(rng.uniform(0.0, LENGTH_SEC - 0.2, count))
    return [
        [36 + i % 48, int(velocity), float(onset), float(duration)]
        for i, (onset, velocity, duration) in enumerate(
            zip(onsets, rng.integers(1, 128, count), rng.uniform(0.005, 0.2, count), strict=True)
        )
    ]


def check_notes(midi: SavedMidi, notes: Sequence[Sequence[float]], first: int = FIRST, channel: int = 0) -> None:
    """Checks that a region has the source's place, and that every note is within a millisecond of its time."""
    assert (midi.position, midi.length) == (first, LENGTH)
    found = sorted(midi.notes, key=lambda note: (note.onset, note.pitch))
    assert [(note.pitch, note.velocity) for note in found] == [(note[0], note[1]) for note in notes]
    assert {note.channel for note in found} == {channel}
    onsets = [first + onset_sec * RATE_HZ for _, _, onset_sec, _ in notes]
    ends = [first + (onset_sec + duration_sec) * RATE_HZ for _, _, onset_sec, duration_sec in notes]
    assert [note.onset for note in found] == pytest.approx(onsets, abs=MILLISECOND)
    assert [note.end for note in found] == pytest.approx(ends, abs=MILLISECOND)
    farthest_ms = max(abs(note.onset - onset) for note, onset in zip(found, onsets, strict=True)) / MILLISECOND
    print(f"{len(found)} notes, at most {farthest_ms:.3f} ms from their times")


@pytest.fixture(scope="module")
def ardour(start_ardour: StartArdour) -> Ardour:
    """An Ardour whose tempo glides from 70 to 173 through everything that the tests put in."""
    ardour = start_ardour()
    tempos = [float(bpm) for (bpm,) in ardour.run(GLIDE)]
    assert tempos[0] == pytest.approx(SLOWEST_BPM)
    assert SLOWEST_BPM + 10 < tempos[1] < FASTEST_BPM - 10
    assert tempos[2] == pytest.approx(FASTEST_BPM)
    return ardour


def transcribe(ardour: Ardour, bridge: StandIn, *tracks: dict[str, Any], **fields: Any) -> None:
    """Transcribes what is selected, into these tracks."""
    bridge.finish_transcription(ask(ardour, bridge, "transcribe"), *tracks, **fields)
    wait_for_end(bridge)


def test_every_note_is_within_a_millisecond_of_its_time_in_a_gliding_tempo(
    ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt
) -> None:
    trimmed_region(ardour, write_excerpt(), "Verse é")
    notes = random_notes(500)
    transcribe(ardour, bridge, note_track("Piano", notes, color=[12, 34, 56]))
    tracks = saved(ardour)
    source, piano = tracks["Verse é"], tracks["Verse é Piano"]
    assert piano.color == (12, 34, 56)
    assert piano.order == source.order + 1
    (midi,) = piano.midi
    assert midi.name == "Verse é Piano"
    check_notes(midi, notes)
    assert [region.is_muted for region in source.regions] == [False]
    assert list(ardour.session_folder.glob("*.mid")) == []


def test_one_undo_takes_all_tracks_back_and_one_redo_brings_them_back(
    ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt
) -> None:
    trimmed_region(ardour, write_excerpt(), "Undone")
    before = shown(ardour)
    transcribe(ardour, bridge, note_track("Bass", MELODY), note_track("Strings", MELODY))
    after = shown(ardour)
    assert set(after) - set(before) == {"Undone Bass", "Undone Strings"}
    undo(ardour)
    assert shown(ardour) == before
    redo(ardour)
    assert shown(ardour) == after
    check_notes(after["Undone Strings"].midi[0], MELODY)


def test_the_request_says_what_the_user_chose(ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt) -> None:
    trimmed_region(ardour, write_excerpt(), "Chosen")
    chosen = {"has_bends": True, "quantise": "1/16", "quantise_strength": 0.5}
    configure(ardour, transcription_model="piano", **chosen)
    request = ask(ardour, bridge, "transcribe")
    configure(ardour)
    params = request["params"]
    assert {key: params[key] for key in ("model", *chosen)} == {"model": "piano"} | chosen
    assert params["clip"]["length_sec"] == pytest.approx(LENGTH_SEC)
    bridge.fail(request, "ENGINE_DOWN", "The engine does not answer.")
    wait_for_end(bridge)


def test_pedal_bends_and_program_come_along_and_drums_have_channel_10(
    ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt
) -> None:
    trimmed_region(ardour, write_excerpt(), "Band")
    pedal = [[64, 127, 0.5], [64, 0, 2.25]]
    violin = note_track("Violin", MELODY, program=40, control_changes=pedal, bends=[[0.5, 1.0], [1.0, -12.0]])
    hits = [[36, 110, 0.0, 0.05], [38, 100, 0.5, 0.05]]
    transcribe(ardour, bridge, violin, note_track("Drums", hits, is_drum=True), bend_range_semitones=12)
    tracks = saved(ardour)
    (midi,), (drums,) = tracks["Band Violin"].midi, tracks["Band Drums"].midi
    check_notes(midi, MELODY)
    check_notes(drums, hits, channel=9)
    assert [value for value, _ in midi.pedal] == [127, 0]
    expected = [FIRST + time_sec * RATE_HZ for _, _, time_sec in pedal]
    assert [sample for _, sample in midi.pedal] == pytest.approx(expected, abs=MILLISECOND)
    events = list(mido.MidiFile(midi.file))
    assert [event.program for event in events if event.type == "program_change"] == [40]
    assert [event.pitch for event in events if event.type == "pitchwheel"] == [0, round(8192 / 12), -8192]
    controls = [(event.control, event.value) for event in events if event.type == "control_change"]
    bend_range = [(101, 0), (100, 0), (6, 12), (38, 0), (101, 127), (100, 127)]
    assert [control for control in controls if control[0] in (6, 38, 100, 101)] == bend_range


def test_two_regions_at_once(ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt) -> None:
    first = trimmed_region(ardour, write_excerpt("one.wav"), "First")
    second = trimmed_region(ardour, write_excerpt("two.wav"), "Second")
    second.do(f"region:set_position(Temporal.timepos_t({FIRST + 33_333}))")
    first.select(is_added=True)
    ardour.choose(SLOTS["transcribe"])
    for request in take(bridge, 2):
        bridge.finish_transcription(request, note_track("Piano", MELODY))
    assert [request["verb"] for request in take(bridge, 2)] == ["forget", "forget"]
    tracks = saved(ardour)
    check_notes(tracks["First Piano"].midi[0], MELODY)
    check_notes(tracks["Second Piano"].midi[0], MELODY, FIRST + 33_333)


def test_what_holds_no_notes_makes_no_track_and_is_said(
    ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt
) -> None:
    trimmed_region(ardour, write_excerpt(), "Silent")
    before = saved(ardour)
    transcribe(ardour, bridge, notices=["The audio is silent."])
    sentence = "Silent: No track was added: there was nothing to write down in “Silent”. The audio is silent."
    wait_for(lambda: sentence in said(ardour), "the sentence")
    assert saved(ardour) == before


def test_warnings_of_the_engine_are_said(ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt) -> None:
    trimmed_region(ardour, write_excerpt(), "Warned")
    warning = "This sounds like drums, and the model “piano” knows no drums."
    transcribe(ardour, bridge, note_track("Piano", MELODY), notices=[warning])
    wait_for(lambda: f"Warned: {warning}" in said(ardour), "the warning")
    assert len(saved(ardour)["Warned Piano"].midi) == 1


def test_what_was_found_can_be_read_at_the_track(ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt) -> None:
    trimmed_region(ardour, write_excerpt(), "Found")
    transcribe(ardour, bridge, note_track("Piano", MELODY), choice="It sounds like a piano.", key="A minor")
    lines = ardour.run('report(Session:route_by_name("Found Piano"):comment())')
    assert lines == [["It sounds like a piano."], ["Key: A minor."]]


def test_a_moved_regions_notes_are_kept_and_go_where_it_was(
    ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt
) -> None:
    region = trimmed_region(ardour, write_excerpt(), "Moved")
    request = ask(ardour, bridge, "transcribe")
    region.do("region:set_position(Temporal.timepos_t(300000))")
    bridge.finish_transcription(request, note_track("Piano", MELODY))
    wait_for(lambda: "Moved: Done, but the region was moved or edited" in said(ardour), "the sentence")
    assert "Moved Piano" not in saved(ardour)
    choose_in_dialog(ardour, "Put in “Moved” where it was")
    wait_for_end(bridge)
    check_notes(saved(ardour)["Moved Piano"].midi[0], MELODY)


def test_a_deleted_regions_notes_can_go_to_the_playhead(
    ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt
) -> None:
    region = trimmed_region(ardour, write_excerpt(), "Deleted")
    request = ask(ardour, bridge, "transcribe")
    region.do("playlist:remove_region(region)")
    bridge.finish_transcription(request, note_track("Piano", MELODY))
    wait_for(lambda: "Deleted: Done, but the region is gone" in said(ardour), "the sentence")
    ardour.run(
        "Session:request_locate(123456, false, ARDOUR.LocateTransportDisposition.MustStop,"
        " ARDOUR.TransportRequestSource.TRS_UI)"
    )
    wait_for(lambda: ardour.run("report(Session:transport_sample())") == [["123456"]], "the playhead")
    choose_in_dialog(ardour, "Put in “Deleted” at the playhead")
    wait_for_end(bridge)
    check_notes(saved(ardour)["Deleted Piano"].midi[0], MELODY, 123_456)


@pytest.mark.parametrize("fields", [{"tracks": "none"}, {"length_sec": "long"}])
def test_a_result_from_another_age_adds_nothing(
    ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt, fields: dict[str, Any]
) -> None:
    name = f"Odd {next(iter(fields))}"
    trimmed_region(ardour, write_excerpt(), name)
    bridge.finish_transcription(ask(ardour, bridge, "transcribe"), note_track("Piano", MELODY), **fields)
    wait_for(lambda: f"{name}: The bridge sent a result that these scripts do not know" in said(ardour), "the sentence")
    assert f"{name} Piano" not in saved(ardour)
    choose_in_dialog(ardour, f"Let go of “{name}”")
    wait_for_end(bridge)


def test_a_session_that_was_closed_meanwhile(
    start_ardour: StartArdour, display: str, write_excerpt: WriteExcerpt
) -> None:
    ardour = start_ardour()
    bridge = StandIn(ardour.folder / "spool", host="ardour")
    bridge.live(AHEAD_SEC)
    trimmed_region(ardour, write_excerpt(), "Closed")
    request = ask(ardour, bridge, "transcribe")
    ardour.save()
    ardour.stop()
    bridge.finish_transcription(request, note_track("Piano", MELODY))
    ardour.start(display)
    ardour.choose(DIALOGS_SLOT)
    wait_for(lambda: "Closed: Done, but the session was closed meanwhile" in said(ardour), "the sentence")
    choose_in_dialog(ardour, "Put in “Closed” where it was")
    wait_for_end(bridge)
    check_notes(saved(ardour)["Closed Piano"].midi[0], MELODY)
