"""General MIDI names."""

import pretty_midi
import pytest

from bridge.errors import RequestRefused
from bridge.midi.general_midi import PROGRAMS, program_number


@pytest.mark.parametrize("number", range(128))
def test_every_program_is_found_by_the_names_that_pretty_midi_has(number: int) -> None:
    assert program_number(PROGRAMS[number]) == number
    assert program_number(pretty_midi.program_to_instrument_name(number)) == number
    assert program_number(str(number)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("violin", 40), ("PIANO", 0), ("bass", 33), ("electric  bass", 33), ("nylon acoustic guitar", 24), ("sax", 65),
        ("saw lead", 81), ("strings", 48), ("Honky tonk piano", 3), ("warm pad", 89), ("vibes", 11),
    ],
)  # fmt: skip
def test_aliases(text: str, number: int) -> None:
    assert program_number(text) == number


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("violn", "Did you mean Violin"), ("jazz flute", "Flute"), ("qqq", "Name an instrument"), ("128", "0 to 127"),
     ("-1", "0 to 127"), ("", "Name an instrument")],
)  # fmt: skip
def test_what_is_no_program(text: str, sentence: str) -> None:
    with pytest.raises(RequestRefused, match=sentence):
        program_number(text)
