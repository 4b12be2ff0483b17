"""Ranges and scales as people write them."""

import pytest

from bridge.errors import RequestRefused
from bridge.midi.pitch_names import parse_pitch_range, parse_scale


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C3-C6", (48, 84)), ("48-84", (48, 84)), ("c#4 - Bb5", (61, 82)), ("C-1..G9", (0, 127)),
        ("E♭4 to F♯4", (63, 66)), ("60-60", (60, 60)), ("Cb4-B#4", (59, 72)), ("", (None, None)),
    ],
)  # fmt: skip
def test_a_range_of_names_or_numbers(text: str, expected: tuple[int | None, int | None]) -> None:
    assert parse_pitch_range(text) == expected


@pytest.mark.parametrize("text", ["C3", "84-48", "0-128", "H3-C6", "C3-", "low-high"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(RequestRefused, match="no range of notes"):
        parse_pitch_range(text)


@pytest.mark.parametrize(("text", "expected"), [("C Eb F G Bb", (0, 3, 5, 7, 10)), ("b, C♯ cb", (1, 11)), (" ", ())])
def test_a_scale(text: str, expected: tuple[int, ...]) -> None:
    assert parse_scale(text) == expected


@pytest.mark.parametrize("text", ["C H", "minor", "C4"])
def test_what_is_no_scale_is_refused(text: str) -> None:
    with pytest.raises(RequestRefused, match="is no note"):
        parse_scale(text)
