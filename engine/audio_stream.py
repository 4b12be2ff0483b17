"""The audio of a file as a model wants it: at the model's rate, block by block, with the exact count of its samples."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.audio import Samples
from engine.audio_file import probe, read_blocks
from engine.resampling import resample, resampled_count


@dataclass(frozen=True)
class AudioStream:
    """Audio that is read once, from its beginning to its end."""

    blocks: Iterator[Samples]
    """Consecutive parts, float32 of shape (channels, samples)."""
    sample_count: int
    sample_rate_hz: int


def open_stream(path: Path, sample_rate_hz: int) -> AudioStream:
    """Returns the file's audio at another rate; no more than a few blocks of it are in memory.

    Raises:
        InvalidAudio: the file is not audio; reading the blocks raises it for damage further on.
    """
    audio_format = probe(path)
    sample_count = resampled_count(audio_format.sample_count, audio_format.sample_rate_hz, sample_rate_hz)
    blocks = (block.astype(np.float32) for block in read_blocks(path))
    return AudioStream(
        resample(blocks, audio_format.sample_rate_hz, sample_rate_hz, sample_count), sample_count, sample_rate_hz
    )
