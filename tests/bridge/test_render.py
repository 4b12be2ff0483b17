"""`auxsend render`: a real FluidSynth with a real soundfont, through the real command line."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from bridge.soundfont import is_soundfont
from tests.bridge.conftest import Done, auxsend_command, auxsend_environment, files_below
from tests.bridge.midi.files import TICKS, note, write_song

SOUNDFONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
has_player = pytest.mark.skipif(
    shutil.which("fluidsynth") is None or not is_soundfont(SOUNDFONT),
    reason="needs fluidsynth and FluidR3_GM.sf2 (Debian: fluidsynth, fluid-soundfont-gm)",
)
Render = Callable[..., Done]


@pytest.fixture
def render(tmp_path: Path) -> Render:
    """Runs `auxsend render song.mid` with more arguments, in the test's folder."""

    def run(*arguments: object, **variables: str) -> Done:
        done = subprocess.run(
            auxsend_command("render", "song.mid", *arguments), cwd=tmp_path, capture_output=True, encoding="utf-8",
            env=auxsend_environment(tmp_path / "home", **variables), timeout=120,
        )  # fmt: skip
        return Done(done.returncode, done.stdout, done.stderr)

    return run


@has_player
@pytest.mark.parametrize(("pitch", "frequency_hz"), [(57, 220.0), (69, 440.0)])
def test_a_note_sounds_at_its_pitch_and_time_and_does_not_clip(
    render: Render, tmp_path: Path, pitch: int, frequency_hz: float
) -> None:
    write_song(tmp_path / "song.mid", [note(pitch, 2 * TICKS, 4 * TICKS)])  # from 1 s to 2 s
    done = render("--sample-rate", 22_050)
    assert (done.code, done.out) == (0, "song.wav\n"), done.err
    samples, rate_hz = sf.read(tmp_path / "song.wav", always_2d=True)
    assert (rate_hz, samples.shape[1], sf.info(tmp_path / "song.wav").subtype) == (22_050, 2, "PCM_24")
    assert np.abs(samples).max() == pytest.approx(10 ** (-1 / 20), abs=1e-4)
    # reverberation aside, nothing is heard before the note
    assert np.abs(samples[: int(0.95 * rate_hz)]).max() < 1e-3
    mono = samples[rate_hz : 2 * rate_hz].mean(axis=1)
    spectrum = np.abs(np.fft.rfft(mono * np.hanning(len(mono))))
    assert np.argmax(spectrum) == pytest.approx(frequency_hz, abs=2)  # one bin is one hertz


@has_player
def test_nothing_is_overwritten_unless_forced(render: Render, tmp_path: Path) -> None:
    write_song(tmp_path / "song.mid", [note(60, 0, 100)])
    (tmp_path / "mine.wav").write_text("mine")
    refused = render("-o", "mine.wav")
    assert (refused.code, refused.out) == (4, "")
    assert (tmp_path / "mine.wav").read_text() == "mine"
    assert render("-o", "mine.wav", "--force").code == 0
    assert sf.info(tmp_path / "mine.wav").duration > 0.1
    assert files_below(tmp_path) == {"song.mid", "mine.wav"}


@has_player
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_render_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    hour = [message for start in range(0, 3600 * 2, 2) for message in note(60, start * TICKS, (start + 1) * TICKS)]
    write_song(tmp_path / "song.mid", [hour])
    with subprocess.Popen(
        auxsend_command("render", "song.mid", "-o", "deep/song.wav"), cwd=tmp_path, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=auxsend_environment(tmp_path / "home"),
    ) as process:  # fmt: skip
        give_up_sec = time.monotonic() + 60
        while not list(tmp_path.glob("deep/.auxsend-*/played.wav")):
            assert time.monotonic() < give_up_sec
            assert process.poll() is None
            time.sleep(0.05)
        (child,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    assert err == "auxsend: Stopped; nothing was written.\n"
    assert not Path(f"/proc/{child}").exists()
    assert files_below(tmp_path) == {"song.mid"}


REFUSED = {
    "no such rate": (("--sample-rate", "4"), 2, "8000 to 96000 Hz"),
    "no WAV": (("-o", "song.mp3"), 2, "end in .wav"),
    "no soundfont": (("--soundfont", "song.mid"), 7, "no soundfont that can be read"),
    "missing soundfont": (("--soundfont", "none.sf2"), 7, "no soundfont that can be read"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_done(render: Render, tmp_path: Path, kind: str) -> None:
    arguments, code, sentence = REFUSED[kind]
    write_song(tmp_path / "song.mid", [note(60, 0, 100)])
    (tmp_path / "any.sf2").write_bytes(b"RIFF\0\0\0\0sfbk")
    done = render(*arguments, SOUNDFONT=str(tmp_path / "any.sf2"))
    assert (done.code, done.out) == (code, "")
    assert sentence in done.err
    assert files_below(tmp_path) == {"song.mid", "any.sf2"}


def test_files_that_play_nothing(render: Render, tmp_path: Path) -> None:
    (tmp_path / "any.sf2").write_bytes(b"RIFF\0\0\0\0sfbk")
    write_song(tmp_path / "song.mid", [[]])
    assert "nothing to hear" in render("--soundfont", "any.sf2").err
    write_song(tmp_path / "song.mid", [note(60, 0, 100), note(60, 0, 100)], kind=2)
    assert "several pieces" in render("--soundfont", "any.sf2").err
    write_song(tmp_path / "song.mid", [note(60, 0, 12 * 3600 * 2 * TICKS)])
    assert "lasts 12.0 hours" in render("--soundfont", "any.sf2").err


def test_a_missing_program_is_named_with_its_packages(render: Render, tmp_path: Path) -> None:
    write_song(tmp_path / "song.mid", [note(60, 0, 100)])
    (tmp_path / "any.sf2").write_bytes(b"RIFF\0\0\0\0sfbk")
    done = render(PATH=os.devnull, SOUNDFONT=str(tmp_path / "any.sf2"))
    assert done.code == 7
    for word in ("apt install fluidsynth", "brew install fluid-synth", "choco install fluidsynth"):
        assert word in done.err
    assert files_below(tmp_path) == {"song.mid", "any.sf2"}


@has_player
def test_a_soundfont_that_is_damaged(render: Render, tmp_path: Path) -> None:
    write_song(tmp_path / "song.mid", [note(60, 0, 100)])
    (tmp_path / "any.sf2").write_bytes(b"RIFF\0\0\0\0sfbk" + bytes(100))
    done = render("--soundfont", "any.sf2")
    assert (done.code, done.out) == (7, ""), done.err
    assert "only silence with “any.sf2”" in done.err
    assert files_below(tmp_path) == {"song.mid", "any.sf2"}
