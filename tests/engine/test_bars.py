"""Bars from downbeats and from where chords change."""

from collections.abc import Sequence

from engine.bars import bars_on_chords
from engine.musical_time import Beat, Chord


def beats_of(positions: Sequence[int]) -> list[Beat]:
    return [Beat(0.5 * i, position) for i, position in enumerate(positions)]


def chords_at(beat_numbers: Sequence[int], shift_sec: float = 0.0) -> list[Chord]:
    ends = [*beat_numbers[1:], beat_numbers[-1] + 4]
    return [
        Chord(0.5 * start + (shift_sec if start else 0), 0.5 * (end - start), "CG"[i % 2] + ":maj")
        for i, (start, end) in enumerate(zip(beat_numbers, ends, strict=True))
    ]


def places(positions: Sequence[int], chords: Sequence[Chord]) -> list[int]:
    return [beat.bar_position for beat in bars_on_chords(beats_of(positions), chords)]


def test_without_chords_bars_stay_as_they_are() -> None:
    for metre in (3, 4):
        positions = [i % metre + 1 for i in range(1, 40)]
        assert places(positions, []) == positions


def test_bars_move_to_where_chords_change() -> None:
    positions = [(i + 1) % 4 + 1 for i in range(48)]
    assert places(positions, chords_at(range(0, 48, 4), shift_sec=0.08)) == [i % 4 + 1 for i in range(48)]


def test_a_waltz_that_was_taken_for_four_is_a_waltz() -> None:
    positions = [i % 4 + 1 for i in range(60)]
    assert places(positions, chords_at(range(0, 60, 3))) == [i % 3 + 1 for i in range(60)]


def test_times_are_kept_and_no_beats_are_no_bars() -> None:
    beats = beats_of([1, 2, 3, 4] * 4)
    assert [b.time_sec for b in bars_on_chords(beats, chords_at([0, 3, 7]))] == [b.time_sec for b in beats]
    assert bars_on_chords([], chords_at([0, 4])) == ()
