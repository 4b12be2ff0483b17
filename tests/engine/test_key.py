"""Keys from chords."""

from collections.abc import Sequence

import pytest

from engine.key import find_key
from engine.musical_time import PITCH_CLASSES, Chord


def in_row(labels: Sequence[str], duration_sec: float = 2.0) -> list[Chord]:
    return [Chord(i * duration_sec, duration_sec, label) for i, label in enumerate(labels)]


def transposed(labels: Sequence[str], semitones: int) -> list[str]:
    return [
        f"{PITCH_CLASSES[(PITCH_CLASSES.index(root) + semitones) % 12]}:{quality}"
        for root, quality in (label.split(":") for label in labels)
    ]


MAJOR = ("C:maj", "A:min7", "F:maj7", "G:7", "C:maj", "D:min", "G:sus4(b7)", "C:maj/3")
MINOR = ("A:min", "F:maj", "C:maj", "G:maj", "A:min", "D:min", "E:7", "A:min")


@pytest.mark.parametrize("semitones", range(12))
@pytest.mark.parametrize(("labels", "tonic", "mode"), [(MAJOR, 0, "major"), (MINOR, 9, "minor")])
def test_a_cadence_is_in_its_key_wherever_it_is_moved(
    labels: Sequence[str], tonic: int, mode: str, semitones: int
) -> None:
    key = find_key(in_row(transposed(labels, semitones)))
    assert key is not None
    assert (key.tonic, key.mode) == ((tonic + semitones) % 12, mode)
    assert 0.3 < key.confidence <= 1


def test_more_chords_make_it_surer() -> None:
    short, long = find_key(in_row(MAJOR[:2])), find_key(in_row(MAJOR * 2))
    assert short is not None
    assert long is not None
    assert short.confidence < long.confidence


@pytest.mark.parametrize("labels", [(), ("N",), ("N", "C:sus4", "G:5")])
def test_without_thirds_there_is_no_key(labels: Sequence[str]) -> None:
    assert find_key(in_row(labels)) is None
