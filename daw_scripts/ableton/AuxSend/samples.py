"""Samples of the library, as clips on a new track after the selected one.

In the Session View they stand below each other, from the selected scene on: to be launched one after the other, and
dragged to where they shall stay. In the Arrangement View they follow each other from the playhead on. A loop is warped
to the beats that it has at the tempo it was suggested for, and follows the song; a one-shot keeps its speed, unless it
is transposed, which Live does to an unwarped clip by its speed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .places import free_place
from .shaping import lay_markers, set_range, set_warping
from .stems import can_load_audio
from .tracks import add_audio_clip, add_track, free_slots
from .undo import one_step
from .words import say

if TYPE_CHECKING:
    from Live.Clip import Clip
    from Live.Song import Song

    from .undo import Inserting


MOST_SEMITONES = 12


def insert_samples(song: Song, rows: list[dict[str, Any]], bpm: float) -> Inserting:
    """Puts rows of the verb `suggest` into the set; those whose file is on this machine.

    Raises:
        RuntimeError: Live refuses a track or a file.
    """
    here = [row for row in rows if row.get("path")]
    if not here:
        return say("samples_none")
    if not can_load_audio():
        return say("samples_there", here[0]["path"])
    with one_step(song) as step:
        names = here[0]["name"] if len(here) == 1 else say("track_samples")
        place = free_place(song)
        track = add_track(step, song, place.index_after(), names, is_midi=False)
        slots = free_slots(step, track, place.scene_index, len(here)) if place.scene_index is not None else []
        at_beats = place.at_beats
        made: list[tuple[Clip, dict[str, Any]]] = []
        for number, row in enumerate(here):
            clip = add_audio_clip(track, row["path"], slots[number] if slots else None, at_beats)
            clip.name = row["name"]
            set_warping(clip, is_loop(row))
            clip.pitch_coarse = semitones_of(row)
            made.append((clip, row))
            at_beats += beats_of(row, bpm)
        yield
        for clip, row in made:
            if is_loop(row):
                _fit(clip, beats_of(row, bpm))
            yield
    return say("samples_in", len(here))


def is_loop(row: dict[str, Any]) -> bool:
    """Returns whether a row is to follow the song's tempo."""
    return str(row.get("kind", "")) == "loop"


def semitones_of(row: dict[str, Any]) -> int:
    """Returns how far a row is to be transposed; the panel says so for what is to be in the song's key."""
    semitones = int(row.get("semitones") or 0)
    return semitones if abs(semitones) <= MOST_SEMITONES else 0


def beats_of(row: dict[str, Any], bpm: float) -> float:
    """Returns how long a row lasts at the tempo that it was suggested for."""
    return float(row["length_sec"]) * bpm / 60


def _fit(clip: Clip, beats: float) -> None:
    """Makes a whole file last so many beats, over and over where it stands in a slot."""
    if hasattr(clip, "add_warp_marker"):
        lay_markers(clip, [(0.0, 0.0), (float(clip.sample_length), beats)])
        set_range(clip, 0.0, beats, None if clip.is_arrangement_clip else (0.0, beats))
