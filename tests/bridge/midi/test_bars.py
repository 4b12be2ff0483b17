"""Bars and beats, counted out of a tempo map; and chords as lead sheets write them."""

import pytest

from bridge.midi.bars import beats
from bridge.midi.chord_symbols import chord_symbol
from bridge.midi.notes import TempoChange, TempoMap, TimeSignature


def counted(tempo_map: TempoMap, end_sec: float) -> list[tuple[float, int]]:
    return [(round(beat.time_sec, 9), beat.bar_position) for beat in beats(tempo_map, end_sec)]


def test_a_change_of_tempo() -> None:
    tempo_map = TempoMap((TempoChange(0.0, 120.0), TempoChange(1.0, 60.0)), (TimeSignature(0.0, 2, 4),))
    assert counted(tempo_map, 3.5) == [(0.0, 1), (0.5, 2), (1.0, 1), (2.0, 2), (3.0, 1)]


def test_a_change_of_metre_begins_a_bar_also_in_the_middle_of_one() -> None:
    tempo_map = TempoMap((TempoChange(0.0, 60.0),), (TimeSignature(0.0, 4, 4), TimeSignature(5.0, 6, 8)))
    assert counted(tempo_map, 6.1) == [
        (0.0, 1), (1.0, 2), (2.0, 3), (3.0, 4), (4.0, 1), (5.0, 1), (5.5, 2), (6.0, 3),
    ]  # fmt: skip


def test_thousands_of_tempo_changes_do_not_lose_a_beat() -> None:
    tempos, time_sec = [], 0.0
    for index in range(2000):
        tempos.append(TempoChange(time_sec, 90 + index % 7))
        time_sec += 60 / (90 + index % 7)
    assert len(counted(TempoMap(tuple(tempos), (TimeSignature(0.0, 4, 4),)), time_sec)) == 2000


@pytest.mark.parametrize(
    ("label", "symbol"),
    [
        ("C:maj", "C"), ("C", "C"), ("A:min", "Am"), ("F#:min7", "F#m7"), ("Bb:maj7", "Bbmaj7"), ("B:hdim7", "Bm7b5"),
        ("G:7/b7", "G7/F"), ("A:min/5", "Am/E"), ("D:sus4(b7)", "D7sus4"), ("C/3", "C/E"), ("E:maj(9)", "E(maj(9))"),
        ("N", "N.C."), ("X", "N.C."), ("Am7", "Am7"), ("C:maj/19", "C:maj/19"),
    ],
)  # fmt: skip
def test_symbols(label: str, symbol: str) -> None:
    assert chord_symbol(label) == symbol
