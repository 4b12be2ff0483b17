"""Audio that is given to the panel itself."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bridge.errors import AudioRefused
from bridge.panel import clips
from bridge.panel.clips import clip_routes, find_clip
from tests.bridge.panel.stage import write_sounds


@pytest.fixture
def context(tmp_path: Path) -> Any:
    return SimpleNamespace(folder=tmp_path / "panel")


@pytest.fixture
def client(context: Any) -> TestClient:
    return TestClient(Starlette(routes=clip_routes(context)))


@pytest.fixture
def sound(tmp_path: Path) -> bytes:
    return next(iter(write_sounds(tmp_path, ("kick",)).values())).read_bytes()


def test_a_clip_is_found_by_the_id_that_it_was_given(client: TestClient, context: Any, sound: bytes) -> None:
    answer = client.post("/clips", content=sound).json()
    clip = find_clip(answer["clip"], context)
    assert clip.file.read_bytes() == sound
    assert clip.length_sec == pytest.approx(1.5, abs=1e-4)


def test_what_is_no_audio_is_refused_and_not_kept(client: TestClient, context: Any) -> None:
    answer = client.post("/clips", content=b"no music").json()
    assert answer["refused"].startswith("This file is not audio that can be read")
    assert list(clips.clips_folder(context).iterdir()) == []


def test_what_is_too_large_is_refused(
    client: TestClient, context: Any, sound: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clips, "LARGEST_CLIP_BYTES", 1000)
    assert "larger than" in client.post("/clips", content=sound).json()["refused"]
    assert list(clips.clips_folder(context).iterdir()) == []


def test_only_the_latest_stay(client: TestClient, context: Any, sound: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clips, "MOST_CLIPS", 2)
    ids = [client.post("/clips", content=sound).json()["clip"] for _ in range(3)]
    assert {path.name for path in clips.clips_folder(context).iterdir()} == set(ids[1:])
    with pytest.raises(AudioRefused, match="drop or record it again"):
        find_clip(ids[0], context)


@pytest.mark.parametrize("clip_id", ["", "..", "../../bridge.token", "/etc/passwd", "0" * 32])
def test_an_id_leads_nowhere_else(context: Any, clip_id: str) -> None:
    with pytest.raises(AudioRefused):
        find_clip(clip_id, context)
