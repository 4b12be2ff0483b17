"""Audio whose notes are known, sorted by what it is: what `benchmarks.transcription` measures on.

"piano" is POP909's accompaniment on a grand piano, "melody" its melody on one of five instruments in turn, "mix" all
three tracks together, "voice" vocadito_1 (Bittner et al. 2021, CC BY 4.0), 33 s of a man who sings, written down by two
people, which are scored one by one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from benchmarks.note_scores import Arrays, to_arrays
from benchmarks.rendered import (
    DATA,
    SAMPLE_RATE_HZ,
    excerpt,
    pop909_songs,
    read_tracks,
    render_tracks,
    with_programs,
)
from engine.notes import NoteTrack

KINDS = ("piano", "melody", "mix", "voice")
MELODY_PROGRAMS = {"flute": 73, "violin": 40, "tenor saxophone": 66, "trumpet": 56, "nylon guitar": 24}
BRIDGE_PROGRAM = 48
"""Strings."""
START_SEC = 30.0
VOCADITO = DATA / "vocadito"
ANNOTATORS = ("A1", "A2")


@dataclass(frozen=True)
class Piece:
    """A file, and what is true of it."""

    name: str
    kind: str
    audio: Path
    truth: Arrays


def pieces(song_count: int, seconds: float, folder: Path) -> Iterator[Piece]:
    """Yields the pieces: `seconds` out of each of the first songs, written into `folder`, and the voice."""
    for number, song in enumerate(pop909_songs(song_count)):
        instrument, program = list(MELODY_PROGRAMS.items())[number % len(MELODY_PROGRAMS)]
        whole = with_programs(read_tracks(song), {"MELODY": program, "BRIDGE": BRIDGE_PROGRAM})
        tracks = [excerpt(track, START_SEC, START_SEC + seconds) for track in whole]
        named = {track.name: track for track in tracks}
        yield _rendered(f"{song.stem} piano", "piano", [named["PIANO"]], folder)
        yield _rendered(f"{song.stem} {instrument}", "melody", [named["MELODY"]], folder)
        yield _rendered(f"{song.stem} mix", "mix", tracks, folder)
    if not VOCADITO.exists():
        print(f"no voice: {VOCADITO} is missing")
        return
    for annotator in ANNOTATORS:
        yield Piece(f"vocadito_1 {annotator}", "voice", VOCADITO / "vocadito_1.wav", _vocadito(annotator))


def _rendered(name: str, kind: str, tracks: Sequence[NoteTrack], folder: Path) -> Piece:
    path = folder / f"{name.replace(' ', '_')}.wav"
    soundfile.write(path, render_tracks(tracks).T, SAMPLE_RATE_HZ, subtype="FLOAT")
    return Piece(name, kind, path, to_arrays([note for track in tracks for note in track.notes]))


def _vocadito(annotator: str) -> Arrays:
    """Returns the notes that one person wrote down; their pitches lie between semitones."""
    rows = np.loadtxt(VOCADITO / f"vocadito_1_notes{annotator}.csv", delimiter=",")
    onsets_sec, pitches_hz, durations_sec = rows.T
    return np.stack([onsets_sec, onsets_sec + durations_sec], axis=1), pitches_hz, np.full(len(rows), 64.0)
