"""What is heard with a candidate: the bars before it, and of the prompt only what it does not replace."""

import pytest

from bridge.generation import Candidate, Generation, GenerationTask, GenerationWish, Prompt
from bridge.hearing import end_sec, heard_tracks, lead_sec
from bridge.midi.notes import Key, Mode, Note, NoteTrack, TempoChange, TempoMap, TimeSignature

MAP = TempoMap((TempoChange(0.0, 120.0),), (TimeSignature(0.0, 4, 4),))  # a bar lasts two seconds


def line(name: str, pitch: int, bar_count: int, *, is_drum: bool = False) -> NoteTrack:
    """Returns a note a bar."""
    return NoteTrack(name, tuple(Note(pitch, 90, 2.0 * bar, 2.0) for bar in range(bar_count)), is_drum=is_drum)


PROMPT = Prompt((line("tune", 60, 8), line("piano", 48, 8), line("kit", 36, 8, is_drum=True)), MAP)


def heard(task: GenerationTask, begin_sec: float, bar_count: int, *parts: str) -> dict[int, list[float]]:
    """Returns the onsets of each pitch; a candidate's notes are 72 and up, a note a bar."""
    tracks = tuple(line(part, 72 + number, bar_count) for number, part in enumerate(parts))
    candidate = Candidate(1.0, tracks)
    found = Generation("m", (candidate,), Key(0, Mode.MAJOR), (4, 4), 120.0, begin_sec, bar_count, "", 0, False)
    wish = GenerationWish(PROMPT, task)
    notes = [note for track in heard_tracks(wish, found, candidate) for note in track.notes]
    return {
        pitch: [note.onset_sec for note in notes if note.pitch == pitch] for pitch in {note.pitch for note in notes}
    }


def test_a_continuation_follows_four_bars_of_its_prompt() -> None:
    before = [0.0, 2.0, 4.0, 6.0]
    assert heard(GenerationTask.CONTINUE, 16.0, 2, "melody") == {
        60: before, 48: before, 36: before, 72: [8.0, 10.0],
    }  # fmt: skip


def test_filled_bars_take_the_place_of_the_melody() -> None:
    found = heard(GenerationTask.FILL, 4.0, 2, "melody")
    assert found[60] == [0.0, 2.0, 8.0, 10.0, 12.0, 14.0]
    assert found[72] == [4.0, 6.0]
    assert len(found[48]) == 8


def test_an_accompaniment_takes_the_place_of_the_other_instruments() -> None:
    found = heard(GenerationTask.ACCOMPANY, 0.0, 8, "chords", "bass")
    assert set(found) == {60, 36, 72, 73}
    assert len(found[60]) == 8


def test_a_variation_is_heard_instead_of_the_melody() -> None:
    assert set(heard(GenerationTask.VARY, 0.0, 8, "melody")) == {48, 36, 72}


@pytest.mark.parametrize(("begin_sec", "expected"), [(0.0, 0.0), (2.0, 0.0), (8.0, 0.0), (16.0, 8.0)])
def test_listening_begins_on_a_bar_line(begin_sec: float, expected: float) -> None:
    assert lead_sec(PROMPT, begin_sec) == expected


def test_a_candidate_ends_on_a_bar_line_of_the_tempo_map() -> None:
    slower = TempoMap((TempoChange(0.0, 120.0), TempoChange(2.0, 60.0)), MAP.time_signatures)
    found = Generation("m", (), Key(0, Mode.MAJOR), (4, 4), 120.0, 0.0, 2, "", 0, False)
    assert end_sec(Prompt(PROMPT.tracks, slower), found) == 6.0
