"""The result of a split: one audio track per stem, after the source's, with clips that play as the source does.

A stem is the source's window: sample 0 of its file is sample `first` of the source's. So a warped stem has the source's
warp markers, moved by so many samples, at the same beats, and start, end and loop are the same beats, too. Without
warping they are seconds, and moved with the window.

Where this Live cannot load audio for a script (before 11.3 or 12.0.5), the files stay where they are, in the User
Library, and the user is told.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import Live

from .clips import Pass, Sound
from .places import Place, is_alive
from .settings import Settings
from .shaping import lay_markers, set_range, set_warping, sound_like
from .tracks import add_audio_clip, add_track, look_like
from .undo import one_step
from .words import refuse, say

if TYPE_CHECKING:
    from Live.Clip import Clip

    from .undo import Inserting


def insert_stems(place: Place, sound: Sound, result: dict[str, Any], settings: Settings) -> Inserting:
    """Puts stems into the set; all of them, or none.

    Raises:
        Sentence: the result cannot be meant.
        RuntimeError: Live refuses a track or a file.
    """
    stems = result.get("stems")
    if not isinstance(stems, list) or not stems:
        raise refuse("unknown", sound.name)
    if not can_load_audio():
        return say("stems_there", sound.name, Path(stems[0]["file"]).parent)
    remarks: list[str] = []
    with one_step(place.song) as step:
        index, begin_beats = place.index_after(), place.beats_now()
        made: list[list[tuple[Clip, Pass]]] = []
        for number, stem in enumerate(stems):
            name = f"{sound.name} – {stem['name']}"
            track = add_track(step, place.song, index + number, name, is_midi=False)
            look_like(track, place)
            made.append([])
            for each in sound.passes:
                clip = add_audio_clip(track, stem["file"], place.scene_index, begin_beats + each.at_beats)
                clip.name = name
                set_warping(clip, sound.warp is not None)
                made[-1].append((clip, each))
            yield
        off = 0.0
        for clips in made:
            for clip, each in clips:
                off = max(off, _shape(clip, place, sound, each))
            yield
        source = place.clip
        if source is not None and is_alive(source):
            if settings.mute_source and not source.muted:
                source.muted = True
                step.did(lambda: setattr(source, "muted", False))
            remarks += [say("envelopes", sound.name)] if source.has_envelopes else []
    return " ".join([say("stems_in", sound.name, len(stems)), *_about_warping(sound, off), *remarks])


def can_load_audio() -> bool:
    """Returns whether this Live can make a clip of an audio file for a script."""
    return hasattr(Live.ClipSlot.ClipSlot, "create_audio_clip")


def _shape(clip: Clip, place: Place, sound: Sound, each: Pass) -> float:
    """Makes a stem's clip play as the source; returns by how many samples it is off."""
    off = 0.0
    if sound.warp and hasattr(clip, "add_warp_marker"):
        off = lay_markers(clip, sound.warp.within(sound.first, sound.last))
    moved = 0.0 if sound.warp else sound.offset_sec
    if place.is_in_session:
        set_range(clip, sound.begin - moved, sound.end - moved, sound.loop)
    else:
        set_range(clip, each.begin - moved, each.end - moved, None)
    if place.clip is not None and is_alive(place.clip):
        sound_like(clip, place.clip)
    return off


def _about_warping(sound: Sound, off_samples: float) -> list[str]:
    if sound.warp and not hasattr(Live.Clip.Clip, "add_warp_marker"):
        return [say("warp_old", sound.name)]
    if off_samples > 1:
        return [say("warp_off", sound.name, round(off_samples / sound.sample_rate_hz * 1000, 1))]
    return []
