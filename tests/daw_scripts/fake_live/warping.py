"""Warp markers as Live keeps them, and what it refuses."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

SLOWEST_BPM, FASTEST_BPM = 5.0, 999.0
SHADOW_BEATS = 1 / 32
NEAR = 1e-9


class WarpMarker:
    def __init__(self, sample_time: float, beat_time: float, /) -> None:
        self._sample_time, self._beat_time = float(sample_time), float(beat_time)

    @property
    def beat_time(self) -> float:
        return self._beat_time

    @property
    def sample_time(self) -> float:
        return self._sample_time


@dataclass(frozen=True)
class Markers:
    """Visible markers (seconds, beats), and how fast the rest after the last one is. Never changed, only replaced."""

    pairs: tuple[tuple[float, float], ...]
    rest_bpm: float

    def shown(self) -> list[WarpMarker]:
        """Returns what Live lists: the visible ones, and one more that says how fast the rest is."""
        return [WarpMarker(*pair) for pair in self._all()]

    def added(self, marker: WarpMarker, length_sec: float) -> "Markers":
        if not 0 <= marker.sample_time <= length_sec + NEAR:
            raise RuntimeError("Warp marker sample time is out of range")
        new = (marker.sample_time, marker.beat_time)
        return self if new in self.pairs else self._checked([*self.pairs, new])

    def moved(self, beat: float, distance: float) -> "Markers":
        index = self._find(beat)
        pairs = list(self.pairs)
        pairs[index] = (pairs[index][0], pairs[index][1] + distance)
        return self._checked(pairs)

    def removed(self, beat: float) -> "Markers":
        index = self._find(beat)
        if len(self.pairs) == 1:
            raise RuntimeError("The last warp marker can't be removed")
        return self._checked([*self.pairs[:index], *self.pairs[index + 1 :]])

    def sample_sec(self, beat: float) -> float:
        return _line(beat, [pair[1] for pair in self._all()], [pair[0] for pair in self._all()])

    def beat(self, sample_sec: float) -> float:
        return _line(sample_sec, [pair[0] for pair in self._all()], [pair[1] for pair in self._all()])

    def _all(self) -> list[tuple[float, float]]:
        last = self.pairs[-1]
        return [*self.pairs, (last[0] + SHADOW_BEATS * 60 / self.rest_bpm, last[1] + SHADOW_BEATS)]

    def _find(self, beat: float) -> int:
        for index, pair in enumerate(self.pairs):
            if abs(pair[1] - beat) < NEAR:
                return index
        if abs(self._all()[-1][1] - beat) < NEAR:
            raise RuntimeError("The shadow marker can't be moved.")
        raise RuntimeError("The specified warp marker doesn't exist")

    def _checked(self, pairs: list[tuple[float, float]]) -> "Markers":
        ordered = sorted(pairs)
        for left, right in pairwise(ordered):
            length_sec, beats = right[0] - left[0], right[1] - left[1]
            if length_sec <= 0 or not SLOWEST_BPM <= beats / length_sec * 60 <= FASTEST_BPM:
                raise RuntimeError("Segment length out of range")
        return Markers(tuple(ordered), self.rest_bpm)


def _line(time: float, times: Sequence[float], others: Sequence[float]) -> float:
    """Returns a time on the other axis: straight between markers, and on as straight outside."""
    if time < times[0]:
        slope = (others[1] - others[0]) / (times[1] - times[0])
        return others[0] + (time - times[0]) * slope
    if time > times[-1]:
        slope = (others[-1] - others[-2]) / (times[-1] - times[-2])
        return others[-1] + (time - times[-1]) * slope
    return float(np.interp(time, times, others))
