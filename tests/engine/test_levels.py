import math

import numpy as np
import pytest

from engine.levels import Levels


def test_a_full_scale_sine_is_3_db_below_full_scale() -> None:
    levels = Levels(32_768.0)
    sine = 32_768.0 * np.sin(2 * np.pi * np.arange(44_100) / 100)[None]
    for block in np.split(sine, 10, axis=1):
        levels.add(block, 2 * block)
    assert levels.rms_db == pytest.approx(-3.0103, abs=1e-4)
    assert levels.peak == pytest.approx(2.0)


def test_silence_has_no_level() -> None:
    levels = Levels(1.0)
    levels.add(np.zeros((2, 10)), np.zeros((2, 10)))
    assert (levels.peak, levels.rms_db) == (0.0, -math.inf)
