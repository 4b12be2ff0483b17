"""The shared scripts on their own: where the spool is, and what is written into it."""

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.daw_scripts.interpreters import LUA, SHARED, evaluate

OPEN = "local spool = shared.Spool.open(given.spool, shared.json, shared.files) "


@LUA
def test_a_request_appears_whole_under_its_id(lua: str, tmp_path: Path) -> None:
    (tmp_path / "requests").mkdir()
    job = evaluate(
        lua, OPEN + 'return spool:request("ardour", "split", { name = "João é", stems = shared.json.array() })',
        {"spool": str(tmp_path)},
    )  # fmt: skip
    (path,) = (tmp_path / "requests").iterdir()
    assert path.name == f"{job}.json"
    assert json.loads(path.read_text(encoding="utf-8")) == {
        "v": 1, "id": job, "host": "ardour", "verb": "split", "params": {"name": "João é", "stems": []},
    }  # fmt: skip


@LUA
def test_ids_are_those_that_the_bridge_accepts_and_never_twice_the_same(lua: str) -> None:
    body = "local ids = {} for i = 1, 500 do ids[i] = shared.Spool.new_id() end return ids"
    ids = evaluate(lua, body) + evaluate(lua, body)
    assert len(set(ids)) == 1000
    assert all(8 <= len(job) <= 64 and job.replace("-", "").isalnum() for job in ids)


@LUA
@pytest.mark.parametrize(("name", "is_folder_there"), [('"\\xff"', True), ('"a"', False)])
def test_what_cannot_be_written_is_refused_and_leaves_nothing(
    lua: str, tmp_path: Path, name: str, is_folder_there: bool
) -> None:
    if is_folder_there:
        (tmp_path / "requests").mkdir()
    body = OPEN + f'local job, why = spool:request("ardour", "split", {{ name = {name} }}) return job == nil, why'
    is_refused, reason = evaluate(lua, body, {"spool": str(tmp_path)})
    assert is_refused is True
    assert reason
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@LUA
@pytest.mark.parametrize(
    ("heart", "is_up"),
    [
        ({"v": 1, "time": 0}, True),
        ({"v": 1, "time": -60}, False),
        ({"v": 2, "time": 0}, False),
        ({"v": 1}, False),
        (None, False),
    ],
)
def test_the_bridge_is_up_while_its_heart_beats(lua: str, tmp_path: Path, heart: Any, is_up: bool) -> None:
    if heart is not None:
        if "time" in heart:
            heart = heart | {"time": time.time() + heart["time"]}
        (tmp_path / "bridge.json").write_text(json.dumps(heart))
    assert evaluate(lua, OPEN + "return spool:bridge() ~= nil", {"spool": str(tmp_path)}) is is_up


def _location(lua: str, folder: Path, **variables: str) -> str:
    code = f'print(dofile("{SHARED}/location.lua").find("{folder}/", dofile("{SHARED}/files.lua")).spool)'
    foreign = ("AUXSEND_HOME", "XDG_STATE_HOME")
    environment = {key: value for key, value in os.environ.items() if key not in foreign} | variables
    done = subprocess.run([lua, "-e", code], capture_output=True, encoding="utf-8", env=environment, check=True)
    return done.stdout.strip()


@LUA
def test_the_spool_is_where_the_installer_said(lua: str, tmp_path: Path) -> None:
    (tmp_path / "auxsend_location.lua").write_text('return { spool = "/é/spool", command = "/x", version = 1 }')
    assert _location(lua, tmp_path, AUXSEND_HOME="/elsewhere") == "/é/spool"


@LUA
@pytest.mark.parametrize("content", [None, "return", "return {", "return { spool = 7 }"])
def test_without_an_installer_it_is_where_the_bridge_keeps_it(lua: str, tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "auxsend_location.lua").write_text(content)
    assert _location(lua, tmp_path, AUXSEND_HOME="/my home") == "/my home/state/spool"
    assert _location(lua, tmp_path, XDG_STATE_HOME="/state") == "/state/auxsend/spool"
    assert _location(lua, tmp_path, HOME="/home/me") == "/home/me/.local/state/auxsend/spool"
