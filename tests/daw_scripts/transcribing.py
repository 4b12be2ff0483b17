"""What tests of transcription in REAPER share: a melody, a gliding tempo, and a look at what was put in.

A tick of REAPER's MIDI is 1/960 of a quarter, so at 60 bpm a note can lie 0.52 ms beside its time, and never more.
"""

from typing import Any

import pytest

from tests.daw_scripts.conftest import Studio

MELODY = [[60, 100, 0.0, 0.3], [64, 80, 0.2503, 0.4], [67, 1, 0.7511, 0.2], [72, 127, 1.2, 0.03]]
GLIDE: list[dict[str, Any]] = [
    {"time_sec": 0, "bpm": 70, "is_linear": True},
    {"time_sec": 2.6, "bpm": 150},
    {"time_sec": 2.9, "bpm": 61},
]
HALF_A_TICK_SEC = 60 / 60 / 960 / 2


def transcribed(studio: Studio, *tracks: dict[str, Any], **fields: Any) -> list[dict[str, Any]]:
    """Transcribes an item at 2 s that is 1.25 s long; returns the tracks below its own."""
    studio.add_item(studio.add_track())
    studio.bridge.finish_transcription(studio.ask_to_transcribe(), *tracks, **fields)
    studio.reaper.wait(1)
    return studio.reaper.tracks()[1:]


def check_notes(item: dict[str, Any], notes: list[list[float]], position_sec: float = 2.0) -> None:
    """Checks that an item's notes sound when they should, to half a tick."""
    found = item["take"]["notes"]
    assert [(note["pitch"], note["velocity"]) for note in found] == [(note[0], note[1]) for note in notes]
    onsets = [position_sec + onset_sec for _, _, onset_sec, _ in notes]
    ends = [position_sec + onset_sec + duration_sec for _, _, onset_sec, duration_sec in notes]
    assert [note["onset_sec"] for note in found] == pytest.approx(onsets, abs=HALF_A_TICK_SEC)
    assert [note["end_sec"] for note in found] == pytest.approx(ends, abs=HALF_A_TICK_SEC)
