"""Suggested samples in the set, those that the script asked for and those that a panel orders."""

from pathlib import Path
from typing import Any

import pytest

from tests.daw_scripts.fake_live.application import APPLICATION
from tests.daw_scripts.fake_live.song import state_of
from tests.daw_scripts.live.conftest import Studio
from tests.daw_scripts.playback import write_song
from tests.daw_scripts.stand_in import sample_row


@pytest.fixture
def loop(studio: Studio) -> Path:
    return write_song(studio.folder / "Loop é.wav", length_sec=2.5)


def suggest(studio: Studio, *rows: dict[str, Any]) -> None:
    """Asks for suggestions for the clip in Detail View and answers with rows."""
    studio.bridge.finish(studio.ask("suggest"), {"rows": list(rows)})
    studio.go(6)


def test_suggestions_for_a_clip_stand_below_each_other_on_a_new_track(studio: Studio, loop: Path) -> None:
    song = studio.live.song
    track = studio.live.add_track()
    studio.live.add_track("Keys")
    song.view.selected_track, song.view.selected_scene = track, song.scenes[1]
    studio.live.add_audio(track, write_song(studio.folder / "a.wav"), slot=1)
    kick = write_song(studio.folder / "kick.wav", length_sec=0.5)
    shot = sample_row(kick, "Kick", kind="one-shot/kick", playrate=1.0, length_sec=0.5)
    before = state_of(song)
    suggest(studio, sample_row(loop), sample_row(None, "gone"), shot)
    assert [each.name for each in song.tracks] == ["Vox", "Samples", "Keys"]
    first, second = (song.tracks[1].clip_slots[scene].clip for scene in (1, 2))
    # Two seconds at 120 BPM are four beats, to which 2.5 s of the file are warped.
    assert (first.name, first.warping, first.looping, first.loop_start, first.loop_end) == ("Loop é", True, True, 0, 4)
    assert first.beat_to_sample_time(2.0) == pytest.approx(1.25 * 44_100)
    assert (second.name, second.warping, second.loop_end) == ("Kick", False, 0.5)
    assert "2 samples are in." in studio.said
    assert not studio.bridge.asked("use")  # none of them was chosen yet
    studio.live.undo()
    assert state_of(song) == before


def test_what_a_panel_orders_is_used(studio: Studio, loop: Path) -> None:
    studio.live.add_track()
    row = sample_row(loop) | {"semitones": 3}
    studio.order("insert_samples", rows=[row], project_bpm=96.0)
    studio.go(6)
    (clip,) = [slot.clip for slot in studio.live.song.tracks[-1].clip_slots if slot.has_clip]
    assert studio.live.song.tracks[-1].name == "Loop é"
    assert (clip.loop_end, clip.pitch_coarse) == (pytest.approx(2.0 * 96 / 60), 3)
    (use,) = studio.bridge.asked("use")
    assert use["params"] == {"sample": row["sample"], "project": "Live"}


def test_in_the_arrangement_they_follow_each_other_from_the_playhead(studio: Studio, loop: Path) -> None:
    APPLICATION.view._focused = "Arranger"
    studio.live.add_track()
    studio.live.song._song_time = 8.0
    studio.order("insert_samples", rows=[sample_row(loop), sample_row(loop, "Again")], project_bpm=120.0)
    studio.go(6)
    clips = studio.live.song.tracks[-1].arrangement_clips
    assert [(clip.start_time, clip.end_time) for clip in clips] == [(8.0, 12.0), (12.0, 16.0)]


def test_an_empty_library_is_named(studio: Studio) -> None:
    studio.live.add_audio(studio.live.add_track(), write_song(studio.folder / "a.wav"))
    suggest(studio)
    assert "auxsend library add FOLDER" in studio.said
    params = studio.bridge.asked("suggest")[0]["params"]
    assert (params["project_bpm"], params["count"]) == (120.0, 8)
