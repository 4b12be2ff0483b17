"""How bars stand in a sequence, for each of the model's tasks; see `melody_tokens` for the tokens themselves.

Continue and Vary    the bars one after the other; a variation's bars first say what they keep of the original's
Accompany            each bar's melody first, then its chord symbols, its chords and its bass
Fill                 the bars around the gap, each hidden bar as one token, then, after Fill, the hidden bars

Chord symbols stand before the notes that they are to lead; only in Accompany they follow the melody, so that the model
can find them itself where none are given.
"""

from collections.abc import Sequence

from engine.backends.melody_grid import Bar
from engine.backends.melody_tokens import (
    BAR,
    FILL,
    HIDDEN,
    Head,
    contour_tokens,
    harmony_tokens,
    note_tokens,
    rhythm_tokens,
    section,
)


def section_order(head: Head, *, has_chords: bool, cue: str = "") -> tuple[str, ...]:
    """Returns the sections of each bar, in order."""
    harmony = ("Harmony",) if has_chords else ()
    if head.task == "Accompany":
        return ("Melody", *harmony, "Chords", "Bass")
    accompaniment = ("Chords", "Bass") if head.is_accompanied else ()
    return (*harmony, *((cue,) if cue else ()), "Melody", *accompaniment)


def section_tokens(bar: Bar, name: str) -> list[int]:
    """Returns one section of a bar, with its name."""
    if name == "Harmony":
        content = harmony_tokens(bar.harmony)
    elif name == "Rhythm":
        content = rhythm_tokens(bar.melody)
    elif name == "Contour":
        content = contour_tokens(bar.melody)
    else:
        content = note_tokens(bar.part(name.lower()))
    return [section(name), *content]


def bar_tokens(bar: Bar, head: Head, *, has_chords: bool, cue: str = "") -> list[int]:
    """Returns a whole bar, from its Bar on."""
    names = section_order(head, has_chords=has_chords, cue=cue)
    return [BAR, *(token for name in names for token in section_tokens(bar, name))]


def fill_tokens(bars: Sequence[Bar], first: int, count: int, head: Head, *, has_chords: bool) -> list[int]:
    """Returns a whole sequence in which `count` bars from number `first` on come last."""
    tokens = gapped_tokens(bars[:first], count, bars[first + count :], head, has_chords=has_chords)
    for bar in bars[first : first + count]:
        tokens += bar_tokens(bar, head, has_chords=has_chords)
    return tokens


def gapped_tokens(
    before: Sequence[Bar], count: int, after: Sequence[Bar], head: Head, *, has_chords: bool
) -> list[int]:
    """Returns the head, the bars around a gap of `count` bars, and the Fill after which these are written."""
    tokens = head.tokens()
    for bar in before:
        tokens += bar_tokens(bar, head, has_chords=has_chords)
    tokens += [BAR, HIDDEN] * count
    for bar in after:
        tokens += bar_tokens(bar, head, has_chords=has_chords)
    return [*tokens, FILL]
