"""Warp markers: which beat of a clip is which sample of its file.

Between two markers, samples and beats run straight. Before the first marker and after the last, they go on as between
the two that are nearest; Live's own list ends with a marker that it does not show, a 1/32 beat after the last visible
one, which says nothing but how fast the rest is.

Units, as Live 12.3 has them: `WarpMarker.sample_time` is seconds of the file, whatever its name says, and
`Clip.beat_to_sample_time` returns samples. Here, all of it is samples.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from Live.Clip import Clip

    Marker = tuple[float, float]
    """A sample of the file, and the beat of the clip at which it plays."""

TOLERANCE_SAMPLES = 1.0


@dataclass(frozen=True)
class WarpMap:
    """At least two markers, in order; both of their times rise."""

    samples: tuple[float, ...]
    beats: tuple[float, ...]

    def sample_at(self, beat: float) -> float:
        """Returns the sample that plays at a beat."""
        return _between(beat, self.beats, self.samples)

    def beat_at(self, sample: float) -> float:
        """Returns the beat at which a sample plays."""
        return _between(sample, self.samples, self.beats)

    def within(self, first: int, last: int) -> list[Marker]:
        """Returns markers for a file that holds samples [first, last) of this one, and plays at the same beats.

        They begin at its sample 0 and end at its end, so nothing that is heard depends on what is outside.
        """
        inside = [
            (sample - first, beat)
            for sample, beat in self._markers()
            if first + TOLERANCE_SAMPLES < sample < last - TOLERANCE_SAMPLES
        ]
        return [(0.0, self.beat_at(first)), *inside, (float(last - first), self.beat_at(last))]

    def _markers(self) -> Iterator[Marker]:
        return zip(self.samples[:-1], self.beats[:-1])  # noqa: B905 - the last one is not visible; 3.7 has no strict


def warp_map_of(clip: Clip) -> WarpMap:
    """Returns the markers of a warped clip.

    Raises:
        ValueError: there are fewer than two, or their times do not rise.
    """
    markers = clip.warp_markers
    samples = tuple(marker.sample_time * clip.sample_rate for marker in markers)
    beats = tuple(marker.beat_time for marker in markers)
    if len(beats) < 2 or not (_rise(samples) and _rise(beats)):
        raise ValueError("warp markers that cannot be")
    return WarpMap(samples, beats)


def agrees(clip: Clip, warp: WarpMap, beats: Sequence[float]) -> bool:
    """Returns whether Live itself finds the same samples at these beats, to a sample, as far as the file has them."""
    return all(
        abs(clip.beat_to_sample_time(beat) - warp.sample_at(beat)) <= TOLERANCE_SAMPLES
        for beat in beats
        if 0 <= warp.sample_at(beat) <= clip.sample_length
    )


def _rise(times: Sequence[float]) -> bool:
    return all(times[i] < times[i + 1] for i in range(len(times) - 1))


def _between(time: float, times: Sequence[float], others: Sequence[float]) -> float:
    """Returns what a time is on the other axis."""
    left = min(max(bisect_right(times, time) - 1, 0), len(times) - 2)
    slope = (others[left + 1] - others[left]) / (times[left + 1] - times[left])
    return others[left] + (time - times[left]) * slope
