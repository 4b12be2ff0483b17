"""Loops whose tempo is known."""

import numpy as np
import pytest

from engine.audio import Samples
from engine.measurements.loop_tempo import loop_tempo_bpm, whole_beats_bpm
from tests.engine.measurements.signals import RATE_HZ, clicks, decaying, kick, noise, tone


def beat(bpm: float, bar_count: int) -> Samples:
    """Returns bars of kick on one and three, snare on two and four, hats on eighths; exactly as long as the bars."""
    eighth_sec = 30 / bpm
    loop = np.zeros((1, round(bar_count * 8 * eighth_sec * RATE_HZ) + RATE_HZ), np.float32)
    hat, snare = 0.2 * decaying(noise(0.1), 0.02), 0.5 * decaying(noise(0.2), 0.05)
    for eighth in range(bar_count * 8):
        hits = [hat, *([kick()] if eighth % 4 == 0 else []), *([snare] if eighth % 4 == 2 else [])]
        start = round(eighth * eighth_sec * RATE_HZ)
        for hit in hits:
            loop[:, start : start + hit.shape[1]] += hit
    return loop[:, : round(bar_count * 8 * eighth_sec * RATE_HZ)]


@pytest.mark.parametrize("bar_count", [1, 2, 4])
@pytest.mark.parametrize("bpm", [82.0, 97.3, 120.0, 128.0, 142.5])
def test_the_length_of_a_loop_gives_its_tempo_exactly(bpm: float, bar_count: int) -> None:
    assert loop_tempo_bpm(beat(bpm, bar_count), RATE_HZ) == pytest.approx(bpm, rel=1e-4)


def test_a_tail_that_rings_on_leaves_the_period_of_the_onsets() -> None:
    ringing = np.pad(beat(110, 2), ((0, 0), (0, round(0.71 * RATE_HZ))))
    assert loop_tempo_bpm(ringing, RATE_HZ) == pytest.approx(110, rel=0.02)


def test_beats_alone_are_counted() -> None:
    assert loop_tempo_bpm(clicks(120, 16), RATE_HZ) == pytest.approx(120, rel=1e-4)


@pytest.mark.parametrize("samples", [np.zeros((2, RATE_HZ), np.float32), np.ones((1, 1), np.float32)])
def test_silence_and_a_single_sample_have_no_tempo(samples: Samples) -> None:
    assert loop_tempo_bpm(samples, RATE_HZ) == 0


def test_what_is_shorter_than_a_beat_has_no_tempo() -> None:
    assert loop_tempo_bpm(tone(440, 0.2, 0.5), RATE_HZ) == 0


def test_a_tempo_is_moved_to_whole_beats() -> None:
    assert whole_beats_bpm(89.4, 32.0) == pytest.approx(90)
    assert whole_beats_bpm(0.0, 32.0) == 0
