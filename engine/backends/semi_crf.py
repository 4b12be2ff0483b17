"""Decoding of a semi-Markov conditional random field whose segments are the notes themselves.

Yan, Cwitkowitz and Duan, "Skipping the frame-level: event-based piano transcription with neural semi-CRFs" (NeurIPS
2021). Each key of the piano is a track of its own, and a track is a set of intervals [begin, end] of frames. Two
intervals may share a frame where one ends and the next begins, but never overlap; beside them a track may hold single
frames, [t, t], for what is shorter than a hop. Every interval has a score, frames without an interval have none, and
the transcription is the set with the highest sum.

It is found by dynamic programming from the last frame to the first. `best[t]` is the highest sum from frame t on:

    best[t] = max(best[t + 1], max over e > t of score[t, e] + best[e]) + max(single[t], 0)

Going backwards has two gains: the path of every track can then be followed from whatever frame the previous segment of
the audio left off, and scores are needed for a block of begin frames at a time only, never as a whole matrix.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

BLOCK_FRAMES = 64

Interval = tuple[int, int]
"""First and last frame."""

Scores = Callable[[int, int], Tensor]
"""From frames (first, last): the scores of the intervals that begin in [first, last), shape (tracks, last - first,
frames - first); element [k, b, e] is that of [first + b, first + e], and only those with e > b are looked at."""


@dataclass(frozen=True)
class BestPaths:
    """What is best to do at each frame of each track, whatever came before."""

    ends: NDArray[np.int64]
    """Where the best interval from this frame on ends, or -1 where it is best to have none; shape (tracks, frames)."""
    has_single: NDArray[np.bool_]
    """Whether the single frame is worth having, shape (tracks, frames)."""

    def follow(self, first_frames: Sequence[int]) -> list[list[Interval]]:
        """Returns the intervals of each track from a first frame of its own on, in order."""
        return [
            _follow(ends, has_single, first)
            for ends, has_single, first in zip(self.ends.tolist(), self.has_single.tolist(), first_frames, strict=True)
        ]


def best_paths(scores: Scores, singles: Tensor) -> BestPaths:
    """Returns the best paths of all tracks.

    Args:
        scores: gives the scores of intervals of two frames and more.
        singles: scores of single frames, shape (tracks, frames).
    """
    track_count, frame_count = singles.shape
    gains = singles.clamp(min=0)
    best = gains.clone()
    ends = torch.full((track_count, frame_count), -1, dtype=torch.int64, device=singles.device)
    last = frame_count - 1
    while last > 0:
        first = max(0, last - BLOCK_FRAMES)
        block = scores(first, last)
        for frame in range(last - 1, first - 1, -1):
            later = block[:, frame - first, frame + 1 - first :] + best[:, frame + 1 :]
            total, choice = later.max(dim=1)
            without = best[:, frame + 1]
            is_worth_it = total > without
            best[:, frame] = torch.where(is_worth_it, total, without) + gains[:, frame]
            ends[:, frame] = torch.where(is_worth_it, choice + frame + 1, -1)
        last = first
    return BestPaths(ends.cpu().numpy(), (singles > 0).cpu().numpy())


def _follow(ends: Sequence[int], has_single: Sequence[bool], first: int) -> list[Interval]:
    intervals = []
    frame = first
    while frame < len(ends):
        if has_single[frame]:
            intervals.append((frame, frame))
        if ends[frame] < 0:
            frame += 1
        else:
            intervals.append((frame, ends[frame]))
            frame = ends[frame]
    return intervals
