"""One bridge with its panel for all tests of this folder: starting it costs more than most of them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext

from tests.bridge.panel.browser import started_browser
from tests.bridge.panel.stage import Stage, staged_panel


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A bridge, its library, and an engine of a few lines."""
    with staged_panel(tmp_path_factory.mktemp("panel")) as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    """Chromium. Of one module: while it runs, no test of this thread may have an event loop of its own."""
    with started_browser() as started:
        yield started
