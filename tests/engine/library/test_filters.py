"""Which samples meet which limits."""

from typing import Any

import pytest

from engine.errors import InvalidArgument
from engine.library.filters import SampleFilter, fits_tempo, keys_with_notes_of
from engine.library.tags import TAG_PLACES, checked_tag, tag_score
from engine.musical_time import Key
from tests.engine.library.samples import sample

A_MINOR = Key(9, "minor", 0.7)
LOOP = sample("loop.wav", kind="loop", quarter_bpm=120.0, key=A_MINOR)
KICK = sample("kick.wav")


@pytest.mark.parametrize(
    ("key", "same"),
    [
        (Key(0, "major", 1.0), {(0, "major"), (9, "minor")}),
        (Key(9, "minor", 0.1), {(0, "major"), (9, "minor")}),
        (Key(2, "dorian", 1.0), {(0, "major"), (9, "minor")}),
        (Key(11, "Locrian", 1.0), {(0, "major"), (9, "minor")}),
        (Key(1, "minor", 1.0), {(4, "major"), (1, "minor")}),
    ],
)
def test_keys_fit_when_their_scales_have_the_same_notes(key: Key, same: set[tuple[int, str]]) -> None:
    assert keys_with_notes_of(key) == same


@pytest.mark.parametrize("key", [Key(12, "major", 1.0), Key(-1, "minor", 1.0), Key(0, "blues", 1.0)])
def test_what_is_no_key_is_refused(key: Key) -> None:
    with pytest.raises(InvalidArgument, match="tonic from 0"):
        keys_with_notes_of(key)


@pytest.mark.parametrize(
    ("bpm", "wanted", "fits"),
    [(120, 120, True), (60, 120, True), (140, 70, True), (126, 120, True), (128, 120, False), (0, 120, False),
     (113.3, 120, True), (113.1, 120, False), (90, 120, False)],
)  # fmt: skip
def test_a_tempo_fits_after_little_stretching_or_at_half_or_double_speed(bpm: float, wanted: float, fits: bool) -> None:
    assert fits_tempo(bpm, wanted) is fits


@pytest.mark.parametrize(
    ("limits", "finds_loop", "finds_kick"),
    [
        ({}, True, True),
        ({"keys": keys_with_notes_of(Key(0, "major", 1.0))}, True, False),
        ({"keys": keys_with_notes_of(Key(1, "major", 1.0))}, False, False),
        ({"quarter_bpm": 61.0}, True, False),
        ({"kinds": ("one-shot",)}, False, True),
        ({"kinds": ("one-shot/kick", "loop")}, True, True),
        ({"kinds": ("one-shot/kic",)}, False, False),
        ({"ids": frozenset({KICK.id})}, False, True),
        ({"excluded_ids": frozenset({KICK.id})}, True, False),
        ({"kinds": ("loop",), "quarter_bpm": 90.0}, False, False),
    ],
)
def test_all_limits_have_to_be_met(limits: dict[str, Any], finds_loop: bool, finds_kick: bool) -> None:
    wanted = SampleFilter(**limits)
    assert (wanted.admits(LOOP, {}), wanted.admits(KICK, {})) == (finds_loop, finds_kick)


def test_a_tag_fits_from_its_limit_on() -> None:
    wanted = SampleFilter(tags=("happy",))
    score = tag_score(KICK, "happy")
    assert score == KICK.tag_scores["MSD_musicnn"][49]
    assert wanted.admits(KICK, {"happy": score})
    assert not wanted.admits(KICK, {"happy": score + 0.01})


def test_a_tag_of_two_models_has_the_higher_score() -> None:
    both = [tag for tag, places in TAG_PLACES.items() if len(places) == 2]
    assert "guitar" in both
    for tag in both:
        assert tag_score(KICK, tag) == max(KICK.tag_scores[model][index] for model, index in TAG_PLACES[tag])


def test_tags_are_known_in_any_case_and_others_are_refused() -> None:
    assert checked_tag(" Hip-HOP") == "hip-hop"
    with pytest.raises(InvalidArgument, match="choose among 00s"):
        checked_tag("polka")
