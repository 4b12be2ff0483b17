"""One-shots, loops and tracks that are made to be one."""

import numpy as np
import pytest

from engine.audio import Samples
from engine.measurements.kind import kind_of
from engine.measurements.measure import measure
from tests.engine.measurements.signals import RATE_HZ, clicks, decaying, in_blocks, kick, noise, seconds, tone


def kind(samples: Samples) -> str:
    return kind_of(samples, RATE_HZ, samples.shape[1] / RATE_HZ)


def above(samples: Samples, lowest_hz: float) -> Samples:
    spectrum = np.fft.rfft(samples)
    spectrum[:, np.fft.rfftfreq(samples.shape[1], 1 / RATE_HZ) < lowest_hz] = 0
    return np.fft.irfft(spectrum, samples.shape[1]).astype(np.float32)


def snare() -> Samples:
    body = decaying(tone(190, 0.4, 0.8)[:1], 0.04)
    return body + 0.25 * decaying(noise(0.4), 0.06)


def organ() -> Samples:
    partials = sum(tone(440 * number, 3, 0.3 / number) for number in range(1, 6))
    return np.asarray(partials, np.float32)


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        (kick(), "one-shot/kick"),
        (snare(), "one-shot/snare"),
        (decaying(above(noise(0.3), 6000), 0.03), "one-shot/hat"),
        (decaying(above(noise(3), 3000), 0.6), "one-shot/cymbal"),
        (decaying(tone(90, 1.5, 0.9), 0.25), "one-shot/tom"),
        (tone(55, 3, 0.5), "one-shot/bass"),
        (organ(), "one-shot/tone"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_one_stroke_is_a_one_shot_of_its_kind(samples: Samples, expected: str) -> None:
    assert kind(samples) == expected


def test_several_strokes_are_a_loop_and_a_flam_is_not() -> None:
    assert kind(clicks(120, 8)) == "loop"
    drum = snare()
    flam = np.pad(drum, ((0, 0), (0, 2000))) + np.pad(drum, ((0, 0), (2000, 0)))
    assert kind(flam) == "one-shot/snare"


def test_long_audio_is_a_loop_only_if_it_lasts_whole_bars() -> None:
    loop = clicks(96, 32)
    assert kind(loop) == "loop"
    assert kind(loop[:, : round(0.93 * loop.shape[1])]) == "track"
    assert kind(clicks(120, 120)) == "track"


def test_vibrato_is_not_a_row_of_strokes() -> None:
    time = seconds(4).astype(np.float64)
    phase = 2 * np.pi * (440 * time + 2 * np.sin(2 * np.pi * 5 * time))
    assert kind(np.sin(phase)[None].astype(np.float32)).startswith("one-shot/")


@pytest.mark.parametrize("sample_count", [0, 1, 10, 4410])
def test_silence_of_any_length_has_a_kind(sample_count: int) -> None:
    assert kind(np.zeros((2, sample_count), np.float32)).startswith("one-shot/")


def test_all_measurements_in_one_pass() -> None:
    measured = measure(in_blocks(tone(1000, 5, 10 ** (-23 / 20)), 10_000), RATE_HZ)
    assert measured.duration_sec == pytest.approx(5)
    assert measured.loudness_lufs == pytest.approx(-23, abs=0.1)
    assert measured.brightness == pytest.approx(0.5, abs=0.01)
    assert measured.kind == "one-shot/tone"


def test_nothing_can_be_measured_too() -> None:
    assert measure([], RATE_HZ).duration_sec == 0
