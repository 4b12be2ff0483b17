"""The other commands, and how fast the command line answers."""

import subprocess
import sys
from pathlib import Path

import pytest
import rpp
import soundfile as sf

from bridge.commands.options import choose_stems, parse_range
from bridge.errors import RequestRefused
from tests.bridge.conftest import Auxsend, auxsend_environment, files_below
from tests.conftest import WriteWav

HEAVY = ("av", "demucs", "grpc", "matplotlib", "numpy", "onnx", "soundfile", "torch")


def test_help_loads_nothing_heavy() -> None:
    # What makes it fast; how fast it is, benchmarks/wire.py measures.
    probe = f"import sys, bridge.cli; print(*sorted({set(HEAVY)!r} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == ""


def test_version(auxsend: Auxsend) -> None:
    assert auxsend("--version").out == "auxsend 0.1.0\n"


def test_models_list_and_info(auxsend: Auxsend) -> None:
    listed = auxsend("models", "list")
    assert listed.code == 0, listed.err
    assert any(line.startswith(" *") and "htdemucs" in line for line in listed.out.splitlines())
    assert "fake" not in listed.out
    info = auxsend("models", "info", "htdemucs")
    assert "research and personal use only" in info.out
    assert "drums, bass, other, vocals" in info.out
    refused = auxsend("models", "info", "htdemux")
    assert refused.code == 2
    assert "no model named “htdemux”" in refused.err


def test_fetching_without_a_source_says_so(auxsend: Auxsend) -> None:
    done = auxsend("models", "fetch", "mdx")
    assert done.code == 7
    assert "Traceback" not in done.err
    assert "offline" in done.err.splitlines()[-1]


def test_doctor_finds_what_is_there(auxsend: Auxsend, engine_address: str) -> None:
    done = auxsend("doctor")
    assert done.code == 0, done.out
    assert {"python", "torch", "packages", "engine", "weights", "disk"} <= set(done.out.split())
    assert engine_address in done.out


def test_doctor_survives_a_broken_torch_and_an_absent_engine(auxsend: Auxsend, tmp_path: Path) -> None:
    (tmp_path / "broken/torch").mkdir(parents=True)
    (tmp_path / "broken/torch/__init__.py").write_text("import os, signal; os.kill(os.getpid(), signal.SIGILL)")
    done = auxsend("doctor", AUXSEND_ENGINE="nowhere", PYTHONPATH=str(tmp_path / "broken"))
    assert done.code == 1
    assert "crashes on import (signal 4)" in done.out
    assert "is no engine address" in done.out


def test_engine_hands_its_arguments_over(auxsend: Auxsend) -> None:
    done = auxsend("engine", "--help")
    assert done.code == 0
    assert "--asset-budget-gib" in done.out


def test_demo_makes_what_can_be_made_and_replaces_only_its_own(
    auxsend: Auxsend, write_wav: WriteWav, tmp_path: Path
) -> None:
    done = auxsend("demo", "--model", "fake")
    assert done.code == 0, done.err
    stems = {"drums.wav", "bass.wav", "other.wav", "vocals.wav", "send-and-return.RPP", "stems.png"}
    melodies = {
        f"{name}{suffix}" for name in ("night-bus", "ferry", "seven-steps") for suffix in (".mid", ".png", ".wav")
    }
    made = {"send-and-return.wav", ".auxsend-demo"} | stems | melodies
    assert {name for name in files_below(tmp_path / "demo") if not name.startswith("samples")} == made
    assert len(rpp.loads((tmp_path / "demo/send-and-return.RPP").read_text()).findall("TRACK/ITEM")) == 5
    for name in ("notes", "tags"):  # whose weights this engine has not got
        assert f"No {name} this time. " in done.err
    assert sf.info(tmp_path / "demo/seven-steps.wav").duration > 8 * 3.5 * 60 / 150  # four bars, and four that follow
    mine = auxsend("demo", write_wav("mine.wav"), "--model", "fake", "--melody", tmp_path / "demo/ferry.mid")
    assert mine.code == 0, mine.err
    assert (tmp_path / "demo/mine.RPP").exists()
    assert not (tmp_path / "demo/mine.wav").exists()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/bass.wav").write_text("mine")
    assert auxsend("demo", "--model", "fake", "-o", "mine").code == 4
    assert (tmp_path / "mine/bass.wav").read_text() == "mine"


def test_a_local_engine_that_cannot_start_says_why(auxsend: Auxsend, home: Path) -> None:
    done = auxsend("models", "list", "--device", "abacus", AUXSEND_ENGINE="")
    assert done.code == 5
    assert "abacus" in done.err
    assert str(home / "state/engine.log") in done.err


def test_something_unexpected_is_written_down(home: Path, tmp_path: Path) -> None:
    code = "import bridge.cli as cli\ndef app(): raise ZeroDivisionError('odd')\ncli.app = app\ncli.main()"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=auxsend_environment(home), cwd=tmp_path
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    (report,) = (home / "state").glob("crash-*.log")
    assert str(report) in done.stderr
    assert "ZeroDivisionError: odd" in report.read_text()


@pytest.mark.parametrize(
    ("text", "range_sec"),
    [("12.5-24", (12.5, 24.0)), ("1:05-", (65.0, None)), ("0-.5", (0.0, 0.5)), (" 1:00.25 - 2:00 ", (60.25, 120.0))],
)
def test_ranges(text: str, range_sec: tuple[float, float | None]) -> None:
    assert parse_range(text) == range_sec


@pytest.mark.parametrize("text", ["", "-", "5", "-5", "a-b", "1-2-3", "1e3-2e3", "nan-inf"])
def test_what_is_no_range(text: str) -> None:
    with pytest.raises(RequestRefused, match="no range"):
        parse_range(text)


def test_choices_of_stems() -> None:
    assert choose_stems(" vocals, drums", None, None) == ("vocals", "drums")
    assert choose_stems(None, "bass", None) == ("bass", "no_bass")
    assert choose_stems(None, None, None) == ()
    with pytest.raises(RequestRefused):
        choose_stems("vocals,", None, None)
