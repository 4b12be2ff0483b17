"""The adapter of the Anticipatory Music Transformer: its tokens, what it is told of each task, and its files."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.backends import REGISTRY
from engine.backends.anticipation import AnticipationBackend
from engine.backends.anticipation_hearing import STRINGS
from engine.backends.anticipation_sheet import Sheet, sheet_of
from engine.backends.anticipation_stream import Stream
from engine.backends.anticipation_tokens import (
    ANTICIPATE,
    AUTOREGRESS,
    FIRST_CONTROL,
    REST,
    VOCABULARY_SIZE,
    Event,
    interleaved,
)
from engine.backends.gpt2 import Gpt2
from engine.errors import InvalidArgument, WeightsCorrupt, WeightsUnavailable
from engine.generation import Accompany, Constraints, Continue, Fill, Prompt, Sampling, Task, Vary, Wish
from engine.jobs.records import Lane
from engine.musical_time import Chord, TempoChange, TempoMap, TimeSignature, steady_tempo
from engine.notes import Note, NoteTrack
from engine.prompt import checked
from engine.weights.store import WeightStore
from engine.worker import Worker
from tests.engine.backends.random_anticipation import CONFIG, MODEL, random_gpt2, write_random_anticipation
from tests.engine.prompts import G_MAJOR, melody, prompt

CARD = REGISTRY["anticipation"]


def silent(fraction: float, message: str) -> None:
    """Hears no progress."""


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_random_anticipation(tmp_path_factory.mktemp("anticipation"))


def sheet(task: Task, given: Prompt | None = None, **constraints: object) -> Sheet:
    rules = Constraints(**constraints)  # type: ignore[arg-type]
    return sheet_of(Wish(checked(given or prompt(key=G_MAJOR)), task, Sampling(), rules))


def with_bass() -> Prompt:
    """Returns two bars of a flute over a bass that plays whole notes, and a drum."""
    tune = NoteTrack("tune", melody(), program=73)
    bass = NoteTrack("bass", (Note(43, 80, 0.0, 2.0), Note(36, 80, 2.0, 2.0)), program=33)
    drums = NoteTrack("drums", (Note(36, 100, 0.0, 0.1), Note(36, 100, 2.0, 0.1)), is_drum=True)
    return Prompt((tune, bass, drums), steady_tempo(120.0), G_MAJOR)


def test_the_numbers_are_those_of_the_authors_vocabulary() -> None:
    # anticipation.vocab: durations from 10000, notes from 11000, rests 27512, controls from 27513, 55028 in all.
    assert Event(150, 50, 60, 73).tokens(100) == (50, 10_050, 11_000 + 73 * 128 + 60)
    assert Event(150, 0, is_rest=True).tokens(0) == (150, 10_000, 27_512)
    assert Event(150, 2_000, 36, 128, is_control=True).tokens(0) == (27_663, 38_512, 27_513 + 11_000 + 128 * 128 + 36)
    assert (REST, FIRST_CONTROL, AUTOREGRESS, ANTICIPATE, VOCABULARY_SIZE) == (27_512, 27_513, 55_026, 55_027, 55_028)


def test_rests_fill_gaps_and_controls_stand_five_seconds_ahead() -> None:
    events = [Event(0, 10, 60), Event(250, 10, 62)]
    controls = [Event(400, 10, 40, is_control=True), Event(720, 10, 41, is_control=True), Event(950, 10, 42)]
    told, waiting = interleaved(events, controls, 400)
    assert [(event.time, event.is_rest, event.is_control) for event in told] == [
        (400, False, True), (0, False, False), (100, True, False), (200, True, False), (250, False, False),
        (720, False, True), (350, True, False),
    ]  # fmt: skip
    assert waiting == controls[2:]


def test_a_continuation_hears_the_prompt_and_is_told_nothing_ahead() -> None:
    found = sheet(Continue(2), with_bass())
    assert [(event.time, event.duration, event.pitch, event.instrument) for event in found.past[:4]] == [
        (0, 10, 36, 128), (0, 50, 67, 73), (0, 200, 43, 33), (50, 50, 69, 73),
    ]  # fmt: skip
    assert (found.controls, found.begin, found.per_quarter) == ((), 400, 50.0)
    assert [voice.instrument for voice in sheet(Continue(2, is_accompanied=True), with_bass()).voices] == [73, 0, 33]


def test_a_gap_is_told_the_other_tracks_and_what_follows() -> None:
    found = sheet(Fill(1, 1), with_bass())
    assert found.past == ()
    told = [(event.time, event.pitch) for event in found.controls]
    assert told == [(0, 36), (0, 43), (200, 36), (200, 71), (200, 36), (250, 69), (300, 67), (350, 64)]


def test_an_accompaniment_is_told_the_melody_and_other_instruments_play_it() -> None:
    found = sheet(Accompany(), prompt())
    assert [event.time for event in found.controls] == [50 * number for number in range(8)]
    assert {voice.part: voice.instrument for voice in found.voices} == {"chords": 4, "bass": 33}


def test_chords_to_follow_are_told_where_the_writing_is() -> None:
    chords = (Chord(4.0, 2.0, "A:min"), Chord(6.0, 2.0, "F"), Chord(8.0, 2.0, "C"))
    found = sheet(Continue(2), replace(prompt(), chords=chords))
    told = [(event.time, event.duration, event.pitch % 12) for event in found.controls]
    assert told == [(400, 200, 9), (400, 200, 0), (400, 200, 4), (600, 200, 5), (600, 200, 9), (600, 200, 0)]
    assert {event.instrument for event in found.controls} == {STRINGS}
    varied = sheet(Vary(), replace(prompt(), chords=(Chord(0.0, 2.0, "A:min"),)))
    assert {event.time for event in varied.controls} == {400}


def test_a_ramp_and_an_extreme_tempo_are_heard_as_even_quarters() -> None:
    ramp = TempoMap(tuple(TempoChange(0.5 * n, 100.0 + 20 * n) for n in range(8)), (TimeSignature(0.0, 4, 4),))
    notes = tuple(Note(60 + n, 90, ramp.seconds_at(n), 0.1) for n in range(8))
    times = [event.time for event in sheet(Continue(1), prompt(*notes, tempo_map=ramp)).past]
    assert max(np.diff(times)) - min(np.diff(times)) <= 1
    fast = sheet(Continue(1), prompt(*melody((60, 62), 0.05), tempo_map=steady_tempo(5000.0)))
    assert len(set(map(fast.time, fast.places()))) == 24


def test_a_long_stream_goes_on_after_its_last_events() -> None:
    config = {"n_positions": 1024, "n_embd": 8, "n_head": 1}
    network = random_gpt2(**config)
    stream = Stream(Gpt2(network.state_dict(), network.config.to_dict(), torch.device("cpu")), (), (), 0)
    for number in range(400):
        stream.hear(Event(30 * number, 20, 60 + number % 12))
        assert 0 <= stream.heard - stream.origin < 10_000
        assert np.isfinite(stream.logits((0,), 10_000, 10_010)).all()


def test_what_is_held_or_too_slow_for_the_models_durations_is_still_written(paths: dict[str, Path]) -> None:
    backend = AnticipationBackend(CARD, paths, "cpu")
    slow = prompt(*melody((60, 62, 64), 1.0), tempo_map=steady_tempo(20.0, 3, 32))
    (only,) = backend.generate(Wish(checked(slow), Continue(8), Sampling(1), Constraints(fewest_per_bar=1)), silent)
    assert {int(note.onset_quarters // 0.375) for note in only.notes} == set(range(8))


def test_a_bar_without_room_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="room for 24 notes, not for 25"):
        sheet(Continue(1), fewest_per_bar=25)


def test_files_of_something_else_are_refused(paths: dict[str, Path], tmp_path: Path) -> None:
    state = load_file(paths[MODEL])
    del state["transformer.ln_f.bias"]
    save_file(state, tmp_path / "lacking.safetensors")
    small = write_random_anticipation(tmp_path, vocab_size=300)
    (tmp_path / "text.safetensors").write_text("no tensors")
    for wrong in (
        {MODEL: tmp_path / "lacking.safetensors"},
        {CONFIG: paths[MODEL]},
        {MODEL: tmp_path / "text.safetensors"},
    ):
        with pytest.raises(WeightsCorrupt, match="do not hold the Anticipatory Music Transformer"):
            AnticipationBackend(CARD, paths | wrong, "cpu")
    with pytest.raises(WeightsCorrupt, match="knows 300 tokens"):
        AnticipationBackend(CARD, small, "cpu")


def test_without_its_weights_it_says_what_to_do(tmp_path: Path) -> None:
    worker = Worker("cpu", Lane.DEVICE, WeightStore(tmp_path, is_offline=True), 10**9)
    with pytest.raises(
        WeightsUnavailable, match=r"“music-large-800k” could not be fetched.*offline.*music-large-800k\.safe"
    ):
        worker.generator(CARD, silent)


def test_it_is_found_where_its_weights_are(paths: dict[str, Path], tmp_path: Path) -> None:
    weights = WeightStore(tmp_path, is_offline=True, local_folders=(paths[MODEL].parent,))
    generator = Worker("cpu", Lane.DEVICE, weights, 10**9).generator(CARD, silent)
    assert len(list(generator.generate(Wish(checked(prompt()), Continue(1), Sampling(2)), silent))) == 2
