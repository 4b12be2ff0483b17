"""Tokens: what miditok would write, what may be written, and nothing else."""

import numpy as np
import pytest
import symusic
from miditok import REMI, TokenizerConfig

from engine.backends.melody_chords import bar_harmonies, chord_symbol
from engine.backends.melody_grid import Bar, GridNote, Harmony, snapped, transposed
from engine.backends.melody_sequence import bar_tokens, fill_tokens, section_tokens
from engine.backends.melody_tokens import (
    BAR,
    FILL,
    HIDDEN,
    IDS,
    NAMES,
    Head,
    folded,
    motion,
    velocity_bin,
    velocity_of,
)
from engine.errors import InvalidArgument

HEAD = Head("Continue", (4, 4), "major", 100.0, is_accompanied=False)
TUNE = (
    (GridNote(0, 60, 12, 72), GridNote(12, 64, 6, 72), GridNote(18, 67, 30, 72)),
    (GridNote(4, 65, 8, 72), GridNote(24, 62, 24, 72)),
)


def miditok_names(bars: tuple[tuple[GridNote, ...], ...]) -> list[str]:
    """Returns the names of miditok's REMI tokens of a melody in 4/4, on a grid of 12 a quarter."""
    score = symusic.Score(12)
    score.time_signatures.append(symusic.TimeSignature(0, 4, 4))
    track = symusic.Track(program=0)
    for number, bar in enumerate(bars):
        for note in bar:
            track.notes.append(symusic.Note(48 * number + note.tick, note.duration, note.pitch, note.velocity))
    score.tracks.append(track)
    config = TokenizerConfig(pitch_range=(21, 109), beat_res={(0, 8): 12}, use_velocities=False)
    (sequence,) = REMI(config).encode(score)
    # Our metre stands in the head, once.
    return [name for name in sequence.tokens if not name.startswith("TimeSig")]


def in_miditoks_words(name: str) -> str:
    group, _, value = name.partition("_")
    if group == "Duration":
        return f"Duration_{int(value) // 12}.{int(value) % 12}.12"
    return name


def test_a_melody_without_velocities_has_miditoks_tokens_in_miditoks_order() -> None:
    ours = [NAMES[token] for bar in TUNE for token in bar_tokens(Bar(melody=bar), HEAD, has_chords=False)]
    kept = [in_miditoks_words(name) for name in ours if not name.startswith(("Section", "Velocity"))]
    assert kept == miditok_names(TUNE)


def test_a_velocity_holds_until_another_comes() -> None:
    notes = (GridNote(0, 60, 3, 100), GridNote(3, 60, 3, 100), GridNote(6, 60, 3, 30))
    names = [NAMES[token] for token in section_tokens(Bar(melody=notes), "Melody")]
    assert [name for name in names if name.startswith("Velocity")] == ["Velocity_6", "Velocity_1"]


def test_notes_of_one_length_share_it() -> None:
    chord = tuple(GridNote(0, pitch, duration, 72) for pitch, duration in ((48, 24), (52, 12), (55, 24)))
    names = [NAMES[token] for token in section_tokens(Bar(chords=chord), "Chords")]
    assert names == [
        "Section_Chords", "Position_0", "Velocity_4", "Pitch_48", "Pitch_55", "Duration_24", "Pitch_52", "Duration_12",
    ]  # fmt: skip


def test_a_gap_is_hidden_and_comes_last() -> None:
    bars = [Bar(melody=(GridNote(0, 60 + number, 12, 72),)) for number in range(4)]
    tokens = fill_tokens(bars, 1, 2, HEAD, has_chords=False)
    assert tokens[: len(HEAD.tokens())] == HEAD.tokens()
    middle = tokens.index(FILL)
    pitches = [NAMES[token] for token in tokens if NAMES[token].startswith("Pitch")]
    assert pitches == ["Pitch_60", "Pitch_63", "Pitch_61", "Pitch_62"]
    assert tokens[:middle].count(HIDDEN) == 2
    assert tokens[:middle].count(BAR) == 4
    assert tokens[middle:].count(BAR) == 2


def test_names_are_unique_and_within_the_network() -> None:
    assert len(set(NAMES)) == len(NAMES) == len(IDS)


@pytest.mark.parametrize("velocity", range(1, 128))
def test_velocities_come_back_within_half_a_bin(velocity: int) -> None:
    assert abs(velocity_of(velocity_bin(velocity)) - velocity) <= 8


def test_motions_are_told_apart() -> None:
    assert [motion(semitones) for semitones in (-7, -2, 0, 1, 3)] == [1, 2, 3, 4, 5]


def test_pitches_beyond_the_vocabulary_keep_their_class() -> None:
    assert all(21 <= folded(pitch) <= 108 and (folded(pitch) - pitch) % 12 == 0 for pitch in range(128))


def test_transposing_there_and_back_changes_nothing() -> None:
    bar = Bar(TUNE[0], (), TUNE[1], (Harmony(0, 9, "min"), Harmony(24, -1, "N")))
    assert transposed(transposed(bar, 5), -5) == bar
    assert transposed(bar, 5).harmony[0].root == 2


def test_onsets_go_to_sixteenths_unless_they_are_triplets() -> None:
    assert snapped([0.4, 2.7, 6.2, 9.1, 11.8]) == [0, 3, 6, 9, 12]
    assert snapped([0.1, 4.1, 7.9]) == [0, 4, 8]
    assert snapped([24.0, 27.3]) == [24, 27]


def test_snapping_moves_nothing_far() -> None:
    onsets = np.random.default_rng(0).uniform(0, 480, 500)
    assert np.abs(np.array(snapped(list(onsets))) - onsets).max() <= 2.0


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("C", (0, "maj")), ("Am", (9, "min")), ("F#:maj7/3", (6, "maj7")), ("Bb:min7", (10, "min7")), ("G7", (7, "7")),
        ("E:sus4(b7)", (4, "sus")), ("D:hdim7", (2, "dim")), ("Ab:maj6", (8, "maj")), ("N", (-1, "N")),
        ("Ebmaj7", (3, "maj7")), ("C:minmaj7", (0, "min")),
    ],
)  # fmt: skip
def test_chord_symbols_are_read(label: str, expected: tuple[int, str]) -> None:
    assert chord_symbol(label) == expected


def test_what_is_no_chord_symbol_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="H7"):
        chord_symbol("H7")


def test_a_chord_that_holds_is_said_again_in_each_bar() -> None:
    bars = bar_harmonies([(0, "C"), (72, "Am")], 48, 3)
    assert bars == [
        (Harmony(0, 0, "maj"),),
        (Harmony(0, 0, "maj"), Harmony(24, 9, "min")),
        (Harmony(0, 9, "min"),),
    ]
