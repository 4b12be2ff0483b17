"""The real clients against a registry that takes connections and never answers: given up within 5 s each."""

import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import WeightsUnavailable
from engine.weights.sources import Source
from engine.weights.table import TABLE

SOURCES = {source.label: source for name in ("955717e8", "spleeter-2stems") for source in TABLE[name]}


@pytest.fixture
def silent_registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        settings = {"HF_ENDPOINT": address, "npm_config_registry": address, "PIP_INDEX_URL": f"{address}/simple"}
        for name, value in (settings | {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}).items():
            monkeypatch.setenv(name, value)
        for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "HF_HUB_OFFLINE"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
        yield


@pytest.mark.usefixtures("silent_registry")
@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_every_source_is_given_up_within_five_seconds(source: Source, work: Path) -> None:
    if source.label.startswith("npm") and shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    start = time.monotonic()
    with pytest.raises(WeightsUnavailable, match="check the network connection"):
        source.fetch(work, lambda fraction, message: None)
    assert time.monotonic() - start < 5.0
