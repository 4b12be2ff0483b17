"""The converter against the same filter written out sample by sample, and against what a converter must do."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.audio import Samples
from engine.backends.kaiser_best import BETA, POINTS_PER_CROSSING, ROLL_OFF, ZERO_CROSSINGS, resample

TO_HZ = 16_000
# Sums of 350 products in 32 bits, at a peak of 1.
TOLERANCE = 2e-6


def converted(samples: Samples, from_hz: int, to_hz: int = TO_HZ, block_samples: int = 4096) -> Samples:
    blocks = [samples[start : start + block_samples] for start in range(0, len(samples), block_samples)]
    return np.concatenate(list(resample(blocks, from_hz, to_hz)))


def written_out(samples: Samples, from_hz: int, to_hz: int) -> NDArray[np.float64]:
    """Returns the same conversion, one output after another, one table point after another."""
    crossings = np.linspace(0, ZERO_CROSSINGS, ZERO_CROSSINGS * POINTS_PER_CROSSING + 1)
    window = np.kaiser(2 * len(crossings) - 1, BETA)[len(crossings) - 1 :]
    table = ROLL_OFF * np.sinc(ROLL_OFF * crossings) * window
    scale = min(1.0, to_hz / from_hz)
    step = int(scale * POINTS_PER_CROSSING)
    outputs = np.zeros(len(samples) * to_hz // from_hz)
    for number in range(len(outputs)):
        time = Fraction(number * from_hz, to_hz)
        before = int(time)
        position = scale * float(time - before) * POINTS_PER_CROSSING
        for place, direction, at in ((before, -1, position), (before + 1, 1, scale * POINTS_PER_CROSSING - position)):
            while int(at) + step <= len(table) and 0 <= place < len(samples):
                low = int(at)
                high_value = table[low + 1] if low + 1 < len(table) else table[low]
                outputs[number] += samples[place] * scale * (table[low] + (at - low) * (high_value - table[low]))
                place, at = place + direction, at + step
    return outputs


@pytest.mark.parametrize(("from_hz", "to_hz"), [(44_100, 16_000), (48_000, 16_000), (11_025, 16_000), (96_000, 16_000)])
def test_gives_what_the_filter_gives_written_out(from_hz: int, to_hz: int) -> None:
    samples = np.random.default_rng(0).uniform(-1, 1, 2500).astype(np.float32)
    ours, theirs = converted(samples, from_hz, to_hz, 700), written_out(samples, from_hz, to_hz)
    np.testing.assert_allclose(ours[: len(theirs)], theirs, rtol=0, atol=TOLERANCE)


@settings(max_examples=10)
@given(st.integers(0, 5000), st.integers(1, 3000), st.sampled_from([8000, 16_000, 22_050, 37_800, 44_100]))
def test_neither_length_nor_values_depend_on_the_blocks(sample_count: int, block_samples: int, from_hz: int) -> None:
    samples = np.random.default_rng(sample_count).uniform(-1, 1, sample_count).astype(np.float32)
    blocks = [samples[start : start + block_samples] for start in range(0, sample_count, block_samples)]
    ours = np.concatenate([np.zeros(0, np.float32), *resample(blocks, from_hz, TO_HZ)])
    whole = np.concatenate([np.zeros(0, np.float32), *resample([samples], from_hz, TO_HZ)])
    assert ours.dtype == np.float32
    assert len(ours) == -(-sample_count * TO_HZ // from_hz)
    np.testing.assert_allclose(ours, whole, rtol=0, atol=TOLERANCE)


def test_a_tone_below_the_roll_off_stays_in_place_and_one_above_goes() -> None:
    def tone(frequency_hz: float, rate_hz: int) -> Samples:
        return np.sin(2 * np.pi * frequency_hz * np.arange(rate_hz) / rate_hz).astype(np.float32)

    inside = slice(1000, -1000)
    # The step through the table is cut from 185.8 to 185, which lays a little more weight on the input.
    np.testing.assert_allclose(
        converted(tone(1000, 44_100), 44_100)[inside], tone(1000, 16_000)[inside], rtol=0, atol=0.004
    )
    assert np.abs(converted(tone(9000, 44_100), 44_100)[inside]).max() < 1e-3


def test_equal_rates_leave_the_samples_alone() -> None:
    samples = np.random.default_rng(0).standard_normal(5000).astype(np.float32)
    np.testing.assert_array_equal(converted(samples, TO_HZ), samples)
