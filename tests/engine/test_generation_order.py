"""Orders for music: defaults, chords at their bars, and candidates as tracks and files that begin on their bar line."""

import json
from dataclasses import replace
from pathlib import Path

import mido
import pytest

from engine.errors import InvalidArgument, ModelNotFound
from engine.generation import Accompany, Candidate, Continue, Fill, Task, Vary, Wish, WrittenNote
from engine.generation_order import (
    GenerationOrder,
    plan_generation,
    sounding_tracks,
    tempo_map_from,
    write_candidate_midi,
)
from engine.musical_time import Chord, TempoChange, TempoMap, TimeSignature, steady_tempo
from engine.notes import Note, NoteTrack
from tests.engine.prompts import G_MAJOR, prompt

TWO_TEMPOS = TempoMap((TempoChange(0.0, 120.0), TempoChange(5.0, 60.0)), (TimeSignature(0.0, 4, 4),))


def order(task: Task, *bar_chords: str) -> GenerationOrder:
    return GenerationOrder("fake-melody", Wish(prompt(), task), bar_chords)


def candidate(index: int = 0) -> Candidate:
    """Returns a bar after the prompt's two: a melody note on each half, and one of the bass."""
    notes = (
        WrittenNote(0.0, 67, 2.0, 90),
        WrittenNote(0.0, 43, 4.0, 80, "bass"),
        WrittenNote(2.0, 69 + index, 2.0, 90),
    )
    return Candidate(index, notes, 8.0, 1, (4, 4), G_MAJOR, 0.5, -1.0)


@pytest.mark.parametrize(
    ("task", "onsets_sec"),
    [(Continue(3), [4.0, 6.0, 8.0]), (Vary(), [0.0, 2.0]), (Fill(2, 2), [2.0]), (Accompany(), [0.0, 2.0])],
    ids=lambda value: str(value),
)
def test_chords_stand_in_the_bars_that_are_written(task: Task, onsets_sec: list[float]) -> None:
    chords = plan_generation(order(task, "A:min", "F:maj")).wish.prompt.chords
    assert [chord.onset_sec for chord in chords] == onsets_sec
    assert [chord.label for chord in chords] == ["A:min", "F:maj", "A:min"][: len(onsets_sec)]


def test_chords_of_the_prompt_stay() -> None:
    given = replace(prompt(), chords=(Chord(0.0, 4.0, "G:maj"),))
    planned = plan_generation(GenerationOrder("fake-melody", Wish(given, Continue(1)), ("C:maj",)))
    assert [chord.label for chord in planned.wish.prompt.chords] == ["G:maj", "C:maj"]
    assert planned.bar_chords == ()


def test_a_planned_order_says_all_that_decides_its_result() -> None:
    orders = [order(Continue(4)), order(Continue(5)), order(Continue(4), "A:min"), order(Vary())]
    keys = {json.dumps(plan_generation(one).parameters(), sort_keys=True) for one in orders}
    assert len(keys) == 4


@pytest.mark.parametrize(
    ("task", "words"),
    [
        (Continue(65), "65 bars cannot be written"),
        (Continue(-1), "-1 bars cannot be written"),
        (Fill(2, 3), "bars 1 to 2"),
        (Fill(0, 1), "Bars 0 to 1 are not in"),
        (Fill(2, 1), "Bars 2 to 1 are not in"),
        (Accompany(("flute",)), "chords and bass, not with flute"),
    ],
)
def test_a_task_beyond_the_prompt_is_refused_in_words(task: Task, words: str) -> None:
    with pytest.raises(InvalidArgument, match=words):
        plan_generation(order(task))


def test_three_hundred_bars_are_continued_and_not_varied() -> None:
    long = prompt(*(Note(60, 90, 0.5 * number, 0.5) for number in range(1200)))
    assert plan_generation(GenerationOrder("fake-melody", Wish(long, Continue(4)))).wish.prompt == long
    with pytest.raises(InvalidArgument, match="300 bars cannot be written at once; choose 1 to 64, or select fewer"):
        plan_generation(GenerationOrder("fake-melody", Wish(long, Vary())))


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(ModelNotFound, match="no generation model named “zither”"):
        plan_generation(replace(order(Continue()), model="zither"))


def test_parts_sound_from_their_bar_line_on_with_the_prompts_instrument() -> None:
    given = replace(prompt(), tracks=(NoteTrack("flute", prompt().tracks[0].notes, program=73),))
    tune, bass = sounding_tracks(candidate(), given)
    assert [(note.pitch, note.onset_sec, note.duration_sec) for note in tune.notes] == [(67, 0.0, 1.0), (69, 1.0, 1.0)]
    assert (tune.program, bass.program) == (73, 33)


def test_a_tempo_change_inside_the_answer_is_followed() -> None:
    (note, later), _ = (track.notes for track in sounding_tracks(candidate(), prompt(tempo_map=TWO_TEMPOS)))
    assert (note.duration_sec, later.onset_sec, later.duration_sec) == (1.0, 1.0, 2.0)
    from_there = tempo_map_from(TWO_TEMPOS, 4.0, (4, 4))
    assert from_there.tempos == (TempoChange(0.0, 120.0), TempoChange(1.0, 60.0))
    assert tempo_map_from(TWO_TEMPOS, 5.0, (3, 4)) == steady_tempo(60.0, 3, 4)


def test_the_file_has_a_track_for_each_candidate_and_begins_at_its_bar(tmp_path: Path) -> None:
    write_candidate_midi(tmp_path / "all.mid", [candidate(0), candidate(1)], prompt())
    file = mido.MidiFile(tmp_path / "all.mid")
    assert [track.name for track in file.tracks[1:]] == [
        "candidate 1", "candidate 1 bass", "candidate 2", "candidate 2 bass",
    ]  # fmt: skip
    assert next(message.time for message in file.tracks[1] if message.type == "note_on") == 0
    kinds = {message.type: message for message in file.tracks[0]}
    assert (kinds["key_signature"].key, kinds["time_signature"].numerator) == ("G", 4)
    write_candidate_midi(tmp_path / "one.mid", [candidate()], prompt())
    assert [track.name for track in mido.MidiFile(tmp_path / "one.mid").tracks[1:]] == ["melody", "bass"]
