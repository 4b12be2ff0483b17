"""Tells the bridge what is selected, so that a panel can show it and ask for something to be made of it.

Live calls when another clip, track or scene is selected. What is changed on the selected clip itself, a marker or the
warp switch, is looked for twice a second: a dozen properties are cheaper to read than to listen to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .clips import sound_of
from .deeds import Deeds, Spot
from .link import Link
from .places import place_of, selected_clip
from .tasks import Task
from .verbs import clip_of, key_of, media_folder, project_of
from .words import Sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from Live.Clip import Clip
    from Live.Song import Song

LOOK_TICKS = 5
LISTENED = ("detail_clip", "selected_track", "selected_scene")
NOTHING: dict[str, Any] = {}


class Selecting:
    """What was told of the selection."""

    def __init__(self, song: Song, link: Link, deeds: Deeds) -> None:
        self._song = song
        self._link = link
        self._deeds = deeds
        self._told = NOTHING
        self._ticks = 0
        self._changed: Callable[[], None] = self._look_soon  # one object, by which Live knows the listener again
        for name in LISTENED:
            getattr(song.view, f"add_{name}_listener")(self._changed)

    def close(self) -> None:
        """Listens no more."""
        for name in LISTENED:
            if getattr(self._song.view, f"{name}_has_listener")(self._changed):
                getattr(self._song.view, f"remove_{name}_listener")(self._changed)

    def tell_again(self) -> None:
        """Tells a new connection what is selected."""
        self._told = NOTHING
        self._look_soon()

    def tick(self) -> None:
        """Looks, now and then, whether something else is to be told."""
        self._ticks -= 1
        if self._ticks > 0 or not self._link.is_ready:
            return
        self._ticks = LOOK_TICKS
        params = self._params()
        if params != self._told:
            self._told = params
            self._link.send(Task("select", params, "").request)

    def _look_soon(self) -> None:
        self._ticks = 0

    def _params(self) -> dict[str, Any]:
        clip = selected_clip(self._song)
        return {
            "clip": self._clip(clip) if clip is not None and clip.is_audio_clip else None,
            "name": clip.name if clip is not None else "",
            "project": project_of(self._song),
            "folder": str(media_folder(self._song)),
            "quarter_bpm": self._song.tempo,
            "key": key_of(self._song),
        }

    def _clip(self, clip: Clip) -> dict[str, Any] | None:
        """Returns what an audio clip plays; None where that cannot be said, which its own action would explain."""
        try:
            sound = sound_of(self._song, clip)
        except Sentence:
            return None
        told = clip_of(sound)
        if told != self._told.get("clip"):
            self._deeds.remember(Spot(place_of(self._song, clip), sound))
        return told
