"""Notes and musical time on the musician's machine: the engine's nouns, without the engine.

Times are seconds, pitches MIDI numbers (60 is middle C), tempo is in quarter notes per minute.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

PITCH_CLASSES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_NATURALS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


@dataclass(frozen=True)
class PitchBend:
    """One point of a note's pitch curve."""

    offset_sec: float
    """Seconds from the note's onset."""
    semitones: float
    """Distance from the note's own pitch."""


@dataclass(frozen=True)
class Note:
    """One note."""

    pitch: int
    velocity: int
    onset_sec: float
    duration_sec: float
    bends: tuple[PitchBend, ...] = ()

    @property
    def offset_sec(self) -> float:
        """Where the note ends."""
        return self.onset_sec + self.duration_sec


@dataclass(frozen=True)
class ControlChange:
    """One movement of a controller, such as the sustain pedal."""

    number: int
    value: int
    time_sec: float


@dataclass(frozen=True)
class NoteTrack:
    """The notes of one instrument, ordered by onset, then pitch."""

    name: str
    notes: tuple[Note, ...]
    program: int = 0
    """General MIDI program, 0 to 127; without meaning for drums."""
    is_drum: bool = False
    control_changes: tuple[ControlChange, ...] = ()


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
    """Tempo and metre changes, each ordered by time, the first of each at 0."""

    tempos: tuple[TempoChange, ...]
    time_signatures: tuple[TimeSignature, ...]


@dataclass(frozen=True)
class Beat:
    """One beat."""

    time_sec: float
    bar_position: int
    """Place in its bar, counted from 1; 1 is the downbeat."""


@dataclass(frozen=True)
class Chord:
    """One chord."""

    onset_sec: float
    duration_sec: float
    label: str
    """In Harte's notation, such as "A:min7"; "N" where there is none."""


class Mode(StrEnum):
    """Major or minor."""

    MAJOR = "major"
    MINOR = "minor"


@dataclass(frozen=True)
class Key:
    """A musical key."""

    tonic: int
    """Pitch class, 0 (C) to 11 (B)."""
    mode: Mode

    @property
    def name(self) -> str:
        """What a person calls it, such as "A minor"."""
        return f"{PITCH_CLASSES[self.tonic]} {self.mode.value}"

    def transposed(self, semitones: int) -> "Key":
        """Returns the key that music in this one is in when it sounds so much higher."""
        return replace(self, tonic=(self.tonic + semitones) % 12)


def pitch_name(pitch: int) -> str:
    """Returns what a person calls a pitch; middle C is C4.

    >>> pitch_name(60), pitch_name(21)
    ('C4', 'A0')
    """
    return f"{PITCH_CLASSES[pitch % 12]}{pitch // 12 - 1}"


def pitch_class(name: str) -> int:
    """Returns the pitch class that a letter and its accidentals name, 0 (C) to 11 (B).

    >>> pitch_class("Bb"), pitch_class("F##"), pitch_class("Cb")
    (10, 7, 11)
    """
    return (_NATURALS[name[0]] + accidental_semitones(name[1:])) % 12


def accidental_semitones(accidentals: str) -> int:
    """Returns by how much sharps (#) and flats (b) raise a note."""
    return accidentals.count("#") - accidentals.count("b")
