"""The key that a name states: "F#m", "A minor", "Cmin", "Eb", "Bflat_maj", "key of G".

A bare letter is rarely a key ("Take A", "Kick B"): it counts only beside a tempo ("120_C") or after the word "key". A
letter with an accidental always counts. Neither says the mode. Chords count as the key of their root ("Am7"),
a note with its octave only if it has an accidental ("A#4"; "C4" may number anything).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_STEPS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_ACCIDENTALS = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1, "sharp": 1, "flat": -1}
_MINOR = ("m", "mi", "min", "minor")
_MAJOR = ("M", "maj", "major")
_KEY = re.compile(r"([A-G])(#|♯|b|♭|sharp|flat)?(m|mi|min|minor|M|maj|major|Maj|Min|Major|Minor|MAJ|MIN)?")
_LOWER_KEY = re.compile(r"([a-g])(?:(#|♯|♭)(m|min|minor|maj|major)?|(b)?(min|minor|maj|major)|(b)(m))")
_NOT_KEYS = ("AM", "BM", "CM", "DM", "EM", "FM", "GM")
"""Without an accidental, a capital M is frequency modulation, the time of day, a brand, a unit."""


@dataclass(frozen=True)
class StatedKey:
    """A key as a name states it."""

    tonic: int
    """Pitch class, 0 (C) to 11 (B)."""
    mode: str
    """ "major", "minor", or "" where the name gives only the tonic."""
    places: range
    """Which words state it."""


def key_in_words(words: Sequence[str], tempo_places: Sequence[int]) -> StatedKey | None:
    """Returns the key that the words of a name state, the clearest one first: with a mode, then without.

    Args:
        words: as `words_of` returns them.
        tempo_places: which of them may say the tempo.
    """
    found = [key for place in range(len(words)) if (key := _key_at(words, place, tempo_places))]
    return next((key for key in found if key.mode), found[0] if found else None)


def _key_at(words: Sequence[str], place: int, tempo_places: Sequence[int]) -> StatedKey | None:
    letter, accidental, mode = _parts(words[place])
    if not letter:
        return None
    end = place + 1
    if not accidental and not mode and _word(words, end) in ("sharp", "flat"):
        accidental, end = _word(words, end), end + 1
    if not mode and _word(words, end) in (*_MINOR[1:], *_MAJOR[1:]):
        mode, end = _word(words, end), end + 1
    if not mode and not accidental and not _is_announced(words, place, tempo_places):
        return None
    tonic = (_STEPS[letter.lower()] + _ACCIDENTALS[accidental]) % 12
    return StatedKey(tonic, _mode(mode), range(place, end))


def _word(words: Sequence[str], place: int) -> str:
    return words[place].lower() if place < len(words) else ""


def _parts(word: str) -> tuple[str, str, str]:
    """Returns letter, accidental and mode of a word that could be a key, or three empty strings."""
    if word in _NOT_KEYS:
        return "", "", ""
    if match := _KEY.fullmatch(word):
        return match[1], match[2] or "", match[3] or ""
    if match := _LOWER_KEY.fullmatch(word):
        return match[1], match[2] or match[4] or match[6] or "", match[3] or match[5] or match[7] or ""
    return (word, "", "") if re.fullmatch("[a-g]", word) else ("", "", "")


def _mode(word: str) -> str:
    if not word:
        return ""
    return "minor" if word == "m" or word.lower() in _MINOR[1:] else "major"


def _is_announced(words: Sequence[str], place: int, tempo_places: Sequence[int]) -> bool:
    """Returns whether a bare letter stands beside the tempo, or after "key" or "key of"."""
    before = [word.lower() for word in words[max(0, place - 2) : place]]
    is_capital = words[place].isupper()
    is_beside_tempo = place + 1 in tempo_places or place - 1 in tempo_places
    return is_capital and (is_beside_tempo or before[-1:] == ["key"] or before == ["key", "of"])
