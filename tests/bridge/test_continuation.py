"""The verb `continue` around an engine whose generator is slow, or is cancelled: candidates are told as they come."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bridge import errors, events
from bridge.client import EngineClient
from bridge.continuation import ContinueOrder, go_on
from bridge.generation import Generation, GenerationWish, KeyRule, Prompt
from bridge.midi.notes import Key, Mode, Note, NoteTrack, TempoChange, TempoMap, TimeSignature
from engine.backends.base import Report
from engine.backends.fake_generator import FakeGenerator
from engine.generation import Candidate, Wish
from tests.bridge.conftest import files_below
from tests.conftest import RunEngine

PROMPT = Prompt(
    (NoteTrack("melody", tuple(Note(60 + number, 90, 0.5 * number, 0.5) for number in range(8)), program=73),),
    TempoMap((TempoChange(0.0, 120.0),), (TimeSignature(0.0, 4, 4),)),
    Key(9, Mode.MINOR),
)


@pytest.fixture
async def run(run_engine: RunEngine, tmp_path: Path) -> AsyncIterator[Any]:
    """Runs the verb on an engine in this process."""
    async with run_engine() as engine:

        @asynccontextmanager
        async def connect() -> AsyncIterator[EngineClient]:
            async with EngineClient(engine.address) as client:
                yield client

        def start(hear: Any = lambda event: None, **wish: Any) -> Any:
            wanted = GenerationWish(PROMPT, model="fake-melody", **wish)
            return go_on(ContinueOrder(tmp_path / "in.mid", tmp_path / "out/out.mid", wanted), connect, hear)

        yield start


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Makes the generator wait after each candidate until the event is set; cancelled, it stops."""
    event, whole = threading.Event(), FakeGenerator.generate

    def slow(self: FakeGenerator, wish: Wish, report: Report) -> Iterator[Candidate]:
        for candidate in whole(self, wish, report):
            yield candidate
            while not event.wait(0.01):
                report(0.5, "writing notes")

    monkeypatch.setattr(FakeGenerator, "generate", slow)
    return event


async def test_what_was_written_comes_back_with_its_key_and_place(run: Any, tmp_path: Path) -> None:
    found: Generation = await run(bar_chords=("A:min", "F:maj"), candidate_count=3)
    assert (found.key, found.metre, found.quarter_bpm) == (Key(9, Mode.MINOR), (4, 4), 120.0)
    assert (found.begin_sec, found.bar_count, len(found.candidates)) == (4.0, 4, 3)
    assert found.candidates[0].tracks[0].program == 73
    assert files_below(tmp_path / "out") == {"out.mid"}


async def test_a_candidate_is_told_while_the_others_are_written(run: Any, gate: threading.Event) -> None:
    told: list[events.CandidateFinished] = []

    def hear(event: events.Event) -> None:
        if isinstance(event, events.CandidateFinished):
            told.append(event)
            gate.set()

    await run(hear)
    assert told[0] == events.CandidateFinished(1, 4, 16)
    assert [event.number for event in told] == list(range(1, len(told) + 1))


async def test_a_cancelled_request_cancels_its_job_and_leaves_nothing(
    run: Any, gate: threading.Event, tmp_path: Path
) -> None:
    begun = asyncio.Event()
    task = asyncio.create_task(run(lambda event: begun.set() if isinstance(event, events.CandidateFinished) else None))
    await asyncio.wait_for(begun.wait(), 20)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not (tmp_path / "out").exists()
    gate.set()
    assert len((await run(seed=1)).candidates) == 4  # the worker is free again


async def test_what_the_generator_refuses_is_said_in_its_words(run: Any, tmp_path: Path) -> None:
    with pytest.raises(errors.RequestRefused, match="between the pitches 61 and 61"):
        await run(key_rule=KeyRule.STRICT, lowest_pitch=61, highest_pitch=61)
    assert not (tmp_path / "out").exists()


async def test_a_picture_needs_a_name_of_its_own(tmp_path: Path) -> None:
    order = ContinueOrder(tmp_path / "in.mid", tmp_path / "out.PNG", GenerationWish(PROMPT), has_plot=True)
    with pytest.raises(errors.RequestRefused, match=r"end in \.mid"):
        await go_on(order, lambda: EngineClient("127.0.0.1:1"), lambda event: None)
