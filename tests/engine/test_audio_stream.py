"""Excerpts of a stream: the samples that were asked for, and no more of the stream than that."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from engine.audio import Samples
from engine.audio_stream import AudioStream, excerpts

RAMP = np.stack([np.arange(1000), -np.arange(1000)]).astype(np.float32)


def blocks(block_samples: int) -> Iterator[Samples]:
    return (RAMP[:, start : start + block_samples] for start in range(0, RAMP.shape[1], block_samples))


def cut(middles_sec: Sequence[float], length: int, block_samples: int = 64) -> list[Samples]:
    stream = AudioStream(blocks(block_samples), RAMP.shape[1], 100)
    return excerpts(stream, middles_sec, length, lambda fraction, message: None, "listening")


@pytest.mark.parametrize("block_samples", [1, 64, 1000])
@pytest.mark.parametrize(
    ("middles_sec", "length", "starts"),
    [
        ((3.0, 6.0), 100, [250, 550]),
        ((6.0, 3.0), 100, [250, 550]),
        ((0.0, 10.0), 100, [0, 900]),  # moved inside
        ((3.0, 3.5), 100, [250]),  # the second overlaps
        ((3.0, 4.0), 100, [250, 350]),
        ((5.0,), 1000, [0]),
    ],
)
def test_excerpts_lie_around_their_middles(
    middles_sec: tuple[float, ...], length: int, starts: list[int], block_samples: int
) -> None:
    found = cut(middles_sec, length, block_samples)
    assert len(found) == len(starts)
    for part, start in zip(found, starts, strict=True):
        np.testing.assert_array_equal(part, RAMP[:, start : start + length])


def test_audio_shorter_than_an_excerpt_is_one_excerpt() -> None:
    (part,) = cut((2.0, 8.0), 5000)
    np.testing.assert_array_equal(part, RAMP)


def test_nothing_is_read_beyond_the_last_excerpt() -> None:
    source = blocks(64)
    excerpts(AudioStream(source, 1000, 100), (1.0,), 50, lambda fraction, message: None, "listening")
    assert next(source)[0, 0] == 128
