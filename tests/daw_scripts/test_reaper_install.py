"""The window of the jobs, and the action that adds the others to REAPER and to its menu."""

from pathlib import Path

import pytest

from tests.daw_scripts.conftest import NewStudio, Studio
from tests.daw_scripts.interpreters import LUA, SCRIPTS
from tests.daw_scripts.reaper import ESC


@LUA
def test_jobs_can_be_cancelled_and_forgotten(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    request = studio.ask_to_split()
    studio.bridge.say(request, "running", fraction=0.1)
    studio.reaper.do("close_window")
    studio.reaper.tick(2)
    studio.reaper.run("jobs")
    studio.reaper.wait(0.2)
    studio.reaper.click("Cancel")
    assert studio.bridge.take_one("cancel")["params"] == {"job": request["id"]}


@LUA
def test_no_jobs_is_said(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.reaper.run("jobs")
    studio.reaper.wait(0.2)
    assert "No jobs" in studio.reaper.words()


MENU = (
    "[Main toolbar]\nitem_0=40023 New\n\n[Media item context]\nitem_0=40012 Split\nitem_1=-1\n\n[Other]\nitem_0=1 x\n"
)


def _install(studio: Studio, menu: str | None) -> Path:
    path = studio.folder / "reaper-menu.ini"
    if menu is not None:
        path.write_bytes(menu.encode())
    studio.reaper.do("set_up", {"resource_path": str(studio.folder)})
    studio.reaper.run("install")
    studio.reaper.tick(2)
    return path


@LUA
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_installing_adds_to_the_users_own_menu(new_studio: NewStudio, lua: str, line_end: str) -> None:
    studio = new_studio(lua)
    before = MENU.replace("\n", line_end)
    path = _install(studio, before)
    lines = path.read_bytes().decode().split(line_end)
    section = lines[lines.index("[Media item context]") + 1 : lines.index("[Other]")]
    assert section[:3] == ["item_0=40012 Split", "item_1=-1", "item_2=-1"]
    assert section[3].startswith("item_3=_RS")
    assert section[3].endswith(" AuxSend: split to stems")
    assert section[6].endswith(" AuxSend: suggest samples")
    assert [line for line in lines if "AuxSend" not in line and line != "item_2=-1"] == before.split(line_end)
    assert (studio.folder / "reaper-menu.ini.before-auxsend").read_bytes().decode() == before
    assert "restart REAPER" in studio.reaper.words()
    actions = studio.reaper.do("figures")["actions"]
    assert len(actions) == 7
    assert [Path(action["path"]).stem for action in actions if action["section"] == 32060] == [
        "AuxSend continue this melody"
    ]


@LUA
def test_installing_twice_changes_the_menu_once(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    once = _install(studio, MENU).read_bytes()
    studio.reaper.press(ESC)
    studio.reaper.do("set_up", {"actions": []})  # REAPER gives a script that it knows the same number
    studio.reaper.run("install")
    studio.reaper.tick(2)
    assert (studio.folder / "reaper-menu.ini").read_bytes() == once
    assert "nothing was changed" in studio.reaper.words()


@LUA
@pytest.mark.parametrize("menu", [None, "[Main toolbar]\nitem_0=40023 New\n"])
def test_reapers_own_menu_is_never_replaced(new_studio: NewStudio, lua: str, menu: str | None) -> None:
    studio = new_studio(lua)
    path = _install(studio, menu)
    assert (path.read_text() if path.exists() else None) == menu
    assert "Options > Customize menus/toolbars" in studio.reaper.words()


def test_every_action_is_on_its_page() -> None:
    page = (SCRIPTS.parent / "docs" / "reaper.md").read_text(encoding="utf-8")
    actions = [path.stem for path in (SCRIPTS / "reaper").glob("AuxSend *.lua")]
    assert len(actions) == 7
    assert [name for name in actions if f"| {name} |" not in page] == []
