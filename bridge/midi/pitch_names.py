"""Pitches as people write them: C4 or 60, and the notes of a scale."""

import re

from bridge.errors import RequestRefused
from bridge.midi.notes import accidental_semitones, pitch_class

HIGHEST_PITCH = 127
_IN_ASCII = str.maketrans("♯♭", "#b")
_NAME = re.compile(r"([A-Ga-g][#b]*)(-?\d)")
_RANGE = re.compile(r"\s*([A-Ga-g]?[#b]*-?\d+)\s*(?:-|–|to|\.\.)\s*([A-Ga-g]?[#b]*-?\d+)\s*")
_LETTER = re.compile(r"[A-Ga-g][#b]*")


def parse_pitch_range(text: str) -> tuple[int | None, int | None]:
    """Returns the lowest and the highest MIDI pitch that a person names; None twice for no text.

    >>> parse_pitch_range("C3-C6"), parse_pitch_range("48-84"), parse_pitch_range("")
    ((48, 84), (48, 84), (None, None))

    Raises:
        RequestRefused: the text names no range of MIDI's pitches.
    """
    if not text.strip():
        return None, None
    match = _RANGE.fullmatch(text.translate(_IN_ASCII))
    low, high = (_pitch(name) for name in match.groups()) if match else (-1, -1)
    if not 0 <= low <= high <= HIGHEST_PITCH:
        raise RequestRefused(f"“{text[:16]}” is no range of notes; write the lowest and the highest, C3-C6 or 48-84.")
    return low, high


def parse_scale(text: str) -> tuple[int, ...]:
    """Returns the pitch classes, 0 (C) to 11 (B), that a person names, in rising order; none for no text.

    >>> parse_scale("C Eb F G Bb")
    (0, 3, 5, 7, 10)

    Raises:
        RequestRefused: a word is no note.
    """
    names = text.translate(_IN_ASCII).replace(",", " ").split()
    for name in names:
        if _LETTER.fullmatch(name) is None:
            raise RequestRefused(f"“{name[:8]}” is no note; write a scale as its notes, such as “C Eb F G Bb”.")
    return tuple(sorted({pitch_class(name[0].upper() + name[1:]) for name in names}))


def _pitch(name: str) -> int:
    if name.lstrip("-").isdigit():
        return int(name)
    match = _NAME.fullmatch(name)
    if match is None:
        return -1
    letter, octave = match.groups()
    return pitch_class(letter[0].upper()) + accidental_semitones(letter[1:]) + 12 * (int(octave) + 1)
