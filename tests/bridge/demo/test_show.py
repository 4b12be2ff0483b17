"""The demo's melodies and samples: what they are said to be."""

import hashlib
from itertools import pairwise
from pathlib import Path

import pytest
import soundfile as sf

from bridge.demo.melodies import MELODIES, read_melody, write_sound
from bridge.demo.samples import LOOPS, STROKES, write_samples
from bridge.midi.notes import Note, NoteTrack


@pytest.mark.parametrize(("number", "metre"), [(0, (4, 4)), (1, (3, 4)), (2, (7, 8))])
def test_a_melody_is_eight_whole_bars(number: int, metre: tuple[int, int]) -> None:
    path = MELODIES[number]
    title, prompt = read_melody(path)
    (signature,), (tempo,) = prompt.tempo_map.time_signatures, prompt.tempo_map.tempos
    bar_sec = 4 * metre[0] / metre[1] * 60 / tempo.quarter_bpm
    assert title.lower().replace(" ", "-") == path.stem
    assert (signature.numerator, signature.denominator) == metre
    notes = prompt.tracks[0].notes
    assert {int(note.onset_sec / bar_sec + 1e-6) for note in notes} == set(range(8))
    assert all(before.offset_sec <= after.onset_sec + 1e-9 for before, after in pairwise(notes))
    assert all(50 < note.pitch < 80 and 1 <= note.velocity <= 127 for note in notes)


def test_notes_are_heard_where_they_are(tmp_path: Path) -> None:
    write_sound([NoteTrack("melody", (Note(69, 100, 1.0, 0.5),))], tmp_path / "a.wav")
    samples, rate_hz = sf.read(tmp_path / "a.wav")
    assert abs(samples[: round(0.99 * rate_hz)]).max() == 0
    assert abs(samples[round(1.0 * rate_hz) : round(1.5 * rate_hz)]).max() > 0.5


def test_the_samples_are_strokes_and_loops_of_two_bars(tmp_path: Path) -> None:
    written = write_samples(tmp_path)
    assert [path.stem for path in written] == [*STROKES, *(f"{name} loop" for name in LOOPS)]
    for path in written:
        expected_sec = STROKES.get(path.stem, 2 * 4 * 60 / 96)
        assert sf.info(path).duration == pytest.approx(expected_sec, abs=1e-3)
        assert abs(sf.read(path)[0]).max() > 0.3
    assert len({hashlib.sha256(path.read_bytes()).digest() for path in written}) == len(written)
