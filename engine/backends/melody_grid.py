"""Music on a grid of bars, as the melody model reads and writes it.

A quarter note has 12 ticks, so that sixteenths and triplets of eighths are whole numbers of ticks; notes begin on one
of those two kinds of places and nowhere else. A bar holds what begins in it, in three parts: the melody, the chords
(whatever accompanies above the bass) and the bass; beside them stands its harmony, the chord symbols.

Pitches are MIDI numbers, written relative to a key of C (see `melody_tokens`) once a piece has been transposed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

TICKS_PER_QUARTER = 12
ONSET_TICKS = (0, 3, 4, 6, 8, 9)
"""Where notes may begin within a quarter note: on sixteenths and on triplets of eighths."""
PARTS = ("melody", "chords", "bass")

QUALITIES = ("maj", "min", "7", "maj7", "min7", "dim", "sus", "aug")
METRES = (
    (2, 4), (3, 4), (4, 4), (5, 4), (6, 4), (3, 8), (4, 8), (5, 8), (6, 8), (7, 8), (9, 8), (10, 8), (11, 8), (12, 8),
)  # fmt: skip
"""The metres that the model knows; others of the same length are written as one of them."""
LONGEST_BAR_TICKS = 6 * TICKS_PER_QUARTER

_SIXTEENTHS, _TRIPLETS = (0, 3, 6, 9, 12), (0, 4, 8, 12)
_TRIPLET_GAIN = 0.5
"""Triplets must fit this many times as well as sixteenths."""


@dataclass(frozen=True, order=True)
class GridNote:
    """One note of a bar."""

    tick: int
    """From the bar line."""
    pitch: int
    duration: int
    """In ticks; it may reach beyond the bar."""
    velocity: int


@dataclass(frozen=True, order=True)
class Harmony:
    """A chord symbol, which holds until the next."""

    tick: int
    root: int
    """Pitch class, or -1 where there is no chord."""
    quality: str


@dataclass(frozen=True)
class Bar:
    """What begins in one bar."""

    melody: tuple[GridNote, ...] = ()
    chords: tuple[GridNote, ...] = ()
    bass: tuple[GridNote, ...] = ()
    harmony: tuple[Harmony, ...] = field(default=())

    def part(self, name: str) -> tuple[GridNote, ...]:
        """Returns the notes of a part out of `PARTS`."""
        notes: tuple[GridNote, ...] = getattr(self, name)
        return notes


def bar_ticks(metre: tuple[int, int]) -> int:
    """Returns the length of a bar; a denominator may be up to 16."""
    numerator, denominator = metre
    return numerator * 4 * TICKS_PER_QUARTER // denominator


def transposed(bar: Bar, semitones: int) -> Bar:
    """Returns the bar with everything moved up."""

    def moved(notes: Sequence[GridNote]) -> tuple[GridNote, ...]:
        return tuple(replace(note, pitch=note.pitch + semitones) for note in notes)

    harmony = tuple(
        chord if chord.root < 0 else replace(chord, root=(chord.root + semitones) % 12) for chord in bar.harmony
    )
    return Bar(moved(bar.melody), moved(bar.chords), moved(bar.bass), harmony)


def snapped(onsets: Sequence[float]) -> list[int]:
    """Returns the ticks, from the same origin, to which onsets go.

    Within each quarter note they go to sixteenths, or to triplets where these lie clearly nearer.
    """
    quarters: dict[int, list[float]] = {}
    for onset in onsets:
        quarter = _quarter(onset)
        quarters.setdefault(quarter, []).append(onset - quarter * TICKS_PER_QUARTER)
    places = {quarter: _TRIPLETS if _is_triplet(inside) else _SIXTEENTHS for quarter, inside in quarters.items()}
    return [
        (quarter := _quarter(onset)) * TICKS_PER_QUARTER
        + min(places[quarter], key=lambda place: abs(place - (onset - quarter * TICKS_PER_QUARTER)))
        for onset in onsets
    ]


def _quarter(onset: float) -> int:
    """Returns the number of the quarter note to which an onset belongs; a little early is on the beat."""
    return int((onset + 1) // TICKS_PER_QUARTER)


def _is_triplet(inside: Sequence[float]) -> bool:
    def off(places: tuple[int, ...]) -> float:
        return sum(min(abs(place - tick) for place in places) for tick in inside)

    on_triplets = sum(min(abs(place - tick) for place in (4, 8)) < 1 for tick in inside)
    return on_triplets > 0 and off(_TRIPLETS) < _TRIPLET_GAIN * off(_SIXTEENTHS)
