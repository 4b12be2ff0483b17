"""Pictures of a split, and what they are drawn from."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from bridge.pictures import BAND_COUNT, COLUMN_COUNT, FLOOR_DB, HIGHEST_HZ, LOWEST_HZ, draw_stems, outline
from tests.conftest import WriteWav

RATE_HZ = 44_100


@pytest.mark.parametrize("frequency_hz", [60.0, 440.0, 8000.0])
def test_a_sine_stands_in_its_band_at_its_level(write_wav: WriteWav, frequency_hz: float) -> None:
    sine = 0.5 * np.sin(2 * np.pi * frequency_hz * np.arange(120 * RATE_HZ) / RATE_HZ)
    drawn = outline(write_wav(samples=sine[None].astype(np.float32), subtype="FLOAT"))
    assert drawn.spectrogram_db.shape == (BAND_COUNT, COLUMN_COUNT)
    bands_hz = np.geomspace(LOWEST_HZ, HIGHEST_HZ, BAND_COUNT + 2)[1:-1]
    loudest = drawn.spectrogram_db[:, 100].argmax()
    # A band is 5 % wide; below 200 Hz one FFT bin of 10.8 Hz is wider than that.
    assert abs(bands_hz[loudest] - frequency_hz) < max(0.06 * frequency_hz, 10.8)
    # -6 dB, spread by the window over neighbouring bins that a wide band sums: up to 2 dB more
    assert -9 < drawn.spectrogram_db[loudest, 100] < -3.5
    np.testing.assert_allclose([drawn.lowest.min(), drawn.highest.max()], [-0.5, 0.5], atol=1e-3)


def test_silence_and_a_very_short_file_are_drawn(write_wav: WriteWav, tmp_path: Path) -> None:
    song = write_wav("song.wav", np.zeros((2, 50), np.float32))
    draw_stems(song, {"vocals": song}, tmp_path / "stems.png")
    assert (tmp_path / "stems.png").read_bytes()[:4] == b"\x89PNG"
    assert outline(song).spectrogram_db.max() == pytest.approx(FLOOR_DB)


def test_memory_does_not_grow_with_the_song(tmp_path: Path) -> None:
    peaks = []
    for minutes in (2, 20):
        path = tmp_path / f"{minutes}.flac"
        sf.write(path, np.zeros((minutes * 60 * 8000, 1), np.int16), 8000)
        tracemalloc.start()
        outline(path)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 10_000_000  # a column of 20 min holds 10 times the samples; the whole song is 38 MB
