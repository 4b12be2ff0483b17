"""Resampling: exact length, no shift, transparent there and back, however the stream is cut."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.audio import Samples
from engine.resampling import resample, resampled_count

RATES_HZ = [11_025, 16_000, 22_050, 32_000, 48_000, 88_200, 96_000]


def cut(audio: Samples, size: int) -> Iterator[Samples]:
    return (audio[..., start : start + size] for start in range(0, audio.shape[-1], size))


def there_and_back(audio: Samples, rate_hz: int, size: int = 10_000) -> Samples:
    count = audio.shape[-1]
    model_count = resampled_count(count, rate_hz, 44_100)
    there = resample(cut(audio, size), rate_hz, 44_100, model_count)
    return np.concatenate(list(resample(there, 44_100, rate_hz, count)), axis=-1)


@settings(max_examples=40)
@given(rate_hz=st.sampled_from([*RATES_HZ, 44_100]), count=st.integers(1, 30_000), size=st.integers(1, 9_000))
def test_there_and_back_keeps_the_count(rate_hz: int, count: int, size: int) -> None:
    audio = np.ones((2, count), np.float32)
    size = max(size, count // 20)
    assert there_and_back(audio, rate_hz, size).shape == audio.shape


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_an_impulse_stays_where_it_was(rate_hz: int) -> None:
    audio = np.zeros((4, 2, rate_hz), np.float32)
    audio[..., 7_654] = 1
    assert (there_and_back(audio, rate_hz).argmax(axis=-1) == 7_654).all()


@pytest.mark.parametrize("rate_hz", [48_000, 96_000])
def test_tones_survive_below_24_bit_noise(rate_hz: int) -> None:
    time_sec = np.arange(3 * rate_hz) / rate_hz
    tones = np.stack([np.sin(2 * np.pi * hz * time_sec) / 2 for hz in (50, 1_000, 12_000)]).astype(np.float32)
    middle = slice(rate_hz // 2, -rate_hz // 2)
    error = (there_and_back(tones, rate_hz) - tones)[:, middle]
    snr_db = 10 * np.log10((tones[:, middle] ** 2).sum(axis=1) / (error**2).sum(axis=1))
    # float32 itself ends near 150 dB; 135 leaves room for the filter's own ripple.
    assert snr_db.min() > 135


def test_how_the_stream_is_cut_makes_no_difference() -> None:
    audio = np.random.default_rng(0).standard_normal((2, 20_000)).astype(np.float32)
    np.testing.assert_array_equal(there_and_back(audio, 48_000, 20_000), there_and_back(audio, 48_000, 777))


def test_equal_rates_pass_through() -> None:
    audio = np.random.default_rng(0).standard_normal((2, 5_000)).astype(np.float32)
    np.testing.assert_array_equal(there_and_back(audio, 44_100, 1_000), audio)
