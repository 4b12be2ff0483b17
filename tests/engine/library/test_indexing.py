"""Files become samples: listened to once, named as they are named now, put away batch by batch."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import EngineError, JobCancelled
from engine.jobs.records import Lane
from engine.library import indexing
from engine.library.indexing import SampleFile, index_files, plan_indexing
from engine.library.table import SampleTable
from engine.musical_time import Key
from engine.tagging import AudioDescription
from engine.upload import file_hash
from engine.weights.store import WeightStore
from engine.worker import Worker
from tests.conftest import WriteWav, tones
from tests.engine.library.stand_in import describe_without_weights
from tests.engine.measurements.signals import clicks, kick


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    made = Worker("cpu", Lane.DEVICE, WeightStore(tmp_path / "weights", is_offline=True), 0)
    yield made
    made.close()


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampleTable:
    monkeypatch.setattr(indexing, "describe_files", describe_without_weights)
    return SampleTable(str(tmp_path / "library"))


def silent_report(fraction: float, message: str) -> None:
    assert 0 <= fraction <= 1
    assert message


def entry(path: Path, name: str = "", folders: tuple[str, ...] = ()) -> SampleFile:
    return SampleFile(file_hash(path).hexdigest(), name or path.name, folders)


def test_files_are_listened_to_and_their_names_have_the_last_word(
    table: SampleTable, worker: Worker, write_wav: WriteWav
) -> None:
    paths = {"Kick 1.wav": write_wav("a.wav", kick()), "Break_95bpm_Am.wav": write_wav("b.wav", clicks(125, 16))}
    broken = write_wav("c.wav").with_name("broken.wav")
    broken.write_bytes(b"no audio")
    files = [entry(path, name, ("Pack",)) for name, path in paths.items()] + [entry(broken)]
    where = dict(zip((file.id for file in files), [*paths.values(), broken], strict=True))
    done = index_files(files, where, table, worker, silent_report)
    assert (done.indexed_count, done.unchanged_count, list(done.unreadable)) == (2, 0, [files[2].id])
    one_shot, loop = table.get([file.id for file in files])
    assert (one_shot.kind, one_shot.folders, one_shot.quarter_bpm) == ("one-shot/kick", ("Pack",), 0.0)
    assert (loop.kind, loop.quarter_bpm, loop.key) == ("loop", 95.0, Key(9, "minor", 1.0))
    assert loop.heard.quarter_bpm == pytest.approx(125, rel=1e-3)
    assert loop.duration_sec == pytest.approx(16 * 60 / 125, abs=1e-3)
    assert np.linalg.norm(loop.embedding) == pytest.approx(1, abs=1e-4)  # in memory it has 16 bits


def test_a_renamed_file_is_not_listened_to_again(
    table: SampleTable, worker: Worker, write_wav: WriteWav, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_wav("a.wav", clicks(125, 16))
    old, new = entry(path, "Break_95bpm.wav"), entry(path, "Untitled.wav", ("Elsewhere",))
    index_files([old], {old.id: path}, table, worker, silent_report)
    monkeypatch.setattr(indexing, "describe_files", None)
    same = index_files([old, old], {}, table, worker, silent_report)
    assert (same.indexed_count, same.unchanged_count) == (0, 1)
    moved = index_files([new], {}, table, worker, silent_report)
    assert (moved.indexed_count, moved.unchanged_count) == (1, 0)
    (sample,) = table.get([old.id])
    assert (sample.name, sample.folders) == ("Untitled.wav", ("Elsewhere",))
    assert sample.quarter_bpm == pytest.approx(125, rel=1e-3)
    assert table.count == 1


def test_a_job_that_is_stopped_keeps_what_it_has_done_and_goes_on_from_there(
    table: SampleTable, worker: Worker, write_wav: WriteWav, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "BATCH_SAMPLES", 2)
    paths = [write_wav(f"{number}.wav", tones(0.1 + number / 100)) for number in range(5)]
    files = [entry(path) for path in paths]
    where = {file.id: path for file, path in zip(files, paths, strict=True)}

    def stopped(*arguments: Any) -> Iterator[AudioDescription | EngineError]:
        yield from islice(describe_without_weights(*arguments), 3)
        raise JobCancelled("Enough.")

    monkeypatch.setattr(indexing, "describe_files", stopped)
    with pytest.raises(JobCancelled):
        index_files(files, where, table, worker, silent_report)
    assert table.count == 2
    left = plan_indexing(files, table)
    assert len(left.unknown) == 3
    monkeypatch.setattr(indexing, "describe_files", describe_without_weights)
    done = index_files(files, where, table, worker, silent_report)
    assert (done.indexed_count, done.unchanged_count) == (3, 2)
    assert table.count == len(set(table.embeddings()[0])) == 5


def test_two_copies_of_a_file_are_one_sample(table: SampleTable, worker: Worker, write_wav: WriteWav) -> None:
    path = write_wav()
    first, copy = entry(path, "first.wav"), entry(path, "copy.wav")
    done = index_files([first, copy], {first.id: path}, table, worker, silent_report)
    assert done.indexed_count == table.count == 1
    assert table.get([first.id])[0].name == "first.wav"
