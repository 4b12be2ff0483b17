"""Changes of a MIDI file: tempo, pitch and instruments. Everything that a change does not concern stays as it was.

**Tempo.** The whole tempo map is scaled, so that it keeps its shape and its first tempo is the one that was asked for.

**Pitch.** Notes and their aftertouch move; key signatures move with them, and so do chords that stand as markers in
Harte's notation ("A:min7"). Drums, on channel 10, name instruments and not pitches, and stay. A transposition that
would take a note out of MIDI's range is refused: folded into the next octave, it would change the music without a word.

**Program.** Every channel but the drums' plays it from its first note to its last, in bank 0, where General MIDI is.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import replace

from bridge.errors import RequestRefused
from bridge.midi.chord_symbols import transposed_chord
from bridge.midi.clock import SET_TEMPO, STANDARD_QUARTER_US, clocks, quarter_us_of
from bridge.midi.file import Event, MidiFile, Track
from bridge.midi.key import key_of_signature, signature_content
from bridge.midi.performance import DRUM_CHANNEL, NOTE_OFF, NOTE_ON, PROGRAM_CHANGE

HIGHEST_PITCH = 127
_LONGEST_QUARTER_US = 0xFFFFFF
_AFTERTOUCH, _CONTROL_CHANGE = 0xA0, 0xB0
_BANK_SELECT = (0, 32)
_MARKER = 0x06


def with_tempo(midi: MidiFile, quarter_bpm: float) -> MidiFile:
    """Returns the file with its tempo map scaled so that the first tempo is `quarter_bpm`.

    Raises:
        RequestRefused: a MIDI file cannot state that tempo, or one of those that follow from it.
    """
    if not 0 < quarter_bpm < math.inf:
        raise RequestRefused("A tempo must be above 0 quarter notes per minute, such as 96.")
    return _with_scaled_quarters(midi, 60e6 / quarter_bpm / clocks(midi)[0].tempos[0][1])


def with_playrate(midi: MidiFile, playrate: float) -> MidiFile:
    """Returns the file of a recording as it goes when the recording is played so many times as fast.

    Raises:
        RequestRefused: a MIDI file cannot state the tempo that follows.
    """
    return _with_scaled_quarters(midi, 1 / playrate)


def _with_scaled_quarters(midi: MidiFile, factor: float) -> MidiFile:
    return _map_events(_with_first_tempo(midi), lambda event: _scaled(event, factor))


def _with_first_tempo(midi: MidiFile) -> MidiFile:
    """Returns the file with its first tempo stated on tick 0, also where that is the standard's 120, unsaid."""
    opening = Event(0, bytes((0xFF, SET_TEMPO)) + STANDARD_QUARTER_US.to_bytes(3))
    if midi.format == 2:
        return replace(midi, tracks=tuple(t if _has_first_tempo([t]) else (opening, *t) for t in midi.tracks))
    if _has_first_tempo(midi.tracks):
        return midi
    return replace(midi, tracks=((opening, *midi.tracks[0]), *midi.tracks[1:]))


def _has_first_tempo(tracks: Iterable[Track]) -> bool:
    return any(event.tick == 0 and quarter_us_of(event) for track in tracks for event in track)


def _scaled(event: Event, factor: float) -> Event:
    before_us = quarter_us_of(event)
    if before_us is None:
        return event
    quarter_us = round(before_us * factor)
    if not 1 <= quarter_us <= _LONGEST_QUARTER_US:
        raise RequestRefused(
            f"That leads to a tempo of {60e6 / before_us / factor:.3g}, which a MIDI file cannot state; "
            f"the slowest is {60e6 / _LONGEST_QUARTER_US:.2f} quarter notes per minute."
        )
    return replace(event, content=event.content[:2] + quarter_us.to_bytes(3))


def transposed(midi: MidiFile, semitones: int) -> MidiFile:
    """Returns the file with all notes but the drums' so many semitones higher.

    Raises:
        RequestRefused: a note would leave MIDI's range; the sentence says how far one can go.
    """
    pitches = [event.content[1] for track in midi.tracks for event in track if _has_pitch(event)]
    if pitches:
        room_down, room_up = -min(pitches), HIGHEST_PITCH - max(pitches)
        if not room_down <= semitones <= room_up:
            raise RequestRefused(
                f"Transposed by {semitones:+d}, notes would leave MIDI's range of 0 to {HIGHEST_PITCH}; "
                f"this file can go from {room_down:+d} to {room_up:+d}."
            )
    return _map_events(midi, lambda event: _moved(event, semitones))


def within_reach(midi: MidiFile, semitones: int) -> MidiFile:
    """Returns the file without the notes that a transposition would take out of MIDI's range."""

    def stays(event: Event) -> bool:
        return not _has_pitch(event) or 0 <= event.content[1] + semitones <= HIGHEST_PITCH

    return replace(midi, tracks=tuple(tuple(filter(stays, track)) for track in midi.tracks))


def _has_pitch(event: Event) -> bool:
    return event.status in (NOTE_OFF, NOTE_ON, _AFTERTOUCH) and event.channel != DRUM_CHANNEL


def _moved(event: Event, semitones: int) -> Event:
    content = event.content
    if _has_pitch(event):
        return replace(event, content=content[:1] + bytes((content[1] + semitones,)) + content[2:])
    if key := key_of_signature(event):
        return replace(event, content=signature_content(key.transposed(semitones)))
    if event.meta_type == _MARKER:
        text = content[2:].decode("latin-1")  # which keeps every byte, whatever the encoding
        return replace(event, content=content[:2] + transposed_chord(text, semitones).encode("latin-1"))
    return event


def with_program(midi: MidiFile, program: int) -> MidiFile:
    """Returns the file with every channel but the drums' playing a General MIDI program, 0 to 127."""
    changed = _map_events(midi, lambda event: _reprogrammed(event, program))
    tracks = list(changed.tracks)
    for index, channel in _without_program(midi):
        tracks[index] = _with_opening(tracks[index], Event(0, bytes((PROGRAM_CHANGE | channel, program))))
    return replace(changed, tracks=tuple(tracks))


def _without_program(midi: MidiFile) -> list[tuple[int, int]]:
    """Returns track and channel of each first note that no program change comes before."""
    seen: set[tuple[int, int]] = set()
    found = []
    placed = ((event, index) for index, track in enumerate(midi.tracks) for event in track)
    for event, index in sorted(placed, key=lambda place: place[0].tick):
        if event.status not in (NOTE_ON, PROGRAM_CHANGE) or event.channel == DRUM_CHANNEL:
            continue
        piece = index if midi.format == 2 else 0
        if event.status == NOTE_ON and (piece, event.channel) not in seen:
            found.append((index, event.channel))
        seen.add((piece, event.channel))
    return found


def _with_opening(track: Track, event: Event) -> Track:
    """Returns the track with an event of tick 0 put behind what it says of itself there, and before any note."""
    place = next((place for place, own in enumerate(track) if own.tick or own.status == NOTE_ON), len(track))
    return (*track[:place], event, *track[place:])


def _reprogrammed(event: Event, program: int) -> Event:
    if event.status >= 0xF0 or event.channel == DRUM_CHANNEL:
        return event
    if event.status == PROGRAM_CHANGE:
        return replace(event, content=bytes((event.content[0], program)))
    if event.status == _CONTROL_CHANGE and event.content[1] in _BANK_SELECT:
        return replace(event, content=event.content[:2] + b"\0")
    return event


def _map_events(midi: MidiFile, change: Callable[[Event], Event]) -> MidiFile:
    return replace(midi, tracks=tuple(tuple(map(change, track)) for track in midi.tracks))
