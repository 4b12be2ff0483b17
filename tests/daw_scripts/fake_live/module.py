"""The module `Live` that a script imports, and how the script is loaded beside it."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.daw_scripts.fake_live import application, clip, midi_notes, song, track, warping

SCRIPT = Path(__file__).parents[3] / "daw_scripts/ableton/AuxSend"
PARTS: dict[str, dict[str, Any]] = {
    "Application": {"Application": application.Application, "get_application": application.get_application},
    "Base": {"LimitationError": song.LimitationError},
    "Clip": {
        "Clip": clip.Clip,
        "MidiNoteSpecification": midi_notes.MidiNoteSpecification,
        "WarpMarker": warping.WarpMarker,
        "WarpMode": clip.WarpMode,
    },
    "ClipSlot": {"ClipSlot": track.ClipSlot},
    "DeviceParameter": {"DeviceParameter": track.DeviceParameter},
    "MidiMap": {"MapMode": application.MapMode, "forward_midi_note": application.forward_midi_note},
    "MixerDevice": {"MixerDevice": track.MixerDevice},
    "Scene": {"Scene": song.Scene},
    "Song": {"Song": song.Song},
    "Track": {"Track": track.Track},
}


def live_module() -> ModuleType:
    """Returns the fake module."""
    live = ModuleType("Live")
    for name, members in PARTS.items():
        part = ModuleType(f"Live.{name}")
        vars(part).update(members)
        setattr(live, name, part)
    return live


def load_script(folder: Path = SCRIPT) -> ModuleType:
    """Returns the Remote Script as Live imports it: the package AuxSend, from a folder, unmodified."""
    known = sys.modules.get("AuxSend")
    if known is not None and known.__path__ == [str(folder)]:
        return known
    for name in [name for name in sys.modules if name.split(".")[0] == "AuxSend"]:
        del sys.modules[name]
    sys.modules.setdefault("Live", live_module())
    spec = importlib.util.spec_from_file_location(
        "AuxSend", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    sys.modules["AuxSend"] = script
    spec.loader.exec_module(script)
    return script
