"""Keys of chords that are played, and of what has none."""

from functools import reduce

import numpy as np
import pytest

from engine.audio import Samples
from engine.measurements.tonality import key_of, pitch_classes
from tests.engine.measurements.signals import RATE_HZ, decaying, kick, noise, tone

CADENCES = {
    "C major": ((60, 64, 67), (65, 69, 72), (67, 71, 74), (60, 64, 67)),
    "A minor": ((57, 60, 64), (62, 65, 69), (64, 67, 71), (57, 60, 64)),
    "F# major": ((66, 70, 73), (71, 75, 78), (61, 65, 68), (66, 70, 73)),
    "Eb minor": ((63, 66, 70), (68, 71, 75), (70, 73, 77), (63, 66, 70)),
}


def chord(pitches: tuple[int, ...], tuning_hz: float) -> Samples:
    partials = [
        tone(tuning_hz * 2 ** ((pitch - 69) / 12) * number, 0.5, 0.1 / number)
        for pitch in pitches
        for number in range(1, 5)
    ]
    return reduce(np.add, partials)


@pytest.mark.parametrize("tuning_hz", [440.0, 446.0, 433.0])
@pytest.mark.parametrize("name", CADENCES)
def test_a_cadence_has_its_key_at_any_tuning(name: str, tuning_hz: float) -> None:
    key = key_of(np.concatenate([chord(pitches, tuning_hz) for pitches in CADENCES[name]], axis=1), RATE_HZ)
    assert key is not None
    assert key.name == name
    assert 0 < key.confidence <= 1


def test_pitch_classes_are_those_that_sound() -> None:
    shares = pitch_classes(tone(440 * 2 ** (3 / 12), 1.0, 0.5), RATE_HZ)
    assert shares[0] == pytest.approx(1, abs=1e-3)
    assert shares.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros((1, RATE_HZ), np.float32),
        noise(2),
        np.tile(decaying(noise(0.5), 0.05), 4),
        np.zeros((1, 1), np.float32),
    ],
    ids=["silence", "noise", "strokes of noise", "a single sample"],
)
def test_what_has_no_pitch_has_no_key(samples: Samples) -> None:
    assert key_of(samples, RATE_HZ) is None


def test_drums_have_no_key() -> None:
    hat, snare = 0.3 * decaying(noise(0.5), 0.03), 0.7 * decaying(noise(0.5), 0.08)
    loop = np.concatenate([kick() + hat, hat, kick() + snare, hat] * 2, axis=1)
    assert key_of(loop, RATE_HZ) is None
