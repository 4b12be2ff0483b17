"""Loudness against the test signals of EBU Tech 3341, which says what a meter of BS.1770 must show, to 0.1 LU."""

import math

import numpy as np
import pytest

from engine.audio import Samples
from engine.measurements.loudness import LoudnessMeter, k_weighting
from tests.engine.measurements.signals import in_blocks, noise, tone


def lufs(samples: Samples, rate_hz: int, block_samples: int = 10_007) -> float:
    meter = LoudnessMeter(rate_hz)
    for block in in_blocks(samples, block_samples):
        meter.add(block)
    return meter.lufs


def sine(level_db: float, duration_sec: float, rate_hz: int = 48_000) -> Samples:
    return tone(1000, duration_sec, 10 ** (level_db / 20), rate_hz)


# Cases 1 to 5: a stereo sine of 1 kHz whose peak is at each level (dBFS) for so many seconds.
CASES = [
    ([(-23, 20)], -23),
    ([(-33, 20)], -33),
    ([(-36, 10), (-23, 60), (-36, 10)], -23),
    ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23),
    ([(-26, 20), (-20, 20.1), (-26, 20)], -23),
]


@pytest.mark.parametrize(("parts", "expected_lufs"), CASES)
def test_shows_what_the_standard_says(parts: list[tuple[float, float]], expected_lufs: float) -> None:
    samples = np.concatenate([sine(level_db, duration_sec) for level_db, duration_sec in parts], axis=1)
    assert abs(lufs(samples, 48_000) - expected_lufs) < 0.1


@pytest.mark.parametrize("rate_hz", [11_025, 16_000, 44_100, 96_000])
def test_the_rate_makes_no_difference(rate_hz: int) -> None:
    assert abs(lufs(sine(-23, 5, rate_hz), rate_hz) + 23) < 0.1


def test_the_filters_at_48_khz_are_those_printed_in_the_standard() -> None:
    shelf = [1.53512485958697, -2.69169618940638, 1.19839281085285, 1, -1.69065929318241, 0.73248077421585]
    high_pass = [1, -2, 1, 1, -1.99004745483398, 0.99007225036621]
    np.testing.assert_allclose(k_weighting(48_000), [shelf, high_pass], rtol=0, atol=1e-10)


def test_one_channel_of_two_has_half_the_power() -> None:
    stereo = sine(-23, 5)
    assert abs(lufs(stereo[:1], 48_000) - (lufs(stereo, 48_000) - 10 * math.log10(2))) < 1e-6


def test_blocks_leave_no_trace() -> None:
    samples = noise(3)
    assert lufs(samples, 44_100, 777) == pytest.approx(lufs(samples, 44_100, samples.shape[1]), abs=1e-9)


def test_silence_is_minus_infinity_and_a_click_is_a_number() -> None:
    assert lufs(np.zeros((2, 48_000), np.float32), 48_000) == -math.inf
    assert LoudnessMeter(48_000).lufs == -math.inf
    assert -20 < lufs(noise(0.1), 44_100) < 0
