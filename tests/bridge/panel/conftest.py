"""One bridge with its panel for all tests of this folder: starting it costs more than most of them."""

from collections.abc import Iterator

import pytest

from tests.bridge.panel.stage import Stage, staged_panel


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A bridge, its library, and an engine of a few lines."""
    with staged_panel(tmp_path_factory.mktemp("panel")) as made:
        yield made
