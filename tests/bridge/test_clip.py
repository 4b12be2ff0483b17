"""Clip arithmetic against a slow reference that asks, for every single sample, which sample of the source it is."""

import math
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.channels import Block
from bridge.clip import Clip, Section, Silence, Span, assemble, place_of, plan_clip, sample_at
from bridge.errors import RequestRefused

RATES_HZ = (44_100, 48_000, 96_000)
FILE = Path("/music/take.wav")


def clip_of(length_sec: float, **changes: object) -> Clip:
    return replace(Clip(FILE, length_sec), **changes)  # type: ignore[arg-type]


def played(clip: Clip, rate_hz: int, source: Block, block_samples: int = 7) -> Block:
    """What plan and assembly make of a source that has its samples' numbers, from 1 on, in it."""
    plan = plan_clip(clip, rate_hz, len(source))
    window = source[plan.window.first : plan.window.last]
    blocks = list(assemble(plan, lambda first, last: window[first:last], block_samples))
    return np.concatenate(blocks)


def numbers(count: int) -> Block:
    return np.arange(1, count + 1).reshape(-1, 1)


def half_up(moment: Fraction) -> int:
    return math.floor(moment + Fraction(1, 2))


@st.composite
def clips(draw: st.DrawFn) -> tuple[Clip, int, int, list[int]]:
    """A clip on a grid of quarter samples, its rate, its source's length, and what it plays: 0 is silence."""
    rate_hz = draw(st.sampled_from(RATES_HZ))
    source_samples = draw(st.integers(1, 60))
    quarters = st.integers(0, 200)
    start, length = Fraction(draw(st.integers(-100, 250)), 4), Fraction(draw(st.integers(1, 300)), 4)
    rate = draw(st.sampled_from([Fraction(1), Fraction(3, 2), Fraction(1, 2), Fraction(2), Fraction(7, 4)]))
    section_at = (Fraction(draw(quarters), 4), Fraction(draw(st.integers(1, 200)), 4)) if draw(st.booleans()) else None
    is_reversed, is_looped = draw(st.booleans()), draw(st.booleans())
    clip = Clip(
        file=FILE,
        length_sec=float(length / rate_hz),
        start_offset_sec=float(start / rate_hz),
        playrate=float(rate),
        is_reversed=is_reversed,
        is_looped=is_looped,
        section=Section(float(section_at[0] / rate_hz), float(section_at[1] / rate_hz)) if section_at else None,
    )
    source = {sample: sample + 1 for sample in range(source_samples)}
    tape = [source.get(sample, 0) for sample in range(source_samples)]
    if section_at:
        tape = [source.get(sample, 0) for sample in range(half_up(section_at[0]), half_up(sum(section_at, Fraction())))]
    if is_reversed:
        tape.reverse()
    expected = []
    for moment in range(math.floor(start), math.ceil(start + length * rate)):
        if is_looped and tape:
            moment %= len(tape)
        expected.append(tape[moment] if 0 <= moment < len(tape) else 0)
    return clip, rate_hz, source_samples, expected


@settings(max_examples=400)
@given(clips())
def test_every_sample_is_the_one_that_the_reference_names(case: tuple[Clip, int, int, list[int]]) -> None:
    clip, rate_hz, source_samples, expected = case
    if not any(expected):
        with pytest.raises(RequestRefused):
            plan_clip(clip, rate_hz, source_samples)
        return
    plan = plan_clip(clip, rate_hz, source_samples)
    assert played(clip, rate_hz, numbers(source_samples))[:, 0].tolist() == expected
    assert plan.sample_count == sum(piece.sample_count for piece in plan.pieces) == len(expected)
    start = Fraction(clip.start_offset_sec) * rate_hz
    assert plan.start_offset_sec * rate_hz == pytest.approx(
        float(start - math.floor(start + Fraction(1, 100))), abs=1e-6
    )
    assert all(piece.sample_count > 0 for piece in plan.pieces)


@settings(max_examples=200)
@given(clips())
def test_the_window_has_no_sample_too_many_at_its_ends(case: tuple[Clip, int, int, list[int]]) -> None:
    clip, rate_hz, source_samples, expected = case
    heard = sorted(set(expected) - {0})
    if heard:
        assert plan_clip(clip, rate_hz, source_samples).window == Span(heard[0] - 1, heard[-1])


@settings(max_examples=100)
@given(st.sampled_from(RATES_HZ), st.floats(0, 20), st.floats(0.001, 20), st.floats(0.001, 20), st.floats(0.3, 3))
def test_items_that_touch_share_at_most_the_sample_in_which_they_touch(
    rate_hz: int, start_sec: float, left_sec: float, right_sec: float, playrate: float
) -> None:
    middle_sec = start_sec + left_sec * playrate
    left = plan_clip(clip_of(left_sec, start_offset_sec=start_sec, playrate=playrate), rate_hz, 1 << 40)
    right = plan_clip(clip_of(right_sec, start_offset_sec=middle_sec, playrate=playrate), rate_hz, 1 << 40)
    assert left.window.last - right.window.first == (1 if right.start_offset_sec else 0)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_trimmed_item(rate_hz: int) -> None:
    plan = plan_clip(clip_of(4.0, start_offset_sec=1.5), rate_hz, 10 * rate_hz)
    assert plan.window == Span(rate_hz * 3 // 2, rate_hz * 11 // 2)
    assert plan.is_plain
    assert plan.sample_count == 4 * rate_hz


def test_a_faster_item_uses_more_of_its_source() -> None:
    plan = plan_clip(clip_of(4.0, start_offset_sec=1.5, playrate=1.5), 44_100, 441_000)
    assert plan.window == Span(66_150, 66_150 + 264_600)
    assert place_of(clip_of(4.0, start_offset_sec=1.5, playrate=1.5), plan).playrate == 1.5


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("playrate", [1.0, 1.5])
@pytest.mark.parametrize("is_reversed", [False, True])
def test_an_item_that_begins_between_two_samples_sounds_at_its_place(
    rate_hz: int, playrate: float, is_reversed: bool
) -> None:
    source = np.random.default_rng(3).uniform(-1, 1, (1000, 1))
    clip = clip_of(123.4 / rate_hz, start_offset_sec=200.3 / rate_hz, playrate=playrate, is_reversed=is_reversed)
    place = place_of(clip, plan_clip(clip, rate_hz, len(source)))
    result = played(clip, rate_hz, source)[:, 0]
    moments = np.arange(0, 123.4, 0.1) * playrate
    tape = source[::-1, 0] if is_reversed else source[:, 0]
    heard = np.interp(200.3 + moments, np.arange(len(tape)), tape)
    assert place.start_offset_sec * rate_hz == pytest.approx(0.3)
    # between the last two samples that an item plays, its file has nothing more to go to
    inside = moments + 0.3 <= len(result) - 1
    assert np.count_nonzero(~inside) <= 10 * playrate
    stem = np.interp(place.start_offset_sec * rate_hz + moments, np.arange(len(result)), result)
    assert stem[inside] == pytest.approx(heard[inside], abs=1e-9)


def test_a_reversed_item_begins_at_the_source_s_end() -> None:
    clip = clip_of(1.0, start_offset_sec=0.5, is_reversed=True)
    plan = plan_clip(clip, 48_000, 480_000)
    assert plan.pieces == (Span(408_000, 456_000, is_reversed=True),)
    assert plan.window == Span(408_000, 456_000)
    assert not plan.is_plain


def test_a_reversed_section_is_turned_round_within_itself() -> None:
    clip = clip_of(1.0, is_reversed=True, section=Section(2.0, 3.0))
    assert plan_clip(clip, 44_100, 441_000).pieces == (Span(176_400, 220_500, is_reversed=True),)


def test_a_loop_goes_on_over_the_seam() -> None:
    clip = clip_of(3.0, start_offset_sec=1.5, is_looped=True, section=Section(1.0, 2.0))
    assert plan_clip(clip, 48_000, 480_000).pieces == (
        Span(120_000, 144_000),
        Span(48_000, 144_000),
        Span(48_000, 72_000),
    )


def test_without_a_loop_silence_surrounds_the_source() -> None:
    plan = plan_clip(clip_of(4.0, start_offset_sec=-1.0), 44_100, 88_200)
    assert plan.pieces == (Silence(44_100), Span(0, 88_200), Silence(44_100))
    assert plan.sample_count == 176_400


def test_a_section_beyond_its_file_is_silent_there_before_it_plays_backwards() -> None:
    clip = clip_of(2.0, is_reversed=True, section=Section(1.0, 2.0))
    assert plan_clip(clip, 44_100, 88_200).pieces == (Silence(44_100), Span(44_100, 88_200, is_reversed=True))


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("sample", [0, 1, 2, 44_099, 1_234_567, 400_000_001])
def test_half_a_sample_is_rounded_up_whatever_the_float_makes_of_it(sample: int, rate_hz: int) -> None:
    moment_sec = (sample + 0.5) / rate_hz
    for noisy_sec in (moment_sec, math.nextafter(moment_sec, 0), math.nextafter(moment_sec, math.inf)):
        assert sample_at(noisy_sec, rate_hz) == sample + 1
    assert sample_at((sample + 0.49) / rate_hz, rate_hz) == sample


def test_gain_and_fades_go_to_the_place_and_not_into_the_sound() -> None:
    clip = clip_of(2.0, gain=-0.5, fade_in_sec=0.1, fade_out_sec=0.2)
    place = place_of(clip, plan_clip(clip, 44_100, 441_000))
    assert (place.gain, place.fade_in_sec, place.fade_out_sec, place.start_offset_sec) == (-0.5, 0.1, 0.2, 0.0)
    assert plan_clip(clip, 44_100, 441_000) == plan_clip(clip_of(2.0), 44_100, 441_000)


@pytest.mark.parametrize(
    "clip",
    [
        clip_of(1.0, start_offset_sec=11.0),
        clip_of(1.0, start_offset_sec=-1.0),
        clip_of(1e-9),
        clip_of(1.0, section=Section(20.0, 1.0)),
        clip_of(1.0, section=Section(1.0, 1e-9), is_looped=True),
    ],
)
def test_an_item_that_is_silent_is_refused(clip: Clip) -> None:
    with pytest.raises(RequestRefused, match=r"no part of|too short"):
        plan_clip(clip, 44_100, 441_000)


def test_a_tiny_loop_repeated_for_hours_is_refused_at_once() -> None:
    with pytest.raises(RequestRefused, match="too short"):
        plan_clip(clip_of(36_000.0, is_looped=True, section=Section(1.0, 1 / 44_100)), 44_100, 441_000)


def test_blocks_keep_type_and_channels() -> None:
    source = np.arange(20, dtype=np.int32).reshape(-1, 2)
    clip = clip_of(8 / 48_000, start_offset_sec=-2 / 48_000, is_reversed=True)
    assert played(clip, 48_000, source, block_samples=4).dtype == np.int32
    assert played(clip, 48_000, source, block_samples=4).tolist() == [[0, 0], [0, 0], *source[:3:-1].tolist()]
