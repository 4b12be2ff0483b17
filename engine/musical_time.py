"""Musical time and harmony as found in a recording: beats, tempo, metre, chords and key.

All positions are seconds from the beginning of the audio. Tempo is in quarter notes per minute, whatever note value the
metre counts as its beat.
"""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

PITCH_CLASSES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


@dataclass(frozen=True)
class Beat:
    """One beat."""

    time_sec: float
    bar_position: int
    """Place in its bar, counted from 1; 1 is the downbeat."""


@dataclass(frozen=True)
class TempoChange:
    """From `time_sec` on, this tempo."""

    time_sec: float
    quarter_bpm: float


@dataclass(frozen=True)
class TimeSignature:
    """From `time_sec` on, this metre."""

    time_sec: float
    numerator: int
    denominator: int


@dataclass(frozen=True)
class TempoMap:
    """The time grid of a piece: tempo and metre changes, each ordered by time, the first of each at 0.

    >>> tempo_map = TempoMap((TempoChange(0.0, 120.0), TempoChange(2.0, 60.0)), (TimeSignature(0.0, 4, 4),))
    >>> tempo_map.quarters_at(3.0), tempo_map.seconds_at(5.0)
    (5.0, 3.0)
    """

    tempos: tuple[TempoChange, ...]
    time_signatures: tuple[TimeSignature, ...]

    @cached_property
    def _times_sec(self) -> tuple[float, ...]:
        return tuple(tempo.time_sec for tempo in self.tempos)

    @cached_property
    def _starts_quarters(self) -> tuple[float, ...]:
        """Where each tempo begins, in quarter notes."""
        lengths = (
            (following.time_sec - tempo.time_sec) * tempo.quarter_bpm / 60 for tempo, following in pairwise(self.tempos)
        )
        return tuple(accumulate(lengths, initial=0.0))

    def quarters_at(self, time_sec: float) -> float:
        """Returns the position in quarter notes from the beginning."""
        index = max(0, bisect_right(self._times_sec, time_sec) - 1)
        tempo = self.tempos[index]
        return self._starts_quarters[index] + (time_sec - tempo.time_sec) * tempo.quarter_bpm / 60

    def seconds_at(self, quarters: float) -> float:
        """Returns the time at a position in quarter notes from the beginning: the inverse of `quarters_at`."""
        index = max(0, bisect_right(self._starts_quarters, quarters) - 1)
        tempo = self.tempos[index]
        return tempo.time_sec + (quarters - self._starts_quarters[index]) * 60 / tempo.quarter_bpm


@dataclass(frozen=True)
class Chord:
    """One chord."""

    onset_sec: float
    duration_sec: float
    label: str
    """In Harte's notation, such as "A:min7"; "N" where there is none."""


@dataclass(frozen=True)
class Key:
    """A musical key."""

    tonic: int
    """Pitch class, 0 (C) to 11 (B)."""
    mode: str
    """"major" or "minor"."""
    confidence: float
    """0 to 1."""

    @property
    def name(self) -> str:
        """What a person calls it, such as "A minor"."""
        return f"{PITCH_CLASSES[self.tonic]} {self.mode}"


def steady_tempo(quarter_bpm: float, numerator: int = 4, denominator: int = 4) -> TempoMap:
    """Returns the map of a piece with one tempo and one metre."""
    return TempoMap((TempoChange(0.0, quarter_bpm),), (TimeSignature(0.0, numerator, denominator),))
