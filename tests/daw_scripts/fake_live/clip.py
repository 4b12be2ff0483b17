"""Clips, of audio and MIDI, in slots and in the arrangement."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import soundfile

from tests.daw_scripts.fake_live.midi_notes import MidiNote, MidiNoteSpecification
from tests.daw_scripts.fake_live.objects import Undoable, Vector, kept, shown
from tests.daw_scripts.fake_live.warping import Markers, WarpMarker

if TYPE_CHECKING:
    from tests.daw_scripts.fake_live.song import Song


class WarpMode(int):
    beats = 0
    tones = 1
    texture = 2
    repitch = 3
    complex = 4
    rex = 5
    complex_pro = 6
    count = 7


class Clip(Undoable):
    """A clip. Its positions are beats, or seconds of its file where it is of audio and not warped."""

    def __init__(self, song: "Song", parent: Any, start_time: float | None, name: str) -> None:
        self._song, self._parent, self._history = song, parent, song._history
        self._name, self._color, self._muted = name, 0x808080, False
        self._start_time, self._extent_beats = start_time, 0.0
        self._looping, self._start, self._end = False, 0.0, 4.0
        self._loop_start, self._loop_end, self._stale_start, self._stale_end = 0.0, 4.0, 0.0, 4.0
        self._signature = (4, 4)
        self._is_recording = self._has_envelopes = False
        self._groove: Any = None
        self._file = ""
        self._sample_rate, self._sample_length = 0.0, -1
        self._gain, self._pitch_coarse, self._pitch_fine, self._ram_mode = 0.4, 0, 0.0, False
        self._warping, self._warping_soon, self._warp_mode = False, False, WarpMode(0)
        self._markers = Markers(((0.0, 0.0),), 120.0)
        self._notes: list[MidiNote] = []

    # What every clip has -------------------------------------------------------------------------------------------

    canonical_parent = shown("_parent")
    name = kept("_name")
    color = kept("_color")
    muted = kept("_muted")

    @property
    def is_audio_clip(self) -> bool:
        return bool(self._file)

    @property
    def is_midi_clip(self) -> bool:
        return not self._file

    @property
    def is_arrangement_clip(self) -> bool:
        return self._start_time is not None

    is_recording = shown("_is_recording")
    has_envelopes = shown("_has_envelopes")

    @property
    def has_groove(self) -> bool:
        return self._groove is not None

    @property
    def groove(self) -> Any:
        return self._groove

    @groove.setter
    def groove(self, value: Any) -> None:
        if value is None:
            raise TypeError("a groove cannot be taken away")
        self._put("_groove", value)

    @property
    def signature_numerator(self) -> int:
        return self._signature[0]

    @signature_numerator.setter
    def signature_numerator(self, value: int) -> None:
        self._put("_signature", (value, self._signature[1]))

    @property
    def signature_denominator(self) -> int:
        return self._signature[1]

    @signature_denominator.setter
    def signature_denominator(self, value: int) -> None:
        self._put("_signature", (self._signature[0], value))

    # Start, end and loop -------------------------------------------------------------------------------------------

    @property
    def start_time(self) -> float:
        return 0.0 if self._start_time is None else self._start_time

    @property
    def end_time(self) -> float:
        if self._start_time is None:
            return self._loop_end if self._looping else self._end
        return self._start_time + (self._extent_beats if self._looping else self._span_beats())

    @property
    def looping(self) -> bool:
        return self._looping

    @looping.setter
    def looping(self, value: bool) -> None:
        if value and self._file and not self._warping:
            raise RuntimeError("Only warped audio clips can be looped")
        if value and not self._looping:
            self._put("_extent_beats", self._span_beats())
        if self._looping and not value:
            self._put("_end", min(self._end, self._start + self._extent_beats))
        self._put("_looping", value)

    @property
    def loop_start(self) -> float:
        return self._loop_start if self._looping else self._start

    @loop_start.setter
    def loop_start(self, value: float) -> None:
        self._check(value < self.loop_end, "loop start")
        self._put("_loop_start" if self._looping else "_start", value)

    @property
    def loop_end(self) -> float:
        return self._loop_end if self._looping else self._end

    @loop_end.setter
    def loop_end(self, value: float) -> None:
        self._check(value > self.loop_start, "loop end")
        self._put("_loop_end" if self._looping else "_end", value)

    @property
    def start_marker(self) -> float:
        return self._start if self._looping else self._stale_start

    @start_marker.setter
    def start_marker(self, value: float) -> None:
        if self._looping:  # without the loop, Live ignores it and says nothing
            self._check(value < self._end, "start marker")
            self._put("_start", value)

    @property
    def end_marker(self) -> float:
        return self._end if self._looping else self._stale_end

    @end_marker.setter
    def end_marker(self, value: float) -> None:
        if not self._looping:
            self._put("_stale_end", value)
            return
        self._check(value > self._start, "end marker")
        self._put("_end", value)

    @staticmethod
    def _check(is_good: bool, what: str) -> None:
        if not is_good:
            raise RuntimeError(f"Invalid {what}")

    def _span_beats(self) -> float:
        span = self._end - self._start
        if not self._file or self._warping:
            return span
        speed: float = 2 ** ((self._pitch_coarse + self._pitch_fine / 100) / 12)
        return span / speed * self._song._tempo / 60

    # Audio ---------------------------------------------------------------------------------------------------------

    def _load(self, path: str) -> None:
        """Makes it a clip of an audio file, warped or not as the song's settings have it."""
        if not Path(path).is_absolute():
            raise RuntimeError("The path must be absolute")
        try:
            info = soundfile.info(path)
        except (RuntimeError, OSError):
            raise RuntimeError(f"“{path}” is no valid audio file") from None
        self._file, self._sample_rate, self._sample_length = path, float(info.samplerate), info.frames
        self._gain = 0.4
        self._end = self._loop_end = self._stale_end = info.frames / info.samplerate
        if self._song._is_auto_warped:
            self._markers = Markers(self._song._analysis(info.frames / info.samplerate), self._song._tempo)
            self._warp(True)
            self._looping = self._start_time is None

    def _warp(self, is_warped: bool) -> None:
        """Turns warping on or off now, with all positions in their new unit."""
        turn = self._markers.beat if is_warped else self._markers.sample_sec
        for name in ("_start", "_end", "_loop_start", "_loop_end"):
            self._put(name, turn(getattr(self, name)))
        if not is_warped:
            self._put("_looping", False)
        self._put("_warping", is_warped)
        self._warping_soon = is_warped

    def _settle(self) -> None:
        """Does what Live puts off until a script has returned."""
        if self._warping_soon != self._warping:
            self._warp(self._warping_soon)

    def _audio(self) -> None:
        if not self._file:
            raise RuntimeError("Only audio clips have this property")

    @property
    def file_path(self) -> str:
        self._audio()
        return self._file

    @property
    def sample_rate(self) -> float:
        self._audio()
        return self._sample_rate

    @property
    def sample_length(self) -> int:
        self._audio()
        return self._sample_length

    @property
    def gain(self) -> float:
        self._audio()
        return self._gain

    @gain.setter
    def gain(self, value: float) -> None:
        self._check(0 <= value <= 1, "gain")
        self._put("_gain", value)

    @property
    def pitch_coarse(self) -> int:
        self._audio()
        return self._pitch_coarse

    @pitch_coarse.setter
    def pitch_coarse(self, value: int) -> None:
        self._check(-48 <= value <= 48, "transposition")
        self._put("_pitch_coarse", value)

    @property
    def pitch_fine(self) -> float:
        self._audio()
        return self._pitch_fine

    @pitch_fine.setter
    def pitch_fine(self, value: float) -> None:
        self._check(-50 <= value <= 50, "detune")
        self._put("_pitch_fine", value)

    @property
    def ram_mode(self) -> bool:
        self._audio()
        return self._ram_mode

    @ram_mode.setter
    def ram_mode(self, value: bool) -> None:
        self._put("_ram_mode", value)

    @property
    def warping(self) -> bool:
        self._audio()
        return self._warping

    @warping.setter
    def warping(self, value: bool) -> None:
        self._audio()
        self._warping_soon = value
        self._song._unsettled.append(self)

    @property
    def warp_mode(self) -> WarpMode:
        self._audio()
        return self._warp_mode

    @warp_mode.setter
    def warp_mode(self, value: WarpMode) -> None:
        self._check(value in (0, 1, 2, 3, 4, 6), "warp mode")
        self._put("_warp_mode", WarpMode(value))

    @property
    def warp_markers(self) -> Vector[WarpMarker]:
        self._audio()
        return Vector(self._markers.shown())

    def add_warp_marker(self, warp_marker: WarpMarker, /) -> None:
        self._warped()
        self._put("_markers", self._markers.added(warp_marker, self._sample_length / self._sample_rate))

    def move_warp_marker(self, marker_beat_time: float, beat_time_distance: float, /) -> None:
        self._warped()
        self._put("_markers", self._markers.moved(marker_beat_time, beat_time_distance))

    def remove_warp_marker(self, beat_time: float, /) -> None:
        self._warped()
        self._put("_markers", self._markers.removed(beat_time))

    def beat_to_sample_time(self, beat_time: float, /) -> float:
        self._warped()
        return self._markers.sample_sec(beat_time) * self._sample_rate

    def _warped(self) -> None:
        self._audio()
        if not self._warping:
            raise RuntimeError("The clip is not warped")

    # MIDI ----------------------------------------------------------------------------------------------------------

    def get_notes_extended(
        self, from_pitch: int, pitch_span: int, from_time: float, time_span: float, /
    ) -> Vector[MidiNote]:
        self._midi()
        return Vector(
            [
                note
                for note in self._notes
                if from_pitch <= note.pitch < from_pitch + pitch_span
                and from_time <= note.start_time < from_time + time_span
            ]
        )

    def add_new_notes(self, notes: Iterable[MidiNoteSpecification], /) -> Vector[int]:
        self._midi()
        if not isinstance(notes, tuple) or not all(isinstance(note, MidiNoteSpecification) for note in notes):
            raise TypeError("add_new_notes takes a tuple of MidiNoteSpecification")
        self._put("_notes", [*self._notes, *(note._note for note in notes)])
        return Vector(range(len(notes)))

    def _midi(self) -> None:
        if self._file:
            raise RuntimeError("Only MIDI clips have notes")
