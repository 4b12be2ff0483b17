"""Wishes say what cannot be meant, and candidates become tracks."""

from typing import Any

import pytest

from engine.errors import InvalidArgument
from engine.generation import Candidate, Constraints, Sampling, WrittenNote, ranked
from engine.musical_time import Key, TempoChange, TempoMap, TimeSignature, steady_tempo


def candidate(index: int, score: float, notes: tuple[WrittenNote, ...] = ()) -> Candidate:
    key = Key(0, "major", 1.0)
    return Candidate(index, notes, 8.0, 4, (4, 4), key, score, log_likelihood=-1.0)


@pytest.mark.parametrize(
    "values",
    [{"candidate_count": 0}, {"candidate_count": 17}, {"temperature": 0.0}, {"temperature": 2.1}, {"top_p": 0.0}],
)
def test_sampling_says_which_value_cannot_be_meant(values: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument) as error:
        Sampling(**values)
    assert error.value.metadata["field"] in values


@pytest.mark.parametrize(
    "values",
    [
        {"key_rule": "loose"},
        {"lowest_pitch": 70, "highest_pitch": 60},
        {"highest_pitch": 128},
        {"pitch_classes": frozenset({12})},
        {"max_polyphony": -1},
        {"fewest_per_bar": 5, "most_per_bar": 4},
    ],
)
def test_constraints_say_what_cannot_be_met(values: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument):
        Constraints(**values)


def test_the_best_candidate_comes_first_and_ties_keep_their_order() -> None:
    found = ranked([candidate(0, 0.2), candidate(1, 0.9), candidate(2, 0.2)])
    assert [one.index for one in found] == [1, 0, 2]


def test_a_candidate_lies_in_the_time_of_the_tempo_map() -> None:
    notes = (WrittenNote(0.0, 60, 1.0, 80), WrittenNote(0.0, 36, 2.0, 70, "bass"))
    melody, bass = candidate(0, 1.0, notes).to_tracks(steady_tempo(120.0))
    assert (melody.name, bass.name) == ("melody", "bass")
    assert (melody.notes[0].onset_sec, melody.notes[0].duration_sec) == (4.0, 0.5)
    assert bass.notes[0].duration_sec == 1.0


def test_a_candidate_follows_a_change_of_tempo() -> None:
    changing = TempoMap((TempoChange(0.0, 120.0), TempoChange(4.5, 60.0)), (TimeSignature(0.0, 4, 4),))
    (melody,) = candidate(0, 1.0, (WrittenNote(0.0, 60, 2.0, 80),)).to_tracks(changing)
    assert melody.notes[0].duration_sec == pytest.approx(0.5 + 1.0)
