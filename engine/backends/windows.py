"""Windows of audio that arrives in blocks: what most networks of transcription see at once.

A window is mono. Windows begin every hop and overlap where they are longer than it; no more than one window and one
block are kept, whatever the length of the audio.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from engine.audio import Samples

Window = NDArray[np.float32]
"""float32, shape (samples,)."""


def mono(block: Samples) -> Window:
    """Returns the mean of the channels of (channels, samples)."""
    mean: Window = block.mean(axis=0, dtype=np.float32)
    return mean


def windows(
    blocks: Iterable[Samples], window_samples: int, hop_samples: int, lead_samples: int = 0
) -> Iterator[Window]:
    """Yields windows of equal length, one for every hop that begins inside the audio, padded with silence at the end.

    Args:
        blocks: consecutive parts of the audio, shape (channels, samples).
        window_samples: length of each.
        hop_samples: from the beginning of one to that of the next; at most `window_samples`.
        lead_samples: silence before the audio, which counts as a part of it.
    """
    pending = np.zeros(lead_samples, dtype=np.float32)
    for block in blocks:
        pending = np.concatenate([pending, mono(block)])
        while len(pending) >= window_samples:
            yield pending[:window_samples]
            pending = pending[hop_samples:]
    while len(pending):
        yield np.pad(pending, (0, window_samples - len(pending)))
        pending = pending[hop_samples:]


def batches(segments: Iterable[NDArray[np.float32]], batch_size: int) -> Iterator[NDArray[np.float32]]:
    """Yields arrays of one shape in stacks of shape (batch, ...), `batch_size` in each but the last."""
    rest = iter(segments)
    while batch := list(islice(rest, batch_size)):
        yield np.stack(batch)
