"""What the user may choose, in a file `auxsend_settings.json` beside this one.

For example:

    {"channel": 16, "notes": {"60": "split", "62": "transcribe", "64": "continue", "65": "suggest"},
     "model": "htdemucs_6s", "quality": "best", "mute_source": false,
     "transcription_model": "piano", "melody_model": "", "bars": 8, "candidates": 4, "samples": 8}

`notes` says which MIDI note begins which action, on `channel` (1 to 16), where Live's settings name an input for
AuxSend. What is missing, or of another kind, is as it is below.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from .location import SCRIPT, read_object

SETTINGS_NAME = "auxsend_settings.json"
DEEDS = ("split", "transcribe", "continue", "suggest")


def _usual_notes() -> dict[int, str]:
    return {60: "split", 62: "transcribe", 64: "continue", 65: "suggest"}


@dataclass(frozen=True)
class Settings:
    """The user's choices."""

    channel: int = 16
    notes: dict[int, str] = field(default_factory=_usual_notes)
    model: str = ""
    quality: str = "balanced"
    mute_source: bool = True
    transcription_model: str = "auto"
    melody_model: str = ""
    bars: int = 4
    candidates: int = 4
    samples: int = 8


def load_settings(script: Path = SCRIPT) -> Settings:
    """Returns what the user chose, and the rest as it usually is."""
    told = read_object(script / SETTINGS_NAME)
    usual = Settings()
    chosen: dict[str, Any] = {}
    for known in fields(Settings):
        value = told.get(known.name)
        if known.name == "notes":
            chosen["notes"] = _notes(value) if isinstance(value, dict) else usual.notes
        elif type(value) is type(getattr(usual, known.name)):
            chosen[known.name] = value
    return Settings(**chosen)


def _notes(told: dict[str, Any]) -> dict[int, str]:
    """Returns the rows of the table that name a note of MIDI and an action."""
    return {int(note): deed for note, deed in told.items() if _is_note(note) and deed in DEEDS}


def _is_note(text: str) -> bool:
    return text.isdigit() and int(text) < 128
