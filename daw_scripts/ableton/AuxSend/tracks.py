"""New tracks and clips for results. Live's scripts can make no group of tracks: a prefix and a colour stand for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .places import Place, is_alive
from .undo import Step

if TYPE_CHECKING:
    from Live.Clip import Clip
    from Live.Song import Song
    from Live.Track import Track


def add_track(step: Step, song: Song, index: int, name: str, *, is_midi: bool) -> Track:
    """Adds a track and returns it.

    Raises:
        RuntimeError: Live has as many as it takes.
    """
    track = song.create_midi_track(index) if is_midi else song.create_audio_track(index)
    step.did(lambda: _delete_track(song, track))
    track.name = name
    return track


def look_like(track: Track, place: Place) -> None:
    """Gives a track the colour and the level of the one that its clips were made of."""
    if place.track is None or not is_alive(place.track):
        return
    track.color = place.track.color
    for name in ("volume", "panning"):
        level = getattr(place.track.mixer_device, name).value
        getattr(track.mixer_device, name).value = level


def add_audio_clip(track: Track, file: str, scene_index: int | None, at_beats: float) -> Clip:
    """Adds a clip of an audio file, to a slot or to the arrangement, and returns it.

    Raises:
        RuntimeError: Live does not take the file.
    """
    made: Clip
    if scene_index is None:
        made = track.create_audio_clip(file, at_beats)
    else:
        made = track.clip_slots[scene_index].create_audio_clip(file)
    return made


def add_midi_clip(step: Step, track: Track, scene_index: int | None, at_beats: float, length_beats: float) -> Clip:
    """Adds an empty MIDI clip and returns it.

    Live before 12.1 makes none in the arrangement: it gets a copy of one from a slot that is empty.
    """
    if scene_index is None and hasattr(track, "create_midi_clip"):
        placed: Clip = track.create_midi_clip(at_beats, length_beats)
        step.did(lambda: track.delete_clip(placed))
        return placed
    slot = track.clip_slots[scene_index if scene_index is not None else free_slots(step, track, 0, 1)[0]]
    clip: Clip = slot.create_clip(length_beats)
    if scene_index is not None:
        step.did(slot.delete_clip)
        return clip
    copy: Clip = track.duplicate_clip_to_arrangement(clip, at_beats)
    step.did(lambda: track.delete_clip(copy))
    slot.delete_clip()
    return copy


def free_slots(step: Step, track: Track, first: int, count: int) -> list[int]:
    """Returns the scenes of empty slots of a track from `first` on; scenes are added where there are too few."""
    song = track.canonical_parent
    free = [i for i, slot in enumerate(track.clip_slots) if i >= first and not slot.has_clip]
    while len(free) < count:
        song.create_scene(-1)
        index = len(song.scenes) - 1
        step.did(lambda index=index: song.delete_scene(index))  # type: ignore[misc]
        free.append(index)
    return free[:count]


def is_free(track: Track, begin_beats: float, end_beats: float) -> bool:
    """Returns whether a track has no clip in a stretch of the arrangement."""
    return all(clip.end_time <= begin_beats or clip.start_time >= end_beats for clip in track.arrangement_clips)


def _delete_track(song: Song, track: Track) -> None:
    song.delete_track(list(song.tracks).index(track))
