"""Tempo maps from beats: exact tempi, bar lines on downbeats, changes where the music changes."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.musical_time import Beat, TempoMap
from engine.tempo import tempo_map_of, tempo_of


def as_beats(
    times_sec: Sequence[float] | NDArray[np.floating[Any]], metre: int = 4, first_position: int = 1
) -> list[Beat]:
    return [Beat(float(time), (first_position - 1 + i) % metre + 1) for i, time in enumerate(times_sec)]


def bar_lines(tempo_map: TempoMap, until_sec: float) -> list[float]:
    """Returns the times of all bar lines, the beginnings of metres included."""
    lines = []
    ends = [tempo_map.quarters_at(metre.time_sec) for metre in tempo_map.time_signatures[1:]]
    ends.append(tempo_map.quarters_at(until_sec))
    for metre, end in zip(tempo_map.time_signatures, ends, strict=True):
        quarters = tempo_map.quarters_at(metre.time_sec)
        while quarters < end - 1e-6:
            lines.append(tempo_map.seconds_at(quarters))
            quarters += 4 * metre.numerator / metre.denominator
    return lines


@settings(max_examples=20)
@given(
    bpm=st.integers(55, 215), first_sec=st.floats(0, 4), metre=st.sampled_from([2, 3, 4]), count=st.integers(24, 150),
    first_position=st.integers(1, 4), seed=st.integers(0, 99),
)  # fmt: skip
def test_a_steady_piece_has_one_exact_tempo_and_bars_on_its_downbeats(
    bpm: int, first_sec: float, metre: int, count: int, first_position: int, seed: int
) -> None:
    exact = first_sec + 60 / bpm * np.arange(count)
    jitter = np.random.default_rng(seed).normal(0, 0.006, count)
    beats = as_beats(exact + jitter, metre, min(first_position, metre))
    tempo_map = tempo_map_of(beats)
    assert [tempo.quarter_bpm for tempo in tempo_map.tempos] == [bpm]
    assert tempo_map.tempos[0].time_sec == 0
    assert tempo_map.time_signatures[0].time_sec == 0
    times = [metre.time_sec for metre in tempo_map.time_signatures]
    assert times == sorted(set(times))
    lines = np.array(bar_lines(tempo_map, exact[-1] + 1))
    first_downbeat = next(i for i, beat in enumerate(beats) if beat.bar_position == 1)
    for time, beat in zip(exact[first_downbeat:], beats[first_downbeat:], strict=True):
        # The beginning may have been moved by 0.03 s, and the tempo snapped.
        distance = np.abs(lines - time).min()
        assert distance < 0.05 if beat.bar_position == 1 else distance > 0.1


@settings(max_examples=20)
@given(
    tempi=st.lists(st.integers(60, 200), min_size=2, max_size=4).filter(
        lambda tempi: all(0.1 < abs(a / b - 1) < 0.9 and abs(b / a - 1) < 0.9 for a, b in pairwise(tempi))
    ),
    first_sec=st.floats(0.1, 2),
)
def test_tempo_changes_are_kept_and_nothing_else(tempi: list[int], first_sec: float) -> None:
    lengths = np.concatenate([np.full(32, 60 / tempo) for tempo in tempi])
    exact = first_sec + np.concatenate([[0], np.cumsum(lengths)])
    tempo_map = tempo_map_of(as_beats(exact))
    np.testing.assert_allclose([tempo.quarter_bpm for tempo in tempo_map.tempos], tempi, rtol=0.01)
    quarters = [tempo_map.quarters_at(time) for time in exact]
    np.testing.assert_allclose(np.diff(quarters), 1, atol=0.05)
    for time in exact[::7]:
        assert tempo_map.seconds_at(tempo_map.quarters_at(time)) == pytest.approx(time)


def test_a_piece_that_begins_at_once_begins_with_a_whole_bar() -> None:
    tempo_map = tempo_map_of(as_beats(0.004 + 0.5 * np.arange(64)))
    assert len(tempo_map.time_signatures) == 1
    assert tempo_map.seconds_at(4) == pytest.approx(2.0)


def test_beats_before_the_first_bar_line_are_a_bar_of_their_own() -> None:
    tempo_map = tempo_map_of(as_beats(0.3 + 0.5 * np.arange(64), first_position=3))
    assert [(m.numerator, m.denominator) for m in tempo_map.time_signatures] == [(4, 4), (2, 4), (4, 4)]
    np.testing.assert_allclose([m.time_sec for m in tempo_map.time_signatures], [0, 0.3, 1.3], atol=0.01)


def test_a_bar_of_another_length_is_kept() -> None:
    positions = [1, 2, 3, 4] * 8 + [1, 2] + [1, 2, 3, 4] * 8
    beats = [Beat(0.5 * i, position) for i, position in enumerate(positions)]
    tempo_map = tempo_map_of(beats)
    assert [(m.time_sec, m.numerator) for m in tempo_map.time_signatures] == [(0, 4), (16, 2), (17, 4)]


def test_a_slip_onto_the_off_beats_is_no_change_of_tempo() -> None:
    times_sec = np.concatenate([0.5 * np.arange(60), 0.25 + 0.5 * np.arange(60, 90), 0.5 * np.arange(91, 150)])
    tempo_map = tempo_map_of(as_beats(times_sec))
    assert [tempo.quarter_bpm for tempo in tempo_map.tempos] == [120]
    assert tempo_map.quarters_at(10.0) == pytest.approx(20, abs=0.02)


def test_a_ritardando_at_the_end_is_no_steady_tempo() -> None:
    lengths = np.concatenate([np.full(120, 0.5), np.linspace(0.5, 1.0, 10)])
    tempo_map = tempo_map_of(as_beats(np.cumsum(lengths)))
    assert tempo_map.tempos[0].quarter_bpm == pytest.approx(120, rel=0.005)
    assert tempo_map.tempos[-1].quarter_bpm < 80
    assert len(tempo_map.tempos) <= 5


@pytest.mark.parametrize("stated_bpm", [60.0, 120.0, 240.0, 120.1])
def test_a_stated_tempo_is_used_as_it_is(stated_bpm: float) -> None:
    times_sec = 0.2 + 0.5 * np.arange(64)
    tempo_map = tempo_map_of(as_beats(times_sec), stated_bpm)
    assert [tempo.quarter_bpm for tempo in tempo_map.tempos] == [stated_bpm]
    lines = np.array(bar_lines(tempo_map, 30))
    assert np.abs(lines - 2.2).min() < 0.03


@pytest.mark.parametrize("count", [0, 1, 3])
def test_too_few_beats_make_the_usual_map(count: int) -> None:
    beats = as_beats(0.5 * np.arange(count))
    assert tempo_of(beats) is None
    assert tempo_map_of(beats).tempos[0].quarter_bpm == 120
    assert tempo_map_of(beats, 93.0).tempos[0].quarter_bpm == 93


def test_the_tempo_of_a_piece_is_that_of_most_of_it() -> None:
    times_sec = np.concatenate([0.6 * np.arange(20), 12 + 0.5 * np.arange(100)])
    assert tempo_of(as_beats(times_sec)) == pytest.approx(120, rel=0.002)
