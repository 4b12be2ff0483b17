"""Generation: every task gives notes, equal wishes give equal notes, and constraints hold whatever the weights are."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from engine.backends import find_card
from engine.backends.melody import MelodyBackend, load
from engine.errors import InvalidArgument, JobCancelled, WeightsCorrupt
from engine.generation import (
    Accompany,
    Candidate,
    Constraints,
    Continue,
    Fill,
    Prompt,
    Sampling,
    Task,
    Vary,
    Wish,
    WrittenNote,
)
from engine.musical_time import Chord, Key, steady_tempo
from engine.notes import Note, NoteTrack
from engine.weights.store import WeightStore
from tests.engine.backends.melody_model import prompt_of, random_backend

TASKS = (Continue(2), Continue(1, is_accompanied=True), Vary("rhythm"), Vary("contour"), Fill(2, 2), Accompany())
G_MAJOR = {7, 9, 11, 0, 2, 4, 6}
G = Key(7, "major", 1.0)


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> MelodyBackend:
    return random_backend(tmp_path_factory.mktemp("weights"))


def silent(fraction: float, words: str) -> None:
    """Takes no notice."""


def written(
    backend: MelodyBackend, task: Task, count: int = 4, constraints: Constraints | None = None,
    prompt: Prompt | None = None, seed: int = 0,
) -> list[Candidate]:  # fmt: skip
    wish = Wish(prompt or prompt_of(), task, Sampling(count, top_p=1.0, seed=seed), constraints or Constraints())
    return list(backend.generate(wish, silent))


def most_at_once(notes: Sequence[WrittenNote]) -> int:
    """Returns how many notes of a part sound together at the most."""
    return max(
        sum(other.onset_quarters <= note.onset_quarters < other.onset_quarters + other.duration_quarters - 1e-9
            for other in notes)
        for note in notes
    )  # fmt: skip


@pytest.mark.parametrize("task", TASKS, ids=str)
def test_every_task_gives_as_many_candidates_as_were_asked_for(backend: MelodyBackend, task: Task) -> None:
    found = written(backend, task, 3)
    assert sorted(candidate.index for candidate in found) == [0, 1, 2]
    for candidate in found:
        assert 0 <= candidate.score <= 1
        assert candidate.notes == tuple(sorted(candidate.notes))
        end = candidate.bar_count * 4
        assert all(0 <= note.onset_quarters < end and 0 <= note.pitch <= 127 for note in candidate.notes)


@pytest.mark.parametrize("task", TASKS, ids=str)
def test_equal_wishes_give_equal_notes_and_other_seeds_others(backend: MelodyBackend, task: Task) -> None:
    first, again, other = (written(backend, task, 2, seed=seed) for seed in (7, 7, 8))
    assert first == again
    assert [candidate.notes for candidate in first] != [candidate.notes for candidate in other]
    assert first[0].notes != first[1].notes


def test_the_first_candidate_comes_before_the_others_are_written(backend: MelodyBackend) -> None:
    reached: list[float] = []
    found = backend.generate(Wish(prompt_of(), Continue(2)), lambda fraction, words: reached.append(fraction))
    assert next(found).index == 0
    assert max(reached) < 0.3
    assert len(list(found)) == 3
    assert reached[-1] == 1.0


def test_a_report_that_raises_stops_the_writing(backend: MelodyBackend) -> None:
    def cancel(fraction: float, words: str) -> None:
        if fraction > 0.3:
            raise JobCancelled("The job was cancelled.")

    with pytest.raises(JobCancelled):
        list(backend.generate(Wish(prompt_of(), Continue(8)), cancel))


def test_a_continuation_begins_at_the_bar_line_after_the_prompt(backend: MelodyBackend) -> None:
    late = prompt_of(tempo_map=steady_tempo(90.0), pitches=(60,) * 9)
    assert written(backend, Continue(1), 1)[0].begins_quarters == 8.0
    assert written(backend, Continue(1), 1, prompt=late)[0].begins_quarters == 12.0
    assert written(backend, Fill(2, 2), 1)[0].begins_quarters == 4.0
    assert written(backend, Vary(), 1)[0].begins_quarters == 0.0


def test_a_strict_key_is_kept(backend: MelodyBackend) -> None:
    prompt = replace(prompt_of(), key=G)
    for task in TASKS:
        for candidate in written(backend, task, 3, Constraints(key_rule="strict"), prompt):
            assert {note.pitch % 12 for note in candidate.notes} <= G_MAJOR


def test_a_scale_of_ones_own_is_kept(backend: MelodyBackend) -> None:
    pentatonic = frozenset({7, 9, 11, 2, 4})
    rule = Constraints(key_rule="strict", pitch_classes=pentatonic)
    for candidate in written(backend, Continue(2), 6, rule, replace(prompt_of(), key=G)):
        assert {note.pitch % 12 for note in candidate.notes} <= pentatonic


def test_a_range_is_kept(backend: MelodyBackend) -> None:
    for task in TASKS:
        for candidate in written(backend, task, 3, Constraints(lowest_pitch=60, highest_pitch=66)):
            assert all(60 <= note.pitch <= 66 for note in candidate.notes)


@pytest.mark.parametrize("most", [1, 2, 3])
def test_polyphony_is_kept(backend: MelodyBackend, most: int) -> None:
    for candidate in written(backend, Accompany(), 4, Constraints(max_polyphony=most)):
        for part in ("chords", "bass"):
            notes = [note for note in candidate.notes if note.part == part]
            assert not notes or most_at_once(notes) <= most


def test_a_melody_is_one_voice(backend: MelodyBackend) -> None:
    for candidate in written(backend, Continue(4), 6):
        ends = [note.onset_quarters + note.duration_quarters for note in candidate.notes]
        assert all(end <= after.onset_quarters + 1e-9 for end, after in zip(ends, candidate.notes[1:], strict=False))


def test_notes_stay_in_their_bars_and_end_on_the_last(backend: MelodyBackend) -> None:
    for task in (Continue(3), Continue(2, is_accompanied=True), Accompany()):
        for candidate in written(backend, task, 3, Constraints(stays_in_bars=True)):
            for note in candidate.notes:
                assert note.onset_quarters % 4 + note.duration_quarters <= 4 + 1e-9
        for candidate in written(backend, task, 3, Constraints(ends_on_bar=True)):
            ends = [note.onset_quarters + note.duration_quarters for note in candidate.notes]
            assert max(ends, default=0) <= 4 * candidate.bar_count + 1e-9


@pytest.mark.parametrize(("fewest", "most"), [(3, 3), (0, 2), (6, 9), (24, 24), (1, 1)])
def test_a_density_is_kept_in_every_bar(backend: MelodyBackend, fewest: int, most: int) -> None:
    rule = Constraints(fewest_per_bar=fewest, most_per_bar=most)
    for candidate in written(backend, Continue(3), 4, rule):
        per_bar = Counter(int(note.onset_quarters // 4) for note in candidate.notes)
        assert all(fewest <= per_bar[bar] <= most for bar in range(3))


def test_all_constraints_together_are_kept(backend: MelodyBackend) -> None:
    rule = Constraints("strict", frozenset(), 62, 64, 1, True, True, 5, 6)
    for candidate in written(backend, Continue(3), 6, rule, replace(prompt_of(), key=G)):
        per_bar = Counter(int(note.onset_quarters // 4) for note in candidate.notes)
        assert all(5 <= per_bar[bar] <= 6 for bar in range(3))
        assert {note.pitch for note in candidate.notes} <= {62, 64}
        assert most_at_once(candidate.notes) == 1


def test_a_variation_keeps_the_rhythm_and_little_else(backend: MelodyBackend) -> None:
    prompt = prompt_of((67, 69, 71, 74, 71, 69, 67, 64, 62), quarters=0.75)
    for candidate in written(backend, Vary("rhythm"), 8, prompt=prompt):
        assert [note.onset_quarters for note in candidate.notes] == [number * 0.75 for number in range(9)]
        assert [note.duration_quarters for note in candidate.notes] == [0.75] * 9
        same = [note.pitch == given.pitch for note, given in zip(candidate.notes, prompt.tracks[0].notes, strict=True)]
        assert not any(all(same[at : at + 3]) for at in range(7))


def test_a_variation_keeps_the_contour_within_each_bar(backend: MelodyBackend) -> None:
    given = (67, 69, 69, 74, 71, 69, 67, 64)
    for candidate in written(backend, Vary("contour"), 8, prompt=prompt_of(given)):
        pitches = [note.pitch for note in candidate.notes]
        for begin in (0, 4):
            moves = zip(pairwise(given[begin : begin + 4]), pairwise(pitches[begin : begin + 4]), strict=True)
            for (a, b), (x, y) in moves:
                assert (b > a, b < a) == (y > x, y < x)


def test_an_accompaniment_is_of_the_parts_that_were_asked_for(backend: MelodyBackend) -> None:
    for candidate in written(backend, Accompany(("bass",))):
        assert {note.part for note in candidate.notes} <= {"bass"}


def test_chords_that_were_given_change_what_is_written(backend: MelodyBackend) -> None:
    plain = prompt_of()
    led = replace(plain, chords=(Chord(4.0, 2.0, "E:min"), Chord(6.0, 2.0, "F#m")))
    wished = [written(backend, Continue(2), 1, prompt=prompt)[0].notes for prompt in (plain, led)]
    assert wished[0] != wished[1]


@pytest.mark.parametrize("metre", [(7, 8), (5, 4), (3, 4), (2, 4), (12, 8), (7, 16)])
def test_other_metres_have_bars_of_their_own_length(backend: MelodyBackend, metre: tuple[int, int]) -> None:
    prompt = prompt_of((67, 69, 71), tempo_map=steady_tempo(120.0, *metre), quarters=0.5)
    length = 4 * metre[0] / metre[1]
    (candidate,) = written(backend, Continue(2), 1, Constraints(stays_in_bars=True), prompt)
    assert candidate.metre == metre
    assert candidate.begins_quarters == length
    for note in candidate.notes:
        assert note.onset_quarters % length + note.duration_quarters <= length + 1e-9


def test_one_note_is_a_prompt(backend: MelodyBackend) -> None:
    assert len(written(backend, Continue(1), 2, Constraints(fewest_per_bar=1), prompt_of((60,)))) == 2


def test_three_hundred_bars_are_read_from_the_end(backend: MelodyBackend) -> None:
    (candidate,) = written(backend, Continue(1), 1, prompt=prompt_of((60, 62, 64, 65) * 300))
    assert candidate.begins_quarters == 1200.0


def test_long_answers_reach_beyond_what_the_network_was_trained_on(backend: MelodyBackend) -> None:
    (candidate,) = written(backend, Continue(64), 1, Constraints(fewest_per_bar=8, most_per_bar=8))
    assert len(candidate.notes) == 512


@pytest.mark.parametrize(
    ("task", "words"),
    [
        (Continue(0), "1 to 64"),
        (Continue(65), "1 to 64"),
        (Fill(2, 5), "bars 1 to 2"),
        (Fill(0, 1), "bars 1 to 2"),
        (Fill(2, 1), "bars 1 to 2"),
        (Accompany(("drums",)), "not with drums"),
        (Accompany(()), "not with nothing"),
        (Vary("colour"), "rhythm or the contour"),
    ],
)
def test_a_task_that_cannot_be_done_is_refused_in_words(backend: MelodyBackend, task: Task, words: str) -> None:
    with pytest.raises(InvalidArgument, match=words):
        written(backend, task)


def test_rules_that_leave_nothing_are_refused_in_words(backend: MelodyBackend) -> None:
    strict = Constraints(key_rule="strict", lowest_pitch=61, highest_pitch=61)
    with pytest.raises(InvalidArgument, match="between the pitches 61 and 61"):
        written(backend, Continue(1), 1, strict, replace(prompt_of(), key=G))
    with pytest.raises(InvalidArgument, match="room for 24"):
        written(backend, Continue(1), 1, Constraints(fewest_per_bar=25))


def test_drums_beside_a_melody_are_left_out(backend: MelodyBackend) -> None:
    plain = prompt_of()
    drums = NoteTrack("drums", (Note(36, 100, 0.0, 0.1),), is_drum=True)
    assert written(backend, Continue(1), 1, prompt=replace(plain, tracks=(drums, *plain.tracks))) == written(
        backend, Continue(1), 1
    )


def test_weights_of_another_model_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "melody.safetensors"
    path.write_bytes(b"nonsense")
    with pytest.raises(WeightsCorrupt, match="melody"):
        load(path)


@pytest.mark.weights
def test_the_shipped_model_goes_on_in_the_key_and_at_the_pace_of_the_prompt(weight_store: WeightStore) -> None:
    card = find_card("melody", "generation")
    shipped = MelodyBackend(card, {"melody": weight_store.fetch("melody", silent)}, "cpu")
    found = written(shipped, Continue(4), 8, Constraints(key_rule="free"))
    notes = [note for candidate in found for note in candidate.notes]
    assert sum(note.pitch % 12 in G_MAJOR for note in notes) > 0.9 * len(notes)
    assert 2 * 8 * 4 < len(notes) < 10 * 8 * 4
    assert sum(55 <= note.pitch <= 84 for note in notes) > 0.9 * len(notes)
