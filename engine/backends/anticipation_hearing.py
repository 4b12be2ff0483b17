"""How the Anticipatory Music Transformer hears a prompt: notes at one tempo, each with an instrument.

The model knows time and no bars. It hears everything at the tempo of where it writes, kept within what songs have; so a
ramp is no change of note values, and a note value is the same span everywhere. Chords to follow are told as strings
that hold them. The melody is told from what accompanies it by its instrument.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.backends.anticipation_tokens import DRUMS, HUNDREDTHS, Event
from engine.backends.melody_chords import chord_symbol
from engine.backends.melody_constraints import INTERVALS
from engine.backends.melody_grid import TICKS_PER_QUARTER
from engine.generation import Accompany, Fill, Prompt, Task, Vary
from engine.notes import NoteTrack
from engine.prompt import PromptBars

SLOWEST_BPM, FASTEST_BPM = 40.0, 240.0
PIANO, OTHER_PIANO, STRINGS = 0, 4, 48
"""General MIDI programs."""
_HEARD_EVENTS, _HEARD_SEC = 150, 40.0
_CHORD_REGISTER = 48


@dataclass(frozen=True)
class Heard:
    """A note in quarter notes from the prompt's first bar line."""

    onset: float
    end: float
    pitch: int
    velocity: int


class Clock:
    """The events' time: from the first that is heard, or the bar line where nothing is."""

    def __init__(self, prompt: Prompt, bars: PromptBars, begin: float) -> None:
        """Sets a clock for music that is written from a position on, in quarter notes from the first bar line."""
        at = bars.first_quarters + begin
        length_sec = prompt.tempo_map.seconds_at(at + 1) - prompt.tempo_map.seconds_at(at)
        self.per_quarter = HUNDREDTHS * min(max(length_sec, 60 / FASTEST_BPM), 60 / SLOWEST_BPM)
        self._first, self._begin, self._bars = bars.first_quarters, begin, bars
        self._origin = max(0.0, begin - _HEARD_SEC * HUNDREDTHS / self.per_quarter)

    def at(self, quarters: float) -> int:
        """Returns the time of a position, in quarter notes from the prompt's first bar line."""
        return round((quarters - self._origin) * self.per_quarter)

    def past(self, given: Iterable[tuple[int, Heard]]) -> tuple[Event, ...]:
        """Returns the last events before the writing."""
        events = sorted(
            self._event(note, instrument)
            for instrument, note in given
            if self._origin <= note.onset < self._begin - 1e-6
        )
        return tuple(events[-_HEARD_EVENTS:])

    def controls(
        self, given: Iterable[tuple[int, Heard]], own: int | None, length: float, task: Task
    ) -> tuple[Event, ...]:
        """Returns what is told ahead; of the instrument that is written, nothing that lies where it is written."""
        if not isinstance(task, Fill | Accompany):
            return ()
        end = self._begin + length
        told = [
            self._event(note, instrument, is_control=True)
            for instrument, note in given
            if note.onset >= self._begin - 1e-6 and (note.onset >= end - 1e-6 or instrument != own)
        ]
        return tuple(sorted(told))

    def chords(self, prompt: Prompt, task: Task, count: int) -> tuple[Event, ...]:
        """Returns chords to follow, where the writing is."""
        shift = self._bars.count * self._bars.bar_quarters if isinstance(task, Vary) else 0.0
        events = []
        for chord in prompt.chords:
            onset, end = (
                prompt.tempo_map.quarters_at(time_sec) - self._first + shift
                for time_sec in (chord.onset_sec, chord.onset_sec + chord.duration_sec)
            )
            root, quality = chord_symbol(chord.label)
            inside = self._begin - 1e-6 <= onset < self._begin + count * self._bars.bar_quarters - 1e-6
            if root >= 0 and inside:
                notes = [Heard(onset, end, _CHORD_REGISTER + root + step, 80) for step in INTERVALS[quality]]
                events += [self._event(note, STRINGS, is_control=True) for note in notes]
        return tuple(sorted(events))

    def _event(self, note: Heard, instrument: int, *, is_control: bool = False) -> Event:
        duration = max(1, round((note.end - note.onset) * self.per_quarter))
        return Event(self.at(note.onset), duration, note.pitch, instrument, is_control=is_control)


def heard_notes(track: NoteTrack, prompt: Prompt, bars: PromptBars) -> list[Heard]:
    """Returns a track's notes from the first bar line on; one that comes a little early is on it."""
    quarters = prompt.tempo_map.quarters_at
    placed = [
        (quarters(note.onset_sec) - bars.first_quarters, quarters(note.offset_sec) - bars.first_quarters, note)
        for note in track.notes
    ]
    return [
        Heard(max(0.0, onset), max(end, onset + 1e-3), note.pitch, note.velocity)
        for onset, end, note in placed
        if onset > -1 / TICKS_PER_QUARTER - 1e-6
    ]


def instrument_of(track: NoteTrack, tune: NoteTrack) -> int:
    """Returns the instrument of a track; another one than the melody's for all other tracks."""
    if track.is_drum:
        return DRUMS
    if track is tune or track.program != tune.program:
        return track.program
    return OTHER_PIANO if tune.program == PIANO else PIANO
