"""Chords in Harte's notation: as lead sheets write them, and transposed.

Reference: C. Harte, M. Sandler, S. Abdallah, E. Gómez, “Symbolic representation of musical chords”, ISMIR 2005.
"""

import re

from bridge.midi.notes import PITCH_CLASSES, accidental_semitones, pitch_class

NO_CHORD = "N.C."
_SYMBOLS = {
    "": "", "maj": "", "min": "m", "dim": "dim", "aug": "aug", "maj7": "maj7", "min7": "m7", "7": "7", "dim7": "dim7",
    "hdim7": "m7b5", "minmaj7": "m(maj7)", "maj6": "6", "min6": "m6", "9": "9", "maj9": "maj9", "min9": "m9",
    "11": "11", "13": "13", "sus2": "sus2", "sus4": "sus4", "sus4(b7)": "7sus4", "1": "", "5": "5",
}  # fmt: skip
_DEGREES = {"1": 0, "2": 2, "3": 4, "4": 5, "5": 7, "6": 9, "7": 11, "9": 14, "11": 17, "13": 21}
_ROOT = re.compile(r"[A-G](?:#{1,2}|b{1,2})?(?=:)")
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
    bass = pitch_class(root) + _DEGREES[degree] + accidental_semitones(accidentals)
    return f"{symbol}/{PITCH_CLASSES[bass % 12]}"


def transposed_chord(label: str, semitones: int) -> str:
    """Returns the chord so many semitones higher; what has no root and quality, such as "N" or "Coda", stays as it is.

    >>> transposed_chord("A:min7/b3", 3), transposed_chord("N", 3)
    ('C:min7/b3', 'N')
    """
    match = _ROOT.match(label)
    if match is None:
        return label
    return PITCH_CLASSES[(pitch_class(match[0]) + semitones) % 12] + label[match.end() :]
