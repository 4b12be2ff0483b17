"""Chords as lead sheets write them, from Harte's notation.

Reference: C. Harte, M. Sandler, S. Abdallah, E. Gómez, “Symbolic representation of musical chords”, ISMIR 2005.
"""

import re

from bridge.midi.notes import PITCH_CLASSES

NO_CHORD = "N.C."
_SYMBOLS = {
    "": "", "maj": "", "min": "m", "dim": "dim", "aug": "aug", "maj7": "maj7", "min7": "m7", "7": "7", "dim7": "dim7",
    "hdim7": "m7b5", "minmaj7": "m(maj7)", "maj6": "6", "min6": "m6", "9": "9", "maj9": "maj9", "min9": "m9",
    "11": "11", "13": "13", "sus2": "sus2", "sus4": "sus4", "sus4(b7)": "7sus4", "1": "", "5": "5",
}  # fmt: skip
_NATURALS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_DEGREES = {"1": 0, "2": 2, "3": 4, "4": 5, "5": 7, "6": 9, "7": 11, "9": 14, "11": 17, "13": 21}
_LABEL = re.compile(r"([A-G][#b]*)(?::([^/]*))?(?:/([#b]*)(\d+))?")


def chord_symbol(label: str) -> str:
    """Returns the symbol of a chord; what is not in Harte's notation stays as it is.

    >>> chord_symbol("A:min7"), chord_symbol("C:maj/3"), chord_symbol("N")
    ('Am7', 'C/E', 'N.C.')
    """
    if label in ("N", "X"):
        return NO_CHORD
    match = _LABEL.fullmatch(label)
    if match is None or (match[4] is not None and match[4] not in _DEGREES):
        return label
    root, quality, accidentals, degree = match.groups()
    symbol = root + _SYMBOLS.get(quality or "", f"({quality})")
    if degree is None or degree == "1":
        return symbol
    bass = _NATURALS[root[0]] + _sharps(root) + _DEGREES[degree] + _sharps(accidentals)
    return f"{symbol}/{PITCH_CLASSES[bass % 12]}"


def _sharps(accidentals: str) -> int:
    return accidentals.count("#") - accidentals.count("b")
