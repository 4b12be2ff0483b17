"""Cutting audio into the segments that a model sees at once, and putting the model's answers together again.

A separator sees a few seconds at a time. Segments begin every hop; where they overlap, their answers are cross-faded
with the weight that the model's plan gives, highest in the middle of a segment. The arithmetic is that of demucs'
`apply_model(split=True, shifts=0)`, so that equal weights give equal stems:

    segment    0 |──────────────|
               1         |──────────────|
               2                 |──────────────|           hop = (1 - overlap) x segment
               3                         |········|         shorter than the rest: centred in what the model
                                                            is given, with real audio on its left

Both directions stream: `split` reads no further than the segment that it yields, and `overlap_add` yields audio as soon
as no later segment can change it. Either holds a few segments, whatever the length of the audio.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from engine.audio import Samples
from engine.backends.base import SegmentPlan


@dataclass(frozen=True)
class Segment:
    """A part of the audio, with what surrounds it where the model wants to be given more."""

    offset: int
    """Where the part begins in the audio."""
    length: int
    """Samples of the part."""
    samples: Samples
    """The part in the middle of its surroundings, shape (channels, padded); zero beyond the ends of the audio."""

    def trim(self, stems: Samples) -> Samples:
        """Returns the part's own samples out of what the model made of `samples`, shape (stems, channels, length)."""
        margin = (stems.shape[-1] - self.length) // 2
        return stems[..., margin : margin + self.length]


def hop_samples(plan: SegmentPlan, overlap: float) -> int:
    """Returns how far apart segments begin when `overlap` (0 up to, but not, 1) of each is shared with the next."""
    return max(1, int((1 - overlap) * plan.segment_samples))


def segment_count(sample_count: int, hop: int) -> int:
    """Returns how many segments `split` makes of audio of `sample_count` samples."""
    return -(-sample_count // hop)


def split(blocks: Iterable[Samples], sample_count: int, plan: SegmentPlan, hop: int) -> Iterator[Segment]:
    """Yields the segments of the audio in order, each as soon as its last sample has been read.

    Args:
        blocks: consecutive parts of the audio of any length, shape (channels, samples).
        sample_count: samples of the whole audio, which `blocks` must hold.
        plan: segment length and padding.
        hop: samples from one segment to the next.
    """
    source = iter(blocks)
    window = _Window()
    # A segment at the end reaches back for context, but never further than the longest input.
    reach = plan.padded_samples(plan.segment_samples)
    for offset in range(0, sample_count, hop):
        length = min(plan.segment_samples, sample_count - offset)
        padded = plan.padded_samples(length)
        start = offset - (padded - length) // 2
        while window.end < min(start + padded, sample_count):
            window.append(next(source))
        yield Segment(offset, length, window.cut(start, start + padded))
        window.forget_before(offset + hop - reach)


def overlap_add(
    answers: Iterable[tuple[Segment, Samples]], sample_count: int, plan: SegmentPlan, hop: int
) -> Iterator[Samples]:
    """Yields the stems of the whole audio in consecutive blocks, shape (stems, channels, samples).

    Args:
        answers: every segment, in order, with the stems of its `samples`.
        sample_count: samples of the whole audio; the blocks add up to it.
        plan: segment length and cross-fade weight.
        hop: samples from one segment to the next, as in `split`.
    """
    stems_sum = np.zeros((0, 0, plan.segment_samples), dtype=np.float32)
    weight_sum = np.zeros(plan.segment_samples, dtype=np.float32)
    for segment, stems in answers:
        if segment.offset == 0:
            stems_sum = np.zeros((*stems.shape[:-1], plan.segment_samples), dtype=np.float32)
        weight = plan.weight[: segment.length]
        stems_sum[..., : segment.length] += weight * segment.trim(stems)
        weight_sum[: segment.length] += weight
        final = min(hop, sample_count - segment.offset)
        yield stems_sum[..., :final] / weight_sum[:final]
        stems_sum, weight_sum = _shifted(stems_sum, final), _shifted(weight_sum, final)


def _shifted(sums: Samples, count: int) -> Samples:
    return np.concatenate([sums[..., count:], np.zeros((*sums.shape[:-1], count), dtype=np.float32)], axis=-1)


class _Window:
    """The part of a stream that is still needed."""

    def __init__(self) -> None:
        self._blocks: list[Samples] = []
        self._start = 0
        self.end = 0
        """Samples of the stream that have been seen."""

    def append(self, block: Samples) -> None:
        """Takes in the next block of the stream."""
        self._blocks.append(block)
        self.end += block.shape[-1]

    def forget_before(self, position: int) -> None:
        """Drops the blocks that end at or before `position`."""
        while self._blocks and self._start + self._blocks[0].shape[-1] <= position:
            self._start += self._blocks.pop(0).shape[-1]

    def cut(self, start: int, end: int) -> Samples:
        """Returns samples `start` to `end` of the stream; those before and after what it holds are zero."""
        held = np.concatenate(self._blocks, axis=-1)
        left, right = max(0, self._start - start), max(0, end - self.end)
        inner = held[..., max(0, start - self._start) : max(0, end - self._start)]
        return np.pad(inner, ((0, 0), (left, right)))
