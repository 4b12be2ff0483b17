"""How far a sample is transposed to fit a project."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.midi.key import parse_key
from bridge.midi.notes import Key, Mode
from bridge.panel.fit import transposition

KEYS = st.builds(Key, st.integers(0, 11), st.sampled_from(Mode))
MAJOR, MINOR = {0, 2, 4, 5, 7, 9, 11}, {0, 2, 3, 5, 7, 8, 10}


def notes_of(key: Key) -> set[int]:
    return {(key.tonic + step) % 12 for step in (MINOR if key.mode is Mode.MINOR else MAJOR)}


@pytest.mark.parametrize(
    ("sample", "project", "semitones"),
    [("Am", "C", 0), ("Am", "Cm", 3), ("C", "G", -5), ("F#", "C", -6), ("Em", "Em", 0), ("B", "C", 1)],
)
def test_known_keys(sample: str, project: str, semitones: int) -> None:
    assert transposition(parse_key(sample), parse_key(project)) == semitones


@given(KEYS, KEYS)
def test_afterwards_both_have_the_same_notes_and_the_way_is_the_shortest(sample: Key, project: Key) -> None:
    semitones = transposition(sample, project)
    assert notes_of(sample.transposed(semitones)) == notes_of(project)
    assert -6 <= semitones <= 5


def test_what_is_unknown_stays_as_it_is() -> None:
    assert transposition(None, parse_key("C")) == transposition(parse_key("C"), None) == 0
