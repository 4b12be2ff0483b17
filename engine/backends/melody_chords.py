"""Chord symbols in Harte's notation, as DAWs, chord finders and POP909 write them, in the melody model's vocabulary.

The model knows a root and one of eight qualities; what else a symbol says (sixths, ninths, the bass) is left out. A
bare letter is a major chord, and a letter with m a minor one, as musicians write.
"""

from collections.abc import Sequence

from engine.backends.melody_grid import Harmony
from engine.errors import InvalidArgument

_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
# The longest beginning that fits is taken; what follows it is left out.
_QUALITIES = {
    "": "maj", "maj": "maj", "maj7": "maj7", "maj9": "maj7", "min": "min", "min7": "min7", "min9": "min7", "7": "7",
    "9": "7", "11": "7", "13": "7", "dim": "dim", "hdim": "dim", "aug": "aug", "sus": "sus", "minmaj": "min",
    "m": "min", "m7": "min7", "M7": "maj7", "5": "maj", "1": "maj", "6": "maj", "min6": "min", "maj6": "maj",
    "min11": "min7", "min13": "min7", "maj13": "maj7", "+": "aug",
}  # fmt: skip


def pitch_class(name: str) -> int:
    """Returns 0 to 11 for a letter with sharps and flats.

    >>> pitch_class("Bb")
    10
    """
    return (_LETTERS[name[0]] + name.count("#") - name[1:].count("b")) % 12


def chord_symbol(label: str) -> tuple[int, str]:
    """Returns root and quality of a chord; -1 and "N" for none.

    Raises:
        InvalidArgument: it is no chord symbol.

    >>> chord_symbol("A:min7/b3"), chord_symbol("F#m"), chord_symbol("N")
    ((9, 'min7'), (6, 'min'), (-1, 'N'))
    """
    chord = label.partition("/")[0].strip()
    if chord in ("N", "N.C.", "X", ""):
        return -1, "N"
    if chord[0] not in _LETTERS:
        raise InvalidArgument(f"“{label}” is no chord symbol; write one such as Am or F#:maj7.", field="chords")
    length = 1 + len(chord[1:]) - len(chord[1:].lstrip("#b"))
    quality = chord[length:].removeprefix(":").partition("(")[0]
    while quality not in _QUALITIES:
        quality = quality[:-1]
    return pitch_class(chord[:length]), _QUALITIES[quality]


def bar_harmonies(changes: Sequence[tuple[int, str]], bar_ticks: int, bar_count: int) -> list[tuple[Harmony, ...]]:
    """Returns each bar's chord symbols; the one that holds at the bar line is said again.

    Args:
        changes: tick from the first bar line, and label, of every chord; any order. Changes go to the nearest eighth.
        bar_ticks: length of a bar.
        bar_count: how many there are.
    """
    ordered = sorted((round(tick / 6) * 6, *chord_symbol(label)) for tick, label in changes)
    bars = []
    for begin in range(0, bar_count * bar_ticks, bar_ticks):
        held = [change for change in ordered if change[0] <= begin][-1:]
        within = [change for change in ordered if begin < change[0] < begin + bar_ticks]
        inside = {max(0, tick - begin): (root, quality) for tick, root, quality in (*held, *within)}
        inside.setdefault(0, (-1, "N"))
        said: list[Harmony] = []
        for tick in sorted(inside):
            if not said or (said[-1].root, said[-1].quality) != inside[tick]:
                said.append(Harmony(tick, *inside[tick]))
        bars.append(tuple(said))
    return bars
