"""Streams of audio cut into overlapping frames, so that spectra need no more than a few seconds of it in memory."""

from collections.abc import Iterable, Iterator

import numpy as np

from engine.audio import Samples


def mono_frames(
    blocks: Iterable[Samples], sample_count: int, frame_samples: int, hop_samples: int, batch_frames: int
) -> Iterator[Samples]:
    """Yields the frames of the mean of all channels, shape (frames, frame_samples), `batch_frames` of them at once.

    Frame number i is centred on sample i * `hop_samples`, with silence around the audio; frames are given for every
    hop that begins within it. The batches do not depend on how the audio is cut into blocks.

    Args:
        blocks: consecutive parts of the audio, shape (channels, samples).
        sample_count: how many samples there are in all.
        frame_samples: length of a frame.
        hop_samples: from one frame to the next, at most a frame.
        batch_frames: frames in every batch but the last.
    """
    half = frame_samples // 2
    frame_count = -(-sample_count // hop_samples)
    needed = (batch_frames - 1) * hop_samples + frame_samples
    waiting = np.zeros(half, dtype=np.float32)
    given = 0
    for block in blocks:
        waiting = np.concatenate([waiting, block.mean(axis=0, dtype=np.float32)])
        while len(waiting) >= needed and frame_count - given >= batch_frames:
            yield _frames(waiting[:needed], frame_samples, hop_samples)
            waiting = waiting[batch_frames * hop_samples :]
            given += batch_frames
    while given < frame_count:
        count = min(batch_frames, frame_count - given)
        length = (count - 1) * hop_samples + frame_samples
        last = np.pad(waiting[:length], (0, max(0, length - len(waiting))))
        yield _frames(last, frame_samples, hop_samples)
        waiting = waiting[count * hop_samples :]
        given += count


def _frames(samples: Samples, frame_samples: int, hop_samples: int) -> Samples:
    return np.lib.stride_tricks.sliding_window_view(samples, frame_samples)[::hop_samples]
