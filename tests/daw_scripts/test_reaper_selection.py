"""What is selected: what is sent of it, and what is refused with a sentence."""

from typing import Any

import pytest

from tests.daw_scripts.conftest import NewStudio
from tests.daw_scripts.interpreters import LUA
from tests.daw_scripts.reaper import ESC

NOTES = [
    {"pitch": 60, "velocity": 100, "first_ppq": 0, "last_ppq": 960},
    {"pitch": 64, "velocity": 80, "first_ppq": 960, "last_ppq": 1440, "is_muted": False},
    {"pitch": 99, "velocity": 80, "first_ppq": 0, "last_ppq": 9, "is_muted": True},
]


@LUA
@pytest.mark.parametrize("section", [0, 32060])
def test_a_melody_is_sent_in_seconds(new_studio: NewStudio, lua: str, section: int) -> None:
    studio = new_studio(lua)
    studio.reaper.do("set_tempo", [{"time_sec": 0, "bpm": 60}, {"time_sec": 3, "bpm": 120}])
    item = studio.add_item_on_new_track(notes=NOTES, values={"B_UISEL": 1 if section == 0 else 0})
    if section:
        studio.reaper.do("open_midi_editor", item)
    studio.reaper.run("continue this melody", section)
    studio.reaper.tick(3)
    request = studio.bridge.take_one("continue")
    assert request["params"]["notes"] == [
        {"pitch": 60, "velocity": 100, "onset_sec": 0.0, "duration_sec": 1.0},
        {"pitch": 64, "velocity": 80, "onset_sec": 1.0, "duration_sec": 0.25},
    ]


REFUSED = {
    "stretch markers": ({"stretch_markers": 2}, "has stretch markers: glue or render it first"),
    "pitch": ({"take": {"D_PITCH": -2}}, "is pitch-shifted: glue or render it first"),
    "envelopes": ({"envelopes": 1}, "has envelopes of its own: glue or render it first"),
    "nested": ({"sections": [{"offset_sec": 0.1}, {"offset_sec": 0.2}]}, "section of a section: glue or render"),
    "channel 3": ({"take": {"I_CHANMODE": 5}}, "plays chosen channels of its file: glue or render"),
    "MIDI": ({"notes": NOTES}, "is a MIDI item: choose an audio item"),
    "no take": ({"has_take": False}, "has nothing to play"),
}


@LUA
@pytest.mark.parametrize(("fields", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_sent_is_refused(new_studio: NewStudio, lua: str, fields: dict[str, Any], sentence: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track(**fields)
    studio.reaper.run("split to stems")
    studio.reaper.wait(1)
    assert sentence in studio.reaper.words()
    assert studio.bridge.take() == []


@LUA
def test_an_item_without_a_file_is_refused(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    track = studio.add_track()
    item = {"track": track, "name": "Click", "values": {"D_LENGTH": 1.0, "B_UISEL": 1}}
    studio.reaper.do("add_item", item)
    studio.reaper.run("split to stems")
    studio.reaper.wait(1)
    assert "“Click” plays no audio file" in studio.reaper.words()


@LUA
def test_one_refused_item_does_not_stop_another(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track(name="Bad", stretch_markers=1)
    studio.add_item_on_new_track(name="Good")
    request = studio.ask_to_split()
    studio.finish(request)
    assert studio.track_count() == 7
    assert "“Bad” has stretch markers" in studio.reaper.words()


@LUA
def test_nothing_selected_is_said(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.reaper.run("split to stems")
    studio.reaper.wait(0.2)
    assert "Select at least one audio item" in studio.reaper.words()
    studio.reaper.press(ESC)
    assert studio.reaper.tick() == 0
