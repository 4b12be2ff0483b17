"""Rendered audio: the notes that were written are those that sound, at their times."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from benchmarks.rendered import (
    SAMPLE_RATE_HZ,
    SOUNDFONT,
    excerpt,
    read_tracks,
    render_tracks,
    with_programs,
    write_tracks,
)
from engine.audio import Samples
from engine.notes import SUSTAIN_PEDAL, ControlChange, Note, NoteTrack

ORGAN, FLUTE = 19, 73
NEEDS_FLUIDSYNTH = pytest.mark.skipif(
    not shutil.which("fluidsynth") or not SOUNDFONT.exists(),
    reason="the Debian packages fluidsynth and fluid-soundfont-gm are not installed",
)
MELODY = NoteTrack("melody", (Note(69, 90, 0.5, 0.4), Note(76, 70, 1.0, 0.25)), ORGAN)
CHORD = NoteTrack("chord", (Note(45, 80, 0.2, 1.0), Note(52, 80, 0.2, 1.0)), FLUTE)


def test_tracks_come_back_from_the_file_as_they_were_written(tmp_path: Path) -> None:
    pedal = NoteTrack("piano", (Note(60, 1, 0.25, 2.0),), 0, control_changes=(ControlChange(SUSTAIN_PEDAL, 127, 0.3),))
    drums = NoteTrack("kit", (Note(36, 127, 0.0, 0.1),), is_drum=True)
    path = tmp_path / "tracks.mid"
    write_tracks([MELODY, pedal, drums], path)
    melody, piano, kit = read_tracks(path)
    assert [(note.pitch, note.velocity) for note in melody.notes] == [(69, 90), (76, 70)]
    assert melody.program == ORGAN
    assert [note.onset_sec for note in melody.notes] == pytest.approx([0.5, 1.0], abs=5e-4)
    assert piano.control_changes[0].time_sec == pytest.approx(0.3, abs=5e-4)
    assert kit.is_drum


def test_an_excerpt_holds_whole_notes_and_the_pedal_as_it_is() -> None:
    notes = (Note(60, 80, 0.5, 1.0), Note(62, 80, 2.0, 1.0), Note(64, 80, 3.5, 1.0))
    pedal = (ControlChange(SUSTAIN_PEDAL, 0, 0.2), ControlChange(SUSTAIN_PEDAL, 127, 0.4))
    track = NoteTrack("piano", notes, control_changes=pedal)
    cut = excerpt(track, 1.0, 4.0)
    assert cut.notes == (Note(62, 80, 1.0, 1.0),)
    assert cut.control_changes == (ControlChange(SUSTAIN_PEDAL, 127, 0.0),)


def test_programs_go_by_the_name_of_the_track() -> None:
    assert [track.program for track in with_programs([MELODY, CHORD], {"melody": 40})] == [40, FLUTE]


@NEEDS_FLUIDSYNTH
def test_notes_sound_at_their_pitch_and_time() -> None:
    samples = render_tracks([MELODY])[0]
    assert np.abs(samples[: round(0.5 * SAMPLE_RATE_HZ)]).max() < 1e-4
    assert loudest_hz(samples, 0.55, 0.85) == pytest.approx(440, rel=0.01)
    assert loudest_hz(samples, 1.05, 1.25) == pytest.approx(659.3, rel=0.01)


@NEEDS_FLUIDSYNTH
def test_tracks_add_up_to_the_mix() -> None:
    mix = render_tracks([MELODY, CHORD])
    parts = [render_tracks([track]) for track in (MELODY, CHORD)]
    count = min(samples.shape[-1] for samples in (mix, *parts))
    difference = mix[:, :count] - sum(part[:, :count] for part in parts)
    assert np.abs(difference).max() < 0.01 * np.abs(mix).max()


def loudest_hz(samples: Samples, start_sec: float, end_sec: float) -> float:
    """Returns the octave-free frequency of the strongest partial, brought below 700 Hz."""
    part = samples[round(start_sec * SAMPLE_RATE_HZ) : round(end_sec * SAMPLE_RATE_HZ)]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), 8 * len(part)))
    frequency_hz = float(np.argmax(spectrum)) * SAMPLE_RATE_HZ / (8 * len(part))
    while frequency_hz > 700:
        frequency_hz /= 2
    return frequency_hz
