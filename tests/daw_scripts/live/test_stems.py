"""Stems in the set: they play what the source plays, and one undo step takes them back."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.daw_scripts.fake_live.clip import Clip
from tests.daw_scripts.fake_live.song import state_of
from tests.daw_scripts.fake_live.track import ClipSlot, Track
from tests.daw_scripts.live.conftest import STEMS, Studio
from tests.daw_scripts.playback import write_song

RATE_HZ = 44_100
MARKERS = ((0.1, -1.0), (0.5, 0.0), (1.2, 1.5), (1.9, 2.75), (2.4, 4.5), (2.41, 4.52))
"""Seconds and beats; the last is the one that Live does not show."""


def stem_clips(studio: Studio, source: Track) -> list[list[Clip]]:
    """Returns the clips of each stem's track; the tracks follow the source's."""
    tracks = list(studio.live.song.tracks)
    at = tracks.index(source) + 1
    found = []
    for name, track in zip(STEMS, tracks[at : at + len(STEMS)], strict=True):
        assert track.name.endswith(f" – {name}")
        assert track.color == source.color
        found.append([*track.arrangement_clips, *(slot.clip for slot in track.clip_slots if slot.clip)])
    return found


def source_sample(clip: Clip, position: float) -> float:
    """Returns which sample of its file a clip plays at a position."""
    return clip.beat_to_sample_time(position) if clip.warping else position * clip.sample_rate


def assert_same_way(clip: Clip, stem: Clip, first: int) -> None:
    """Asserts that a stem, whose file begins at the source's sample `first`, is played as the source is."""
    moved = 0.0 if clip.warping else first / clip.sample_rate
    assert (stem.warping, stem.looping) == (clip.warping, clip.looping)
    for name in ("loop_start", "loop_end") + (("start_marker", "end_marker") if clip.looping else ()):
        assert getattr(stem, name) == pytest.approx(getattr(clip, name) - moved, abs=1e-9)
    for position in np.linspace(clip.loop_start, clip.loop_end, 50):
        assert abs(source_sample(clip, position) - first - source_sample(stem, position - moved)) <= 1
    for name in ("gain", "pitch_coarse", "pitch_fine", "warp_mode", "color"):
        assert getattr(stem, name) == getattr(clip, name)


CLIPS: dict[str, dict[str, Any]] = {
    "whole file": {},
    "trimmed": {"start": 0.5, "end": 2.25},
    "between two samples": {"start": 0.5 + 0.3 / RATE_HZ, "end": 2.25 + 0.6 / RATE_HZ},
    "begins before its file": {"start": -0.25, "end": 2.0},
    "ends after its file": {"start": 1.0, "end": 4.0},
    "raised, louder": {"start": 0.5, "end": 2.0, "pitch_coarse": 3, "pitch_fine": 20.0, "gain": 0.7},
    "warped": {"markers": MARKERS, "start": 0.25, "end": 4.0},
    "warped, from before its file": {"markers": MARKERS, "start": -2.0, "end": 4.0},
    "warped, looped": {
        "markers": MARKERS, "start": 1.0, "end": 4.0, "looping": True, "loop_start": 1.0, "loop_end": 3.0,
    },
    "warped, begins before its loop": {
        "markers": MARKERS, "start": -0.5, "end": 4.0, "looping": True, "loop_start": 1.0, "loop_end": 3.0,
    },
    "warped, begins in its loop": {
        "markers": MARKERS, "start": 2.0, "end": 4.0, "looping": True, "loop_start": 0.5, "loop_end": 3.5,
        "warp_mode": 4,
    },
}  # fmt: skip


@pytest.mark.parametrize("is_auto_warped", [False, True])
@pytest.mark.parametrize("fields", CLIPS.values(), ids=CLIPS.keys())
def test_stems_of_a_clip_in_a_slot_play_as_it_does(
    studio: Studio, fields: dict[str, Any], is_auto_warped: bool
) -> None:
    track = studio.live.add_track()
    studio.live.add_track("Keys")
    clip = studio.live.add_audio(track, write_song(studio.folder / "João é.wav"), slot=2, **fields)
    studio.live.song._is_auto_warped = is_auto_warped
    request = studio.ask("split")
    window = request["params"]["clip"]
    first = round(window["start_offset_sec"] * RATE_HZ)
    assert window["start_offset_sec"] * RATE_HZ == pytest.approx(first, abs=1e-6)
    files = [studio.folder / f"{name}.wav" for name in STEMS]
    for file in files:
        soundfile.write(file, np.zeros(round(window["length_sec"] * RATE_HZ)), RATE_HZ)
    studio.bridge.finish(request, {"stems": [{"name": file.stem, "file": str(file)} for file in files]})
    studio.go(12)
    assert "The stems of “João é” are on 4 new tracks." in studio.said
    for (stem,) in stem_clips(studio, track):
        assert studio.live.song.tracks[1].clip_slots[2].has_clip
        assert_same_way(clip, stem, first)
    assert clip.muted
    assert studio.bridge.asked("forget")[-1]["params"] == {"job": request["id"]}


ARRANGED: dict[str, tuple[dict[str, Any], list[tuple[float, float, float]]]] = {
    # what the clip is; and what each of a stem's clips is: its beat in the song, and its positions
    "trimmed": ({"start": 0.5, "end": 2.0}, [(8.0, 0.5, 2.0)]),
    "warped": ({"markers": MARKERS, "start": 0.5, "end": 4.0}, [(8.0, 0.5, 4.0)]),
    "loop shorter than the clip": (
        {"markers": MARKERS, "start": 1.0, "loop_start": 1.0, "loop_end": 2.5, "looping": True, "extent_beats": 4.0},
        [(8.0, 1.0, 2.5), (9.5, 1.0, 2.5), (11.0, 1.0, 2.0)],
    ),
    "begins in its loop": (
        {"markers": MARKERS, "start": 2.0, "loop_start": 1.0, "loop_end": 2.5, "looping": True, "extent_beats": 3.0},
        [(8.0, 2.0, 2.5), (8.5, 1.0, 2.5), (10.0, 1.0, 2.0)],
    ),
    "clip shorter than its loop": (
        {"markers": MARKERS, "start": 1.0, "loop_start": 1.0, "loop_end": 4.0, "looping": True, "extent_beats": 1.5},
        [(8.0, 1.0, 2.5)],
    ),
    "begins after its loop": (
        {"markers": MARKERS, "start": 3.0, "loop_start": 1.0, "loop_end": 2.5, "looping": True, "extent_beats": 1.5},
        [(8.0, 3.0, 4.5)],
    ),
}


@pytest.mark.parametrize("is_auto_warped", [False, True])
@pytest.mark.parametrize(("fields", "passes"), ARRANGED.values(), ids=ARRANGED.keys())
def test_stems_of_a_clip_in_the_arrangement_stand_where_it_stands(
    studio: Studio, fields: dict[str, Any], passes: list[tuple[float, float, float]], is_auto_warped: bool
) -> None:
    track = studio.live.add_track()
    clip = studio.live.add_audio(track, write_song(studio.folder / "a.wav"), slot=None, at=8.0, **fields)
    studio.live.song._is_auto_warped = is_auto_warped
    first = round(ask_offset(studio) * RATE_HZ)
    moved = 0.0 if clip.warping else first / RATE_HZ
    for stems in stem_clips(studio, track):
        assert len(stems) == len(passes)
        for stem, (at, begin, end) in zip(stems, passes, strict=True):
            assert stem.start_time == at
            assert stem.end_time == pytest.approx(at + (end - begin) * (1 if clip.warping else 2), abs=1e-6)
            assert (stem.loop_start, stem.loop_end) == pytest.approx((begin - moved, end - moved), abs=1e-6)
            for position in np.linspace(begin, end, 20):
                assert abs(source_sample(clip, position) - first - source_sample(stem, position - moved)) <= 1


def ask_offset(studio: Studio) -> float:
    """Splits the selected clip and returns where in its file the window begins, in seconds."""
    studio.split()
    offset_sec: float = studio.bridge.asked("split")[-1]["params"]["clip"]["start_offset_sec"]
    return offset_sec


def test_a_48_khz_clip_in_a_44_khz_set_is_windowed_in_its_own_samples(studio: Studio) -> None:
    song = write_song(studio.folder / "a.wav", 48_000)
    studio.live.add_audio(studio.live.add_track(), song, start=1000 / 48_000, end=97_001 / 48_000)
    clip = studio.ask("split")["params"]["clip"]
    assert clip["start_offset_sec"] * 48_000 == pytest.approx(1000, abs=1e-6)
    assert clip["length_sec"] * 48_000 == pytest.approx(96_001, abs=1e-6)


def test_one_undo_step_takes_everything_back(studio: Studio) -> None:
    track = studio.live.add_track()
    studio.live.song._is_auto_warped = True
    studio.live.add_audio(track, write_song(studio.folder / "a.wav"), markers=MARKERS, start=0.5, end=3.0)
    before = state_of(studio.live.song)
    studio.split()
    assert len(studio.live.song.tracks) == 5
    assert len(studio.live.song._history.steps) == 1
    studio.live.undo()
    assert state_of(studio.live.song) == before


def test_levels_of_the_track_are_those_of_its_stems(studio: Studio) -> None:
    track = studio.live.add_track()
    track.mixer_device.volume.value, track.mixer_device.panning.value = 0.5, -0.25
    studio.live.add_audio(track, write_song(studio.folder / "a.wav"))
    studio.split()
    for stem in list(studio.live.song.tracks)[1:]:
        assert (stem.mixer_device.volume.value, stem.mixer_device.panning.value) == (0.5, -0.25)


def test_what_live_refuses_half_way_leaves_nothing_behind(studio: Studio) -> None:
    studio.live.add_audio(studio.live.add_track(), write_song(studio.folder / "a.wav"), markers=MARKERS)
    before = state_of(studio.live.song)
    request = studio.ask("split")
    files = [str(studio.folder / "a.wav"), str(studio.folder / "none.wav")]
    studio.bridge.finish(request, {"stems": [{"name": Path(file).stem, "file": file} for file in files]})
    studio.go(12)
    assert "no valid audio file" in studio.said
    assert str(studio.folder) in studio.said
    assert state_of(studio.live.song) == before
    assert studio.live.song._history.open is None
    assert not studio.bridge.asked("forget")  # a panel can order it again


def test_too_many_tracks_leave_nothing_behind(studio: Studio) -> None:
    studio.live.add_audio(studio.live.add_track(), write_song(studio.folder / "a.wav"))
    studio.live.song._most_tracks = 3
    before = state_of(studio.live.song)
    studio.split()
    assert "Too many tracks" in studio.said
    assert state_of(studio.live.song) == before


def test_a_clip_that_was_moved_has_its_stems_beside_it(studio: Studio) -> None:
    track = studio.live.add_track()
    clip = studio.live.add_audio(track, write_song(studio.folder / "a.wav"), slot=None, at=8.0)
    request = studio.ask("split")
    clip._start_time = 20.0
    studio.bridge.finish(request, {"stems": [{"name": "vocals", "file": str(studio.folder / "a.wav")}]})
    studio.go(8)
    assert studio.live.song.tracks[1].arrangement_clips[0].start_time == 20.0


def test_a_clip_and_a_track_that_were_deleted_have_their_stems_where_they_were(studio: Studio) -> None:
    track = studio.live.add_track()
    studio.live.add_audio(track, write_song(studio.folder / "a.wav"), slot=None, at=8.0, markers=MARKERS)
    studio.live.add_track("Keys")
    request = studio.ask("split")
    track.delete_clip(track.arrangement_clips[0])
    studio.live.song.delete_track(0)
    studio.bridge.finish(request, {"stems": [{"name": "vocals", "file": str(studio.folder / "a.wav")}]})
    studio.go(8)
    stem, keys = studio.live.song.tracks
    assert (keys.name, stem.arrangement_clips[0].start_time) == ("Keys", 8.0)


def test_a_track_that_is_frozen_is_split_onto_tracks_that_are_not(studio: Studio) -> None:
    track = studio.live.add_track()
    studio.live.add_audio(track, write_song(studio.folder / "a.wav"))
    track._is_frozen = True
    studio.split()
    assert len(studio.live.song.tracks) == 5


def test_where_live_loads_no_audio_for_scripts_the_files_are_named(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(ClipSlot, "create_audio_clip")
    monkeypatch.delattr(Track, "create_audio_clip")
    studio.live.add_audio(studio.live.add_track(), write_song(studio.folder / "a.wav"))
    files = studio.split()
    assert f"in {files[0].parent}: drag them" in studio.said
    assert len(studio.live.song.tracks) == 1


def test_clip_envelopes_are_said_not_to_be_copied(studio: Studio) -> None:
    studio.live.add_audio(studio.live.add_track(), write_song(studio.folder / "a.wav"), has_envelopes=True)
    studio.split()
    assert "Clip envelopes of “a” were not copied." in studio.said


def test_a_groove_is_kept(studio: Studio) -> None:
    groove = object()
    studio.live.add_audio(studio.live.add_track(), write_song(studio.folder / "a.wav"), groove=groove)
    studio.split()
    assert studio.live.song.tracks[1].clip_slots[0].clip.groove is groove
