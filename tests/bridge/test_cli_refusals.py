"""Bad input through the real command line: an exit code, one clear sentence, no traceback, and no file left behind."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from numpy.typing import NDArray

from tests.bridge.conftest import Auxsend, auxsend_command, auxsend_environment, files_below
from tests.conftest import tones

RATE_HZ = 44_100


def _wav(path: Path, samples: NDArray[np.float32], rate_hz: int = RATE_HZ, subtype: str = "PCM_16") -> None:
    sf.write(path, samples.T, rate_hz, subtype=subtype)


def _truncated(path: Path) -> None:
    _wav(path, tones(2.0))
    path.write_bytes(path.read_bytes()[:100_000])


def _with_sample(value: float) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        samples = tones(1.0)
        samples[1, 20_000] = value
        _wav(path, samples, subtype="FLOAT")

    return write


SONGS: dict[str, tuple[Callable[[Path], object], str]] = {
    "text": (lambda path: path.write_text("la la la\n" * 500), "is not audio"),
    "empty": (lambda path: path.write_bytes(b""), "is empty"),
    "folder": (lambda path: path.mkdir(), "is a folder"),
    "missing": (lambda path: None, "There is no file"),
    "truncated": (_truncated, "cut short"),
    "nan": (_with_sample(float("nan")), "not numbers"),
    "infinite": (_with_sample(float("inf")), "infinite"),
    "one sample": (lambda path: _wav(path, tones(1.0)[:, :1]), "export|short|longer"),
    "eight channels": (lambda path: _wav(path, tones(1.0, channel_count=8)), "channels"),
    "8 kHz": (lambda path: _wav(path, tones(1.0, 8_000), 8_000), "Hz"),
    "192 kHz": (lambda path: _wav(path, tones(1.0, 192_000), 192_000), "Hz"),
    "too long": (lambda path: _wav(path, np.zeros((1, 31 * RATE_HZ), np.float32)), "at most 30 s"),
}


@pytest.mark.parametrize("kind", SONGS)
def test_a_song_that_cannot_be_split(auxsend: Auxsend, tmp_path: Path, kind: str) -> None:
    make, pattern = SONGS[kind]
    song = tmp_path / "song.wav"
    make(song)
    done = auxsend("split", song, "-o", tmp_path / "out", "--model", "fake")
    _assert_refused(done.code, done.out, done.err, code=3, pattern=pattern)
    assert not (tmp_path / "out").exists()


REQUESTS = {
    "unknown model": (("--model", "htdemux"), "no separation model named “htdemux”"),
    "unknown stem": (("--model", "htdemucs", "--stems", "kazoo"), "has no stem “kazoo”"),
    "unknown stem of an unlisted model": (("--model", "fake", "--stems", "kazoo"), "kazoo"),
    "a stem twice": (("--model", "fake", "--stems", "bass,bass"), "each name once"),
    "two choices": (("--stems", "bass", "--without", "bass"), "Choose one of"),
    "no range": (("--range", "soon"), "is no range"),
    "empty range": (("--range", "1-1"), "empty"),
    "range beyond the song": (("--range", "1-3"), "which is 2.000 s long"),
}


@pytest.mark.parametrize("kind", REQUESTS)
def test_a_request_that_cannot_be_meant(auxsend: Auxsend, tmp_path: Path, kind: str) -> None:
    options, pattern = REQUESTS[kind]
    _wav(tmp_path / "song.wav", tones(2.0))
    done = auxsend("split", "song.wav", "-o", "out", *options)
    _assert_refused(done.code, done.out, done.err, code=2, pattern=pattern)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_made(auxsend: Auxsend, tmp_path: Path) -> None:
    _wav(tmp_path / "song.wav", tones(2.0))
    (tmp_path / "file").write_text("mine")
    done = auxsend("split", "song.wav", "-o", "file/below", "--model", "fake")
    _assert_refused(done.code, done.out, done.err, code=4, pattern="cannot be written")
    assert files_below(tmp_path) - {"auxsend-home"} == {"song.wav", "file"}


def test_weights_that_no_source_has(tmp_path: Path, home: Path) -> None:
    _wav(tmp_path / "song.wav", tones(2.0))
    done = _alone(tmp_path, home, "split", "song.wav", "-o", "out", "--model", "mdx", "--offline")
    _assert_refused(done.returncode, done.stdout, done.stderr.splitlines()[-1], code=7, pattern="could not be fetched")
    assert not (tmp_path / "out").exists()


def test_weights_that_are_not_what_was_installed(tmp_path: Path, home: Path) -> None:
    _wav(tmp_path / "song.wav", tones(2.0))
    weights = home / "cache" / "weights"
    weights.mkdir(parents=True)
    record = {"file_name": "spleeter-2stems-0.safetensors", "sha256": "0" * 64, "size_bytes": 4,
              "source": "somewhere", "installed_time": "2026-01-01T00:00:00Z"}  # fmt: skip
    (weights / "spleeter-2stems.json").write_text(json.dumps(record))
    (weights / "spleeter-2stems-0.safetensors").write_bytes(b"evil")
    done = _alone(tmp_path, home, "split", "song.wav", "-o", "out", "--model", "spleeter-2stems")
    _assert_refused(done.returncode, done.stdout, done.stderr.splitlines()[-1], code=7, pattern="spleeter-2stems-0")
    assert not (tmp_path / "out").exists()


def _alone(folder: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a command that starts an engine of its own."""
    environment = auxsend_environment(home)
    return subprocess.run(
        auxsend_command(*arguments, "--device", "cpu"), cwd=folder, env=environment, capture_output=True, text=True,
        timeout=60,
    )  # fmt: skip


def test_no_engine_at_the_address_and_a_wrong_token(auxsend: Auxsend, tmp_path: Path) -> None:
    _wav(tmp_path / "song.wav", tones(2.0))
    denied = auxsend("split", "song.wav", "-o", "out", AUXSEND_TOKEN="another")
    _assert_refused(denied.code, denied.out, denied.err, code=5, pattern="token")
    senseless = auxsend("split", "song.wav", "-o", "out", AUXSEND_ENGINE="studio")
    _assert_refused(senseless.code, senseless.out, senseless.err, code=5, pattern="host:port")
    assert not (tmp_path / "out").exists()


def test_settings_that_cannot_be_meant(auxsend: Auxsend, tmp_path: Path, home: Path) -> None:
    (home / "config").mkdir(parents=True)
    (home / "config/auxsend.toml").write_text("engin = 'studio:1'")
    done = auxsend("models", "list")
    _assert_refused(done.code, done.out, done.err, code=2, pattern="“engin”")


@contextmanager
def _running_split(tmp_path: Path, home: Path) -> Iterator[subprocess.Popen[str]]:
    """Yields a split by an engine of its own that has begun to run and takes long."""
    _wav(tmp_path / "song.wav", np.zeros((2, 1200 * RATE_HZ), np.float32))
    command = auxsend_command("split", "song.wav", "-o", "out/deep", "--model", "fake", "--device", "cpu", "--offline")
    with subprocess.Popen(
        command, cwd=tmp_path, env=auxsend_environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            log = home / "state/engine.log"
            _wait_for(lambda: log.exists() and "SeparateAudio OK" in log.read_text())
            assert process.poll() is None
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def _wait_for(condition: Callable[[], bool], limit_sec: float = 60) -> None:
    give_up_sec = time.monotonic() + limit_sec
    while not condition():
        assert time.monotonic() < give_up_sec
        time.sleep(0.05)


def _children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in path.read_text().split()]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_split_leaves_nothing(tmp_path: Path, home: Path, number: signal.Signals) -> None:
    with _running_split(tmp_path, home) as process:
        (engine_pid,) = _children(process.pid)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    _assert_refused(process.returncode, out, err, code=130, pattern="nothing was written")
    assert not (tmp_path / "out").exists()
    assert not Path(f"/proc/{engine_pid}").exists()
    assert "CancelJob OK" in (home / "state/engine.log").read_text()


def test_an_engine_that_is_killed_in_the_middle(tmp_path: Path, home: Path) -> None:
    with _running_split(tmp_path, home) as process:
        (engine_pid,) = _children(process.pid)
        os.kill(engine_pid, signal.SIGKILL)
        out, err = process.communicate(timeout=30)
    _assert_refused(process.returncode, out, err, code=5, pattern=r"stopped in the middle .*signal 9.*engine\.log")
    assert not (tmp_path / "out").exists()


def _assert_refused(code_found: int, out: str, err: str, *, code: int, pattern: str) -> None:
    assert code_found == code, err
    assert out == ""
    (sentence,) = err.splitlines()
    assert sentence.startswith("auxsend: ")
    assert sentence.endswith("."), err
    assert re.search(pattern, sentence), err
