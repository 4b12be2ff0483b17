"""A bass line: the lowest of what sounds, and no overtones."""

import pytest

from engine.notes import Note
from engine.one_voice import one_voice

LOW = Note(28, 96, 1.0, 1.0)


def test_the_lowest_of_notes_together_remains() -> None:
    # Their onsets are found a little apart, the higher one's first.
    octave, twelfth = Note(40, 50, 0.97, 0.3), Note(47, 40, 1.5, 0.2)
    assert one_voice((octave, LOW, twelfth)) == (LOW,)


def test_a_line_stays_as_it_is() -> None:
    line = tuple(Note(pitch, 90, 0.5 * number, 0.5) for number, pitch in enumerate((28, 40, 33, 28, 35, 47)))
    assert one_voice(line) == line


def test_a_line_may_be_legato() -> None:
    # The lower note ends just after the higher one has begun.
    higher = Note(35, 90, 1.97, 1.0)
    assert one_voice((LOW, higher)) == (LOW, higher)


@pytest.mark.parametrize("interval", [12, 19, 24])
def test_an_overtone_that_rings_on_is_not_played(interval: int) -> None:
    faint, played = (Note(LOW.pitch + interval, velocity, 2.1, 0.4) for velocity in (50, 90))
    assert one_voice((LOW, faint)) == (LOW,)
    assert one_voice((LOW, played)) == (LOW, played)


def test_a_soft_note_that_is_no_overtone_remains() -> None:
    soft = Note(LOW.pitch + 7, 50, 2.1, 0.4)
    assert one_voice((LOW, soft)) == (LOW, soft)


def test_no_notes_are_no_line() -> None:
    assert one_voice(()) == ()
