"""Patches: what they show of signals with known content, and that blocks leave no trace."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.audio import Samples
from engine.backends.musicnn_spectrogram import BAND_COUNT, PATCH_FRAMES, SAMPLE_RATE_HZ, mel_filters, patches


def noise(sample_count: int) -> Samples:
    return np.random.default_rng(0).uniform(-0.5, 0.5, (2, sample_count)).astype(np.float32)


def test_a_tone_is_brightest_in_the_band_that_has_its_frequency() -> None:
    seconds = np.arange(4 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    tone = np.sin(2 * np.pi * 3000 * seconds).astype(np.float32)[None]
    (patch,) = patches([tone], SAMPLE_RATE_HZ)
    weights = mel_filters()[round(3000 * 512 / SAMPLE_RATE_HZ)]
    assert patch.mean(axis=0).argmax() == weights.argmax()
    # Hann window: a sine of amplitude 1 has the power (512 / 4) ** 2 in its bin, and a quarter of it on either side.
    power = 128**2 * (mel_filters()[95:98, weights.argmax()] @ [0.25, 1, 0.25])
    assert abs(patch[90].max() - np.log10(1 + 10_000 * power)) < 1e-3


def test_the_bands_have_equal_area() -> None:
    area = mel_filters().sum(axis=0) * SAMPLE_RATE_HZ / 512
    # The lowest triangles are two bins wide, too narrow to be sampled well.
    np.testing.assert_allclose(area[40:], 1, atol=0.1)


def test_silence_is_dark() -> None:
    (patch,) = patches([np.zeros((1, 4 * SAMPLE_RATE_HZ), np.float32)], SAMPLE_RATE_HZ)
    assert not patch.any()


def test_channels_are_averaged() -> None:
    stereo = noise(50_000)
    (ours,) = patches([stereo], SAMPLE_RATE_HZ)
    (mono,) = patches([stereo.mean(axis=0, keepdims=True)], SAMPLE_RATE_HZ)
    np.testing.assert_array_equal(ours, mono)


def test_a_short_recording_is_repeated_until_it_fills_a_patch() -> None:
    (patch,) = patches([noise(10_000)], SAMPLE_RATE_HZ)
    frame_count = 1 + 10_000 // 256
    np.testing.assert_array_equal(patch[frame_count : 2 * frame_count], patch[:frame_count])


def test_a_recording_has_a_patch_for_each_whole_187_frames() -> None:
    assert len(list(patches([noise(3 * PATCH_FRAMES * 256)], SAMPLE_RATE_HZ))) == 3
    assert len(list(patches([noise(3 * PATCH_FRAMES * 256 - 512)], SAMPLE_RATE_HZ))) == 2


@settings(max_examples=8)
@given(st.integers(1, 70_000), st.integers(100, 30_000), st.sampled_from([16_000, 44_100]))
def test_blocks_leave_no_trace(sample_count: int, block_samples: int, rate_hz: int) -> None:
    samples = noise(sample_count)
    blocks = [samples[:, start : start + block_samples] for start in range(0, sample_count, block_samples)]
    ours, whole = np.stack(list(patches(blocks, rate_hz))), np.stack(list(patches([samples], rate_hz)))
    assert ours.shape[1:] == (PATCH_FRAMES, BAND_COUNT)
    # One unit of a 16-bit float, where a sum in another order falls on the other side.
    np.testing.assert_allclose(ours, whole, rtol=0, atol=1e-3)
