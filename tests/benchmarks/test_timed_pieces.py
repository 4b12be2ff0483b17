"""Pieces of known tempo: what is moved keeps its place between the beats."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.timed_pieces import TEMPI, TimedSong, retimed, with_drums
from engine.notes import Note, NoteTrack


@pytest.fixture
def song() -> TimedSong:
    """Sixteen beats at 120 with a note on every beat and one half-way to the next."""
    notes = tuple(Note(60, 80, 1 + 0.25 * i, 0.2) for i in range(30))
    beats_sec = 1 + 0.5 * np.arange(16, dtype=np.float64)
    return TimedSong("test", Path(), (NoteTrack("PIANO", notes),), beats_sec, np.arange(16) % 4 == 2)


def test_notes_keep_their_places_between_beats(song: TimedSong) -> None:
    faster = retimed(song, TEMPI["ramp, 80 to 140"])
    assert 60 / (faster.beats_sec[1] - faster.beats_sec[0]) == pytest.approx(80)
    assert 60 / (faster.beats_sec[-1] - faster.beats_sec[-2]) == pytest.approx(136)
    places = np.interp([note.onset_sec for note in faster.tracks[0].notes], faster.beats_sec, np.arange(16))
    np.testing.assert_allclose(places, 0.5 * np.arange(30))


def test_a_steady_tempo_is_steady(song: TimedSong) -> None:
    np.testing.assert_allclose(np.diff(retimed(song, TEMPI["steady, 96"]).beats_sec), 60 / 96)


def test_drums_mark_the_bars(song: TimedSong) -> None:
    drums = with_drums(song).tracks[-1]
    assert drums.is_drum
    kicks = [note.onset_sec for note in drums.notes if note.pitch == 36]
    # From the first downbeat on, which is the third beat, kicks are on the first and third beats of each bar.
    np.testing.assert_allclose([time for time in kicks if time >= 2], np.arange(2, 9, 1.0)[: len(kicks)])
    assert sum(note.pitch == 42 for note in drums.notes) == 31
