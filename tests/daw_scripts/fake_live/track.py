"""Tracks, their slots and their levels."""

from typing import TYPE_CHECKING, Any

from tests.daw_scripts.fake_live.clip import Clip
from tests.daw_scripts.fake_live.objects import LomObject, Undoable, Vector, kept, shown

if TYPE_CHECKING:
    from tests.daw_scripts.fake_live.song import Song

LAST_BEAT = 1576800.0


class DeviceParameter(Undoable):
    def __init__(self, song: "Song", value: float) -> None:
        self._history, self._value = song._history, value

    value = kept("_value")


class MixerDevice(LomObject):
    def __init__(self, song: "Song") -> None:
        self._volume, self._panning = DeviceParameter(song, 0.85), DeviceParameter(song, 0.0)

    volume = shown("_volume")
    panning = shown("_panning")


class ClipSlot(Undoable):
    def __init__(self, track: "Track") -> None:
        self._track, self._history = track, track._history
        self._clips: list[Clip] = []

    canonical_parent = shown("_track")

    @property
    def has_clip(self) -> bool:
        return bool(self._clips)

    @property
    def clip(self) -> Clip | None:
        return self._clips[0] if self._clips else None

    def create_clip(self, length: float, /) -> Clip:
        self._track._allow(is_midi=True)
        return self._new(self._track._midi_clip(self, None, length))

    def create_audio_clip(self, file_path: str, /) -> Clip:
        self._track._allow(is_midi=False)
        return self._new(self._track._audio_clip(self, None, file_path))

    def delete_clip(self) -> None:
        if not self._clips:
            raise RuntimeError("The slot is empty")
        self._remove(self._clips, self._clips[0])

    def _new(self, clip: Clip) -> Clip:
        if self._clips:
            raise RuntimeError("The slot is not empty")
        self._add(self._clips, 0, clip)
        return clip


class Track(Undoable):
    def __init__(self, song: "Song", name: str, is_midi: bool) -> None:
        self._song, self._history, self._name, self._is_midi = song, song._history, name, is_midi
        self._color, self._is_frozen, self._is_recorded = 0x336699, False, False
        self._mixer = MixerDevice(song)
        self._slots = [ClipSlot(self) for _ in song._scenes]
        self._clips: list[Clip] = []

    canonical_parent = shown("_song")
    name = kept("_name")
    color = kept("_color")
    is_frozen = shown("_is_frozen")
    has_midi_input = shown("_is_midi")
    mixer_device = shown("_mixer")

    @property
    def clip_slots(self) -> Vector[ClipSlot]:
        return Vector(self._slots)

    @property
    def arrangement_clips(self) -> Vector[Clip]:
        return Vector(self._clips)

    def create_audio_clip(self, file_path: str, position: float, /) -> Clip:
        self._allow(is_midi=False, at=position)
        return self._place(self._audio_clip(self, position, file_path))

    def create_midi_clip(self, start_time: float, length: float, /) -> Clip:
        self._allow(is_midi=True, at=start_time)
        return self._place(self._midi_clip(self, start_time, length))

    def duplicate_clip_to_arrangement(self, clip: Clip, destination_time: float, /) -> Clip:
        self._allow(is_midi=clip.is_midi_clip, at=destination_time)
        length = clip.loop_end - clip.loop_start
        copy = self._midi_clip(self, destination_time, length)
        copy._notes = list(clip._notes)
        return self._place(copy)

    def delete_clip(self, clip: Clip, /) -> None:
        if clip not in self._clips:
            raise RuntimeError("The clip belongs to another track")
        self._remove(self._clips, clip)

    def _allow(self, is_midi: bool, at: float = 0.0) -> None:
        if self._is_midi is not is_midi:
            raise RuntimeError(f"Only {'MIDI' if is_midi else 'audio'} tracks can hold this clip")
        if self._is_frozen:
            raise RuntimeError("The track is frozen")
        if self._is_recorded:
            raise RuntimeError("The track is being recorded into")
        if not 0 <= at <= LAST_BEAT:
            raise RuntimeError("The time is out of range")

    def _audio_clip(self, parent: Any, at: float | None, path: str) -> Clip:
        clip = Clip(self._song, parent, at, path.rpartition("/")[2].rpartition(".")[0])
        clip._load(path)
        return clip

    def _midi_clip(self, parent: Any, at: float | None, length: float) -> Clip:
        if length <= 0:
            raise RuntimeError("The length must be above 0")
        clip = Clip(self._song, parent, at, "")
        clip._end = clip._loop_end = clip._stale_end = length
        clip._looping, clip._extent_beats = at is None, length
        return clip

    def _place(self, clip: Clip) -> Clip:
        """Puts a clip into the arrangement; what lies there already is shortened or covered."""
        begin, end = clip.start_time, clip.end_time
        for other in list(self._clips):
            if begin <= other.start_time < end:
                self._remove(self._clips, other)
            elif other.start_time < begin < other.end_time:
                kept = (begin - other.start_time) / (other.end_time - other.start_time)
                other._put("_end", other._start + (other._end - other._start) * kept)
                other._put("_extent_beats", begin - other.start_time)
        self._add(self._clips, len(self._clips), clip)
        return clip
