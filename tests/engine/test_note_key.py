"""Keys from notes."""

import pytest

from engine.note_key import find_note_key
from engine.notes import Note

MAJOR_TUNE = (0, 2, 4, 0, 4, 5, 7, 7, 9, 7, 5, 4, 2, 0)
MINOR_TUNE = (0, 2, 3, 5, 7, 3, 0, 10, 7, 5, 3, 2, 0)


def line(pitches: tuple[int, ...], tonic: int) -> list[Note]:
    return [Note(60 + tonic + pitch, 80, 0.5 * number, 0.5) for number, pitch in enumerate(pitches)]


@pytest.mark.parametrize("tonic", range(12))
@pytest.mark.parametrize(("tune", "mode"), [(MAJOR_TUNE, "major"), (MINOR_TUNE, "minor")])
def test_a_tune_has_its_key_wherever_it_is_played(tune: tuple[int, ...], mode: str, tonic: int) -> None:
    key = find_note_key(line(tune, tonic))
    assert (key.tonic, key.mode) == (tonic, mode)
    assert key.confidence > 0.3


def test_one_note_says_little() -> None:
    assert find_note_key(line((0,), 2)).confidence < find_note_key(line(MAJOR_TUNE, 2)).confidence


def test_nothing_says_nothing() -> None:
    assert find_note_key([]).confidence == 0


def test_an_accompaniment_helps() -> None:
    """G, A and B may be in G or in C; an F in the bass settles it."""
    melody = line((7, 9, 11, 9, 7), 0)
    bass = [Note(48, 80, 0.0, 1.0), Note(41, 80, 1.0, 1.0), Note(43, 80, 2.0, 0.5), Note(48, 80, 2.5, 1.0)]
    assert find_note_key(melody, bass).name == "C major"
