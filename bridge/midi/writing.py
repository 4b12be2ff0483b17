"""Notes in seconds as a MIDI file to be played: at a steady tempo, so that a tick is a moment and not a note value."""

from collections.abc import Iterator, Sequence

from bridge.midi.file import Event, MidiFile, Track
from bridge.midi.notes import NoteTrack
from bridge.midi.performance import DRUM_CHANNEL, NOTE_OFF, NOTE_ON, PROGRAM_CHANGE

TICKS_PER_QUARTER = 960
_TICKS_PER_SEC = 2 * TICKS_PER_QUARTER  # at the standard's 120 quarter notes per minute, which need not be said
_PITCHED_CHANNELS = tuple(channel for channel in range(16) if channel != DRUM_CHANNEL)


def midi_of(tracks: Sequence[NoteTrack]) -> MidiFile:
    """Returns a file of format 1 that plays the notes at their times, to half a millisecond.

    Beyond 15 instruments, channels are shared.
    """
    pitched = iter(_PITCHED_CHANNELS * len(tracks))
    channels = [DRUM_CHANNEL if track.is_drum else next(pitched) for track in tracks]
    return MidiFile(1, TICKS_PER_QUARTER, tuple(map(_track, tracks, channels)))


def _track(track: NoteTrack, channel: int) -> Track:
    return (
        Event(0, bytes((PROGRAM_CHANGE | channel, track.program))),
        *sorted(_notes(track, channel), key=lambda event: (event.tick, event.status)),
    )


def _notes(track: NoteTrack, channel: int) -> Iterator[Event]:
    for note in track.notes:
        on, off = (round(time_sec * _TICKS_PER_SEC) for time_sec in (note.onset_sec, note.offset_sec))
        yield Event(on, bytes((NOTE_ON | channel, note.pitch, note.velocity)))
        yield Event(max(on + 1, off), bytes((NOTE_OFF | channel, note.pitch, 0)))
