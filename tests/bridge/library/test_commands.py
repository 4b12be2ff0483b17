"""The command line of the library, with an engine of a few lines."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from bridge.cli import main
from bridge.library.index import BATCH_SAMPLES, UPLOADS_AT_ONCE
from bridge.library.place import LibraryPlace
from bridge.library.scan import only_scan
from tests.bridge.conftest import COMMAND_SEC, Done, auxsend_command, auxsend_environment
from tests.bridge.fake_engine import FakeEngine, serve
from tests.bridge.library.conftest import MakeSample, digest_of
from tests.bridge.projects.test_references import reaper_project
from tests.bridge.running_bridge import wait_for

Run = Callable[..., Done]


@pytest.fixture
def address(engine: FakeEngine) -> Iterator[str]:
    """Where the engine is, which runs in a thread of this process."""
    started, found = threading.Event(), list[str]()
    loop = asyncio.new_event_loop()

    async def run() -> None:
        async with serve(engine) as address:
            found.append(address)
            started.set()
            await stop.wait()

    stop = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    assert started.wait(10)
    yield found[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join(10)
    loop.close()


@pytest.fixture
def environment(address: str, tmp_path: Path) -> dict[str, str]:
    return auxsend_environment(tmp_path / "home", AUXSEND_ENGINE=address)


@pytest.fixture
def run(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs the command line in this process, which spares the start of one."""
    monkeypatch.chdir(tmp_path)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def run_command(*arguments: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["auxsend", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return Done(int(ended.value.code or 0), out, err)

    return run_command


@pytest.fixture
def library(run: Run, make_sample: MakeSample) -> Path:
    """A library of four samples and one file that cannot be read; its folder."""
    folder = make_sample("kick.wav").parent
    for name in ("snare.wav", "pad loop Am 96.wav", "bass loop 140.wav"):
        make_sample(name)
    (folder / "broken.wav").write_bytes(b"")
    done = run("library", "add", folder)
    assert done.code == 0, done.err
    assert done.out == "5 files: 5 new or changed, 1 unreadable; 4 samples indexed.\n"
    assert "--unreadable" in done.err
    return folder


def test_a_library_is_kept(run: Run, library: Path, engine: FakeEngine) -> None:
    assert len(engine.library) == 4
    status = run("library", "status", "--json").result
    assert (status["sample_count"], status["indexed_count"], status["unreadable_count"]) == (4, 4, 1)
    assert f"{library}: 5 files" in run("library", "status").out
    (library / "kick.wav").unlink()
    scanned = run("library", "scan", "--json").result
    assert (scanned["files"], scanned["gone"], scanned["removed"]) == (4, 1, 1)
    assert run("library", "list").out.count("\n") == 4
    unreadable = run("library", "list", "--unreadable").out
    assert "broken.wav” is empty" in unreadable
    done = run("library", "remove", library)
    assert (done.code, done.out) == (
        0, "4 files taken out of the library; 3 samples taken out of the engine's library.\n"
    )  # fmt: skip
    assert engine.library == {}
    assert run("library", "scan").code == 2


def test_samples_are_found_by_words(run: Run, library: Path) -> None:
    found = run("library", "search", "loop", "--json").result
    assert found["total_count"] == 2
    done = run("library", "search", "pad", "--kind", "loop")
    assert "pad loop Am 96" in done.out
    assert "A minor" in done.out
    assert "1 of 1 samples" in done.err


def test_a_search_that_finds_nothing_says_what_else_could_be_searched(
    run: Run, library: Path, engine: FakeEngine
) -> None:
    assert "clap" not in run("library", "search", "xyzzy").err
    engine.models = ("musicnn", "clap")
    assert "models fetch clap" in run("library", "search", "xyzzy").err
    assert "clap" not in run("library", "search", "pad").err
    assert run("library", "search", "xyzzy", "--json").result == {"samples": [], "total_count": 0}


def test_suggestions_for_a_file_and_for_a_name(
    run: Run, library: Path, make_sample: MakeSample, engine: FakeEngine
) -> None:
    clip = make_sample("clip.wav").rename(library.parent / "clip.wav")
    found = run("suggest", clip, "--like", "KICK.wav", "--not", "snare", "--bpm", 120, "--json").result
    assert found["clip"] == str(clip)
    rows = found["suggestions"]
    assert isinstance(rows, list)
    assert [row["name"] for row in rows] == ["bass loop 140", "kick", "pad loop Am 96"]
    assert [row["playrate"] for row in rows] == [120 / 140, 1.0, 1.25]
    assert rows[0]["path"] == str(library / "bass loop 140.wav")
    assert list(engine.queries[0].liked_sample_ids) == [digest_of(library / "kick.wav")]
    done = run("suggest", "pad", "-k", 2, "--mode", "similar", "--key", "Am")
    assert done.code == 0
    assert "same key" in done.out
    assert "pad loop" not in done.out
    assert (engine.queries[1].mode, engine.queries[1].page_size, engine.queries[1].key.tonic) == (1, 2, 9)


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("suggest", "nothing of this name"), 2, "no sample of the library named"),
        (("suggest", "loop"), 2, "may mean “"),
        (("suggest", "broken"), 2, "no sample of the library named"),
        (("suggest", "kick", "--key", "H"), 2, "no key"),
        (("library", "add", "nowhere"), 2, "There is no folder"),
        (("library", "remove", "nowhere"), 2, "no folder of the library"),
        (("library", "learn", "."), 2, "There is no project"),
        (("radio", "kick", "-o", "taken.m3u8"), 4, "exists already"),
        (("library", "map", "--plot", "-o", "taken.m3u8"), 4, "exists already"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    run: Run, library: Path, tmp_path: Path, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    (tmp_path / "taken.m3u8").touch()
    done = run(*arguments)
    assert (done.code, done.out) == (code, "")
    assert sentence in done.err
    assert done.err.count("\n") == 1
    assert (tmp_path / "taken.m3u8").read_bytes() == b""


def test_a_second_scan_says_that_one_runs(run: Run, library: Path, tmp_path: Path) -> None:
    place = LibraryPlace(tmp_path / "home/data/bridge/library.sqlite", tmp_path)
    with only_scan(place.database):
        done = run("library", "scan")
    assert (done.code, done.out) == (6, "")
    assert "scanned already" in done.err


class LethalCalls(list[str]):
    """The calls of an engine; the last of so many uploads kills the process that makes it."""

    def __init__(self, upload_count: int) -> None:
        super().__init__()
        self.upload_count = upload_count
        self.process: subprocess.Popen[bytes] | None = None

    def append(self, name: str) -> None:
        super().append(name)
        if self.process is not None and self.count("UploadAsset") == self.upload_count:
            self.process.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
def test_a_scan_that_is_killed_goes_on_where_it_was(
    run: Run, environment: dict[str, str], make_sample: MakeSample, engine: FakeEngine, tmp_path: Path
) -> None:
    count, batch = BATCH_SAMPLES + 44, BATCH_SAMPLES
    paths = [make_sample(f"é {number:03}.wav", 0.01) for number in range(count)]
    engine.calls = calls = LethalCalls(batch + 20)
    command = auxsend_command("library", "add", paths[0].parent)
    calls.process = subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=subprocess.DEVNULL)
    assert calls.process.wait(COMMAND_SEC) == -signal.SIGKILL
    assert len(engine.library) == batch
    again = json.loads(run("library", "scan", "--json").out)
    assert (again["files"], again["new"], again["indexed"]) == (count, 0, count - batch)
    assert engine.library.keys() == engine.assets.keys() == {digest_of(path) for path in paths}
    assert count <= engine.count("UploadAsset") <= count + UPLOADS_AT_ONCE  # those that were under way come twice
    assert json.loads(run("library", "scan", "--json").out)["indexed"] == 0


def test_learning_from_projects(run: Run, library: Path, tmp_path: Path, engine: FakeEngine) -> None:
    outside = tmp_path / "outside/vox.wav"
    outside.parent.mkdir()
    outside.write_bytes((library / "kick.wav").read_bytes()[:-2] + b"\1\1")
    (tmp_path / "songs").mkdir()
    reaper_project(tmp_path / "songs/a.RPP", str(library / "kick.wav"), str(outside))
    done = run("library", "learn", "songs")
    assert done.out == "1 project with 1 sample of the library; 1 of these uses are new.\n"
    assert "--add adds their folders" in done.err
    learnt = run("library", "learn", "songs", "--add", "--json").result
    assert (learnt["uses"], learnt["new_uses"], learnt["outside"]) == (2, 1, [])
    assert run("library", "learn", "songs", "--json").result["new_uses"] == 0
    assert len(engine.library) == 5


def test_a_playlist_and_a_list_for_programs(run: Run, library: Path, tmp_path: Path, engine: FakeEngine) -> None:
    done = run("radio", "kick", "--mood", "calm", "--count", 2)
    assert done.out.splitlines() == [str(library / "bass loop 140.wav"), str(library / "pad loop Am 96.wav")]
    assert list(engine.queries[0].tags) == ["calm"]
    done = run("radio", "kick", "-o", "lists/calm.m3u8")
    assert done.code == 0, done.err
    assert (tmp_path / "lists/calm.m3u8").read_text(encoding="utf-8").splitlines()[:3] == [
        "#EXTM3U", "#EXTINF:2,bass loop 140", str(library / "bass loop 140.wav"),
    ]  # fmt: skip


def test_the_map(run: Run, library: Path, tmp_path: Path) -> None:
    assert run("library", "map").out == "     2  drums, techno\n"
    found = run("library", "map", "--plot", "--json").result
    assert found["picture"] == "library map.png"
    assert (tmp_path / "library map.png").read_bytes()[:4] == b"\x89PNG"
    points = found["points"]
    assert isinstance(points, list)
    assert {Path(point["path"]).name for point in points} == {
        "kick.wav", "snare.wav", "pad loop Am 96.wav", "bass loop 140.wav"
    }  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals there")
def test_in_a_terminal_the_radio_asks(
    library: Path, environment: dict[str, str], tmp_path: Path, engine: FakeEngine
) -> None:
    import pty

    terminal, inside = pty.openpty()
    player, played = tmp_path / "player", tmp_path / "played"
    player.write_text(f'#!/bin/sh\necho "$1" >> "{played}"\nexec sleep 60\n')
    player.chmod(0o700)

    def is_played(name: bytes) -> bool:
        return played.exists() and name in played.read_bytes()

    process = subprocess.Popen(
        auxsend_command("radio", "kick", "--play", player), stdin=inside, stdout=inside, stderr=subprocess.DEVNULL,
        env=environment, cwd=tmp_path,
    )  # fmt: skip
    os.close(inside)
    said = b""
    for name, key in ((b"bass loop 140.wav", b"k"), (b"pad loop Am 96.wav", b"xs"), (b"snare.wav", b"q")):
        while name not in said:
            said += os.read(terminal, 4096)
        wait_for(partial(is_played, name), f"{name!r} to be played")
        os.write(terminal, key)
    assert process.wait(COMMAND_SEC) == 0
    while b"1 kept, 1 skipped." not in said:
        said += os.read(terminal, 4096)
    os.close(terminal)
    assert b"k keep, s skip, q quit" in said
    assert [use.kind for uses in engine.uses.values() for use in uses] == [2, 3]
