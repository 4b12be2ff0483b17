"""A page that stays open through a restart of its bridge."""

from pathlib import Path

from playwright.sync_api import BrowserContext, Page

from tests.bridge.panel.browser import Seen
from tests.bridge.panel.stage import Stage, lonely_bridge

AWAY = "The bridge has stopped or is starting again."


def test_a_page_says_that_its_bridge_is_away_and_comes_back_with_the_next(
    browser: BrowserContext, tmp_path: Path
) -> None:
    page, seen = browser.new_page(), Seen()
    seen.watch(page)
    with lonely_bridge(tmp_path) as bridge:
        page.goto(Stage(bridge).link())
        page.wait_for_selector(".suggest")
        page.get_by_text("The engine at 127.0.0.1:9 does not answer").wait_for()
        assert not page.get_by_text(AWAY).is_visible()
    page.get_by_text(AWAY).wait_for()
    _mark(page)
    with lonely_bridge(tmp_path):
        page.wait_for_function("!window.isOld && document.querySelector('.suggest')")
        assert not page.get_by_text(AWAY).is_visible()
        page.close()
    assert seen.foreign == []


def _mark(page: Page) -> None:
    """Lets a page be told from the one that a reload makes of it."""
    page.evaluate("window.isOld = true")
