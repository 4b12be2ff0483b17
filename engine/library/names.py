"""What the name of a sample, and those of its folders, say of it: tempo, key, and what it is.

Who names a sample knows it: a tempo with its unit ("120bpm") and a key ("F#m") are taken as they are. A number without
a unit may be a tempo ("Break 95") or just a number ("Loop 95"); it is believed where what was heard agrees. A tonic
without a mode ("120_C") is believed where any key was heard at all: "Break_120_C" is the third of its kind.

The sample's own name counts before its folders, and the nearest folder before those above it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.library.filters import fits_tempo
from engine.library.name_keys import StatedKey, key_in_words
from engine.library.name_words import words_of
from engine.musical_time import Key

SLOWEST_BPM, FASTEST_BPM = 30.0, 300.0
"""What may stand before "bpm"."""
SLOWEST_BARE_BPM, FASTEST_BARE_BPM = 60.0, 200.0
"""What may be a tempo without a unit; drum machines begin at 303, years at 1900."""

_LOOP_WORDS = frozenset({"loop", "loops", "groove", "grooves", "break", "breaks", "breakbeat", "breakbeats"})
_ONE_SHOT_WORDS = frozenset({"oneshot", "oneshots", "shot", "shots", "hit", "hits", "stab", "stabs"})
_INSTRUMENTS: Mapping[str, str] = {
    word: kind
    for kind, words in {
        "kick": "kick kicks kik bd bassdrum bassdrums",
        "snare": "snare snares snr sd sidestick rimshot rimshots",
        "clap": "clap claps handclap handclaps clp cp",
        "hat": "hat hats hihat hihats hh ohat chat openhat closedhat",
        "cymbal": "cymbal cymbals crash crashes ride rides splash china",
        "tom": "tom toms floortom racktom",
        "bass": "bass basses sub subs subbass",
    }.items()
    for word in words.split()
}


@dataclass(frozen=True)
class NameHints:
    """What names state; empty where they do not."""

    quarter_bpm: float = 0.0
    """A tempo with its unit, or beside a key."""
    bare_bpms: tuple[float, ...] = ()
    """Numbers that may be tempi."""
    key: StatedKey | None = None
    is_loop: bool = False
    is_one_shot: bool = False
    instrument: str = ""
    """Kind of one-shot, if it is one: "kick"."""


def hints_of(name: str, folders: Sequence[str]) -> NameHints:
    """Returns what a sample's name and its folders (outermost first) say.

    >>> hints_of("Bass_Loop_120bpm_Am.wav", ()).quarter_bpm
    120.0
    """
    parts = [_hints(text) for text in (name, *reversed(folders))]
    own, telling = parts[0], next((part for part in parts if _says_what(part)), NameHints())
    return NameHints(
        quarter_bpm=next((part.quarter_bpm for part in parts if part.quarter_bpm), 0.0),
        bare_bpms=own.bare_bpms,
        key=next((part.key for part in parts if part.key), None),
        is_loop=telling.is_loop,
        is_one_shot=telling.is_one_shot,
        instrument=telling.instrument,
    )


def tempo_with_hints(found_bpm: float, hints: NameHints) -> float:
    """Returns the stated tempo; else a bare number that agrees with what was found; else what was found (0: none)."""
    agreeing = (bpm for bpm in hints.bare_bpms if found_bpm and fits_tempo(found_bpm, bpm))
    return hints.quarter_bpm or next(agreeing, found_bpm)


def key_with_hints(found: Key | None, hints: NameHints) -> Key | None:
    """Returns the stated key (without a mode: the one that has the notes that were heard), else what was found."""
    if hints.key is None or (not hints.key.mode and found is None):
        return found
    is_minor = found is not None and (found.tonic, found.mode) in (
        (hints.key.tonic, "minor"),
        ((hints.key.tonic + 3) % 12, "major"),
    )
    return Key(hints.key.tonic, hints.key.mode or ("minor" if is_minor else "major"), 1.0)


def kind_with_hints(found: str, hints: NameHints) -> str:
    """Returns the kind: loop or one-shot as stated, and of one-shots what they are; else as found."""
    if hints.is_loop:
        return "loop"
    if found.startswith("one-shot") and hints.instrument:
        return f"one-shot/{hints.instrument}"
    if hints.is_one_shot and not found.startswith("one-shot"):
        return f"one-shot/{hints.instrument or 'tone'}"
    return found


def _says_what(part: NameHints) -> bool:
    return part.is_loop or part.is_one_shot or bool(part.instrument)


def _hints(text: str) -> NameHints:
    words = words_of(text)
    lower = [word.lower() for word in words]
    stated = _stated_tempo(lower)
    bare = [place for place, word in enumerate(words) if _is_bare_tempo(word)]
    tempo_places = bare if stated is None else [stated, *(place for place, word in enumerate(lower) if word == "bpm")]
    key = key_in_words(words, tempo_places)
    tempo_place = stated if stated is not None else next((place for place in bare if _is_beside(place, key)), None)
    return NameHints(
        quarter_bpm=0.0 if tempo_place is None else _number(words[tempo_place]),
        bare_bpms=tuple(_number(words[place]) for place in bare if place != tempo_place),
        key=key,
        is_loop=not _LOOP_WORDS.isdisjoint(lower),
        is_one_shot=not _ONE_SHOT_WORDS.isdisjoint(lower),
        instrument=_instrument(lower),
    )


def _stated_tempo(lower: Sequence[str]) -> int | None:
    """Returns where the number before or after "bpm" stands; a range of tempi ("90-100 bpm") states none."""
    for place, word in enumerate(lower):
        if word != "bpm":
            continue
        if place >= 2 and _is_tempo(lower[place - 1]) and _is_tempo(lower[place - 2]):
            continue
        near = (near for near in (place - 1, place + 1) if 0 <= near < len(lower) and _is_tempo(lower[near]))
        if (found := next(near, None)) is not None:
            return found
    return None


def _is_tempo(word: str) -> bool:
    return word[0].isdecimal() and SLOWEST_BPM <= _number(word) <= FASTEST_BPM


def _is_bare_tempo(word: str) -> bool:
    return bool(re.fullmatch(r"[1-9]\d{1,2}", word)) and SLOWEST_BARE_BPM <= int(word) <= FASTEST_BARE_BPM


def _is_beside(place: int, key: StatedKey | None) -> bool:
    """Returns whether a number stands directly before or after a key whose mode is stated."""
    return key is not None and bool(key.mode) and place in (key.places.start - 1, key.places.stop)


def _number(word: str) -> float:
    return float(word.replace(",", "."))


def _instrument(lower: Sequence[str]) -> str:
    """Returns the kind of the last word that names one: what a thing is stands last. A bass drum is a kick."""
    kinds = [
        "kick" if pair == ("bass", "drum") else _INSTRUMENTS.get(pair[0], "")
        for pair in zip(lower, [*lower, ""][1:], strict=True)
    ]
    return next((kind for kind in reversed(kinds) if kind), "")
