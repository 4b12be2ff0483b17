"""Quantising: known answers, and what holds for any notes, any tempo map and any strength."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.errors import InvalidArgument
from engine.musical_time import TempoChange, TempoMap, TimeSignature, steady_tempo
from engine.notes import ControlChange, Note, NoteTrack, PitchBend, by_onset
from engine.quantise import quantise

SIXTEENTH = Fraction(1, 16)


def track(*spans_sec: tuple[float, float]) -> NoteTrack:
    notes = (Note(60 + index, 80, start, end - start) for index, (start, end) in enumerate(spans_sec))
    return NoteTrack("piano", tuple(notes))


def spans(found: NoteTrack) -> list[tuple[float, float]]:
    return [(round(note.onset_sec, 9), round(note.offset_sec, 9)) for note in found.notes]


def test_full_strength_lands_on_the_grid() -> None:
    # at 120, a sixteenth is 0.125 s
    moved = quantise(track((0.02, 0.11), (0.14, 0.16), (0.30, 0.70)), steady_tempo(120), SIXTEENTH)
    assert spans(moved) == [(0.0, 0.125), (0.125, 0.25), (0.25, 0.75)]


def test_half_strength_goes_half_way() -> None:
    moved = quantise(track((0.02, 0.11)), steady_tempo(120), SIXTEENTH, 0.5)
    assert spans(moved) == [(0.01, 0.1175)]


def test_no_strength_changes_nothing() -> None:
    played = track((0.02, 0.11), (0.14, 0.16))
    assert quantise(played, steady_tempo(87.3), SIXTEENTH, 0.0) == played


def test_the_grid_follows_the_tempo() -> None:
    tempo_map = TempoMap((TempoChange(0.0, 120.0), TempoChange(2.0, 60.0)), (TimeSignature(0.0, 4, 4),))
    moved = quantise(track((1.9, 2.3), (2.6, 3.1)), tempo_map, Fraction(1, 8))
    assert spans(moved) == [(2.0, 2.5), (2.5, 3.0)]


def test_triplets() -> None:
    moved = quantise(track((0.32, 0.66), (0.70, 0.98)), steady_tempo(60), Fraction(1, 12))
    assert spans(moved) == [(round(1 / 3, 9), round(2 / 3, 9)), (round(2 / 3, 9), 1.0)]


def test_bar_lines_are_points_of_the_grid() -> None:
    # 7/8 at 60 is 3.5 s long; quarters restart at its bar line
    tempo_map = TempoMap((TempoChange(0.0, 60.0),), (TimeSignature(0.0, 7, 8),))
    moved = quantise(track((3.4, 4.4), (4.6, 5.6)), tempo_map, Fraction(1, 4))
    assert spans(moved) == [(3.5, 4.5), (4.5, 5.5)]


def test_a_chord_across_the_middle_of_a_step_stays_together() -> None:
    moved = quantise(track((0.055, 0.3), (0.063, 0.3), (0.072, 0.3)), steady_tempo(120), SIXTEENTH)
    assert len({note.onset_sec for note in moved.notes}) == 1


def test_a_pedal_and_a_bend_go_with_their_note() -> None:
    bent = Note(60, 80, 0.1, 0.1, (PitchBend(0.05, 0.5),))
    played = NoteTrack("voice", (bent,), control_changes=(ControlChange(64, 127, 0.13),))
    moved = quantise(played, steady_tempo(120), Fraction(1, 4))
    (bend,) = moved.notes[0].bends
    assert bend.offset_sec == pytest.approx(0.25)
    assert moved.control_changes[0].time_sec == pytest.approx(0.03)


@pytest.mark.parametrize("division", [Fraction(0), Fraction(-1, 16), Fraction(3, 2)])
def test_a_division_that_is_none(division: Fraction) -> None:
    with pytest.raises(InvalidArgument, match="1/16"):
        quantise(track((0, 1)), steady_tempo(120), division)


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_a_strength_that_is_none(strength: float) -> None:
    with pytest.raises(InvalidArgument, match="between 0 and 1"):
        quantise(track((0, 1)), steady_tempo(120), SIXTEENTH, strength)


@st.composite
def tempo_maps(draw: st.DrawFn) -> TempoMap:
    times = sorted(draw(st.sets(st.floats(0.1, 30.0), max_size=5)))
    tempos = tuple(TempoChange(time_sec, draw(st.floats(20, 300))) for time_sec in (0.0, *times))
    places = sorted(draw(st.sets(st.floats(0.1, 30.0), max_size=3)))
    metres = tuple(
        TimeSignature(time_sec, draw(st.integers(1, 13)), draw(st.sampled_from([2, 4, 8])))
        for time_sec in (0.0, *places)
    )
    return TempoMap(tempos, metres)


def performance(notes: list[Note]) -> NoteTrack:
    """A track whose velocities number its notes, so that each can be found again."""
    numbered = (replace(note, velocity=number) for number, note in enumerate(by_onset(notes), 1))
    return NoteTrack("piano", tuple(numbered), control_changes=(ControlChange(64, 127, 3.0),))


performances = st.lists(
    st.builds(Note, st.integers(21, 108), st.just(80), st.floats(0, 40), st.floats(1e-4, 5)), max_size=30
).map(performance)
divisions = st.sampled_from(
    [Fraction(1, 4), Fraction(1, 8), Fraction(1, 12), SIXTEENTH, Fraction(1, 24), Fraction(1, 32)]
)
strengths = st.floats(0, 1)


def in_their_old_order(track: NoteTrack) -> list[Note]:
    return sorted(track.notes, key=lambda note: note.velocity)


@given(performances, tempo_maps(), divisions, strengths)
def test_what_always_holds(played: NoteTrack, tempo_map: TempoMap, division: Fraction, strength: float) -> None:
    moved = in_their_old_order(quantise(played, tempo_map, division, strength))
    assert [note.pitch for note in moved] == [note.pitch for note in played.notes]
    assert all(note.onset_sec >= 0 and note.duration_sec > 0 for note in moved)
    assert all(second.onset_sec >= first.onset_sec - 1e-9 for first, second in pairwise(moved))


CUT_SHORT = TempoMap(
    (TempoChange(0.0, 20.0),), (TimeSignature(0.0, 1, 2), TimeSignature(1.375, 1, 2), TimeSignature(7.390625, 1, 2))
)
"""A last bar of which 16 ms are left before the next metre."""


@given(performances, tempo_maps(), divisions)
@example(performance([Note(21, 80, 6.0, 1.0), Note(21, 80, 8.0, 1.0)]), CUT_SHORT, Fraction(1, 4))
def test_full_strength_twice_is_full_strength_once(played: NoteTrack, tempo_map: TempoMap, division: Fraction) -> None:
    once = quantise(played, tempo_map, division)
    twice = quantise(once, tempo_map, division)
    for first, second in zip(once.notes, twice.notes, strict=True):
        assert second.onset_sec == pytest.approx(first.onset_sec, abs=1e-6)


@given(performances, tempo_maps(), divisions, strengths)
def test_no_onset_moves_further_than_half_a_step(
    played: NoteTrack, tempo_map: TempoMap, division: Fraction, strength: float
) -> None:
    for before, after in zip(
        played.notes, in_their_old_order(quantise(played, tempo_map, division, strength)), strict=True
    ):
        way = tempo_map.quarters_at(after.onset_sec) - tempo_map.quarters_at(before.onset_sec)
        # half a step, and an eighth for a note at the edge of a chord
        assert abs(way) <= float(4 * division) * (0.5 + 0.125) + 1e-6
