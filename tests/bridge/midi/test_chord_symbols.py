"""Chord symbols as people write them, and Harte's notation."""

import pytest

from bridge.errors import RequestRefused
from bridge.midi.chord_symbols import chord_label, chord_labels, chord_symbol

WRITTEN = {
    "Am": "A:min", "F": "F:maj", "Bb": "Bb:maj", "F♯m7": "F#:min7", "Cmaj7": "C:maj7", "CM7": "C:maj7", "G7": "G:7",
    "Bdim": "B:dim", "B°": "B:dim", "Bm7b5": "B:hdim7", "Bø": "B:hdim7", "Esus4": "E:sus4", "Esus": "E:sus4",
    "C+": "C:aug", "D-7": "D:min7", "C6": "C:maj6", "C/E": "C:maj/3", "Am/G": "A:min/b7", "D/F#": "D:maj/3",
    "N.C.": "N", "A:min7/b3": "A:min7/b3", "C:maj": "C:maj",
}  # fmt: skip


@pytest.mark.parametrize(("symbol", "label"), WRITTEN.items())
def test_a_symbol_has_one_label(symbol: str, label: str) -> None:
    assert chord_label(symbol) == label


@pytest.mark.parametrize("label", ["A:min", "F#:maj7", "Bb:hdim7", "C:maj/3", "G:7", "D:min7", "E:sus4", "B:dim7", "N"])
def test_a_label_comes_back_from_its_symbol(label: str) -> None:
    assert chord_label(chord_symbol(label)) == label


def test_chords_stand_between_blanks_commas_or_bar_lines() -> None:
    assert chord_labels("| Am F | C, G |") == ("A:min", "F:maj", "C:maj", "G:maj")
    assert chord_labels("  ") == ()


@pytest.mark.parametrize("text", ["H", "am", "Cfoo", "C/H", "5", "Am Q C"])
def test_what_is_no_chord_is_refused(text: str) -> None:
    with pytest.raises(RequestRefused, match="is no chord"):
        chord_labels(text)
