"""Scans of a library that changes, breaks, moves and is looked at twice."""

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import soundfile as sf

from bridge.errors import BridgeBusy, RequestRefused
from bridge.events import Event, Notice, Progress
from bridge.library import scan as scan_module
from bridge.library.place import LibraryPlace
from bridge.library.scan import Scanned, add_folders, only_scan, scan
from bridge.library.store import File, LibraryStore, Trouble
from tests.bridge.library.conftest import MakeSample, digest_of

ROOT = Path(__file__).parents[3]


@pytest.fixture
def store(place: LibraryPlace) -> LibraryStore:
    return LibraryStore(place.database)


@pytest.fixture
def music(tmp_path: Path, store: LibraryStore) -> Path:
    folder = tmp_path / "music"
    folder.mkdir()
    add_folders(store, [folder])
    return folder


async def run(store: LibraryStore, report: Callable[[Event], None] = lambda event: None) -> Scanned:
    return await scan(store, store.folders(), report)


def reasons(store: LibraryStore) -> dict[str, str]:
    return {Path(file.path).name: file.reason for file in store.files() if file.reason}


async def test_what_is_there_is_found_once(store: LibraryStore, music: Path, make_sample: MakeSample) -> None:
    kick = make_sample("808/kick é.wav")
    make_sample("loop.flac", 0.5)
    assert await run(store) == Scanned(files=2, new=2)
    first, second = store.files()
    assert (first.path, first.sha256) == (str(kick), digest_of(kick))
    assert (first.duration_sec, second.duration_sec) == (0.1, 0.5)
    assert await run(store) == Scanned(files=2)


async def test_an_unchanged_file_is_not_opened_again(
    store: LibraryStore, music: Path, make_sample: MakeSample, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_sample("kick.wav")
    await run(store)
    monkeypatch.setattr(scan_module, "check_file", None)  # calling it would fail
    assert await run(store) == Scanned(files=1)


async def test_a_changed_file_is_another_sample(store: LibraryStore, music: Path, make_sample: MakeSample) -> None:
    kick, snare = make_sample("kick.wav"), make_sample("snare.wav")
    await run(store)
    shutil.copy(snare, kick)
    os.utime(kick, ns=(1, 1))
    assert await run(store) == Scanned(files=2, new=1, moved=1)
    assert {file.sha256 for file in store.files()} == {digest_of(snare)}


async def test_a_moved_file_is_the_same_sample(store: LibraryStore, music: Path, make_sample: MakeSample) -> None:
    kick = make_sample("kick.wav")
    await run(store)
    (before,) = store.files()
    (music / "new").mkdir()
    kick.rename(music / "new/boom.wav")
    assert await run(store) == Scanned(files=1, new=1, moved=1, gone=1)
    (after,) = store.files()
    assert after.sha256 == before.sha256
    assert after.path.endswith("boom.wav")


async def test_what_cannot_be_read_is_listed_with_its_reason(
    store: LibraryStore, music: Path, make_sample: MakeSample
) -> None:
    make_sample("8 bit.wav", subtype="PCM_U8")
    (music / "empty.wav").write_bytes(b"")
    (music / "text.wav").write_text("no audio at all, but some text that is long enough to be looked at")
    (music / "cut.flac").write_bytes(make_sample("whole.flac", 2.0).read_bytes()[:8000])
    header = make_sample("header.wav")
    header.write_bytes(header.read_bytes()[:44])
    scanned = await run(store)
    assert (scanned.files, scanned.unreadable) == (6, 4)
    found = reasons(store)
    assert found.keys() == {"empty.wav", "text.wav", "cut.flac", "header.wav"}
    assert "is empty" in found["empty.wav"]
    assert "not audio" in found["text.wav"]
    assert "damaged" in found["cut.flac"] or "cut short" in found["cut.flac"]
    assert "no sound" in found["header.wav"]
    assert (await run(store)).new == 0


@pytest.mark.parametrize("name", ["cut.wav", "cut.aiff"])
async def test_plain_numbers_that_end_early_are_as_long_as_what_is_there(
    name: str, store: LibraryStore, music: Path, make_sample: MakeSample
) -> None:
    path = make_sample(name, 1.0)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert (await run(store)).unreadable == 0
    with sf.SoundFile(path) as file:
        decoded = len(file.read())
    (found,) = store.files()
    assert found.duration_sec == decoded / 8000 == pytest.approx(0.5, abs=0.01)
    assert found.sha256 == digest_of(path)


async def test_a_file_that_may_not_be_read_is_listed_until_it_may(
    store: LibraryStore, music: Path, make_sample: MakeSample, monkeypatch: pytest.MonkeyPatch
) -> None:
    kick = make_sample("kick.wav")
    make_sample("snare.wav")

    open_path = Path.open

    def refuse(path: Path, *arguments: Any, **options: Any) -> Any:  # by hand: to some users nothing is closed
        if path == kick:
            raise PermissionError(13, "Permission denied")
        return open_path(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)
    assert await run(store) == Scanned(files=2, new=1, unreadable=1)
    assert await run(store) == Scanned(files=2, unreadable=1)
    assert "cannot be read: Permission denied" in reasons(store)["kick.wav"]
    monkeypatch.undo()
    assert await run(store) == Scanned(files=2, new=1)
    assert reasons(store) == {}


async def test_an_m4a_is_known_by_what_travels(store: LibraryStore, music: Path) -> None:
    path = music / "voice.m4a"
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=44_100)
        stream.layout = "mono"
        tone = (0.3 * np.sin(np.arange(44_100) / 20))[None].astype(np.float32)
        for start in range(0, 44_100, 1024):
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(tone[:, start : start + 1024]), "fltp", "mono")
            frame.sample_rate, frame.pts = 44_100, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    await run(store)
    (file,) = store.files()
    assert file.reason == ""
    assert file.duration_sec == pytest.approx(1.0, abs=0.05)
    assert file.sha256 != digest_of(path)
    path.rename(music / "moved.m4a")
    assert (await run(store)).moved == 1


async def test_a_file_that_vanishes_meanwhile_was_never_there(
    store: LibraryStore, music: Path, make_sample: MakeSample, monkeypatch: pytest.MonkeyPatch
) -> None:
    kick = make_sample("kick.wav")
    make_sample("snare.wav")
    find = scan_module._find

    def find_and_lose(folder: str) -> tuple[dict[str, File], list[Trouble]]:
        found = find(folder)
        kick.unlink(missing_ok=True)
        return found

    monkeypatch.setattr(scan_module, "_find", find_and_lose)
    assert await run(store) == Scanned(files=1, new=1)


@pytest.mark.parametrize("is_emptied", [False, True])
async def test_a_disk_that_is_away_does_not_empty_the_library(
    is_emptied: bool, store: LibraryStore, music: Path, make_sample: MakeSample, tmp_path: Path
) -> None:
    make_sample("kick.wav")
    await run(store)
    music.rename(tmp_path / "unplugged")
    if is_emptied:  # as the folder of a disk is while it is away
        music.mkdir()
    heard: list[Event] = []
    assert await run(store, heard.append) == Scanned(files=1)
    (notice,) = (event for event in heard if isinstance(event, Notice))
    assert "plugged in" in notice.message
    assert len(store.files()) == 1


async def test_files_in_a_folder_that_is_closed_for_now_stay(
    store: LibraryStore, music: Path, make_sample: MakeSample, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_sample("closed/kick.wav")
    make_sample("open.wav").unlink()
    make_sample("open/snare.wav")
    await run(store)
    scandir = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    scanned = await run(store)
    assert (scanned.files, scanned.gone, scanned.unreadable) == (2, 0, 1)
    assert [trouble.path for trouble in store.troubles()] == [str(music / "closed")]
    monkeypatch.undo()
    await run(store)
    assert store.troubles() == []


def test_folders_inside_one_another_are_one(store: LibraryStore, tmp_path: Path) -> None:
    (tmp_path / "music/drums").mkdir(parents=True)
    drums, music = tmp_path / "music/drums", tmp_path / "music"
    assert add_folders(store, [drums]) == [str(drums)]
    store.save_files([File(str(drums / "kick.wav"), str(drums), 1, 1, "a" * 64, 1.0)])
    assert add_folders(store, [music]) == [str(music)]
    assert store.folders() == [str(music)]
    assert [file.folder for file in store.files()] == [str(music)]
    assert add_folders(store, [drums, music]) == [str(music)]
    with pytest.raises(RequestRefused, match="no folder"):
        add_folders(store, [tmp_path / "none"])


def test_of_two_scans_at_once_the_second_says_so(place: LibraryPlace) -> None:
    with only_scan(place.database), pytest.raises(BridgeBusy, match="already"), only_scan(place.database):
        pass
    with only_scan(place.database):
        pass


async def test_a_stopped_scan_keeps_what_it_has(
    store: LibraryStore, music: Path, make_sample: MakeSample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_module, "BATCH_FILES", 2)
    for number in range(6):
        make_sample(f"{number}.wav")

    def stop_at_the_third_batch(event: Event) -> None:
        if isinstance(event, Progress) and "4 of 6" in event.message:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await run(store, stop_at_the_third_batch)
    assert len(store.files()) == 4
    assert await run(store) == Scanned(files=6, new=2)


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
def test_a_killed_scan_loses_nothing_and_takes_nothing_twice(
    place: LibraryPlace, music: Path, make_sample: MakeSample, store: LibraryStore
) -> None:
    for number in range(40):
        make_sample(f"{number:02}.wav")
    code = (
        "import asyncio, sys, time\n"
        "from pathlib import Path\n"
        "from bridge.library import scan\n"
        "from bridge.library.store import LibraryStore\n"
        "scan.BATCH_FILES = 4\n"
        "store = LibraryStore(Path(sys.argv[1]))\n"
        "asyncio.run(scan.scan(store, store.folders(), lambda event: time.sleep(0.1)))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(place.database)], cwd=ROOT)
    while len(store.files()) < 8:
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait()
    done = len(store.files())
    assert 8 <= done < 40
    assert asyncio.run(run(store)) == Scanned(files=40, new=40 - done)
    assert len({file.sha256 for file in store.files()}) == 40
