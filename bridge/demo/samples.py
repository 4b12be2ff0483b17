"""A small library of samples, played by the demo's instruments: strokes of its drums, and loops out of its piece."""

from dataclasses import replace
from pathlib import Path

import soundfile as sf

from bridge.demo.instruments import SAMPLE_RATE_HZ
from bridge.demo.player import PIECE, play
from bridge.demo.score import Note, Score, read_score

STROKES = {"kick": 0.6, "snare": 0.6, "hat": 0.3}
"""Seconds of each."""
LOOPS = ("keys", "bass", "voice")
_LOOP_BARS, _PIECE_BARS = 2, 8


def write_samples(folder: Path) -> list[Path]:
    """Writes the samples as WAV files into a folder, and returns them."""
    piece = read_score(PIECE)
    length_sec = piece.duration_sec * _LOOP_BARS / _PIECE_BARS
    written = []
    for name, seconds in STROKES.items():
        stroke = Score(name, (Note(name, 0, 0.0, seconds, 1.0),), seconds)
        written.append(_write(folder / f"{name}.wav", stroke, seconds))
    for name in LOOPS:
        notes = (note for note in piece.notes if note.instrument == name and note.onset_sec < length_sec)
        loop = replace(piece, notes=tuple(notes), duration_sec=length_sec)
        written.append(_write(folder / f"{name} loop.wav", loop, length_sec))
    return written


def _write(target: Path, score: Score, seconds: float) -> Path:
    """Writes a score's sound, cut to a length."""
    sf.write(target, play(score)[:, : round(seconds * SAMPLE_RATE_HZ)].T, SAMPLE_RATE_HZ, subtype="PCM_16")
    return target
