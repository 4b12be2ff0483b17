"""Notes: what a transcriber gives, a MIDI file holds and a generator continues.

Times are seconds from the beginning of the audio; a DAW's own tempo map turns them into ticks. A note's pitch is its
MIDI number (60 is middle C), its velocity 1 to 127. Names follow partitura and mir_eval: `onset_sec`, `duration_sec`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

SUSTAIN_PEDAL = 64
"""MIDI controller number of the damper pedal; values from 64 on mean that it is down."""


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
    """Whether it plays General MIDI percussion (channel 10), where pitches name instruments."""
    control_changes: tuple[ControlChange, ...] = ()


def by_onset(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Returns the notes in the order that a NoteTrack has: by onset, then by pitch."""
    return tuple(sorted(notes, key=lambda note: (note.onset_sec, note.pitch)))
