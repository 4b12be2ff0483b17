"""Prompts: bars, keys and metres as they are, and a sentence for what cannot be read."""

from dataclasses import replace

import pytest

from engine.backends.melody_prompt import read_prompt
from engine.errors import InvalidArgument
from engine.generation import Prompt
from engine.musical_time import Chord, Key, TempoChange, TempoMap, TimeSignature, steady_tempo
from engine.notes import Note, NoteTrack
from tests.engine.backends.melody_model import prompt_of


def prompt(*notes: Note, tempo_map: TempoMap | None = None) -> Prompt:
    return Prompt((NoteTrack("melody", notes),), tempo_map or steady_tempo(120.0))


def test_a_melody_moves_into_c() -> None:
    reading = read_prompt(replace(prompt_of(), key=Key(7, "major", 1.0)))
    assert [note.pitch for bar in reading.bars for note in bar.melody] == [72, 74, 76, 79, 76, 74, 72, 69]
    assert reading.to_c == 5
    assert [note.tick for note in reading.bars[1].melody] == [0, 12, 24, 36]


def test_the_first_bar_is_that_of_the_first_note() -> None:
    reading = read_prompt(prompt(Note(60, 90, 4.5, 0.5), Note(62, 90, 6.0, 0.5)))
    assert reading.begins_quarters == 8.0
    assert len(reading.bars) == 2


def test_a_note_that_is_a_little_early_belongs_to_the_bar() -> None:
    assert read_prompt(prompt(Note(60, 90, 3.98, 0.5))).begins_quarters == 8.0


def test_a_note_held_over_a_bar_line_takes_the_next_bar_too() -> None:
    assert len(read_prompt(prompt(Note(60, 90, 0.0, 2.1))).bars) == 1
    assert len(read_prompt(prompt(Note(60, 90, 0.0, 3.0))).bars) == 2


def test_overlapping_notes_are_cut_to_one_voice() -> None:
    reading = read_prompt(prompt(Note(60, 90, 0.0, 2.0), Note(64, 90, 0.5, 2.0), Note(67, 90, 1.0, 0.25)))
    (bar,) = (bar for bar in reading.bars if bar.melody)
    assert [(note.tick, note.duration) for note in bar.melody] == [(0, 12), (12, 12), (24, 6)]


def test_of_a_chord_the_highest_note_is_the_melody_and_the_lowest_the_bass() -> None:
    chord = tuple(Note(pitch, 90, 0.0, 1.0) for pitch in (36, 52, 60))
    (bar,) = read_prompt(replace(prompt(*chord), key=Key(0, "major", 1.0))).bars
    assert [[note.pitch for note in part] for part in (bar.melody, bar.chords, bar.bass)] == [[60], [52], [36]]


def test_other_tracks_accompany() -> None:
    tracks = (NoteTrack("tune", (Note(72, 90, 0.0, 0.5),)), NoteTrack("piano", (Note(76, 90, 0.0, 0.5),)))
    (bar,) = read_prompt(Prompt(tracks, steady_tempo(120.0), Key(0, "major", 1.0))).bars
    assert ([note.pitch for note in bar.melody], [note.pitch for note in bar.chords]) == ([72], [76])


def test_only_the_last_metre_is_read() -> None:
    tempo_map = TempoMap((TempoChange(0.0, 120.0),), (TimeSignature(0.0, 4, 4), TimeSignature(4.0, 7, 8)))
    reading = read_prompt(
        prompt(Note(60, 90, 0.0, 0.5), Note(62, 90, 4.0, 0.5), Note(64, 90, 5.75, 0.5), tempo_map=tempo_map)
    )
    assert reading.metre == (7, 8)
    assert reading.begins_quarters == 8.0
    assert [len(bar.melody) for bar in reading.bars] == [1, 1]
    assert reading.bars[1].melody[0].tick == 0


def test_a_ramp_and_two_tempi_at_one_time_are_no_trouble() -> None:
    ramp = tuple(TempoChange(0.25 * number, 100.0 + 5 * number) for number in range(8))
    tempo_map = TempoMap((*ramp[:4], TempoChange(ramp[3].time_sec, 140.0), *ramp[4:]), (TimeSignature(0.0, 4, 4),))
    reading = read_prompt(prompt_of(tempo_map=tempo_map))
    assert [[note.tick for note in bar.melody] for bar in reading.bars] == [[0, 12, 24, 36]] * 2


def test_chords_are_moved_with_the_notes() -> None:
    given = replace(prompt_of(), key=Key(7, "major", 1.0), chords=(Chord(0.0, 2.0, "G:maj"), Chord(2.0, 2.0, "E:min")))
    reading = read_prompt(given)
    assert reading.has_chords
    assert [(bar.harmony[0].root, bar.harmony[0].quality) for bar in reading.bars] == [(0, "maj"), (9, "min")]


def test_church_modes_are_read_as_the_nearer_of_two() -> None:
    assert read_prompt(replace(prompt_of(), key=Key(2, "dorian", 1.0))).key.mode == "minor"
    assert read_prompt(replace(prompt_of(), key=Key(2, "mixolydian", 1.0))).key.mode == "major"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (prompt(Note(60, 90, 0.0, 0.5), tempo_map=steady_tempo(120.0, 7, 4)), "no bars of 7/4"),
        (prompt(Note(60, 90, 0.0, 0.5), tempo_map=steady_tempo(120.0, 5, 32)), "no bars of 5/32"),
    ],
)
def test_bars_that_the_model_does_not_know_are_refused_in_words(given: Prompt, words: str) -> None:
    with pytest.raises(InvalidArgument, match=words):
        read_prompt(given)
