"""Frames of a stream: centred on their hops, whatever the blocks that the stream comes in."""

import numpy as np
import pytest

from engine.backends.framing import mono_frames


@pytest.mark.parametrize("block_samples", [1, 7, 100, 1000])
@pytest.mark.parametrize(("frame_samples", "hop_samples"), [(11, 4), (8, 8)])
def test_frames_are_what_they_are_in_one_array(frame_samples: int, hop_samples: int, block_samples: int) -> None:
    samples = np.random.default_rng(0).standard_normal((2, 250)).astype(np.float32)
    blocks = [samples[:, start : start + block_samples] for start in range(0, 250, block_samples)]
    batches = list(mono_frames(blocks, 250, frame_samples, hop_samples, batch_frames=6))
    padded = np.pad(samples.mean(axis=0), frame_samples)
    starts = range(frame_samples - frame_samples // 2, 250 + frame_samples - frame_samples // 2, hop_samples)
    expected = np.stack([padded[start : start + frame_samples] for start in starts])
    np.testing.assert_array_equal(np.concatenate(batches), expected)
    assert [len(batch) for batch in batches[:-1]] == [6] * (len(batches) - 1)


def test_one_sample_is_one_frame() -> None:
    (batch,) = mono_frames([np.ones((1, 1), dtype=np.float32)], 1, 4, 2, 100)
    np.testing.assert_array_equal(batch, [[0, 0, 1, 0]])
