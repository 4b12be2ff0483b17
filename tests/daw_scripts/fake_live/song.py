"""The set: tracks, scenes, tempo, what is selected, and what can be undone."""

from collections.abc import Callable
from typing import Any

from tests.daw_scripts.fake_live.clip import Clip
from tests.daw_scripts.fake_live.objects import History, LomObject, Undoable, Vector, kept, shown
from tests.daw_scripts.fake_live.track import ClipSlot, Track


class LimitationError(Exception):
    pass


class Scene(LomObject):
    def __init__(self, song: "Song") -> None:
        self._song = song

    canonical_parent = shown("_song")


class Song(Undoable):
    class View(LomObject):
        def __init__(self, song: "Song") -> None:
            self._song = song
            self._detail_clip: Clip | None = None
            self._track: Track | None = None
            self._scene = song._scenes[0]
            self._listeners: dict[str, list[Callable[[], None]]] = {
                name: [] for name in ("detail_clip", "selected_track", "selected_scene")
            }

        @property
        def detail_clip(self) -> Clip | None:
            return None if self._detail_clip is None or self._detail_clip._is_deleted else self._detail_clip

        @detail_clip.setter
        def detail_clip(self, value: Clip | None) -> None:
            self._detail_clip = value
            self._call("detail_clip")

        @property
        def highlighted_clip_slot(self) -> ClipSlot | None:
            track = self.selected_track
            return None if track is None else track._slots[self._song._scenes.index(self._scene)]

        @property
        def selected_track(self) -> Track | None:
            return self._track or next(iter(self._song._tracks), None)

        @selected_track.setter
        def selected_track(self, value: Track) -> None:
            self._track = value
            self._call("selected_track")

        @property
        def selected_scene(self) -> Scene:
            return self._scene

        @selected_scene.setter
        def selected_scene(self, value: Scene) -> None:
            self._scene = value
            self._call("selected_scene")

        def _call(self, name: str) -> None:
            for callback in list(self._listeners[name]):
                callback()

        def _listen(self, name: str, callback: Callable[[], None]) -> None:
            if callback in self._listeners[name]:
                raise RuntimeError("Observer already connected")
            self._listeners[name].append(callback)

        def add_detail_clip_listener(self, callback: Callable[[], None], /) -> None:
            self._listen("detail_clip", callback)

        def add_selected_track_listener(self, callback: Callable[[], None], /) -> None:
            self._listen("selected_track", callback)

        def add_selected_scene_listener(self, callback: Callable[[], None], /) -> None:
            self._listen("selected_scene", callback)

        def detail_clip_has_listener(self, callback: Callable[[], None], /) -> bool:
            return callback in self._listeners["detail_clip"]

        def selected_track_has_listener(self, callback: Callable[[], None], /) -> bool:
            return callback in self._listeners["selected_track"]

        def selected_scene_has_listener(self, callback: Callable[[], None], /) -> bool:
            return callback in self._listeners["selected_scene"]

        def remove_detail_clip_listener(self, callback: Callable[[], None], /) -> None:
            self._listeners["detail_clip"].remove(callback)

        def remove_selected_track_listener(self, callback: Callable[[], None], /) -> None:
            self._listeners["selected_track"].remove(callback)

        def remove_selected_scene_listener(self, callback: Callable[[], None], /) -> None:
            self._listeners["selected_scene"].remove(callback)

    def __init__(self, scene_count: int = 4) -> None:
        self._history = History()
        self._tempo, self._signature = 120.0, (4, 4)
        self._file_path, self._song_time = "", 0.0
        self._scale: tuple[int, str, bool] = (0, "Major", False)
        self._is_auto_warped = False
        self._most_tracks = 64
        self._scenes = [Scene(self) for _ in range(scene_count)]
        self._tracks: list[Track] = []
        self._unsettled: list[Clip] = []
        self._view = Song.View(self)

    def _analysis(self, length_sec: float) -> tuple[tuple[float, float], ...]:
        """Returns the markers that Live finds by itself: never where they would be wanted."""
        return ((0.03, 0.0), (min(0.5, length_sec / 2), 1.0))

    view = shown("_view")
    file_path = shown("_file_path")

    @property
    def name(self) -> str:
        return self._file_path.rpartition("/")[2].rpartition(".")[0]

    tempo = kept("_tempo")

    @property
    def signature_numerator(self) -> int:
        return self._signature[0]

    @property
    def signature_denominator(self) -> int:
        return self._signature[1]

    current_song_time = shown("_song_time")

    @property
    def root_note(self) -> int:
        return self._scale[0]

    @property
    def scale_name(self) -> str:
        return self._scale[1]

    @property
    def scale_mode(self) -> bool:
        return self._scale[2]

    @property
    def tracks(self) -> Vector[Track]:
        return Vector(self._tracks)

    @property
    def scenes(self) -> Vector[Scene]:
        return Vector(self._scenes)

    def create_audio_track(self, index: int | None = None, /) -> Track:
        return self._new_track(index, "Audio", is_midi=False)

    def create_midi_track(self, index: int | None = None, /) -> Track:
        return self._new_track(index, "MIDI", is_midi=True)

    def delete_track(self, index: int, /) -> None:
        self._remove(self._tracks, self._tracks[index])

    def create_scene(self, index: int, /) -> Scene:
        at = len(self._scenes) if index == -1 else index
        scene = Scene(self)
        self._add(self._scenes, at, scene)
        for track in self._tracks:
            self._add(track._slots, at, ClipSlot(track))
        return scene

    def delete_scene(self, index: int, /) -> None:
        self._remove(self._scenes, self._scenes[index])
        for track in self._tracks:
            self._remove(track._slots, track._slots[index])

    def begin_undo_step(self) -> None:
        self._history.begin()

    def end_undo_step(self) -> None:
        self._history.end()

    def undo(self) -> str:
        self._history.undo()
        return ""

    def _new_track(self, index: int | None, name: str, *, is_midi: bool) -> Track:
        at = len(self._tracks) if index in (None, -1) else index
        if not 0 <= at <= len(self._tracks) < self._most_tracks:
            raise LimitationError("Too many tracks, or no such place")
        track = Track(self, name, is_midi)
        self._add(self._tracks, at, track)
        return track

    def _settle(self) -> None:
        """Does what Live puts off until a script has returned."""
        while self._unsettled:
            self._unsettled.pop()._settle()


def state_of(song: Song) -> Any:
    """Returns everything that a user would see, to be compared."""
    return [
        (
            track._name,
            track._color,
            track._is_midi,
            [[_clip_state(clip) for clip in slot._clips] for slot in track._slots],
            [_clip_state(clip) for clip in track._clips],
        )
        for track in song._tracks
    ]


def _clip_state(clip: Clip) -> dict[str, Any]:
    shown = ("name", "muted", "file", "start_time", "looping", "start", "end", "loop_start", "loop_end", "markers")
    more = ("gain", "pitch_coarse", "warping", "warp_mode", "notes", "signature")
    return {name: getattr(clip, f"_{name}") for name in (*shown, *more)}
