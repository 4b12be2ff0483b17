"""The result of a transcription: one MIDI track per instrument, after the source's.

Its times are seconds of the file from the window's beginning. Through the source's own warp markers they become the
beats at which that sample plays; of a clip that is not warped, through its speed and the song's tempo when it was
sent. A clip in a slot loops as its source does; in the arrangement, the notes of each round of the loop are written
out.

Notes of one pitch never overlap: the first ends where the next begins. Pitch bends and pedals are not written: Live's
scripts can set no such envelopes of a MIDI clip.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import Live

from .clips import Pass, Sound
from .places import Place
from .shaping import set_range
from .tracks import add_midi_clip, add_track, look_like
from .undo import one_step
from .words import refuse, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from Live.Clip import Clip

    from .undo import Inserting

    Row = tuple[int, float, float, float]
    """Pitch, velocity, beat and length in beats."""

SHORTEST_BEATS = 1 / 256
DRUM_KEY = "is_drum"


def insert_notes(place: Place, sound: Sound, result: dict[str, Any]) -> Inserting:
    """Puts what was written down into the set; all of it, or nothing.

    Raises:
        Sentence: the result cannot be meant.
        RuntimeError: Live refuses a track or a clip.
    """
    tracks = result.get("tracks")
    if not isinstance(tracks, list):
        raise refuse("unknown", sound.name)
    heard = [track for track in tracks if track["notes"]]
    if not heard:
        return say("nothing_heard", sound.name)
    with one_step(place.song) as step:
        index, begin_beats = place.index_after(), place.beats_now()
        for number, told in enumerate(heard):
            name = f"{sound.name} – {told['name']}"
            track = add_track(step, place.song, index + number, name, is_midi=True)
            look_like(track, place)
            clip = add_midi_clip(step, track, place.scene_index, begin_beats, sound.length_beats)
            clip.name = name
            write_notes(clip, rows_of(sound, told))
            if place.is_in_session:
                _loop_like(clip, sound)
            yield
    return say("notes_in", sound.name, len(heard))


def write_notes(clip: Clip, rows: list[Row]) -> None:
    """Writes rows into a MIDI clip."""
    note = Live.Clip.MidiNoteSpecification
    clip.add_new_notes(tuple(note(pitch, at, length, velocity) for pitch, velocity, at, length in apart(rows)))


def rows_of(sound: Sound, track: dict[str, Any]) -> list[Row]:
    """Returns the notes of a track of a transcription, in beats from the clip's beginning, pass by pass."""
    raised = 0 if track.get(DRUM_KEY) else sound.semitones
    return [row for each in sound.passes for row in _pass_rows(sound, each, track["notes"], raised)]


def _pass_rows(sound: Sound, each: Pass, notes: list[Any], raised: int) -> Iterator[Row]:
    for pitch, velocity, onset_sec, duration_sec in notes:
        sample = sound.first + onset_sec * sound.sample_rate_hz
        begin = sound.position_at(sample)
        end = min(sound.position_at(sample + duration_sec * sound.sample_rate_hz), each.end)
        if each.begin <= begin < each.end and 0 <= pitch + raised < 128:
            at = each.at_beats + sound.beats_between(each.begin, begin)
            yield pitch + raised, velocity, at, sound.beats_between(begin, end)


def apart(rows: list[Row]) -> list[Row]:
    """Returns rows by their beats, each of at least the shortest length, none into the next one of its pitch."""
    following: dict[int, float] = {}
    kept: list[Row] = []
    for pitch, velocity, at, length in sorted(rows, key=lambda row: row[2], reverse=True):
        end = min(at + max(length, SHORTEST_BEATS), following.get(pitch, float("inf")))
        if end > at:
            kept.append((pitch, velocity, at, end - at))
            following[pitch] = at
    return kept[::-1]


def _loop_like(clip: Clip, sound: Sound) -> None:
    """Makes a clip in a slot begin, end and loop as its source; it begins with the source's first pass."""
    origin = sound.passes[0].begin

    def beats(position: float) -> float:
        return sound.beats_between(origin, position)

    loop = (beats(sound.loop[0]), beats(sound.loop[1])) if sound.loop else None
    set_range(clip, beats(sound.begin), beats(sound.end), loop)
