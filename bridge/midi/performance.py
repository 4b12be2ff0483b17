"""What a MIDI file plays: its notes in seconds, by instrument.

A file's track that plays on several channels gives a `Part` for each. Notes are paired first in, first out: of two that
sound on one channel and pitch, the one that began first ends first. A note that never ends lasts to its track's end.
Names that are not UTF-8 are read as Latin-1, in which most old files are written.
"""

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bridge.midi.clock import Clock, clocks
from bridge.midi.file import Event, MidiFile, Track
from bridge.midi.notes import Note, NoteTrack, TempoMap

DRUM_CHANNEL = 9
NOTE_OFF, NOTE_ON, PROGRAM_CHANGE = 0x80, 0x90, 0xC0
TRACK_NAME = 0x03
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Part:
    """What one track plays on one channel."""

    track_index: int
    channel: int
    notes: NoteTrack


@dataclass(frozen=True)
class Performance:
    """What a file plays."""

    title: str
    """Name of a track that plays nothing, as conductor tracks have it; empty if there is none."""
    parts: tuple[Part, ...]
    tempo_map: TempoMap
    """Of the first track, where tracks stand for themselves."""
    duration_sec: float
    """To the end of the longest track."""


def perform(midi: MidiFile) -> Performance:
    """Returns what the file plays."""
    clock_of = clocks(midi)
    programs = _programs(midi)
    parts = []
    for index, (track, clock) in enumerate(zip(midi.tracks, clock_of, strict=True)):
        for channel, notes in sorted(_notes(track, clock).items()):
            of_track = programs[index if midi.format == 2 else 0]
            parts.append(Part(index, channel, _note_track(track, channel, notes, of_track)))
    ends = (clock.seconds_at(track[-1].tick) for track, clock in zip(midi.tracks, clock_of, strict=True) if track)
    return Performance(_title(midi, parts), tuple(parts), clock_of[0].tempo_map, max(ends, default=0.0))


def text_of(event: Event) -> str:
    """Returns the text of a meta event, without what a terminal would take for a command."""
    try:
        text = event.content[2:].decode("utf-8")
    except UnicodeDecodeError:
        text = event.content[2:].decode("latin-1")
    return _CONTROL.sub("", text).strip()


def _track_name(track: Track) -> str:
    return next((text_of(event) for event in track if event.meta_type == TRACK_NAME), "")


def _title(midi: MidiFile, parts: Iterable[Part]) -> str:
    playing = {part.track_index for part in parts}
    silent = (track for index, track in enumerate(midi.tracks) if index not in playing)
    return next(filter(None, map(_track_name, silent)), "")


def _note_track(track: Track, channel: int, notes: list[Note], programs: Mapping[int, int]) -> NoteTrack:
    return NoteTrack(
        name=_track_name(track),
        notes=tuple(sorted(notes, key=lambda note: (note.onset_sec, note.pitch))),
        program=programs.get(channel, 0),
        is_drum=channel == DRUM_CHANNEL,
    )


def _programs(midi: MidiFile) -> list[dict[int, int]]:
    """Returns the program with which each channel plays its first note: for each track of format 2, else for all."""
    if midi.format == 2:
        return [_programs_of(track) for track in midi.tracks]
    return [_programs_of(sorted((event for track in midi.tracks for event in track), key=lambda event: event.tick))]


def _programs_of(events: Iterable[Event]) -> dict[int, int]:
    now: dict[int, int] = {}
    at_first_note: dict[int, int] = {}
    for event in events:
        if event.status == PROGRAM_CHANGE:
            now[event.channel] = event.content[1]
        elif event.status == NOTE_ON and event.content[2]:
            at_first_note.setdefault(event.channel, now.get(event.channel, 0))
    return at_first_note


def _notes(track: Track, clock: Clock) -> dict[int, list[Note]]:
    """Returns the notes of each channel."""
    result: dict[int, list[Note]] = defaultdict(list)
    for on, off_tick in _pairs(track):
        onset_sec = clock.seconds_at(on.tick)
        _, pitch, velocity = on.content
        result[on.channel].append(Note(pitch, velocity, onset_sec, clock.seconds_at(off_tick) - onset_sec))
    return result


def _pairs(track: Track) -> Iterator[tuple[Event, int]]:
    """Yields each note-on with the tick at which its note ends."""
    sounding: dict[tuple[int, int], deque[Event]] = defaultdict(deque)
    for event in track:
        if event.status == NOTE_ON and event.content[2]:
            sounding[event.channel, event.content[1]].append(event)
        elif event.status in (NOTE_ON, NOTE_OFF) and (begun := sounding[event.channel, event.content[1]]):
            yield begun.popleft(), event.tick
    for begun in sounding.values():
        yield from ((event, track[-1].tick) for event in begun)
