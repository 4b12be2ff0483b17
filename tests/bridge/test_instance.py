"""Where the bridge says that it is found."""

import json
import logging
import os
import sys
from pathlib import Path

import pytest

from bridge.instance import announced_to_extension

PLACE = {"version": "1", "http_port": 4711, "token": "secret"}


def test_the_extension_is_told_port_and_token_for_as_long_as_the_bridge_runs(tmp_path: Path) -> None:
    with announced_to_extension(str(tmp_path), PLACE):
        told = json.loads((tmp_path / "bridge.json").read_text(encoding="utf-8"))
        assert told == {"v": 1, "pid": os.getpid()} | PLACE
        if sys.platform != "win32":
            assert (tmp_path / "bridge.json").stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told_in_the_log_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), announced_to_extension(str(tmp_path / "gone"), PLACE):
        pass
    assert "Live's extension is not told where the bridge is" in caplog.text
    assert list(tmp_path.iterdir()) == []


def test_nobody_is_told_where_no_folder_is_named(caplog: pytest.LogCaptureFixture) -> None:
    with announced_to_extension("", PLACE):
        pass
    assert caplog.text == ""
