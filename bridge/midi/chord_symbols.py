"""Chords in Harte's notation: as lead sheets write them, and transposed.

Reference: C. Harte, M. Sandler, S. Abdallah, E. Gómez, “Symbolic representation of musical chords”, ISMIR 2005.
"""

import re

from bridge.errors import RequestRefused
from bridge.midi.notes import PITCH_CLASSES, accidental_semitones, pitch_class

NO_CHORD = "N.C."
_SYMBOLS = {
    "": "", "maj": "", "min": "m", "dim": "dim", "aug": "aug", "maj7": "maj7", "min7": "m7", "7": "7", "dim7": "dim7",
    "hdim7": "m7b5", "minmaj7": "m(maj7)", "maj6": "6", "min6": "m6", "9": "9", "maj9": "maj9", "min9": "m9",
    "11": "11", "13": "13", "sus2": "sus2", "sus4": "sus4", "sus4(b7)": "7sus4", "1": "", "5": "5",
}  # fmt: skip
_DEGREES = {"1": 0, "2": 2, "3": 4, "4": 5, "5": 7, "6": 9, "7": 11, "9": 14, "11": 17, "13": 21}
_INTERVALS = ("1", "b2", "2", "b3", "3", "4", "b5", "5", "b6", "6", "b7", "7")
"""Degree of a bass note by its semitones above the root."""
_OTHER_WAYS = {
    "": "maj", "-": "min", "-7": "min7", "M7": "maj7", "+": "aug", "°": "dim", "°7": "dim7", "ø": "hdim7",
    "ø7": "hdim7", "sus": "sus4", "mmaj7": "minmaj7",
}  # fmt: skip
_QUALITIES = {symbol: quality for quality, symbol in _SYMBOLS.items()} | {q: q for q in _SYMBOLS} | _OTHER_WAYS
_IN_ASCII = str.maketrans("♯♭", "#b")
_SYMBOL = re.compile(r"([A-G](?:#{1,2}|b{1,2})?)(:?[^/]*)(?:/([A-G][#b]?|[#b]?\d{1,2}))?")
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


def chord_labels(text: str) -> tuple[str, ...]:
    """Returns the chords that a person has written, between blanks, commas or bar lines, in Harte's notation.

    >>> chord_labels("Am F | C/E, G7")
    ('A:min', 'F:maj', 'C:maj/3', 'G:7')

    Raises:
        RequestRefused: one of them is no chord.
    """
    return tuple(chord_label(symbol) for symbol in re.split(r"[\s,|]+", text) if symbol)


def chord_label(symbol: str) -> str:
    """Returns a chord symbol in Harte's notation; what is written in it already stays as it is.

    Raises:
        RequestRefused: it is no chord.
    """
    written = symbol.translate(_IN_ASCII)
    if written in ("N", "NC", NO_CHORD):
        return "N"
    match = _SYMBOL.fullmatch(written)
    quality = _QUALITIES.get(match[2].removeprefix(":")) if match else None
    if match is None or quality is None:
        raise RequestRefused(f"“{symbol[:16]}” is no chord; write one such as Am, F#m7, Bb or C/E.")
    label, bass = f"{match[1]}:{quality}", match[3]
    if bass is None:
        return label
    if bass[-1].isdigit():
        return f"{label}/{bass}"
    return f"{label}/{_INTERVALS[(pitch_class(bass) - pitch_class(match[1])) % 12]}"


def transposed_chord(label: str, semitones: int) -> str:
    """Returns the chord so many semitones higher; what has no root and quality, such as "N" or "Coda", stays as it is.

    >>> transposed_chord("A:min7/b3", 3), transposed_chord("N", 3)
    ('C:min7/b3', 'N')
    """
    match = _ROOT.match(label)
    if match is None:
        return label
    return PITCH_CLASSES[(pitch_class(match[0]) + semitones) % 12] + label[match.end() :]
