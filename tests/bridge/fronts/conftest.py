"""One bridge for the tests of all fronts; what is put to it must not end it."""

from collections.abc import Iterator

import pytest

from tests.bridge.running_bridge import Bridge, running


@pytest.fixture(scope="module")
def bridge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bridge]:
    """A bridge whose engine is away, which fronts never notice."""
    with running(tmp_path_factory.mktemp("fronts-home"), AUXSEND_ENGINE="127.0.0.1:9") as bridge:
        yield bridge
        assert bridge.is_alive()
        assert "Traceback" not in (bridge.state / "bridge.log").read_text()
