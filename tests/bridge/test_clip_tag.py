"""What an item sounds like: the part that it plays, at the speed at which it plays it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.client import EngineClient
from bridge.clip import Clip
from bridge.clip_tag import tag_clip
from bridge.errors import AudioRefused
from bridge.verbs import Tag
from tests.conftest import RunEngine, WriteWav
from tests.engine.measurements.signals import clicks


@pytest.fixture
async def tagged(run_engine: RunEngine) -> AsyncIterator[Any]:
    """Tags a clip on a real engine with the fake tagger."""
    async with run_engine() as engine:

        @asynccontextmanager
        async def connect() -> AsyncIterator[EngineClient]:
            async with EngineClient(engine.address) as client:
                yield client

        async def tag(file: Path, **clip: Any) -> dict[str, Any]:
            order = Tag(Clip(file, **clip), models=("fake-tags",))
            return await tag_clip(order, "", connect, lambda event: None)

        yield tag


async def test_an_item_is_heard_where_it_lies_and_told_at_its_own_speed(tagged: Any, write_wav: WriteWav) -> None:
    beat = clicks(125, 16)
    source = write_wav("take.wav", np.concatenate([np.zeros((beat.shape[0], 44_100), np.float32), beat], axis=1))
    length_sec = beat.shape[1] / 44_100
    found = await tagged(source, start_offset_sec=1.0, length_sec=length_sec)
    assert (found["kind"], found["tempo_bpm"]) == ("loop", 125.0)
    assert found["duration_sec"] == pytest.approx(length_sec)
    assert set(found["tags"]) == {"fake-tags"}
    faster = await tagged(source, start_offset_sec=1.0, length_sec=length_sec / 1.2, playrate=1.2)
    assert faster["tempo_bpm"] == 150.0
    assert faster["duration_sec"] == pytest.approx(length_sec / 1.2)


async def test_what_is_no_audio_is_refused(tagged: Any, tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("no audio")
    with pytest.raises(AudioRefused, match="not audio"):
        await tagged(tmp_path / "text.wav", length_sec=1.0)
