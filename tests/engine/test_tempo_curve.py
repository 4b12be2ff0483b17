"""Straight lines through the times of beats: one for steady music, knots where the tempo changes."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.tempo_curve import TempoCurve, fit_tempo_curve


def jittered(times_sec: NDArray[np.floating[Any]], seed: int = 0, jitter_sec: float = 0.01) -> NDArray[np.float64]:
    return times_sec + np.random.default_rng(seed).normal(0, jitter_sec, len(times_sec))


@settings(max_examples=20)
@given(
    bpm=st.floats(55, 215), first_sec=st.floats(0, 5), count=st.integers(20, 200), seed=st.integers(0, 1000)
)  # fmt: skip
def test_a_steady_piece_is_one_line_whatever_its_jitter(bpm: float, first_sec: float, count: int, seed: int) -> None:
    curve = fit_tempo_curve(jittered(first_sec + 60 / bpm * np.arange(count), seed))
    assert curve.knots.tolist() == [0, count - 1]
    # A slope's standard error is jitter * sqrt(12 / count ** 3); five of them, and robust weights, are room enough.
    assert curve.beat_sec()[0] == pytest.approx(60 / bpm, abs=6 * 0.01 * np.sqrt(12 / count**3))


def test_a_jump_of_the_tempo_is_one_knot() -> None:
    times_sec = np.concatenate([0.6 * np.arange(60), 36 + 60 / 140 * np.arange(100)])
    curve = fit_tempo_curve(jittered(times_sec))
    assert len(curve.knots) == 3
    assert abs(curve.knots[1] - 60) <= 1
    np.testing.assert_allclose(60 / curve.beat_sec(), [100, 140], rtol=0.002)


def test_a_ramp_is_a_few_lines_that_stay_near_it() -> None:
    times_sec = np.cumsum(60 / np.linspace(90, 150, 80))
    curve = fit_tempo_curve(jittered(times_sec))
    assert 4 <= len(curve.knots) <= 12
    assert max(abs(curve.time_at(beat) - time) for beat, time in enumerate(times_sec)) < 0.04


def test_a_beat_that_is_far_off_does_not_bend_the_line() -> None:
    times_sec = 0.5 * np.arange(100, dtype=np.float64)
    times_sec[40] += 0.1
    curve = fit_tempo_curve(times_sec)
    assert curve.knots.tolist() == [0, 99]
    assert curve.beat_sec()[0] == pytest.approx(0.5, abs=1e-4)


def test_the_curve_goes_on_beyond_its_ends() -> None:
    curve = TempoCurve(np.array([0.0, 4.0, 6.0]), np.array([1.0, 3.0, 5.0]))
    assert curve.time_at(-2) == pytest.approx(0.0)
    assert curve.time_at(5) == pytest.approx(4.0)
    assert curve.time_at(8) == pytest.approx(7.0)
