"""Where a clip is: its track, and its slot or its time in the arrangement.

Live's objects may be deleted while a job runs. Such an object equals None, and everything else that is asked of it
raises; so `is_alive` is asked first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import Live

if TYPE_CHECKING:
    from Live.Clip import Clip
    from Live.Song import Song
    from Live.Track import Track


@dataclass(frozen=True)
class Place:
    """Where a clip was when something was asked about it, and itself; a free place has no clip and no track."""

    song: Song
    clip: Clip | None
    track: Track | None
    track_index: int
    scene_index: int | None
    """Of its slot; None in the arrangement."""
    at_beats: float
    """Where it begins in the arrangement; 0 in a slot."""

    @property
    def is_in_session(self) -> bool:
        """Whether it is in a slot."""
        return self.scene_index is not None

    def index_after(self) -> int:
        """Returns the index for a new track: right after the clip's, or where that was before it was deleted."""
        tracks = list(self.song.tracks)
        return tracks.index(self.track) + 1 if is_alive(self.track) else min(self.track_index, len(tracks))

    def beats_now(self) -> float:
        """Returns where it begins now, if it is still there: a clip that was moved has its results beside it."""
        if self.clip is None or self.is_in_session or not is_alive(self.clip):
            return self.at_beats
        return self.clip.start_time


def selected_clip(song: Song) -> Clip | None:
    """Returns the clip in Detail View, or else the one in the highlighted slot."""
    clip = song.view.detail_clip
    if clip is not None:
        return clip
    slot = song.view.highlighted_clip_slot
    return slot.clip if slot is not None and slot.has_clip else None


def place_of(song: Song, clip: Clip) -> Place:
    """Returns where a clip is."""
    track = _track_of(clip)
    scene_index = None
    if not clip.is_arrangement_clip:
        slots = list(track.clip_slots)
        scene_index = next((i for i, slot in enumerate(slots) if slot.has_clip and slot.clip == clip), 0)
    at_beats = clip.start_time if scene_index is None else 0.0
    return Place(song, clip, track, list(song.tracks).index(track), scene_index, at_beats)


def free_place(song: Song) -> Place:
    """Returns where a result of no clip goes: the selected scene or the playhead, after the selected track.

    Which of the two, the view that is in front says.
    """
    tracks = list(song.tracks)
    chosen = song.view.selected_track
    index = tracks.index(chosen) + 1 if chosen in tracks else len(tracks)
    if Live.Application.get_application().view.focused_document_view == "Session":
        return Place(song, None, None, index, list(song.scenes).index(song.view.selected_scene), 0.0)
    return Place(song, None, None, index, None, song.current_song_time)


def is_alive(thing: object) -> bool:
    """Returns whether an object of Live was not deleted."""
    return thing is not None and thing != None  # noqa: E711 - a deleted object equals None without being it


def _track_of(clip: Clip) -> Track:
    """Returns the track above a clip: above its slot, its take lane, or right above."""
    above: Any = clip.canonical_parent
    while not isinstance(above, Live.Track.Track):
        above = above.canonical_parent
    return above
