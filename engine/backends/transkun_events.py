"""From the intervals of segments to notes and pedals.

Segments of the audio overlap, and each is decoded from where the one before left off, key by key. What the end of a
segment cuts off is an open event: the next segment gives its end, or a whole event in its place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from engine.backends.semi_crf import Interval
from engine.notes import ControlChange, Note, NoteTrack, by_onset

_LEAST_SEC = 1e-8
_PEDAL_DOWN = 64  # the least value that means it


@dataclass(frozen=True)
class Event:
    """A key or a pedal that is down, or the part of it that a segment shows."""

    onset_sec: float
    offset_sec: float
    velocity: int
    has_onset: bool
    """False where it was down already when the segment began."""
    has_offset: bool
    """False where it is still down when the segment ends."""


@dataclass(frozen=True)
class Reading:
    """What the network says of an interval."""

    velocity: int
    onset_shift: float
    """Where in its first frame it begins, -0.5 to 0.5 frames from the middle."""
    offset_shift: float
    has_onset: bool
    """Only asked for intervals that begin with the segment."""
    has_offset: bool
    """Only asked for intervals that end with the segment."""


def to_events(
    intervals: Sequence[Interval], readings: Sequence[Reading], last_frame: int, frame_sec: float, start_sec: float
) -> list[Event]:
    """Returns the events of one track of a segment that begins at `start_sec` and ends with `last_frame`."""
    events = []
    end_sec = 0.0
    for (first, last), reading in zip(intervals, readings, strict=True):
        begin_sec = max((first + reading.onset_shift) * frame_sec, end_sec)
        end_sec = max((last + reading.offset_shift) * frame_sec, begin_sec + _LEAST_SEC)
        events.append(
            Event(
                onset_sec=max(begin_sec + start_sec, 0.0),
                offset_sec=max(end_sec + start_sec, 0.0),
                velocity=reading.velocity,
                has_onset=first > 0 or reading.has_onset,
                has_offset=last < last_frame or reading.has_offset,
            )
        )
    return events


def last_closed_frame(intervals: Sequence[Interval], events: Sequence[Event]) -> int:
    """Returns the frame where a track's last event with an end has it: from there on the next segment decodes."""
    return max((last for (_, last), event in zip(intervals, events, strict=True) if event.has_offset), default=0)


def append(track: list[Event], events: Iterable[Event]) -> None:
    """Adds the events of the next segment to those of a track, and closes or replaces what they overlap with."""
    for event in events:
        if track and event.onset_sec < track[-1].offset_sec:
            end_sec = max(event.offset_sec, track[-1].offset_sec)
            rest = replace(track[-1], offset_sec=end_sec, has_offset=event.has_offset)
            track[-1] = event if event.has_onset else rest
        elif event.has_onset:
            track.append(event)


def closed(track: Sequence[Event], end_sec: float) -> list[Event]:
    """Returns the events of a finished track: none overlap, all have an end, none after `end_sec`."""
    whole = [event for event in track[:-1] if event.has_offset] + list(track[-1:])
    whole.sort(key=lambda event: (event.onset_sec, event.offset_sec))
    limits_sec = [min(event.onset_sec, end_sec) for event in whole[1:]] + [end_sec]
    cut = [replace(event, offset_sec=min(event.offset_sec, end)) for event, end in zip(whole, limits_sec, strict=False)]
    return [event for event in cut if event.onset_sec < event.offset_sec]


def to_note_track(tracks: Iterable[tuple[int, Sequence[Event]]]) -> NoteTrack:
    """Returns the piano's notes and pedals.

    Args:
        tracks: closed events with what they belong to: a pitch, or a pedal's controller number, negated.
    """
    notes, changes = [], []
    for key, events in tracks:
        for event in events:
            if key > 0:
                length_sec = event.offset_sec - event.onset_sec
                notes.append(Note(key, max(1, event.velocity), event.onset_sec, length_sec))
            else:
                changes.append(ControlChange(-key, max(_PEDAL_DOWN, event.velocity), event.onset_sec))
                changes.append(ControlChange(-key, 0, event.offset_sec))
    # Where a pedal comes up and goes down at once, it comes up first.
    changes.sort(key=lambda change: (change.time_sec, change.number, change.value))
    return NoteTrack(name="piano", notes=by_onset(notes), control_changes=tuple(changes))
