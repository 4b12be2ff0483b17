"""Writes notes as a standard MIDI file, in the tempo of the music.

Format 1: a conductor track with title, tempo map, metre, key and chords (as markers), then one track per instrument
with its name, program, controllers, notes and bends. Positions are the tempo map's (`engine.midi_ticks`: every event
is within 1 ms of its time), channels are General MIDI's (`engine.midi_voices`). The same input gives the same bytes.

References: The Complete MIDI 1.0 Detailed Specification (MMA, 1996), Standard MIDI Files 1.0 and General MIDI System
Level 1.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import mido

from engine.errors import InvalidArgument
from engine.midi_ticks import TickGrid, tempo_events, tick_grid
from engine.midi_voices import Place, TickNote, places, spread, tick_notes
from engine.musical_time import Chord, Key, TempoMap, TimeSignature
from engine.notes import NoteTrack

SMALLEST_BEND_RANGE = 2
LARGEST_BEND_RANGE = 48
_BEND_STEPS = 8191
_REGISTERED_MSB, _REGISTERED_LSB, _DATA_MSB, _DATA_LSB, _NO_PARAMETER = 101, 100, 6, 38, 127
# Of two names for the same keys, the one with fewer accidentals.
_MAJOR_KEYS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_MINOR_KEYS = ("Cm", "C#m", "Dm", "Ebm", "Em", "Fm", "F#m", "Gm", "G#m", "Am", "Bbm", "Bm")

# What happens first on a tick: a note ends, its bend is undone, pedals move, the next note is bent, and begins.
_NOTE_OFF, _BEND_BACK, _CONTROL, _BEND, _NOTE_ON = range(5)

Timed = tuple[int, int, Any]
"""Tick, order within the tick, message."""


def write_midi(
    path: Path,
    tracks: Sequence[NoteTrack],
    tempo_map: TempoMap,
    *,
    chords: Sequence[Chord] = (),
    key: Key | None = None,
    title: str = "",
) -> None:
    """Writes a MIDI file of format 1.

    Args:
        path: where to write.
        tracks: the instruments; drums go to channel 10, the others to channels of their own.
        tempo_map: tempo and metre, in the time of the notes.
        chords: written as markers, in their own notation; "N" becomes "N.C.".
        key: written as the key signature; church modes have none.
        title: name of the piece, on the conductor track.

    Raises:
        InvalidArgument: a MIDI file cannot state the tempo or the metre.
    """
    grid = tick_grid(tempo_map)
    notes = [tick_notes(track.notes, grid) for track in tracks]
    where = places([None if track.is_drum else of_track for track, of_track in zip(tracks, notes, strict=True)])
    has_ports = any(place.port for place in where)
    instruments = [
        _instrument(track, spread(of_track, len(place.channels)), grid, place, has_ports)
        for track, of_track, place in zip(tracks, notes, where, strict=True)
    ]
    last_tick = max((event[0] for events in instruments for event in events), default=0)
    file = mido.MidiFile(type=1, ticks_per_beat=grid.ticks_per_quarter, charset="utf-8")
    file.tracks.append(_with_deltas(_conductor(grid, last_tick, chords, key, title)))
    file.tracks.extend(_with_deltas(events) for events in instruments)
    file.save(path)


def _conductor(grid: TickGrid, last_tick: int, chords: Iterable[Chord], key: Key | None, title: str) -> list[Timed]:
    """Returns the events of the first track."""
    events: list[Timed] = [(0, 0, mido.MetaMessage("track_name", name=title))]
    signatures = {grid.tick_at(metre.time_sec): metre for metre in grid.tempo_map.time_signatures}
    events += [(tick, 1, _time_signature(metre)) for tick, metre in signatures.items()]
    if key is not None and key.mode in ("major", "minor"):
        name = (_MAJOR_KEYS if key.mode == "major" else _MINOR_KEYS)[key.tonic]
        events.append((0, 2, mido.MetaMessage("key_signature", key=name)))
    for tempo in tempo_events(grid, last_tick):
        events.append((tempo.tick, 3, mido.MetaMessage("set_tempo", tempo=tempo.quarter_us)))
    for chord in chords:
        label = "N.C." if chord.label == "N" else chord.label
        events.append((grid.tick_at(chord.onset_sec), 4, mido.MetaMessage("marker", text=label)))
    return events


def _time_signature(metre: TimeSignature) -> Any:  # noqa: ANN401 - mido has no types
    """Returns the event of a metre, with a click for each beat that is felt: the dotted ones in 6/8, 9/8 and 12/8."""
    numerator, denominator = metre.numerator, metre.denominator
    if not 1 <= numerator <= 255 or denominator.bit_count() != 1 or denominator > 128:
        raise InvalidArgument(
            f"A MIDI file cannot state a metre of {numerator}/{denominator}; the lower number must be 1, 2, 4, … 128.",
            field="tempo_map",
        )
    is_compound = denominator >= 8 and numerator > 3 and numerator % 3 == 0
    return mido.MetaMessage(
        "time_signature", numerator=numerator, denominator=denominator,
        clocks_per_click=max(1, (3 if is_compound else 1) * 96 // denominator),
    )  # fmt: skip


def _instrument(
    track: NoteTrack, notes: Sequence[TickNote], grid: TickGrid, place: Place, has_ports: bool
) -> list[Timed]:
    """Returns the events of an instrument's track; what sets it up comes first on tick 0."""
    bend_range = _bend_range(notes)
    setup = [mido.MetaMessage("track_name", name=track.name)]
    if has_ports:
        setup.append(mido.MetaMessage("midi_port", port=place.port))
    for voice, channel in enumerate(place.channels):
        program = 0 if track.is_drum else track.program
        setup.append(mido.Message("program_change", channel=channel, program=program))
        if not track.is_drum and any(note.bends and note.voice == voice for note in notes):
            setup += _set_bend_range(channel, bend_range)
    events: list[Timed] = [(0, -1, message) for message in setup]
    for note in notes:
        events += _note(note, place.channels[note.voice])
        if not track.is_drum:
            events += _bends(note, place.channels[note.voice], bend_range)
    for change in track.control_changes:
        tick = grid.tick_at(change.time_sec)
        for channel in place.channels:
            message = mido.Message("control_change", channel=channel, control=change.number, value=change.value)
            events.append((tick, _CONTROL, message))
    return events


def _note(note: TickNote, channel: int) -> Iterator[Timed]:
    on = mido.Message("note_on", channel=channel, note=note.pitch, velocity=note.velocity)
    yield note.on_tick, _NOTE_ON, on
    yield note.off_tick, _NOTE_OFF, mido.Message("note_off", channel=channel, note=note.pitch)


def _bends(note: TickNote, channel: int, bend_range: int) -> Iterator[Timed]:
    """Yields the note's curve as steps; it begins with its first point, and the channel is straight again after it."""
    before = 0
    for index, (tick, semitones) in enumerate(note.bends):
        value = _bend_value(semitones, bend_range)
        if tick < note.off_tick and value != before:
            yield note.on_tick if index == 0 else tick, _BEND, _pitchwheel(channel, value)
            before = value
    if before:
        yield note.off_tick, _BEND_BACK, _pitchwheel(channel, 0)


def _bend_value(semitones: float, bend_range: int) -> int:
    return min(max(round(semitones / bend_range * _BEND_STEPS), -_BEND_STEPS), _BEND_STEPS)


def _pitchwheel(channel: int, value: int) -> Any:  # noqa: ANN401
    return mido.Message("pitchwheel", channel=channel, pitch=value)


def _bend_range(notes: Iterable[TickNote]) -> int:
    """Returns how many semitones the wheel has to reach: two, as by default, unless a curve goes further."""
    furthest = max((abs(semitones) for note in notes for _, semitones in note.bends), default=0.0)
    return min(max(math.ceil(furthest), SMALLEST_BEND_RANGE), LARGEST_BEND_RANGE)


def _set_bend_range(channel: int, semitones: int) -> list[Any]:
    """Returns the messages of registered parameter 0, and those that close it against stray data."""
    values = (
        (_REGISTERED_MSB, 0), (_REGISTERED_LSB, 0), (_DATA_MSB, semitones), (_DATA_LSB, 0),
        (_REGISTERED_MSB, _NO_PARAMETER), (_REGISTERED_LSB, _NO_PARAMETER),
    )  # fmt: skip
    return [mido.Message("control_change", channel=channel, control=number, value=value) for number, value in values]


def _with_deltas(events: Iterable[Timed]) -> Any:  # noqa: ANN401
    """Returns the track of the events: ordered, each with its distance from the one before."""
    track, before = mido.MidiTrack(), 0
    for tick, _, message in sorted(events, key=lambda event: event[:2]):
        message.time = tick - before  # copies of messages are slow
        track.append(message)
        before = tick
    return track
