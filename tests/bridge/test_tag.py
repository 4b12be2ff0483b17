"""The verb `tag`: batches, files that cannot be used, and an engine that is restarted or stopped."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from bridge import events
from bridge.client import EngineClient
from bridge.tag import BATCH_FILES, Outcome, RefusedFile, TaggedFile, tag
from bridge.tagging import TagWish
from tests.bridge.fake_engine import FakeEngine, serve
from tests.conftest import WriteWav


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


async def run(
    engine: FakeEngine, paths: Sequence[Path], seen: list[events.Event] | None = None, wish: TagWish | None = None
) -> list[Outcome]:
    @asynccontextmanager
    async def connect() -> AsyncIterator[EngineClient]:
        async with serve(engine) as address, EngineClient(address) as client:
            yield client

    return await tag(paths, wish or TagWish(), connect, (seen if seen is not None else []).append)


def many(write_wav: WriteWav, count: int) -> list[Path]:
    return [write_wav(f"{i}.wav", np.full((1, 1000 + i), 0.1, np.float32)) for i in range(count)]


async def test_many_files_come_back_in_order_from_a_few_jobs(engine: FakeEngine, write_wav: WriteWav) -> None:
    paths = many(write_wav, 2 * BATCH_FILES + 3)
    seen: list[events.Event] = []
    outcomes = await run(engine, paths, seen)
    assert [outcome.path for outcome in outcomes] == paths
    assert len(engine.jobs) == 3
    for path, outcome in zip(paths, outcomes, strict=True):
        assert isinstance(outcome, TaggedFile)
        assert outcome.tags.duration_sec == path.stat().st_size
        assert outcome.tags.tag_sets["model-0"].scores == {"slow": 0.25, "loud": 0.75}
    running = [e.fraction or 0 for e in seen if isinstance(e, events.Progress) and e.step is events.Step.RUN]
    assert running == sorted(running)
    assert "17 to 32 of 35 files" in {e.message[:20] for e in seen if isinstance(e, events.Progress)}
    assert {e.model.name for e in seen if isinstance(e, events.ModelChosen)} == {"model-0"}


async def test_what_cannot_be_used_is_named_and_the_others_come(
    engine: FakeEngine, write_wav: WriteWav, tmp_path: Path
) -> None:
    good = many(write_wav, 3)
    engine.unreadable[hashlib.sha256(good[1].read_bytes()).hexdigest()] = "The audio is broken."
    text = tmp_path / "text.wav"
    text.write_text("no audio")
    outcomes = await run(engine, [*good, text, tmp_path / "missing.wav"])
    assert [isinstance(outcome, TaggedFile) for outcome in outcomes] == [True, False, True, False, False]
    reasons = [outcome.reason for outcome in outcomes if isinstance(outcome, RefusedFile)]
    assert reasons[0] == "The audio is broken."
    assert "not audio" in reasons[1]
    assert "no file" in reasons[2]


async def test_without_a_usable_file_no_engine_is_reached(engine: FakeEngine, tmp_path: Path) -> None:
    (outcome,) = await run(engine, [tmp_path / "missing.wav"])
    assert isinstance(outcome, RefusedFile)
    assert engine.calls == []


async def test_the_same_file_twice_is_sent_once(engine: FakeEngine, write_wav: WriteWav) -> None:
    path = write_wav()
    first, second = await run(engine, [path, path])
    assert isinstance(first, TaggedFile)
    assert isinstance(second, TaggedFile)
    assert first.tags.duration_sec == second.tags.duration_sec
    assert engine.count("UploadAsset") == 1


async def test_scores_over_time_have_a_row_for_each_window(engine: FakeEngine, write_wav: WriteWav) -> None:
    (outcome,) = await run(engine, [write_wav()], wish=TagWish(has_taggram=True))
    assert isinstance(outcome, TaggedFile)
    tag_set = outcome.tags.tag_sets["model-0"]
    np.testing.assert_array_equal(tag_set.taggram, np.array([[0.5, 1.0], [0.0, 0.5]], np.float32))
    assert tag_set.strongest(1) == [("loud", 0.75)]
    (without,) = await run(engine, [write_wav()])
    assert isinstance(without, TaggedFile)
    assert without.tags.tag_sets["model-0"].taggram.shape == (0, 2)


async def test_a_restarted_engine_is_given_the_audio_and_the_job_again(engine: FakeEngine, write_wav: WriteWav) -> None:
    engine.forget_jobs = 1
    outcomes = await run(engine, many(write_wav, 2))
    assert all(isinstance(outcome, TaggedFile) for outcome in outcomes)
    assert engine.count("UploadAsset") == 4


async def test_a_cancelled_verb_cancels_its_job(engine: FakeEngine, write_wav: WriteWav) -> None:
    engine.is_endless = True
    task = asyncio.create_task(run(engine, many(write_wav, 2)))
    while engine.count("WatchJob") == 0:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert engine.cancelled == list(engine.jobs)
