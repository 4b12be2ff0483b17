"""Whether the engine is there, seen without starting it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bridge.engine_link import EngineLink
from bridge.panel import engine_watch
from bridge.panel.engine_watch import EngineState, EngineWatch
from bridge.settings import Settings
from tests.bridge.fake_engine import FakeEngine, serve


@asynccontextmanager
async def watching(address: str, folder: Path) -> AsyncIterator[EngineWatch]:
    link = EngineLink(lambda: Settings(engine=address), folder)
    try:
        yield EngineWatch(link, lambda: True)
    finally:
        await link.close()


async def test_an_engine_that_answers_is_here(tmp_path: Path) -> None:
    async with serve(FakeEngine()) as address, watching(address, tmp_path) as watch:
        changes: list[EngineState] = []
        watch.changed = lambda: changes.append(watch.view.state)
        await watch.look()
        await watch.look()
        assert changes == [EngineState.HERE]
        assert watch.view.address == address
        assert watch.view.sentence == ""


async def test_an_engine_that_does_not_answer_is_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_watch, "PATIENCE_SEC", 0.2)
    async with watching("127.0.0.1:9", tmp_path) as watch:
        await watch.look()
        assert watch.view.state is EngineState.AWAY
        assert watch.view.sentence == "The engine at 127.0.0.1:9 does not answer; see whether it runs."


async def test_an_engine_of_this_machine_is_not_started_by_looking(tmp_path: Path) -> None:
    async with watching("", tmp_path) as watch:
        await watch.look()
        assert watch.view.state is EngineState.ASLEEP


async def test_an_address_that_cannot_be_meant_is_said(tmp_path: Path) -> None:
    async with watching("studio", tmp_path) as watch:
        await watch.look()
        assert watch.view.state is EngineState.AWAY
        assert "no engine address" in watch.view.sentence
