"""A real browser before the panel, which notes what no page may do: complain, or ask anybody but this machine."""

import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
AXE = Path(__file__).parents[3] / ".venv/axe/node_modules/axe-core/axe.min.js"
WAIT_MS = 60_000
_FLAGS = (
    "--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream", "--mute-audio",
)  # fmt: skip
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
WIDE, NARROW = (1280, 800), (400, 800)


@contextmanager
def started_browser() -> Iterator[BrowserContext]:
    """Yields Chromium, unseen; what its pages have loaded and were given, its later pages have."""
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed; “apt-get install chromium” brings it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(_FLAGS))
        try:
            context = browser.new_context()
            context.set_default_timeout(WAIT_MS)
            yield context
        finally:
            browser.close()


@dataclass
class Seen:
    """What a page did besides what it shows."""

    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Notes errors, warnings and requests of a page, but not what the browser itself warns of: a slow machine."""
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._asked(request.url))
        page.on("websocket", lambda socket: self._asked(socket.url))

    def _said(self, message: ConsoleMessage) -> None:
        place = message.location["url"]
        is_of_a_script = urllib.parse.urlsplit(place).path.endswith((".js", ".mjs"))
        if message.type == "error" or (message.type == "warning" and is_of_a_script):
            self.complaints.append(f"{message.type}: {message.text} ({place})")

    def _asked(self, url: str) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
            self.foreign.append(url)


@contextmanager
def opened_page(
    browser: BrowserContext, url: str, size: tuple[int, int] = WIDE, theme: Theme = "light"
) -> Iterator[Page]:
    """Yields the panel behind a link; asserts in the end that it was quiet and asked this machine only."""
    page, seen = browser.new_page(), Seen()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=theme)
    seen.watch(page)
    try:
        page.goto(url)
        page.wait_for_selector(".shell")
        yield page
        assert seen.complaints == [], seen.complaints
        assert seen.foreign == [], seen.foreign
    finally:
        page.close()


def serious_findings(page: Page) -> list[dict[str, Any]]:
    """Returns what axe-core finds that keeps people out: its impacts “serious” and “critical”."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed; .ci/run fetches it with npm")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        {"rule": rule["id"], "where": [node["html"][:160] for node in rule["nodes"][:3]]}
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
    ]
