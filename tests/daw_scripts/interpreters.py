"""The Lua interpreters that our scripts must run on: REAPER 6 and Ardour bring 5.3, REAPER 7 brings 5.4."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

SCRIPTS = Path(__file__).parents[2] / "daw_scripts"
SHARED = SCRIPTS / "shared"


def _parameter(name: str) -> Any:
    """Returns an interpreter as a test parameter, skipped where it is not installed."""
    reason = f"{name} is not installed (Debian: apt-get install {name})"
    return pytest.param(name, marks=pytest.mark.skipif(shutil.which(name) is None, reason=reason))


LUA = pytest.mark.parametrize("lua", [_parameter("lua5.3"), _parameter("lua5.4")])


def evaluate(lua: str, body: str, given: Any = None) -> Any:
    """Returns what the Lua in `body` returns; it finds `given` and the shared scripts as `given` and `shared`."""
    code = f"""
    local shared = dofile("{SHARED}/load.lua")("{SHARED}/")
    local given = shared.json.decode(io.read("a"))
    local function run() {body} end
    io.write(assert(shared.json.encode(shared.json.array({{ run() }}))))
    """
    done = subprocess.run(
        [lua, "-e", code], input=json.dumps(given), capture_output=True, text=True, timeout=20, check=False
    )
    assert done.returncode == 0, done.stderr
    values = json.loads(done.stdout)
    return values[0] if len(values) == 1 else values
