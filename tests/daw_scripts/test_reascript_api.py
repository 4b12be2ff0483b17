"""The fake REAPER has no function that REAPER has not, and takes for each what REAPER takes."""

import pytest

from tests.daw_scripts.interpreters import LUA, evaluate
from tests.daw_scripts.reaper import FAKE
from tests.daw_scripts.reascript_api import OF_LUA_ITSELF, fetch_api

KINDS = {
    "ReaProject": "project",
    "MediaTrack": "track",
    "MediaItem": "item",
    "MediaItem_Take": "take",
    "PCM_source": "source",
    "HWND": "editor",
    "integer": "number",
}
"""The fake's words for kinds of arguments, where they differ from REAPER's."""


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    return fetch_api(tmp_path_factory.mktemp("reascript"))


@pytest.mark.weights
@LUA
def test_the_fake_takes_what_reaper_takes(lua: str, official: dict[str, list[str]]) -> None:
    mine = {name: kinds.split() for name, kinds in evaluate(lua, f'return dofile("{FAKE}/api.lua")').items()}
    assert len(official) > 700
    assert mine.keys() - official.keys() == OF_LUA_ITSELF
    expected = {name: [KINDS.get(kind, kind) for kind in official[name]] for name in mine.keys() - OF_LUA_ITSELF}
    assert {name: mine[name] for name in expected} == expected
