"""Piano rolls: what is drawn stands where it belongs."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.image import imread
from numpy.typing import NDArray

from bridge.midi.notes import Chord, Note, NoteTrack, PitchBend, TempoChange, TempoMap, TimeSignature
from bridge.piano_roll import Score, draw_piano_roll
from bridge.piano_roll_parts import DRUM_COLOUR, TRACK_COLOURS
from tests.conftest import WriteWav

WALTZ = TempoMap((TempoChange(0.0, 120.0),), (TimeSignature(0.0, 3, 4),))
LEGEND_SHARE = 0.12  # of the picture's height, from the top


def drawn(audio: Path, score: Score) -> NDArray[np.float32]:
    """Returns the picture's pixels, shape (height, width, 3)."""
    target = audio.with_suffix(".png")
    draw_piano_roll(audio, score, target)
    pixels: NDArray[np.float32] = imread(target)[..., :3]
    return pixels


def place(pixels: NDArray[np.float32], colour: str) -> tuple[float, float]:
    """Returns the middle of all pixels of a colour below the legend: from the left, and from the bottom, 0 to 1."""
    height, width, _ = pixels.shape
    below = pixels[int(LEGEND_SHARE * height) :]
    rows, columns = np.nonzero(np.abs(below - np.array(to_rgb(colour))).max(axis=2) < 0.02)
    assert len(rows)
    return float(columns.mean() / width), float(1 - (rows.mean() + height - len(below)) / height)


@pytest.fixture
def silence(write_wav: WriteWav) -> Path:
    return write_wav("silence.wav", np.zeros((1, 10 * 8_000), np.float32), 8_000)


def test_notes_stand_at_their_time_and_pitch_in_the_colour_of_their_track(silence: Path) -> None:
    low = NoteTrack("low", (Note(50, 127, 2.0, 1.0),))
    high = NoteTrack("high", (Note(80, 127, 7.0, 1.0),))
    pixels = drawn(silence, Score("two notes", (low, high)))
    low_x, low_y = place(pixels, TRACK_COLOURS[0])
    high_x, high_y = place(pixels, TRACK_COLOURS[1])
    # their middles are 5 s of 10 apart, on axes that take all of the width but the margins
    assert high_x - low_x == pytest.approx(0.5 * (15 - 0.7 - 0.25) / 15, abs=0.01)
    assert high_y - low_y > 0.4


def test_drums_have_lanes_of_their_own_below_the_notes(silence: Path) -> None:
    melody = NoteTrack("melody", (Note(60, 127, 5.0, 1.0),))
    kick = NoteTrack("kick", (Note(36, 127, 5.0, 0.1),), is_drum=True)
    hat = NoteTrack("hat", (Note(42, 127, 5.0, 0.1),), is_drum=True)
    with_kick = drawn(silence, Score("kick", (melody, kick)))
    with_hat = drawn(silence, Score("hat", (melody, hat)))
    _, melody_y = place(with_kick, TRACK_COLOURS[0])
    kick_x, kick_y = place(with_kick, DRUM_COLOUR)
    _, hat_y = place(with_hat, DRUM_COLOUR)
    assert kick_y < hat_y < melody_y
    assert kick_x == pytest.approx((0.7 + 0.5 * (15 - 0.7 - 0.25)) / 15, abs=0.01)


def test_a_long_piece_has_systems(silence: Path, write_wav: WriteWav) -> None:
    long = write_wav("long.wav", np.zeros((1, 60 * 8_000), np.float32), 8_000)
    score = Score("piece", (NoteTrack("piano", (Note(60, 80, 1.0, 1.0),)),))
    one_system, three_systems = drawn(silence, score), drawn(long, score)
    assert one_system.shape[1] == three_systems.shape[1]
    assert 2 * one_system.shape[0] < three_systems.shape[0] < 3 * one_system.shape[0]


BENT = Note(0, 1, 0.0, 9.0, (PitchBend(0.0, 0.5), PitchBend(4.0, -0.5)))
SCORES = {
    "nothing": Score("", ()),
    "an empty track": Score("empty", (NoteTrack("piano", ()),)),
    "drums only": Score("drums", (NoteTrack("drums", (Note(81, 1, 0.0, 0.0),), is_drum=True),)),
    "everything": Score(
        "A title that is much longer than there is room for in the header of any picture " * 3,
        (NoteTrack("voice " * 20, (BENT, Note(127, 127, 9.5, 9.0)), 52),) * 10,
        WALTZ,
        (Chord(-1.0, 3.0, "A:min7"), Chord(2.0, 3.0, "A:min7"), Chord(5.0, 0.01, "C:maj/3"), Chord(6.0, 9.0, "N")),
        "A minor",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", SCORES)
@pytest.mark.parametrize("samples", [1, 30_000])
def test_any_score_is_drawn(write_wav: WriteWav, kind: str, samples: int) -> None:
    pixels = drawn(write_wav("any.wav", np.zeros((2, samples), np.float32), 8_000), SCORES[kind])
    assert pixels.min() < 0.5  # ink
