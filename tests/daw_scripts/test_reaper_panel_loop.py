"""The fourth moment as a whole: REAPER's own script, a real bridge, a real engine with real weights, a real browser.

What is selected in REAPER is on the page, is asked about, sounds, and goes in at the edit cursor.
"""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.bridge.conftest import auxsend_command, auxsend_environment
from tests.bridge.panel.browser import opened_page, started_browser
from tests.bridge.panel.stage import write_sounds
from tests.bridge.running_bridge import Bridge, home_with_weights, running
from tests.daw_scripts.conftest import Studio, install
from tests.daw_scripts.interpreters import LUA
from tests.daw_scripts.reaper import Reaper
from tests.daw_scripts.stand_in import StandIn
from tests.daw_scripts.test_reaper_panel import commands
from tests.daw_scripts.test_reaper_suggest_bridge import tick_until

SOUNDS = ("loop Am 92", "loop Am 120", "kick deep", "snare tight", "hat open", "stab Am")
CURSOR_SEC = 5.0


@dataclass(frozen=True)
class Machine:
    """A musician's machine: a bridge that starts its own engine, and the sounds that both know."""

    bridge: Bridge
    sounds: Path


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    folder = tmp_path_factory.mktemp("machine")
    write_sounds(folder / "Samples", SOUNDS)
    with running(home_with_weights(folder / "home"), AUXSEND_DEVICE="cpu") as bridge:
        subprocess.run(
            auxsend_command("library", "add", folder / "Samples"), check=True, capture_output=True,
            env=auxsend_environment(folder / "home", AUXSEND_DEVICE="cpu"),
        )  # fmt: skip
        yield Machine(bridge, folder / "Samples")


@pytest.fixture(scope="module", params=LUA.args[1][-1:])
def studio(
    request: pytest.FixtureRequest, machine: Machine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Studio]:
    """A REAPER with the scripts and a selected item."""
    folder, spool = tmp_path_factory.mktemp("reaper"), machine.bridge.state / "spool"
    with Reaper(request.param, install(folder / "Scripts", spool, command=None)) as reaper:
        reaper.do("new_project", {"path": str(folder / "Lied.RPP"), "media_folder": str(folder / "Media")})
        reaper.do("set_cursor", CURSOR_SEC)
        studio = Studio(reaper, StandIn(folder / "none"), folder, folder / "Scripts")
        studio.add_item_on_new_track()
        yield studio


@pytest.fixture(scope="module")
def page(studio: Studio) -> Iterator[Page]:
    """What the action *AuxSend: panel* opens."""
    studio.reaper.run("panel")
    tick_until(studio, lambda: commands(studio), "the panel to be opened")
    (command,) = commands(studio)
    with started_browser() as browser, opened_page(browser, command.split('"')[1]) as opened:
        yield opened


@pytest.mark.weights
def test_what_is_selected_in_reaper_finds_samples_that_sound_and_go_in(
    page: Page, studio: Studio, machine: Machine
) -> None:
    page.wait_for_selector(".grid:not(.is-old) .row[role=row]")
    assert page.locator(".seed-name").inner_text() == "Verse “é”"
    rows = page.locator(".row[role=row]")
    found = [name.strip() for name in page.locator(".row[role=row] .name").all_inner_texts()]
    assert sorted(found) == sorted(SOUNDS)
    assert all(why.strip() for why in page.locator(".row[role=row] .why").all_inner_texts())

    rows.first.click()
    page.keyboard.press("Space")
    page.wait_for_function("document.getElementById('audition').currentTime > 0.1")

    tick_until(
        studio, lambda: page.locator(".row[role=row] button[aria-label^='Insert']:enabled").count(), "a listener"
    )
    page.keyboard.press("Enter")
    tick_until(studio, lambda: studio.track_count() == 2, "the sample")
    (item,) = studio.reaper.tracks()[-1]["items"]
    assert (item["take"]["name"], item["values"]["D_POSITION"]) == (found[0], CURSOR_SEC)
    assert Path(item["take"]["source"]["file"]) == machine.sounds / f"{found[0]}.wav"
