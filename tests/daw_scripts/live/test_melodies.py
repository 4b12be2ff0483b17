"""Continuations in the set: what is asked, and the candidates as clips of the same track."""

from typing import Any

import pytest

from tests.daw_scripts.fake_live.clip import Clip
from tests.daw_scripts.fake_live.song import state_of
from tests.daw_scripts.fake_live.track import Track
from tests.daw_scripts.live.conftest import Studio
from tests.daw_scripts.playback import write_song

TUNE = [(60, 0.0, 1.0), (62, 1.0, 1.0), (64, 2.0, 2.0)]


def add_tune(studio: Studio, **fields: Any) -> Clip:
    clip = studio.live.add_midi(studio.live.add_track("Lead", is_midi=True), TUNE, **fields)
    clip.name = "Tune"
    studio.live.song._history.steps.clear()
    return clip


def answer(studio: Studio, request: dict[str, Any], begin_sec: float, count: int = 4) -> None:
    """Ends a job with so many candidates of two bars at 120, each with one note of its own pitch."""
    candidates = [
        {"score": 0.9 - number / 10, "tracks": [{"name": "melody", "notes": [[72 + number, 80, 0.5, 0.25]]}]}
        for number in range(count)
    ]
    result = {"candidates": candidates, "begin_sec": begin_sec, "length_sec": 4.0, "key": "C major", "midi_file": "/x"}
    studio.bridge.finish(request, result)
    studio.go(8)


def test_a_clip_is_told_in_seconds_with_the_bar_lines_around_it(studio: Studio) -> None:
    studio.live.song.tempo = 90.0
    studio.live.song._scale = (9, "Minor", True)
    studio.live.song._signature = (3, 4)
    add_tune(studio, slot=None, at=7.0)  # a beat after the third bar line of 3/4
    params = studio.ask("continue")["params"]
    assert [(note["pitch"], round(note["onset_sec"], 6)) for note in params["notes"]] == [
        (60, 0.0), (62, round(60 / 90, 6)), (64, round(120 / 90, 6)),
    ]  # fmt: skip
    assert params["length_sec"] == pytest.approx(4 * 60 / 90)
    assert params["time_signatures"] == [{"time_sec": pytest.approx(-60 / 90), "numerator": 3, "denominator": 4}]
    assert params["tempos"][0]["quarter_bpm"] == 90.0
    assert params["key"] == "A minor"


def test_of_a_loop_in_a_slot_one_round_is_told(studio: Studio) -> None:
    add_tune(studio, start=0.0, loop_start=1.0, loop_end=3.0)
    params = studio.ask("continue")["params"]
    assert [(note["pitch"], note["onset_sec"], note["duration_sec"]) for note in params["notes"]] == [
        (62, 0.0, 0.5), (64, 0.5, 0.5),
    ]  # fmt: skip
    assert params["time_signatures"][0]["time_sec"] == -0.5


def test_a_loop_in_the_arrangement_is_told_as_long_as_it_is(studio: Studio) -> None:
    add_tune(studio, slot=None, looping=True, loop_end=2.0, extent_beats=5.0)
    params = studio.ask("continue")["params"]
    assert [(note["pitch"], note["onset_sec"]) for note in params["notes"]] == [
        (60, 0.0), (62, 0.5), (60, 1.0), (62, 1.5), (60, 2.0),
    ]  # fmt: skip
    assert params["length_sec"] == 2.5


def test_candidates_go_into_the_empty_slots_below_and_scenes_are_added(studio: Studio) -> None:
    add_tune(studio, slot=1)
    track = studio.live.song.tracks[0]
    track._slots[2]._clips.append(track._midi_clip(track._slots[2], None, 4.0))
    before = state_of(studio.live.song)
    answer(studio, studio.ask("continue"), 2.0)
    clips = [slot.clip for slot in list(track.clip_slots)[3:]]
    assert len(studio.live.song.scenes) == 7
    assert [clip.name for clip in clips] == [f"Tune – continuation {n + 1} (0.{9 - n}0)" for n in range(4)]
    for number, clip in enumerate(clips):
        ((pitch, at, length),) = [(note.pitch, note.start_time, note.duration) for note in clip._notes]
        assert (pitch, at, length, clip.loop_end) == (72 + number, 1.0, 0.5, 8.0)
    studio.live.undo()
    assert state_of(studio.live.song) == before
    assert len(studio.live.song.scenes) == 4


def test_in_the_arrangement_the_best_one_stands_at_the_bar_line_after_the_clip(studio: Studio) -> None:
    add_tune(studio, slot=None, at=4.0)
    answer(studio, studio.ask("continue"), 2.0)
    track = studio.live.song.tracks[0]
    _, best = track.arrangement_clips
    assert (best.start_time, best.end_time, best.name) == (8.0, 16.0, "Tune – continuation 1 (0.90)")
    names = [slot.clip.name[-17:-7] for slot in track.clip_slots if slot.has_clip]
    assert len(names) == 3
    assert "4 continuations of “Tune” are in." in studio.said


def test_where_something_lies_after_the_clip_all_go_into_slots(studio: Studio) -> None:
    add_tune(studio, slot=None, at=4.0)
    track = studio.live.song.tracks[0]
    track._clips.append(track._midi_clip(track, 12.0, 4.0))
    answer(studio, studio.ask("continue"), 2.0)
    assert len(track.arrangement_clips) == 2
    assert all(slot.has_clip for slot in track.clip_slots)


def test_a_frozen_track_takes_nothing_and_the_files_are_named(studio: Studio) -> None:
    add_tune(studio, slot=None, at=4.0)
    studio.live.song.tracks[0]._is_frozen = True
    before = state_of(studio.live.song)
    answer(studio, studio.ask("continue"), 2.0)
    assert "The track is frozen); nothing was added. Its files are in /." in studio.said
    assert state_of(studio.live.song) == before


def test_a_track_that_was_deleted_is_replaced(studio: Studio) -> None:
    add_tune(studio)
    request = studio.ask("continue")
    studio.live.song.delete_track(0)
    answer(studio, request, 2.0, count=1)
    (track,) = studio.live.song.tracks
    assert (track.name, track.has_midi_input) == ("Tune", True)
    assert track.clip_slots[1].has_clip


def test_what_cannot_be_continued_is_said(studio: Studio) -> None:
    clip = add_tune(studio)
    for notes, sentence in (([], "“Tune” plays no notes"), (clip._notes * 2000, "has 6000 notes, and at most 5000")):
        clip._notes = notes
        studio.order("continue")
        assert sentence in studio.said
    studio.live.add_audio(studio.live.add_track(), write_song(studio.folder / "Take.wav"))
    studio.order("continue")
    assert "“Take” is an audio clip: choose a MIDI clip." in studio.said
    assert not studio.bridge.asked("continue")


def test_candidates_without_notes_are_left_out(studio: Studio) -> None:
    add_tune(studio)
    request = studio.ask("continue")
    empty = {"score": 0.5, "tracks": [{"name": "melody", "notes": []}]}
    studio.bridge.finish(request, {"candidates": [empty], "begin_sec": 2.0, "length_sec": 4.0})
    studio.go(4)
    assert "No continuation of “Tune” has notes" in studio.said


def test_muted_notes_are_not_told(studio: Studio) -> None:
    clip = add_tune(studio)
    clip._notes[1].mute = True
    assert [note["pitch"] for note in studio.ask("continue")["params"]["notes"]] == [60, 64]


@pytest.mark.parametrize("has_arrangement", [True, False])
def test_before_12_1_the_best_one_reaches_the_arrangement_too(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, has_arrangement: bool
) -> None:
    if not has_arrangement:
        monkeypatch.delattr(Track, "create_midi_clip")
    add_tune(studio, slot=None, at=4.0)
    answer(studio, studio.ask("continue"), 2.0)
    best = studio.live.song.tracks[0].arrangement_clips[1]
    assert (best.start_time, [note.pitch for note in best._notes]) == (8.0, [72])
