"""Live around a script: the handle that it gives it, the tick, and what the user sees and does."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.daw_scripts.fake_live.application import APPLICATION, forwarded
from tests.daw_scripts.fake_live.clip import Clip
from tests.daw_scripts.fake_live.midi_notes import MidiNote
from tests.daw_scripts.fake_live.module import load_script
from tests.daw_scripts.fake_live.song import Song
from tests.daw_scripts.fake_live.track import Track
from tests.daw_scripts.fake_live.warping import Markers

WAIT_SEC = 30.0


class Handle:
    """`c_instance`: the few functions of it that this script uses, as scripts that Live ships use them."""

    def __init__(self, song: Song) -> None:
        self._song = song
        self.messages: list[str] = []
        self.log: list[str] = []

    def song(self) -> Song:
        return self._song

    def handle(self) -> int:
        return 7

    def show_message(self, message: str) -> None:
        self.messages.append(message)

    def log_message(self, message: str) -> None:
        self.log.append(message)


class FakeLive:
    """Live with one set, in which AuxSend was chosen as a control surface."""

    def __init__(self, folder: Path | None = None) -> None:
        self.song = Song()
        self.handle = Handle(self.song)
        forwarded.clear()
        APPLICATION.view._focused = "Session"
        self.script = load_script(folder) if folder else load_script()
        self.surface = self.script.create_instance(self.handle)
        self.surface.build_midi_map(3)

    def tick(self, count: int = 1) -> None:
        """Lets so many ticks go by, without the time between them."""
        for _ in range(count):
            self.surface.update_display()
            self.song._settle()
            assert not [line for line in self.handle.log if "Traceback" in line], self.handle.log[-1]

    def tick_until(self, is_there: Callable[[], Any], what: str) -> None:
        """Lets ticks go by until something is there."""
        deadline = time.monotonic() + WAIT_SEC
        while not is_there():
            assert time.monotonic() < deadline, f"waited in vain for {what}; {self.handle.messages}; {self.handle.log}"
            self.tick()
            time.sleep(0.01)

    def press(self, note: int, channel: int = 16) -> None:
        """Sends a note, as Live does if the script has asked for it."""
        if (channel - 1, note) in forwarded:
            self.surface.receive_midi((0x90 | channel - 1, note, 100))
            self.surface.receive_midi((0x80 | channel - 1, note, 0))

    @property
    def said(self) -> str:
        """Everything that the status bar has shown."""
        return "\n".join(self.handle.messages)

    def undo(self) -> None:
        self.song.undo()

    def add_track(self, name: str = "Vox", *, is_midi: bool = False) -> Track:
        track = Track(self.song, name, is_midi)
        self.song._tracks.append(track)
        return track

    def add_audio(
        self, track: Track, file: Path, *, slot: int | None = 0, at: float = 0.0,
        markers: tuple[tuple[float, float], ...] = (), **fields: Any,
    ) -> Clip:  # fmt: skip
        """Adds a clip of a file and shows it in Detail View; warped by markers (seconds, beats) where there are any.

        `fields` are the clip's own: start, end, loop_start, loop_end, looping, extent_beats, and so on.
        """
        parent = track if slot is None else track._slots[slot]
        clip = track._audio_clip(parent, at if slot is None else None, str(file))
        if markers:
            *visible, last, beyond = markers
            rest_bpm = (beyond[1] - last[1]) / (beyond[0] - last[0]) * 60
            clip._markers = Markers((*visible, last), rest_bpm)
            clip._warp(True)
        return self._keep(clip, parent, fields)

    def add_midi(
        self, track: Track, notes: list[tuple[int, float, float]], *, slot: int | None = 0, at: float = 0.0,
        length: float = 4.0, **fields: Any,
    ) -> Clip:  # fmt: skip
        """Adds a MIDI clip of notes (pitch, beat, length) and shows it in Detail View."""
        parent = track if slot is None else track._slots[slot]
        clip = track._midi_clip(parent, at if slot is None else None, length)
        clip._notes = [MidiNote(pitch, beat, duration, 100.0) for pitch, beat, duration in notes]
        return self._keep(clip, parent, fields)

    def _keep(self, clip: Clip, parent: Any, fields: dict[str, Any]) -> Clip:
        for name, value in fields.items():
            assert hasattr(clip, f"_{name}"), name
            object.__setattr__(clip, f"_{name}", value)
        parent._clips.append(clip)
        self.song.view.detail_clip = clip
        self.song._history.steps.clear()
        return clip
