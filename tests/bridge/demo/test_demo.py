"""The demo's piece: a score that adds up, and a sound that is the same every time."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from bridge.demo.instruments import INSTRUMENTS, SAMPLE_RATE_HZ
from bridge.demo.player import PIECE, TAIL_SEC, play, render
from bridge.demo.score import Note, Score, parse_pitch, read_score


def test_the_piece_has_every_instrument_and_ends_on_a_bar_line() -> None:
    score = read_score(PIECE)
    assert {note.instrument for note in score.notes} == set(INSTRUMENTS)
    assert score.duration_sec == pytest.approx(8 * 4 * 60 / 96)
    assert all(note.onset_sec + note.duration_sec <= score.duration_sec + 1e-9 for note in score.notes)


def test_the_sound_is_stereo_without_clipping_and_always_the_same(tmp_path: Path) -> None:
    for name in ("a.wav", "b.wav"):
        render(PIECE, tmp_path / name)
    samples, rate_hz = sf.read(tmp_path / "a.wav")
    assert rate_hz == SAMPLE_RATE_HZ
    assert samples.shape == (round((20 + TAIL_SEC) * rate_hz), 2)
    assert np.abs(samples).max() == pytest.approx(0.89, abs=1e-6)
    assert np.abs(samples[:, 0] - samples[:, 1]).max() > 0.01
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


@pytest.mark.parametrize("instrument", ["keys", "bass", "voice"])
def test_instruments_play_in_tune(instrument: str) -> None:
    # A2 lies in everybody's range; the partials of a tone of 110 Hz are multiples of it.
    samples = play(Score("", (Note(instrument, 45, 0.5, 1.5, 0.9),), 2.0))[0]
    part = samples[round(0.9 * SAMPLE_RATE_HZ) :][: SAMPLE_RATE_HZ // 2]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), 1 << 18))
    strongest_hz = spectrum.argmax() * SAMPLE_RATE_HZ / (1 << 18)
    cents = 1200 * np.log2(strongest_hz / (110 * round(strongest_hz / 110)))
    assert abs(cents) < 35  # the voice's vibrato is 28 cents wide


@pytest.mark.parametrize(("name", "pitch"), [("C4", 60), ("A4", 69), ("F#3", 54), ("Bb1", 34)])
def test_pitches(name: str, pitch: int) -> None:
    assert parse_pitch(name) == pitch


@pytest.mark.parametrize(
    ("part", "bars", "message"),
    [
        ("melodic", {"bass": ["A1 3"]}, "3 beats, not 4"),
        ("melodic", {"bass": ["H1 4"]}, "no pitch"),
        ("drums", {"kick": ["x..."]}, "4 steps, not 16"),
    ],
)
def test_a_bar_that_does_not_add_up(tmp_path: Path, part: str, bars: dict[str, list[str]], message: str) -> None:
    text = {"title": "", "quarter_bpm": 60, "beats_per_bar": 4, "swing": 0, "melodic": {}, "drums": {}} | {part: bars}
    (tmp_path / "score.json").write_text(json.dumps(text))
    with pytest.raises(ValueError, match=message):
        read_score(tmp_path / "score.json")
