"""Waveforms of signals whose peaks are known."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.errors import AudioRefused
from bridge.panel import peaks as module
from bridge.panel.peaks import PeakCache, read_peaks


def written(path: Path, samples: object, rate_hz: int = 44_100) -> Path:
    sf.write(path, samples, rate_hz, subtype="FLOAT")
    return path


def test_each_column_has_its_own_extremes_of_all_channels(tmp_path: Path) -> None:
    samples = np.zeros((400, 2), np.float32)
    samples[50, 0], samples[60, 1], samples[350, 1] = 0.5, -0.25, 0.75
    found = read_peaks(written(tmp_path / "a.wav", samples), 4)
    assert found.highest.tolist() == [0.5, 0, 0, 0.75]
    assert found.lowest.tolist() == [-0.25, 0, 0, 0]
    assert found.duration_sec == pytest.approx(400 / 44_100)


@given(sample_count=st.integers(1, 700), columns=st.integers(1, 300), block_samples=st.integers(1, 200))
@settings(max_examples=60)
def test_blocks_leave_no_trace(
    tmp_path_factory: pytest.TempPathFactory, sample_count: int, columns: int, block_samples: int
) -> None:
    samples = np.random.default_rng(sample_count).uniform(-1, 1, sample_count).astype(np.float32)
    path = written(tmp_path_factory.mktemp("peaks") / "a.wav", samples)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK_SAMPLES", block_samples)
        found = read_peaks(path, columns)
    columns = min(columns, sample_count)
    place = np.arange(sample_count) * columns // sample_count
    assert found.highest.tolist() == [samples[place == column].max() for column in range(columns)]
    assert found.lowest.tolist() == [samples[place == column].min() for column in range(columns)]


def test_a_file_of_no_samples_is_one_silent_column(tmp_path: Path) -> None:
    found = read_peaks(written(tmp_path / "a.wav", np.zeros(0, np.float32)), 100)
    assert (found.lowest.tolist(), found.highest.tolist(), found.duration_sec) == ([0.0], [0.0], 0.0)


def test_what_is_no_audio_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"RIFF but no more")
    with pytest.raises(AudioRefused, match="damaged"):
        read_peaks(path)


def test_a_waveform_is_read_once_until_its_file_changes(tmp_path: Path) -> None:
    path, cache = written(tmp_path / "a.wav", np.full(100, 0.5, np.float32)), PeakCache(most=2)
    first = cache.of(path, 10)
    assert cache.of(path, 10) is first
    written(path, np.full(100, 0.25, np.float32))
    assert cache.of(path, 10).highest.tolist() == [0.25] * 10
    cache.of(path, 20)
    cache.of(path, 30)
    assert cache.of(path, 10) is not first  # only so many are kept
