"""Which channel of a MIDI file plays a note: a pitch bend belongs to a channel, and so does a sounding pitch.

**Equal pitches.** A channel cannot play a pitch twice at once: a note-off would be ambiguous. A note that is struck
while its pitch sounds cuts the sounding one off, as on a piano; two that begin on the same tick become one.

**Bends.** A bend moves every note of its channel. A note that sounds alone in its track is bent on the track's main
channel. One that sounds together with others is bent on a channel of its own, a *voice* of the track, as long as there
is one; where there is none, it keeps its pitch, since an unbent note is better than its neighbours out of tune.

**Channels.** General MIDI gives channel 10 to the drums, which leaves 15. Each instrument takes one; what is left goes
to voices, in the order of the tracks. Beyond 15 instruments there are no voices, and the next 15 stand on the next
MIDI port, where channels count anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from engine.midi_ticks import TickGrid
from engine.notes import Note

DRUM_CHANNEL = 9
MELODIC_CHANNELS = tuple(channel for channel in range(16) if channel != DRUM_CHANNEL)


@dataclass(frozen=True)
class TickNote:
    """A note in ticks."""

    on_tick: int
    pitch: int
    off_tick: int
    velocity: int
    bends: tuple[tuple[int, float], ...] = ()
    """Tick and semitones of each point, in order."""
    voice: int = 0
    """Which of the track's channels plays it; 0 is the main one."""


@dataclass(frozen=True)
class Place:
    """Where a track's voices are played."""

    port: int
    channels: tuple[int, ...]
    """Counted from 0, the main one first."""


def tick_notes(notes: Iterable[Note], grid: TickGrid) -> list[TickNote]:
    """Returns the notes in ticks, by onset, then pitch: each lasts a tick or more; no pitch sounds twice at once."""
    result: list[TickNote] = []
    last_of_pitch: dict[int, int] = {}
    for note in sorted((_in_ticks(note, grid) for note in notes), key=lambda note: (note.on_tick, note.pitch)):
        index = last_of_pitch.get(note.pitch)
        if index is not None and result[index].on_tick == note.on_tick:
            result[index] = _merged(result[index], note)
            continue
        if index is not None and result[index].off_tick > note.on_tick:
            result[index] = replace(result[index], off_tick=note.on_tick)
        last_of_pitch[note.pitch] = len(result)
        result.append(note)
    return result


def _in_ticks(note: Note, grid: TickGrid) -> TickNote:
    on_tick = grid.tick_at(note.onset_sec)
    return TickNote(
        on_tick=on_tick,
        pitch=note.pitch,
        off_tick=max(on_tick + 1, grid.tick_at(note.offset_sec)),
        velocity=note.velocity,
        bends=tuple((grid.tick_at(note.onset_sec + bend.offset_sec), bend.semitones) for bend in note.bends),
    )


def _merged(first: TickNote, second: TickNote) -> TickNote:
    """Returns one note for two that begin together: the longer one, as loud as the louder one."""
    longer = max(first, second, key=lambda note: note.off_tick)
    return replace(longer, velocity=max(first.velocity, second.velocity))


def spread(notes: Sequence[TickNote], voice_count: int) -> list[TickNote]:
    """Returns the notes of a track, ordered by onset, each with its voice; what no voice can bend is not bent."""
    free_from = [0] * voice_count  # the tick at which each voice has ended its note
    result = []
    for note, is_alone in zip(notes, _alone(notes), strict=True):
        if not note.bends or is_alone:
            result.append(note)
            continue
        voice = next((voice for voice in range(1, voice_count) if free_from[voice] <= note.on_tick), 0)
        if voice:
            free_from[voice] = note.off_tick
        result.append(replace(note, voice=voice, bends=note.bends if voice else ()))
    return result


def _alone(notes: Sequence[TickNote]) -> list[bool]:
    """Returns for each note whether no other sounds while it does."""
    next_on = [note.on_tick for note in notes[1:]]
    result, sounding_until = [], 0
    for index, note in enumerate(notes):
        follows = index < len(next_on) and next_on[index] < note.off_tick
        result.append(note.on_tick >= sounding_until and not follows)
        sounding_until = max(sounding_until, note.off_tick)
    return result


def places(tracks: Sequence[Sequence[TickNote] | None]) -> list[Place]:
    """Returns where each track is played; None stands for drums."""
    melodic = [notes for notes in tracks if notes is not None]
    spare = max(0, len(MELODIC_CHANNELS) - len(melodic))
    result, position = [], 0
    for notes in tracks:
        if notes is None:
            result.append(Place(0, (DRUM_CHANNEL,)))
            continue
        wanted = 1 + max((note.voice for note in spread(notes, spare + 1)), default=0)
        port, first = divmod(position, len(MELODIC_CHANNELS))
        result.append(Place(port, MELODIC_CHANNELS[first : first + wanted]))
        spare -= wanted - 1
        position += wanted
    return result
