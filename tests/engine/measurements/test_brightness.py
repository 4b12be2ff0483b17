"""Brightness of sounds whose mean frequency is known."""

import numpy as np
import pytest

from engine.audio import Samples
from engine.measurements.brightness import BrightnessMeter
from tests.engine.measurements.signals import RATE_HZ, in_blocks, noise, tone


def brightness(samples: Samples, block_samples: int = 5000) -> float:
    meter = BrightnessMeter(RATE_HZ)
    for block in in_blocks(samples, block_samples):
        meter.add(block)
    return meter.brightness


@pytest.mark.parametrize(("frequency_hz", "expected"), [(60, 0.0), (1000, 0.5), (3162, 0.75), (15_000, 1.0)])
def test_a_tone_lies_where_its_frequency_is(frequency_hz: float, expected: float) -> None:
    assert brightness(tone(frequency_hz, 2, 0.5)) == pytest.approx(expected, abs=0.01)


def test_level_and_blocks_leave_no_trace() -> None:
    samples = noise(1)
    assert brightness(0.1 * samples) == pytest.approx(brightness(samples), abs=1e-6)
    assert brightness(samples, 300) == pytest.approx(brightness(samples, 100_000), abs=1e-6)


def test_silence_is_dark() -> None:
    assert brightness(np.zeros((2, 5000), np.float32)) == 0.0
    assert BrightnessMeter(RATE_HZ).brightness == 0.0
