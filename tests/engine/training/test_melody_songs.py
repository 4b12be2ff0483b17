"""Songs become bars, bars become examples of every task, in C."""

from pathlib import Path

import numpy as np
import pytest

from engine.backends.melody_grid import Harmony
from engine.backends.melody_tokens import FILL, NAMES, PAD
from engine.training.melody_examples import TASK_SHARES, example, random_batch
from engine.training.melody_songs import Run, read_runs, read_songs, write_songs
from engine.training.melody_split import SONG_COUNT, TEST_SONGS, TRAINING_SONGS, VALIDATION_SONGS
from tests.engine.training.melody_song import BAR_COUNT, MELODY, write_song


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("songs")
    write_song(folder, 1)
    (run,) = read_runs(folder, 1)
    return run


def test_a_song_is_read_as_it_was_written(run: Run) -> None:
    assert (run.song, run.metre, len(run.bars)) == (1, (4, 4), BAR_COUNT)
    assert run.quarter_bpm == pytest.approx(120.0)
    assert set(run.keys) == {(7, "major")}
    for number, bar in enumerate(run.bars):
        assert [(note.tick, note.pitch) for note in bar.melody] == list(zip((0, 12, 24, 36), MELODY, strict=True))
        assert [(note.tick, note.pitch) for note in bar.bass] == [(0, 43)]
        assert [(note.tick, note.pitch) for note in bar.chords] == [(12, 59), (12, 62)]
        assert bar.harmony == ((Harmony(0, 7, "maj"),), (Harmony(0, 4, "min7"),))[number % 2]


def test_songs_are_kept(tmp_path: Path, run: Run) -> None:
    write_song(tmp_path / "songs", 1)
    write_songs(tmp_path / "songs", [1], tmp_path / "kept")
    assert read_songs(tmp_path / "kept") == [run]


def test_examples_are_of_every_task_and_mostly_in_c(run: Run) -> None:
    rng = np.random.default_rng(0)
    firsts, in_c, count = set(), 0, 0
    for _ in range(150):
        names = [NAMES[token] for token in example(rng, run, 384)]
        firsts.add(names[0])
        pitches = [int(name.partition("_")[2]) % 12 for name in names if name.startswith("Pitch")]
        in_c += sum(pitch in (0, 2, 4, 5, 7, 9, 11) for pitch in pitches)
        count += len(pitches)
    assert firsts == {f"Task_{task}" for task in TASK_SHARES}
    assert 0.85 < in_c / count < 1.0


def test_what_a_variation_keeps_and_chord_symbols_come_and_go(run: Run) -> None:
    rng = np.random.default_rng(1)
    names = [{NAMES[token] for token in example(rng, run, 384)} for _ in range(150)]
    for part in ("Section_Rhythm", "Section_Contour", "Section_Harmony", "Section_Chords", "Section_Bass"):
        assert 0 < sum(part in found for found in names) < 150
    assert any("TimeSig_7/8" in found for found in names)


def test_a_gap_has_bars_after_it_that_are_told_before_it(run: Run) -> None:
    rng = np.random.default_rng(2)
    fills = [tokens for tokens in (example(rng, run, 384) for _ in range(60)) if NAMES[tokens[0]] == "Task_Fill"]
    assert fills
    for tokens in fills:
        names = [NAMES[token] for token in tokens]
        assert names.count("Bar_None") == names[: names.index("Fill_None")].count("Bar_None") + names.count(
            "Hidden_None"
        )
        assert FILL in tokens


def test_batches_are_padded_at_the_end(run: Run) -> None:
    batch = random_batch(np.random.default_rng(3), [run], 16, 200)
    assert batch.shape == (16, 200)
    for row in batch:
        length = int((row != PAD).sum())
        assert length > 5
        assert (row[:length] != PAD).all()


def test_the_split_is_of_all_songs_and_no_song_is_in_two_parts() -> None:
    parts = (TRAINING_SONGS, VALIDATION_SONGS, TEST_SONGS)
    assert sorted(number for part in parts for number in part) == list(range(1, SONG_COUNT + 1))
