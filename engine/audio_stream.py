"""The audio of a file as a model wants it: at the model's rate, block by block, with the exact count of its samples."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.audio import Samples
from engine.audio_file import probe, read_blocks
from engine.backends.base import Report
from engine.progress import watched
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


def excerpts(
    stream: AudioStream, middles_sec: Sequence[float], excerpt_samples: int, report: Report, message: str
) -> list[Samples]:
    """Returns parts of the audio in order, shape (channels, excerpt_samples), or all of it where it is shorter.

    Args:
        stream: is read as far as the last of them.
        middles_sec: where they lie; each is moved to lie inside the audio, and left out where it overlaps with the one
            before.
        excerpt_samples: length of each.
        report: called at every block; what it raises ends the work.
        message: what to tell a person meanwhile.
    """
    latest = max(0, stream.sample_count - excerpt_samples)
    starts: list[int] = []
    for middle_sec in sorted(middles_sec):
        start = min(max(0, round(middle_sec * stream.sample_rate_hz) - excerpt_samples // 2), latest)
        if not starts or start >= starts[-1] + excerpt_samples:
            starts.append(start)
    parts: list[list[Samples]] = [[] for _ in starts]
    position = 0
    for block in watched(stream.blocks, stream.sample_count, report, message):
        for start, part in zip(starts, parts, strict=True):
            first, end = max(0, start - position), start + excerpt_samples - position
            if first < block.shape[-1] and end > 0:
                part.append(block[:, first:end])
        position += block.shape[-1]
        if position >= starts[-1] + excerpt_samples:
            break
    return [np.concatenate(part, axis=-1) for part in parts]
