"""What is read out of sets of Live 11 and of Live 12."""

from pathlib import Path

import pytest

from bridge.projects.als_file_reference import FileReference
from bridge.projects.als_model import ClipKind, LiveSet, Loop, SampleReference, TrackKind, WarpMarker, read_set
from tests.bridge.projects.als_sets import SETS, write_text


@pytest.fixture(params=SETS)
def live_set(request: pytest.FixtureRequest, tmp_path: Path) -> LiveSet:
    return read_set(write_text(tmp_path / "song.als", SETS[request.param]))


def test_a_set_has_its_tempo_and_its_tracks(live_set: LiveSet) -> None:
    assert live_set.quarter_bpm == 128.5
    assert live_set.creator.startswith("Ableton Live 1")
    assert [(track.kind, track.id, track.name, track.colour) for track in live_set.tracks] == [
        (TrackKind.GROUP, 3, "Group", 13),
        (TrackKind.AUDIO, 4, "Drums", 14),
        (TrackKind.MIDI, 5, "quiet", 15),
        (TrackKind.RETURN, 6, "A-Reverb", 16),
    ]
    assert [track.group_id for track in live_set.tracks] == [-1, 3, -1, -1]
    assert [track.is_muted for track in live_set.tracks] == [False, False, True, False]


def test_a_warped_clip_has_its_loop_its_markers_and_its_file(live_set: LiveSet) -> None:
    clip = live_set.tracks[1].arrangement[0]
    assert (clip.kind, clip.name, clip.colour, clip.slot) == (ClipKind.AUDIO, "Feet", 12, None)
    assert (clip.start_beat, clip.end_beat) == (8, 24)
    assert (clip.is_warped, clip.is_muted) == (True, False)
    assert clip.loop == Loop(0, 4, 1, is_on=True, out_marker=4, hidden_start=0, hidden_end=8)
    assert clip.warp_markers == (WarpMarker(0.25, 0), WarpMarker(2.125, 4), WarpMarker(2.140625, 4.03125))
    name = 'Samples/Imported/"four" <feet>.wav'
    file = FileReference(f"C:/Users/Ana & Bo/Drums Project/{name}", name)
    assert clip.sample == SampleReference(file, 44_100, 88_200)


def test_a_clip_that_is_not_warped_counts_in_seconds(live_set: LiveSet) -> None:
    clip = live_set.tracks[1].arrangement[1]
    assert (clip.start_beat, clip.end_beat, clip.is_warped, clip.is_muted) == (24.5, 27.5, False, True)
    assert (clip.loop.start, clip.loop.end, clip.loop.is_on) == (0.5, 2, False)
    assert clip.sample is not None
    assert clip.sample.file.relative_path == "../Voice/João.flac"


def test_session_clips_know_their_scene(live_set: LiveSet) -> None:
    assert [(clip.name, clip.slot) for clip in live_set.tracks[1].session] == [("Slot", 1)]


def test_midi_clips_have_no_file(live_set: LiveSet) -> None:
    (clip,) = live_set.tracks[2].arrangement
    assert (clip.kind, clip.name, clip.sample, clip.warp_markers) == (ClipKind.MIDI, "Riff", None, ())


def test_what_a_set_does_not_say_is_nothing(tmp_path: Path) -> None:
    text = (
        '<Ableton><LiveSet><Tracks><AudioTrack Id="0"><ColorIndex Value="7"/></AudioTrack></Tracks></LiveSet></Ableton>'
    )
    found = read_set(write_text(tmp_path / "song.als", text))
    assert (found.quarter_bpm, found.minor_version) == (0, "")
    (track,) = found.tracks
    assert (track.name, track.colour, track.group_id, track.is_muted) == ("", 7, -1, False)


def test_a_number_that_is_none_is_said(tmp_path: Path) -> None:
    path = write_text(tmp_path / "song.als", SETS["Live 12"].replace('"128.5"', '"fast"'))
    with pytest.raises(ValueError, match=r"song\.als” is a damaged Live set: .*fast"):
        read_set(path)
