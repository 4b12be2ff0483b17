"""The control surface as Live sees it: the functions that it calls, by their names, and nothing more.

A plain class, not Live's `ControlSurface`: those functions have been the same since Live 9, and the oldest scripts that
Live 12 ships have no other base. Two frameworks that lie above it differ from version to version.
"""

from __future__ import annotations

import traceback
from collections import deque
from typing import TYPE_CHECKING, Any

import Live

from .deeds import Deeds
from .link import Link
from .listening import Listening
from .location import bridge_address
from .selecting import Selecting
from .settings import load_settings
from .tasks import Tasks
from .words import say

if TYPE_CHECKING:
    from Live.Song import Song

NOTE_ON = 0x90
MOST_DEEDS = 16


class Surface:
    """One slot of Live's settings in which AuxSend is chosen."""

    def __init__(self, c_instance: Any) -> None:  # noqa: ANN401 - Live's own handle, which has no type
        self._live = c_instance
        self._settings = load_settings()
        self._link = Link(bridge_address, self._log)
        self._tasks = Tasks(self._link, self._show)
        self._deeds = Deeds(self._song, self._tasks, self._settings, self._show)
        self._listening = Listening(self._link, self._order, self._log)
        self._selecting = Selecting(self._song(), self._link, self._deeds)
        self._orders: deque[tuple[str, dict[str, Any]]] = deque(maxlen=MOST_DEEDS)
        self._was_ready = False
        self._faults: set[str] = set()

    def update_display(self) -> None:
        """Does everything; Live calls this every 100 ms."""
        try:
            self._tick()
        except Exception:  # what is raised here, Live logs in every tick
            self._log_fault(traceback.format_exc())

    def build_midi_map(self, midi_map_handle: int) -> None:
        """Asks Live for the notes that begin actions."""
        for note in self._settings.notes:
            Live.MidiMap.forward_midi_note(self._live.handle(), midi_map_handle, self._settings.channel - 1, note)

    def receive_midi(self, midi_bytes: tuple[int, ...]) -> None:
        """Takes a message; a note begins its action in the next tick, since Live forbids much while it handles MIDI."""
        if len(midi_bytes) == 3 and midi_bytes[0] == NOTE_ON | self._settings.channel - 1 and midi_bytes[2] > 0:
            self._order(self._settings.notes.get(midi_bytes[1], ""), {})

    def receive_midi_chunk(self, midi_chunk: tuple[tuple[int, ...], ...]) -> None:
        """Takes several messages."""
        for midi_bytes in midi_chunk:
            self.receive_midi(midi_bytes)

    def disconnect(self) -> None:
        """Ends the script: another one was chosen, the set is closed, or Live is."""
        self._tasks.close()
        self._selecting.close()
        self._listening.end()
        self._link.end()

    def connect_script_instances(self, instanciated_scripts: Any) -> None:  # noqa: ANN401 - of other makers
        """Other scripts are nothing to this one."""

    def refresh_state(self) -> None:
        """There is no hardware whose state could be shown."""

    def can_lock_to_devices(self) -> bool:
        """Returns whether it has controls for a device."""
        return False

    def suggest_input_port(self) -> str:
        """Returns the name of an input to choose; the user may choose any, for notes."""
        return ""

    def suggest_output_port(self) -> str:
        """Returns the name of an output to choose; nothing is sent."""
        return ""

    def suggest_map_mode(self, cc_no: int, channel: int) -> int:
        """Returns how a controller would be mapped."""
        return Live.MidiMap.MapMode.absolute

    def suggest_needs_takeover(self, cc_no: int, channel: int) -> bool:
        """Returns whether a controller would have to be picked up."""
        return True

    def supports_pad_translation(self) -> bool:
        """Returns whether pads could be translated."""
        return False

    def _tick(self) -> None:
        for job in self._link.tick():
            self._listening.hear(job)
            self._tasks.hear(job)
        if self._link.is_ready and not self._was_ready:
            self._listening.begin()
            self._selecting.tell_again()
            self._tasks.ask_again()
        self._was_ready = self._link.is_ready
        self._listening.tick()
        self._selecting.tick()
        if self._orders:
            self._deeds.do(*self._orders.popleft())
        self._tasks.tick()

    def _song(self) -> Song:
        song: Song = self._live.song()
        return song

    def _order(self, deed: str, payload: dict[str, Any]) -> None:
        if deed:
            self._orders.append((deed, payload))

    def _show(self, sentence: str) -> None:
        self._live.show_message(f"AuxSend: {sentence}")

    def _log(self, sentence: str) -> None:
        self._live.log_message(f"AuxSend: {sentence}")

    def _log_fault(self, report: str) -> None:
        """Writes a fault into Live's log once, however often it happens."""
        if report not in self._faults:
            self._faults.add(report)
            self._log(f"{say('fault')}\n{report}")
            self._show(say("fault"))
