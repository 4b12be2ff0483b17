"""Streams of audio cut into overlapping frames, so that spectra need no more than a few seconds of it in memory."""

from collections.abc import Iterable, Iterator

import numpy as np

from engine.audio import Samples
from engine.backends.windows import windows


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
    frame_count = -(-sample_count // hop_samples)
    batch_samples = (batch_frames - 1) * hop_samples + frame_samples
    for window in windows(blocks, batch_samples, batch_frames * hop_samples, lead_samples=frame_samples // 2):
        frames = np.lib.stride_tricks.sliding_window_view(window, frame_samples)[::hop_samples][:frame_count]
        if len(frames):
            yield frames
        frame_count -= len(frames)
