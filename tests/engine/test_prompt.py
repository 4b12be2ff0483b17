"""Prompts at the border: what is no music is refused in words, and bars are counted as a musician counts them."""

import math
from dataclasses import replace

import pytest

from engine.errors import InvalidArgument
from engine.generation import Prompt
from engine.musical_time import Chord, Key, TempoChange, TempoMap, TimeSignature, steady_tempo
from engine.notes import Note, NoteTrack
from engine.prompt import MOST_NOTES, bars_of, checked, chords_over, melody_of
from tests.engine.prompts import melody, prompt

FOUR_FOUR = (TimeSignature(0.0, 4, 4),)
REFUSED = {
    "nothing": (Prompt((), steady_tempo(120.0)), "holds no notes"),
    "an empty track": (Prompt((NoteTrack("melody", ()),), steady_tempo(120.0)), "holds no notes"),
    "drums": (prompt(Note(36, 90, 0.0, 0.1), is_drum=True), "drums alone"),
    "a high pitch": (prompt(Note(128, 90, 0.0, 0.5)), "pitch 128"),
    "a low pitch": (prompt(Note(-1, 90, 0.0, 0.5)), "pitch -1"),
    "silence": (prompt(Note(60, 0, 0.0, 0.5)), "velocity 0"),
    "early": (prompt(Note(60, 90, -0.5, 0.5)), "before 0 s"),
    "backwards": (prompt(Note(60, 90, 0.0, -0.5)), "ends before it begins"),
    "never": (prompt(Note(60, 90, math.nan, 0.5)), "before 0 s"),
    "many": (prompt(*(Note(60, 90, 0.0, 0.5),) * (MOST_NOTES + 1)), "fewer bars"),
    "no tempo": (prompt(tempo_map=TempoMap((), FOUR_FOUR)), "first of each at 0 s"),
    "late tempo": (prompt(tempo_map=TempoMap((TempoChange(1.0, 120.0),), FOUR_FOUR)), "first of each at 0 s"),
    "standstill": (prompt(tempo_map=steady_tempo(0.0)), "tempo of 0"),
    "unordered": (
        prompt(tempo_map=TempoMap(tuple(TempoChange(t, 120.0) for t in (0.0, 2.0, 1.0)), FOUR_FOUR)),
        "order of their times",
    ),
    "metre": (prompt(tempo_map=steady_tempo(120.0, 4, 3)), "no metre of 4/3"),
    "no metre": (prompt(tempo_map=steady_tempo(120.0, 0, 4)), "no metre of 0/4"),
    "key": (prompt(key=Key(12, "major", 1.0)), "The key has no such tonic"),
    "mode": (prompt(key=Key(0, "blue", 1.0)), "no such tonic or mode"),
    "chord": (replace(prompt(), chords=(Chord(0.0, 1.0, ""),)), "no name or no time"),
}


@pytest.mark.parametrize(("given", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_music_is_refused_in_words(given: Prompt, words: str) -> None:
    with pytest.raises(InvalidArgument, match=words):
        checked(given)


def test_of_two_tempo_events_at_one_time_the_last_holds() -> None:
    tempos = (TempoChange(0.0, 90.0), TempoChange(0.0, 120.0), TempoChange(2.0, 60.0), TempoChange(2.0, 100.0))
    found = checked(prompt(tempo_map=TempoMap(tempos, FOUR_FOUR))).tempo_map
    assert found.tempos == (TempoChange(0.0, 120.0), TempoChange(2.0, 100.0))


def test_notes_are_put_in_order_and_empty_tracks_left_out() -> None:
    tracks = (NoteTrack("empty", ()), NoteTrack("melody", melody()[::-1]))
    found = checked(Prompt(tracks, steady_tempo(120.0)))
    assert found.tracks == (NoteTrack("melody", melody()),)


def test_the_melody_is_the_first_track_that_is_not_drums() -> None:
    drums = NoteTrack("drums", (Note(36, 90, 0.0, 0.1),), is_drum=True)
    tune, bass = NoteTrack("tune", melody()), NoteTrack("bass", melody((40,)))
    assert melody_of(checked(Prompt((drums, tune, bass), steady_tempo(120.0)))) == tune


@pytest.mark.parametrize(
    ("notes", "first_quarters", "count"),
    [
        (melody(), 0.0, 2),
        (melody((60,)), 0.0, 1),
        ((Note(60, 90, 4.5, 0.5), Note(62, 90, 6.0, 0.5)), 8.0, 2),  # two bars of rest before it
        ((Note(60, 90, 3.98, 0.5),), 8.0, 1),  # a little early
        ((Note(60, 90, 0.0, 2.1),), 0.0, 1),  # released a little late
        ((Note(60, 90, 0.0, 3.0),), 0.0, 2),  # held into the second bar
        ((Note(60, 90, 0.0, 4.0), Note(64, 90, 0.5, 0.5)), 0.0, 2),  # overlapping
    ],
)
def test_bars_are_those_of_the_melody(notes: tuple[Note, ...], first_quarters: float, count: int) -> None:
    bars = bars_of(checked(prompt(*notes)))
    assert (bars.first_quarters, bars.count, bars.metre) == (first_quarters, count, (4, 4))


def test_bars_are_as_long_as_their_metre_says() -> None:
    bars = bars_of(prompt(tempo_map=steady_tempo(120.0, 7, 8)))
    assert (bars.bar_quarters, bars.count, bars.line_quarters(bars.count)) == (3.5, 3, 10.5)


def test_only_the_last_metre_counts() -> None:
    tempo_map = TempoMap((TempoChange(0.0, 120.0),), (*FOUR_FOUR, TimeSignature(4.0, 3, 4), TimeSignature(99.0, 5, 4)))
    bars = bars_of(prompt(*(Note(60, 90, float(second), 0.5) for second in range(7)), tempo_map=tempo_map))
    assert (bars.metre, bars.first_quarters, bars.count) == ((3, 4), 8.0, 2)


def test_ramps_are_followed() -> None:
    ramp = tuple(TempoChange(0.25 * number, 100.0 + 5 * number) for number in range(8))
    tempo_map = TempoMap(ramp, FOUR_FOUR)
    times_sec = [tempo_map.seconds_at(quarters) for quarters in range(9)]
    notes = [Note(60, 90, times_sec[n], times_sec[n + 1] - times_sec[n]) for n in range(8)]
    assert bars_of(prompt(*notes, tempo_map=tempo_map)).count == 2


def test_chords_take_a_bar_each() -> None:
    chords = chords_over(("A:min", "F:maj"), 8.0, 4.0, prompt())
    assert chords == (Chord(4.0, 2.0, "A:min"), Chord(6.0, 2.0, "F:maj"))
