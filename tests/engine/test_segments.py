"""Segments: any cut, put together again, is what it was; and equals a plain formulation that holds everything."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.audio import Samples
from engine.backends.base import SegmentPlan
from engine.segments import hop_samples, overlap_add, segment_count, split


def triangle(length: int) -> Samples:
    rising = np.arange(1, length // 2 + 1)
    falling = np.arange(length - length // 2, 0, -1)
    return (np.concatenate([rising, falling]) / max(falling)).astype(np.float32)


@st.composite
def plans(draw: st.DrawFn) -> SegmentPlan:
    segment = draw(st.integers(1, 60))
    granule = draw(st.integers(1, 7))
    padded = draw(st.sampled_from([lambda n: n, lambda n: segment, lambda n: -(-n // granule) * granule]))
    return SegmentPlan(segment, triangle(segment), padded, batch_size=1)


def blocks_of(audio: Samples, sizes: list[int]) -> Iterator[Samples]:
    start = 0
    while start < audio.shape[-1]:
        size = sizes[start % len(sizes)]
        yield audio[:, start : start + size]
        start += size


def stems_of(samples: Samples) -> Samples:
    """A model that sees all that it is given: three stems, one of which depends on a sample's place in it."""
    place = np.arange(samples.shape[-1], dtype=np.float32)
    return np.stack([samples, -2 * samples, samples + place])


def separate_plainly(audio: Samples, plan: SegmentPlan, hop: int) -> Samples:
    """The same as one pass over everything in memory, padded with zeros on both sides."""
    count, margin = audio.shape[-1], 2 * plan.segment_samples + 10
    surrounded = np.pad(audio, ((0, 0), (margin, margin)))
    total: Samples = np.zeros((3, *audio.shape), np.float32)
    weights: Samples = np.zeros(count, np.float32)
    for offset in range(0, count, hop):
        length = min(plan.segment_samples, count - offset)
        padded = plan.padded_samples(length)
        left = (padded - length) // 2
        stems = stems_of(surrounded[:, margin + offset - left :][:, :padded])[..., left : left + length]
        total[..., offset : offset + length] += plan.weight[:length] * stems
        weights[offset : offset + length] += plan.weight[:length]
    return total / weights


@given(
    plan=plans(),
    overlap=st.floats(0, 0.95),
    count=st.integers(1, 300),
    sizes=st.lists(st.integers(1, 80), min_size=1, max_size=5),
)
def test_streaming_equals_the_plain_formulation(
    plan: SegmentPlan, overlap: float, count: int, sizes: list[int]
) -> None:
    audio = np.random.default_rng(count).standard_normal((2, count)).astype(np.float32)
    hop = hop_samples(plan, overlap)

    segments = list(split(blocks_of(audio, sizes), count, plan, hop))
    answers = [(segment, stems_of(segment.samples)) for segment in segments]
    stems = np.concatenate(list(overlap_add(answers, count, plan, hop)), axis=-1)

    assert len(segments) == segment_count(count, hop)
    assert all(s.samples.shape[-1] == plan.padded_samples(s.length) for s in segments)
    np.testing.assert_array_equal(stems, separate_plainly(audio, plan, hop))
    # Where nothing depends on the place, the cross-fade adds up to 1.
    np.testing.assert_allclose(stems[0], audio, rtol=1e-5, atol=1e-6)


def test_audio_is_finished_before_the_next_segment_is_read() -> None:
    plan = SegmentPlan(8, triangle(8), lambda _: 8, batch_size=1)
    read = 0

    def blocks() -> Iterator[Samples]:
        nonlocal read
        for _ in range(100):
            read += 1
            yield np.ones((2, 1), np.float32)

    answers = ((segment, segment.samples[None]) for segment in split(blocks(), 100, plan, 6))
    first = next(overlap_add(answers, 100, plan, 6))

    assert first.shape == (1, 2, 6)
    assert read == 8


@pytest.mark.parametrize(("overlap", "hop"), [(0.0, 343_980), (0.25, 257_985), (0.5, 171_990)])
def test_hop_of_htdemucs(overlap: float, hop: int) -> None:
    plan = SegmentPlan(343_980, triangle(343_980), lambda _: 343_980, batch_size=1)
    assert hop_samples(plan, overlap) == hop
