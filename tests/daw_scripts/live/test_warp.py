"""Warp markers: beats to samples and back, held to another way of working them out, to the sample."""

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tests.daw_scripts.fake_live.warping import Markers, WarpMarker

RATE_HZ = 48_000.0
Script = Callable[[str], Any]


def exact_sample(pairs: list[tuple[float, float]], beat: float) -> Fraction:
    """Returns the sample at a beat in fractions: the segment is looked for from the front, one after the other."""
    for left, right in pairwise(pairs):
        if beat < right[1] or right == pairs[-1]:
            (sample, at), (next_sample, next_beat) = map(Fraction, left), map(Fraction, right)
            return sample + (Fraction(beat) - at) * (next_sample - sample) / (next_beat - at)
    raise AssertionError("no segment")


def random_markers(seed: int) -> list[tuple[float, float]]:
    """Returns 2 to 40 markers (samples, beats) with 5 to 999 BPM in between, one of which Live does not show."""
    random = np.random.default_rng(seed)
    count = int(random.integers(2, 41))
    seconds = random.uniform(0.01, 4.0, count)
    beats = seconds * np.exp(random.uniform(np.log(5.001), np.log(998.9), count)) / 60
    begin = random.uniform(-8, 8), random.uniform(0, 3)
    return [
        (float(sample) * RATE_HZ, float(beat))
        for sample, beat in zip(begin[1] + np.cumsum(seconds), begin[0] + np.cumsum(beats), strict=True)
    ]


def test_a_thousand_random_sets_of_markers_are_exact_to_a_sample(script: Script) -> None:
    warp_map = script("warp").WarpMap
    farthest = farthest_beats = 0.0
    for seed in range(1000):
        pairs = random_markers(seed)
        warp = warp_map(*zip(*pairs, strict=True))
        low, high = pairs[0][1] - 4, pairs[-1][1] + 4
        for beat in [*np.random.default_rng(seed).uniform(low, high, 4), pairs[0][1], pairs[-1][1]]:
            exact = exact_sample(pairs, float(beat))
            farthest = max(farthest, abs(float(exact - Fraction(warp.sample_at(float(beat))))))
            farthest_beats = max(farthest_beats, abs(warp.beat_at(float(exact)) - beat))
    assert farthest < 0.001
    assert farthest_beats < 1e-7


def test_markers_of_a_part_of_a_file_play_it_at_the_same_beats(script: Script) -> None:
    warp_map = script("warp").WarpMap
    for seed in range(200):
        pairs = random_markers(seed)
        warp = warp_map(*zip(*pairs, strict=True))
        first = math.floor(warp.sample_at(pairs[0][1] - 0.5))
        last = math.ceil(warp.sample_at(pairs[-1][1] + 0.5))
        part = warp.within(first, last)
        assert (part[0][0], part[-1][0]) == (0.0, last - first)
        samples, beats = np.array(part).T
        for beat in np.linspace(part[0][1], part[-1][1], 20):
            assert abs(np.interp(beat, beats, samples) + first - warp.sample_at(beat)) < 0.01


class Clip:
    """A new clip: what Live would have, without its other properties."""

    def __init__(self, markers: Markers, sample_length: int) -> None:
        self.markers, self.sample_rate, self.sample_length = markers, RATE_HZ, sample_length

    @property
    def warp_markers(self) -> list[WarpMarker]:
        return self.markers.shown()

    def add_warp_marker(self, marker: WarpMarker) -> None:
        self.markers = self.markers.added(marker, self.sample_length / RATE_HZ)

    def move_warp_marker(self, beat: float, distance: float) -> None:
        self.markers = self.markers.moved(beat, distance)

    def remove_warp_marker(self, beat: float) -> None:
        self.markers = self.markers.removed(beat)

    def beat_to_sample_time(self, beat: float) -> float:
        return self.markers.sample_sec(beat) * RATE_HZ


@pytest.mark.parametrize("own", [((0.0, 0.0),), ((0.02, 0.0), (0.3, 0.7), (0.9, 1.8))], ids=["new", "analysed"])
def test_live_takes_any_set_of_markers_one_by_one(script: Script, own: tuple[tuple[float, float], ...]) -> None:
    lay = script("shaping").lay_markers
    for seed in range(60):
        pairs = random_markers(seed)
        warp = script("warp").WarpMap(*zip(*pairs, strict=True))
        first, last = math.floor(pairs[0][0]), math.ceil(pairs[-1][0]) + 48_000
        clip = Clip(Markers(own, 120.0), last - first)
        wanted = warp.within(first, last)
        assert lay(clip, wanted) <= 1
        assert np.array(clip.markers.pairs) * [RATE_HZ, 1] == pytest.approx(np.array(wanted))
