"""The Anticipatory Music Transformer's tokens: three for each note, and notes that are told before their time.

Thickstun, Hall, Donahue and Liang, "Anticipatory Music Transformer" (TMLR 2024, https://arxiv.org/abs/2306.08620). A
sequence is one token that says of which kind it is, and events of three tokens each:

    AUTOREGRESS | ANTICIPATE   (time  duration  note)*

Times and durations are hundredths of a second, times counted from the first event of the sequence; a note is pitch and
instrument, General MIDI's 128 and the drums. Events are ordered by time, and a rest stands where more than a second
passes without one. A *control* is an event that is given; it has tokens of its own and stands five seconds ahead of its
time, so that what is written can lead up to it.

The numbers are those of the authors' package (`anticipation.config`, `anticipation.vocab`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

HUNDREDTHS = 100
"""In a second."""
TIME_COUNT, DURATION_COUNT, PITCH_COUNT, INSTRUMENT_COUNT = 10_000, 1_000, 128, 129
DRUMS = 128
"""The instrument of drums."""
FIRST_DURATION = TIME_COUNT
FIRST_NOTE = FIRST_DURATION + DURATION_COUNT
REST = FIRST_NOTE + PITCH_COUNT * INSTRUMENT_COUNT
FIRST_CONTROL = REST + 1
"""A control's tokens are those of the event, so much higher."""
AUTOREGRESS, ANTICIPATE = FIRST_CONTROL + REST + 1, FIRST_CONTROL + REST + 2
VOCABULARY_SIZE = ANTICIPATE + 1

LONGEST_GAP = HUNDREDTHS
"""Between two events, with the rests."""
AHEAD = 5 * HUNDREDTHS
"""So much before its time a control is told."""


@dataclass(frozen=True, order=True)
class Event:
    """A note or a rest; ordered by time."""

    time: int
    """Hundredths of a second, from wherever all events are counted."""
    duration: int = 0
    pitch: int = 0
    instrument: int = 0
    is_rest: bool = False
    is_control: bool = False

    def tokens(self, origin: int) -> tuple[int, int, int]:
        """Returns the event's tokens in a sequence whose times are counted from `origin`."""
        note = REST if self.is_rest else first_note(self.instrument) + self.pitch
        shift = FIRST_CONTROL if self.is_control else 0
        duration = FIRST_DURATION + min(self.duration, DURATION_COUNT - 1)
        return shift + self.time - origin, shift + duration, shift + note


def first_note(instrument: int) -> int:
    """Returns the token of an instrument's pitch 0."""
    return FIRST_NOTE + PITCH_COUNT * instrument


def rests(before: int, until: int) -> Iterator[Event]:
    """Yields the rests that stand between an event and the next."""
    for time in range(before + LONGEST_GAP, until, LONGEST_GAP):
        yield Event(time, is_rest=True)


def interleaved(events: Iterable[Event], controls: Iterable[Event], until: int) -> tuple[list[Event], list[Event]]:
    """Returns events with the rests between them, up to a time, and the controls where they are told; and the others.

    Args:
        events: ordered.
        controls: ordered.
        until: where the events end, and something else goes on.
    """
    told: list[Event] = []
    waiting, now = list(controls), 0
    for event in (*events, Event(until)):
        for step in (*rests(now, event.time), event):
            while waiting and waiting[0].time - AHEAD <= now:
                told.append(waiting.pop(0))
            told.append(step)
            now = step.time
    return told[:-1], waiting
