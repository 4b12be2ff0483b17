"""What every generator must do, run over every card of the registry with this task.

Our own runs on its real weights; a model that only the hub has runs on small random ones of the same architecture.
"""

from itertools import pairwise
from typing import Any

import pytest

from engine.backends import REGISTRY, load_generator
from engine.backends.base import Card, GenerationBackend
from engine.errors import InvalidArgument, JobCancelled
from engine.generation import (
    PARTS,
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
)
from engine.musical_time import TempoChange, TempoMap, TimeSignature, steady_tempo
from engine.notes import Note
from engine.prompt import bars_of, checked, written_bars
from engine.weights.store import WeightStore
from tests.engine.backends.random_anticipation import write_random_anticipation
from tests.engine.prompts import G_MAJOR, G_MAJOR_CLASSES, melody, prompt

REAL = ("melody",)
CARDS = [
    pytest.param(card, id=card.name, marks=[pytest.mark.weights] if card.name in REAL else [])
    for card in REGISTRY.values()
    if card.task == "generation"
]
TASKS = (Continue(2), Continue(1, is_accompanied=True), Vary("rhythm"), Vary("contour"), Fill(2, 2), Accompany())
RAMP = TempoMap(
    tuple(TempoChange(0.25 * number, 100.0 + 5 * number) for number in range(8)), (TimeSignature(0.0, 4, 4),)
)
PROMPTS = {
    "a melody": prompt(),
    "one note": prompt(*melody((60,))),
    "overlapping notes": prompt(Note(60, 90, 0.0, 2.0), Note(64, 90, 0.5, 2.0), Note(67, 90, 1.0, 0.25)),
    "a chord": prompt(*(Note(pitch, 90, 0.0, 1.0) for pitch in (48, 60, 64, 67))),
    "7/8": prompt(*melody((67, 69, 71) * 5, 0.5), tempo_map=steady_tempo(120.0, 7, 8)),
    "a late beginning": prompt(Note(60, 90, 4.5, 0.5), Note(62, 90, 6.0, 0.5)),
    "a note that is a little early": prompt(Note(60, 90, 3.98, 0.5), Note(62, 90, 4.5, 0.5)),
    "a held note": prompt(Note(60, 90, 0.0, 3.0)),
    "a note released late": prompt(Note(60, 90, 0.0, 2.1)),
    "the edges of MIDI": prompt(*melody((0, 127, 0, 127))),
    "a ramp": prompt(tempo_map=RAMP),
    "a new metre": prompt(
        *melody((60,) * 14),
        tempo_map=TempoMap((TempoChange(0.0, 120.0),), (TimeSignature(0.0, 4, 4), TimeSignature(4.0, 3, 4))),
    ),
}


def silent(fraction: float, message: str) -> None:
    pass


@pytest.fixture(scope="module", params=CARDS)
def backend(
    request: pytest.FixtureRequest, weight_store: WeightStore, tmp_path_factory: pytest.TempPathFactory
) -> GenerationBackend:
    card: Card = request.param
    if card.name in REAL:
        return load_generator(card, {name: weight_store.fetch(name, silent) for name in card.weights}, "cpu")
    paths = write_random_anticipation(tmp_path_factory.mktemp(card.name)) if card.weights else {}
    return load_generator(card, paths, "cpu")


def written(
    backend: GenerationBackend, task: Task, given: Prompt, count: int = 2, seed: int = 0, **constraints: Any
) -> list[Candidate]:
    wish = Wish(given, task, Sampling(count, seed=seed), Constraints(**constraints))
    return list(backend.generate(wish, silent))


@pytest.mark.parametrize("task", TASKS, ids=str)
def test_candidates_are_as_many_as_asked_and_valid(backend: GenerationBackend, task: Task) -> None:
    found = written(backend, task, prompt(key=G_MAJOR), 3)
    assert found[0].index == 0
    assert sorted(candidate.index for candidate in found) == [0, 1, 2]
    for candidate in found:
        assert 0 <= candidate.score <= 1
        assert candidate.key == G_MAJOR
        assert candidate.notes == tuple(sorted(candidate.notes))
        for note in candidate.notes:
            assert 0 <= note.pitch <= 127
            assert 1 <= note.velocity <= 127
            assert note.duration_quarters > 0
            assert note.part in PARTS


@pytest.mark.parametrize("task", TASKS, ids=str)
def test_equal_wishes_give_equal_candidates_and_other_seeds_others(backend: GenerationBackend, task: Task) -> None:
    first, again, other = (written(backend, task, prompt(key=G_MAJOR), seed=seed) for seed in (7, 7, 8))
    assert first == again
    assert [candidate.notes for candidate in first] != [candidate.notes for candidate in other]


@pytest.mark.parametrize("task", TASKS, ids=str)
@pytest.mark.parametrize("given", PROMPTS.values(), ids=PROMPTS.keys())
def test_notes_lie_in_the_bars_that_the_task_names(backend: GenerationBackend, task: Task, given: Prompt) -> None:
    given = checked(given)
    bars = bars_of(given)
    if isinstance(task, Fill):
        task = Fill(bars.count, bars.count)
    first, count = written_bars(bars, task)
    for candidate in written(backend, task, given):
        assert candidate.metre == bars.metre
        assert candidate.bar_count == count
        assert candidate.begins_quarters == pytest.approx(bars.line_quarters(first), abs=1e-6)
        if not isinstance(task, Vary):  # which keeps the prompt's own ends
            ends = [note.onset_quarters + note.duration_quarters for note in candidate.notes]
            assert max(ends, default=0.0) <= count * bars.bar_quarters + 1e-6
        assert all(note.onset_quarters >= 0 for note in candidate.notes)


@pytest.mark.parametrize("task", TASKS, ids=str)
def test_a_strict_key_and_a_range_are_kept(backend: GenerationBackend, task: Task) -> None:
    rules: dict[str, Any] = {"key_rule": "strict", "lowest_pitch": 50, "highest_pitch": 75}
    for candidate in written(backend, task, prompt(key=G_MAJOR), 3, **rules):
        assert {note.pitch % 12 for note in candidate.notes} <= G_MAJOR_CLASSES
        assert all(50 <= note.pitch <= 75 for note in candidate.notes)


def test_a_scale_of_ones_own_is_kept(backend: GenerationBackend) -> None:
    scale = frozenset({0, 3, 7})
    for candidate in written(backend, Continue(2), prompt(), key_rule="strict", pitch_classes=scale):
        assert {note.pitch % 12 for note in candidate.notes} <= scale


@pytest.mark.parametrize("name", ["a held note", "one note", "7/8"])
def test_no_answer_is_empty(backend: GenerationBackend, name: str) -> None:
    for candidate in written(backend, Continue(1), checked(PROMPTS[name]), 12):
        assert candidate.notes


def test_a_density_is_kept(backend: GenerationBackend) -> None:
    for candidate in written(backend, Continue(3), prompt(), fewest_per_bar=2, most_per_bar=3):
        onsets = [note.onset_quarters // 4 for note in candidate.notes]
        assert all(2 <= onsets.count(bar) <= 3 for bar in range(3))


def test_a_variation_keeps_rhythm_or_contour(backend: GenerationBackend) -> None:
    given = prompt(key=G_MAJOR)
    for candidate in written(backend, Vary("rhythm"), given):
        places = [(note.onset_quarters, note.duration_quarters) for note in candidate.notes]
        assert places == [(float(number), 1.0) for number in range(8)]
    for candidate in written(backend, Vary("contour"), given):
        pitches = [note.pitch for note in candidate.notes]
        for bar in (slice(0, 4), slice(4, 8)):
            before, after = given.tracks[0].notes[bar], pitches[bar]
            steps = [later.pitch > one.pitch for one, later in pairwise(before)]
            assert [later > one for one, later in pairwise(after)] == steps


def test_an_accompaniment_is_of_the_parts_that_were_asked_for(backend: GenerationBackend) -> None:
    for candidate in written(backend, Accompany(("bass",)), prompt()):
        assert {note.part for note in candidate.notes} <= {"bass"}


def test_a_report_that_raises_stops_the_writing(backend: GenerationBackend) -> None:
    def cancel(fraction: float, message: str) -> None:
        if fraction > 0.3:
            raise JobCancelled("The job was cancelled.")

    with pytest.raises(JobCancelled):
        list(backend.generate(Wish(prompt(), Continue(4)), cancel))


def test_progress_rises_to_its_end(backend: GenerationBackend) -> None:
    seen: list[float] = []
    list(backend.generate(Wish(prompt(), Continue(2)), lambda fraction, _: seen.append(fraction)))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_rules_that_leave_no_note_are_refused_in_words(backend: GenerationBackend) -> None:
    with pytest.raises(InvalidArgument, match="between the pitches 61 and 61"):
        written(backend, Continue(1), prompt(key=G_MAJOR), key_rule="strict", lowest_pitch=61, highest_pitch=61)
