"""The verb `transcribe` around an engine that is restarted, cancelled, or tells what a user should know."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bridge import errors, events
from bridge.client import EngineClient
from bridge.midi.notes import Key, Mode, Note, TempoChange, TimeSignature
from bridge.transcribe import TranscribeOrder, parse_grid, transcribe
from bridge.transcription import Transcription, Wish
from tests.bridge.conftest import files_below
from tests.bridge.fake_engine import FakeEngine, serve
from tests.conftest import WriteWav


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


async def run(
    engine: FakeEngine, song: Path, midi: Path, seen: list[events.Event] | None = None, **changes: Any
) -> Transcription:
    @asynccontextmanager
    async def connect() -> AsyncIterator[EngineClient]:
        async with serve(engine) as address, EngineClient(address) as client:
            yield client

    order = TranscribeOrder(song, midi, **({"wish": Wish("piano")} | changes))
    return await transcribe(order, connect, (seen if seen is not None else []).append)


async def test_notes_and_music_come_back_and_the_midi_file_appears(
    engine: FakeEngine, write_wav: WriteWav, tmp_path: Path
) -> None:
    seen: list[events.Event] = []
    found = await run(engine, write_wav(), tmp_path / "out/take.mid", seen)
    assert found.tracks[0].notes == (Note(60, 90, 0.5, 0.25),)
    assert found.tempo_map.tempos == (TempoChange(0.0, 96.0),)
    assert found.tempo_map.time_signatures == (TimeSignature(0.0, 3, 4),)
    assert found.key == Key(9, Mode.MINOR)
    assert (tmp_path / "out/take.mid").read_bytes() == b"a midi file"
    assert files_below(tmp_path / "out") == {"take.mid"}
    notices = [event.message for event in seen if isinstance(event, events.Notice)]
    assert notices == ["This sounds like a piano.", "The audio is clipped."]


async def test_a_restarted_engine_is_given_the_audio_and_the_job_again(
    engine: FakeEngine, write_wav: WriteWav, tmp_path: Path
) -> None:
    engine.forget_jobs = 1
    await run(engine, write_wav(), tmp_path / "take.mid")
    assert engine.count("UploadAsset") == 2


async def test_a_cancelled_transcription_cancels_its_job(
    engine: FakeEngine, write_wav: WriteWav, tmp_path: Path
) -> None:
    engine.is_endless = True
    task = asyncio.create_task(run(engine, write_wav(), tmp_path / "out/take.mid"))
    while engine.count("WatchJob") == 0:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert engine.cancelled == list(engine.jobs)
    assert not (tmp_path / "out").exists()


async def test_nothing_that_exists_is_replaced(engine: FakeEngine, write_wav: WriteWav, tmp_path: Path) -> None:
    (tmp_path / "take.mid").write_text("mine")
    song = write_wav()
    with pytest.raises(errors.OutputExists, match="exists already"):
        await run(engine, song, tmp_path / "take.mid")
    assert (tmp_path / "take.mid").read_text() == "mine"
    assert engine.calls == []
    await run(engine, song, tmp_path / "take.mid", is_forced=True)
    assert (tmp_path / "take.mid").read_bytes() == b"a midi file"
    with pytest.raises(errors.OutputExists, match="replace the song itself"):
        await run(engine, song, song, is_forced=True)


async def test_what_could_not_be_written_is_refused_before_any_work(
    engine: FakeEngine, write_wav: WriteWav, tmp_path: Path
) -> None:
    (tmp_path / "notes").mkdir()
    with pytest.raises(errors.OutputExists, match="is a folder"):
        await run(engine, write_wav(), tmp_path / "notes", is_forced=True)
    with pytest.raises(errors.RequestRefused, match=r"end in \.mid"):
        await run(engine, write_wav(), tmp_path / "take.PNG", has_plot=True)
    assert engine.calls == []
    assert files_below(tmp_path) == {"song.wav", "notes"}


@pytest.mark.parametrize(("text", "division"), [("", 0), ("1/16", 16), ("1/12", 12), ("1/1", 1)])
def test_grids_are_note_values(text: str, division: int) -> None:
    assert parse_grid(text) == division


@pytest.mark.parametrize("text", ["16", "1/0", "2/4", "1/", "1/-4", "1/4.5", "1/128", "sixteenth", "1/" + 5000 * "1"])
def test_what_is_no_grid_is_refused(text: str) -> None:
    with pytest.raises(errors.RequestRefused, match="is no grid"):
        parse_grid(text)
