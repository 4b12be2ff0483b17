"""The panel's hand in REAPER: it opens the panel, tells what is selected, and listens for as long as it runs."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.daw_scripts.conftest import COMMAND, NewStudio, Studio
from tests.daw_scripts.interpreters import LUA
from tests.daw_scripts.stand_in import sample_row
from tests.daw_scripts.test_reaper_suggest import write_sample

URL = "http://127.0.0.1:8123/open?code=a-B_9"
REST_SEC = 0.3
"""Longer than a selection must rest, and than a script takes to look."""


@dataclass
class Panel:
    """The bridge's side of the panel."""

    studio: Studio
    told: list[dict[str, Any]] = field(default_factory=list)
    """The selections that the script has told."""
    others: list[dict[str, Any]] = field(default_factory=list)
    """What else it has asked for."""
    listening: dict[str, Any] = field(default_factory=dict)

    def hear(self, time_sec: float = REST_SEC) -> None:
        """Lets time go by, and takes what the script has asked meanwhile."""
        self.studio.reaper.wait(time_sec)
        for request in self.studio.bridge.take():
            if request["verb"] == "select":
                self.told.append(request["params"])
            elif request["verb"] == "listen":
                self.listening = request
                self.studio.bridge.say(request, "running")
            else:
                self.others.append(request)

    def order(self, deed: str, **payload: Any) -> None:
        """Ends the script's listening with an order, and waits until it listens again."""
        before = self.listening
        self.studio.bridge.say(before, "done", result={"deed": deed} | payload)
        self.hear()
        assert self.listening["id"] != before["id"]

    def asked(self, verb: str) -> list[dict[str, Any]]:
        """Returns what was asked of that verb, and forgets it."""
        found = [request for request in self.others if request["verb"] == verb]
        self.others = [request for request in self.others if request["verb"] != verb]
        return found


def open_panel(studio: Studio, **fields: Any) -> Panel:
    """Starts the action, and answers with the panel's address; `fields` are those of the answer."""
    studio.reaper.run("panel")
    panel = Panel(studio)
    panel.hear()
    (request,) = panel.asked("panel")
    studio.bridge.say(request, "done", result={"url": URL} | fields)
    panel.hear()
    assert [job["params"]["job"] for job in panel.asked("forget")] == [request["id"]]
    return panel


def commands(studio: Studio) -> list[str]:
    found: list[str] = studio.reaper.do("figures")["commands"]
    return found


def state_of_the_button(studio: Studio) -> int:
    state: int = studio.reaper.do("figures")["toggled"]["AuxSend panel"]
    return state


OPENED = {
    "Other": f'/usr/bin/xdg-open "{URL}"',
    "macOS-arm64": f'/usr/bin/open "{URL}"',
    "Win64": f'cmd.exe /C start "" "{URL}"',
    "SWS": f"shell: {URL}",
}


@LUA
@pytest.mark.parametrize("system", OPENED)
def test_it_opens_the_panel_and_its_button_is_on_until_it_ends(new_studio: NewStudio, lua: str, system: str) -> None:
    studio = new_studio(lua)
    studio.reaper.do("set_up", {"has_sws": system == "SWS", "system": system})
    panel = open_panel(studio)
    assert commands(studio) == [OPENED[system]]
    assert panel.listening["params"] == {"wait_sec": 20}
    assert state_of_the_button(studio) == 1
    studio.reaper.end("panel")
    assert state_of_the_button(studio) == 0
    assert studio.bridge.take_one("cancel")["params"] == {"job": panel.listening["id"]}


@LUA
def test_started_again_it_opens_the_panel_again(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    open_panel(studio)
    open_panel(studio)
    assert commands(studio) == [OPENED["Other"]] * 2
    assert studio.reaper.tick() == 1
    assert state_of_the_button(studio) == 1


@LUA
@pytest.mark.parametrize("url", ["http://example.com/", 'http://127.0.0.1:1/" & calc', "file:///etc", None])
def test_nothing_but_an_address_of_this_machine_is_opened(new_studio: NewStudio, lua: str, url: str | None) -> None:
    studio = new_studio(lua)
    open_panel(studio, url=url)
    assert commands(studio) == []
    assert "run “auxsend install” again" in studio.reaper.words()


@LUA
def test_what_is_selected_is_told_once_it_rests(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.reaper.do("set_tempo", [{"time_sec": 0, "bpm": 80}, {"time_sec": 1, "bpm": 141.5}])
    item = studio.add_item_on_new_track()
    panel = open_panel(studio)
    assert panel.told == [
        {
            "clip": {
                "file": str(studio.folder / "Média" / "João é.wav"), "section": None, "is_reversed": False,
                "playrate": 1.0, "start_offset_sec": 0.5, "length_sec": 1.25, "channel_mode": "normal",
                "is_looped": False,
            },
            "name": "Verse “é”", "project": str(studio.folder / "Mein Lied.RPP"),
            "folder": str(studio.folder / "Média"), "quarter_bpm": 141.5, "key": "",
        }
    ]  # fmt: skip
    for step in range(10):  # a drag
        studio.reaper.do("edit_item", {"guid": item, "values": {"D_POSITION": 3.0 + step}})
        studio.reaper.tick(2)
    studio.reaper.do("edit_item", {"guid": item, "values": {"D_LENGTH": 0.75}})
    panel.hear()
    assert [told["clip"]["length_sec"] for told in panel.told] == [1.25, 0.75]
    studio.reaper.do("edit_item", {"guid": item, "values": {"B_UISEL": 0}})
    panel.hear()
    assert [(told["clip"], told["name"]) for told in panel.told[2:]] == [(None, "")]
    panel.hear(5.0)
    assert (len(panel.told), panel.others) == (3, [])


@LUA
def test_what_cannot_be_sent_is_told_by_its_name_alone(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track(stretch_markers=1)
    (told,) = open_panel(studio).told
    assert (told["clip"], told["name"]) == (None, "Verse “é”")


@LUA
def test_a_bridge_that_goes_and_comes_back_hears_all_anew(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    panel = open_panel(studio)
    first = panel.listening
    studio.bridge.forget(first)
    studio.bridge.stop()
    panel.hear(30.0)
    assert (len(panel.told), panel.others) == (1, [])
    studio.bridge.live(pid=2)
    panel.hear(5.0)
    assert panel.listening["id"] != first["id"]
    assert len(panel.told) == 2
    panel.order("insert_samples", rows=[sample_row(write_sample(studio))], project_bpm=0)
    assert len(studio.reaper.tracks()[0]["items"]) == 1


@LUA
def test_a_listening_that_the_bridge_does_not_know_is_begun_again(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    panel = open_panel(studio)
    first = panel.listening
    studio.bridge.forget(first)
    panel.hear(4.0)
    assert panel.listening["id"] != first["id"]


@LUA
def test_a_bridge_that_does_not_start_is_said(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.bridge.stop()
    studio.reaper.run("panel")
    studio.reaper.wait(17)
    assert commands(studio) == [f'"{COMMAND}" bridge']
    assert "did not start within 15 seconds" in studio.reaper.words()
    assert studio.bridge.take() == []
