"""Live itself, and its MIDI map."""

from tests.daw_scripts.fake_live.objects import LomObject

forwarded: list[tuple[int, int]] = []
"""The channels and notes that a script has asked for."""


class Application(LomObject):
    class View(LomObject):
        def __init__(self) -> None:
            self._focused = "Session"

        @property
        def focused_document_view(self) -> str:
            return self._focused

    def __init__(self) -> None:
        self._view = Application.View()

    @property
    def view(self) -> "Application.View":
        return self._view


APPLICATION = Application()


def get_application() -> Application:
    return APPLICATION


class MapMode(int):
    absolute = 0


def forward_midi_note(
    script_handle: int, midi_map_handle: int, midi_channel: int, note: int, should_consume_event: bool = True, /
) -> bool:
    forwarded.append((midi_channel, note))
    return True
