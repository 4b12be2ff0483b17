"""Constant-Q spectrograms of sines, whose answers are known."""

from pathlib import Path

import numpy as np
import pytest

from bridge.pitch_spectrogram import FLOOR_DB, PitchRange, pitch_spectrogram
from tests.conftest import WriteWav

PITCHES = PitchRange(21, 108)


def hertz(pitch: float) -> float:
    return float(440 * 2 ** ((pitch - 69) / 12))


def sine(pitch: float, seconds: float, rate_hz: int) -> np.ndarray:
    wave = 0.5 * np.sin(2 * np.pi * hertz(pitch) * np.arange(round(seconds * rate_hz)) / rate_hz)
    return wave[None].astype(np.float32)


@pytest.mark.parametrize("rate_hz", [22_050, 44_100])
@pytest.mark.parametrize("pitch", [45, 69, 100])
def test_a_sine_stands_at_its_pitch_and_level(write_wav: WriteWav, pitch: int, rate_hz: int) -> None:
    path = write_wav("tone.wav", sine(pitch, 2.0, rate_hz), rate_hz, "FLOAT")
    levels = pitch_spectrogram(path, 0.0, 2.0, PITCHES, 20)
    assert levels.shape == (len(PITCHES.bands), 20)
    middle = levels[:, 10]
    assert PITCHES.bands[middle.argmax()] == pytest.approx(pitch, abs=0.01)
    assert middle.max() == pytest.approx(20 * np.log10(0.5), abs=0.1)
    # two semitones away, nearly all of it is gone
    away = np.abs(PITCHES.bands - pitch) > 2
    assert middle[away].max() < middle.max() - 25


def test_a_note_stands_at_its_time(write_wav: WriteWav) -> None:
    silence = np.zeros((1, 44_100), np.float32)
    path = write_wav("note.wav", np.hstack([silence, sine(69, 1.0, 44_100), silence]), subtype="FLOAT")
    levels = pitch_spectrogram(path, 0.0, 3.0, PITCHES, 300)
    heard = np.flatnonzero(levels.max(axis=0) > -12)
    assert heard[0] == pytest.approx(100, abs=3)
    assert heard[-1] == pytest.approx(199, abs=3)


def test_a_part_is_the_same_as_in_the_whole(write_wav: WriteWav) -> None:
    path = write_wav("noise.wav", np.random.default_rng(0).normal(0, 0.1, (2, 4 * 44_100)).astype(np.float32))
    whole = pitch_spectrogram(path, 0.0, 4.0, PITCHES, 420)  # 420 samples each
    part = pitch_spectrogram(path, 1.0, 3.0, PITCHES, 210)
    # sums in another order round differently, by some millionths of full scale
    np.testing.assert_allclose(10 ** (part / 20), 10 ** (whole[:, 105:315] / 20), atol=1e-5)


def test_beyond_the_file_there_is_silence(tmp_path: Path, write_wav: WriteWav) -> None:
    path = write_wav("short.wav", sine(69, 0.01, 8_000), 8_000)
    levels = pitch_spectrogram(path, 1.0, 2.0, PITCHES, 5)
    assert levels.max() == pytest.approx(FLOOR_DB)
