"""Transcriptions in the set: every note at the beat at which the clip plays it."""

from typing import Any

import pytest

from tests.daw_scripts.fake_live.clip import Clip
from tests.daw_scripts.fake_live.song import state_of
from tests.daw_scripts.fake_live.track import Track
from tests.daw_scripts.live.conftest import Studio
from tests.daw_scripts.playback import write_song
from tests.daw_scripts.stand_in import note_track

# 120 BPM up to 1 s, then 60 BPM: beat 2 is at 1 s, beat 3 at 2 s.
MARKERS = ((0.0, 0.0), (1.0, 2.0), (2.0, 3.0), (2.03125, 3.03125))


def transcribe(studio: Studio, *notes: tuple[int, int, float, float], **fields: Any) -> list[Track]:
    """Transcribes the selected clip, in which these notes are heard, and returns the new tracks."""
    before = len(studio.live.song.tracks)
    request = studio.ask("transcribe")
    tracks = [note_track("Piano", list(notes), **fields), note_track("Bass", [])]
    studio.bridge.finish(request, {"tracks": tracks, "length_sec": request["params"]["clip"]["length_sec"]})
    studio.go(6)
    return list(studio.live.song.tracks)[1 : len(studio.live.song.tracks) - before + 1]


def rows(clip: Clip) -> list[tuple[int, float, float]]:
    return [
        (note.pitch, round(note.start_time, 6), round(note.duration, 6))
        for note in clip.get_notes_extended(0, 128, -1e6, 2e6)
    ]


def add_clip(studio: Studio, **fields: Any) -> Clip:
    return studio.live.add_audio(studio.live.add_track(), write_song(studio.folder / "Take.wav"), **fields)


def test_notes_of_a_warped_clip_lie_on_its_own_beats(studio: Studio) -> None:
    add_clip(studio, slot=1, markers=MARKERS, start=1.0, end=4.0)
    # The window begins at 0.5 s of the file, beat 1.
    (track,) = transcribe(studio, (60, 90, 0.0, 0.25), (64, 90, 0.5, 0.5), (67, 90, 1.25, 9.0))
    assert track.name == "Take – Piano"
    clip = track.clip_slots[1].clip
    assert rows(clip) == [(60, 0.0, 0.5), (64, 1.0, 0.5), (67, 1.75, 1.25)]
    assert (clip.loop_start, clip.loop_end, clip.looping) == (0.0, 3.0, False)
    assert "The notes of “Take” are on 1 new tracks." in studio.said


def test_a_loop_in_a_slot_stays_a_loop(studio: Studio) -> None:
    add_clip(studio, markers=MARKERS, looping=True, start=0.5, end=4.0, loop_start=1.0, loop_end=3.0)
    (track,) = transcribe(studio, (60, 90, 0.25, 0.25))
    clip = track.clip_slots[0].clip
    assert rows(clip) == [(60, 0.5, 0.5)]
    assert (clip.looping, clip.start_marker, clip.loop_start, clip.loop_end) == (True, 0.0, 0.5, 2.5)


def test_a_loop_in_the_arrangement_is_written_out(studio: Studio) -> None:
    add_clip(
        studio, slot=None, at=16.0, markers=MARKERS, looping=True, start=2.0, loop_start=0.0, loop_end=3.0,
        extent_beats=5.0,
    )  # fmt: skip
    (track,) = transcribe(studio, (60, 90, 0.0, 0.5), (62, 90, 1.5, 0.25))
    (clip,) = track.arrangement_clips
    assert (clip.start_time, clip.end_time) == (16.0, 21.0)
    assert rows(clip) == [(62, 0.5, 0.25), (60, 1.0, 1.0), (62, 3.5, 0.25), (60, 4.0, 1.0)]


def test_notes_of_a_clip_that_is_not_warped_follow_its_speed_and_the_tempo(studio: Studio) -> None:
    studio.live.song.tempo = 90.0
    add_clip(studio, slot=None, at=4.0, start=0.5, end=2.5, pitch_coarse=12)
    (track,) = transcribe(studio, (60, 90, 0.5, 0.5))
    (clip,) = track.arrangement_clips
    assert rows(clip) == [(72, 0.375, 0.375)]  # an octave up is twice as fast: 0.25 s at 90 BPM
    assert clip.end_time - clip.start_time == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("fields", "pitch"),
    [
        ({"pitch_coarse": -3, "pitch_fine": -40.0}, 57),
        ({"warp_mode": 3, "pitch_coarse": 5}, 48),  # the clip's two beats last a second, and here two
        ({"is_drum": True, "pitch_coarse": 7}, 60),
    ],
    ids=["transposed", "Re-Pitch", "drums"],
)
def test_notes_are_at_the_pitch_that_is_heard(studio: Studio, fields: dict[str, Any], pitch: int) -> None:
    is_drum = fields.pop("is_drum", False)
    studio.live.song.tempo = 60.0
    add_clip(studio, markers=MARKERS, start=0.0, end=2.0, **fields)
    (track,) = transcribe(studio, (60, 90, 0.0, 0.5), is_drum=is_drum)
    assert rows(track.clip_slots[0].clip)[0][0] == pitch


def test_notes_of_one_pitch_never_overlap(studio: Studio) -> None:
    add_clip(studio)
    (track,) = transcribe(studio, (60, 90, 0.0, 2.0), (60, 80, 0.5, 0.5), (60, 70, 0.5, 0.25), (62, 90, 0.25, 2.0))
    assert rows(track.clip_slots[0].clip) == [(60, 0.0, 1.0), (62, 0.5, 4.0), (60, 1.0, 1.0)]


def test_one_undo_step_takes_them_back(studio: Studio) -> None:
    add_clip(studio, markers=MARKERS, start=0.0, end=2.0)
    before = state_of(studio.live.song)
    transcribe(studio, (60, 90, 0.0, 0.5))
    studio.live.undo()
    assert state_of(studio.live.song) == before


def test_before_12_1_the_clip_reaches_the_arrangement_by_way_of_a_slot(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(Track, "create_midi_clip")
    add_clip(studio, slot=None, at=8.0, markers=MARKERS, start=0.0, end=3.0)
    (track,) = transcribe(studio, (60, 90, 1.0, 0.5))
    (clip,) = track.arrangement_clips
    assert (clip.start_time, clip.end_time, rows(clip)) == (8.0, 11.0, [(60, 2.0, 0.5)])
    assert not any(slot.has_clip for slot in track.clip_slots)


def test_silence_adds_nothing_and_says_so(studio: Studio) -> None:
    add_clip(studio)
    assert transcribe(studio) == []
    assert "There was nothing to write down in “Take”" in studio.said


def test_beats_of_a_warped_clip_stay_whatever_the_tempo_does(studio: Studio) -> None:
    """A tempo that is automated is no more than another tempo at another time."""
    add_clip(studio, slot=None, at=4.0, markers=MARKERS, start=0.0, end=3.0)
    studio.live.song.tempo = 173.0
    request = studio.ask("transcribe")
    studio.live.song.tempo = 61.0
    tracks = [note_track("Piano", [(60, 90, 1.0, 0.5)])]
    studio.bridge.finish(request, {"tracks": tracks, "length_sec": request["params"]["clip"]["length_sec"]})
    studio.go(4)
    (clip,) = studio.live.song.tracks[1].arrangement_clips
    assert (clip.start_time, clip.end_time, rows(clip)) == (4.0, 7.0, [(60, 2.0, 0.5)])


def test_a_tempo_that_changes_meanwhile_moves_nothing(studio: Studio) -> None:
    """What was asked at one tempo is put in at that one: the script cannot know where it changes."""
    add_clip(studio, start=0.0, end=2.0)
    request = studio.ask("transcribe")
    studio.live.song.tempo = 60.0
    tracks = [note_track("Piano", [(60, 90, 1.0, 0.5)])]
    studio.bridge.finish(request, {"tracks": tracks, "length_sec": 2.0})
    studio.go(4)
    assert rows(studio.live.song.tracks[1].clip_slots[0].clip) == [(60, 2.0, 1.0)]
