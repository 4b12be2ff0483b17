"""How well a whole mix is written down stem by stem ("full"), beside Basic Pitch run on the mix.

    python -m benchmarks.ensemble [--songs 3] [--seconds 20]

The mixes have four parts, rendered together: drums (a beat of our own), an electric bass on the roots of the annotated
chords, POP909's accompaniment on a guitar, and its melody sung by the soundfont's voices. Scores are mir_eval's note F1
(onset), drums by the same measure with their pitches read as instruments: kick, snare, hi-hat, crash. "all pitched" is
all notes but the drums', whichever track they were put on: what Basic Pitch can be compared in.
"""

import argparse
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import soundfile

from benchmarks.note_scores import score
from benchmarks.peers import basic_pitch_predict
from benchmarks.rendered import SAMPLE_RATE_HZ, excerpt, pop909_songs, read_tracks, render_tracks
from engine.ensemble import transcribe_stems
from engine.jobs.records import Lane
from engine.notes import Note, NoteTrack, by_onset
from engine.settings import GIB, default_folders
from engine.weights.store import WeightStore
from engine.worker import Worker

START_SEC = 30.0
PITCHED = ("bass", "other", "vocals")
GUITAR, BASS, VOICE = 25, 33, 53
KICK, SNARE, HAT, CRASH = 36, 38, 42, 49
_ROOTS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_LOWEST_BASS = 28


def four_parts(song: Path, seconds: float) -> dict[str, NoteTrack]:
    """Returns the parts of a mix, by the name of the stem that each should be found on."""
    tracks = {track.name: excerpt(track, START_SEC, START_SEC + seconds) for track in read_tracks(song)}
    beats = [time_sec - START_SEC for time_sec in _column(song.with_name("beat_midi.txt"), 0)]
    return {
        "drums": NoteTrack("drums", by_onset(_drums([t for t in beats if 0 <= t < seconds - 0.5])), is_drum=True),
        "bass": NoteTrack("bass", tuple(_bass(song.with_name("chord_midi.txt"), seconds)), BASS),
        "other": replace(tracks["PIANO"], name="other", program=GUITAR, control_changes=()),
        "vocals": replace(tracks["MELODY"], name="vocals", program=VOICE),
    }


def _column(path: Path, number: int) -> Iterator[float]:
    for line in path.read_text().splitlines():
        yield float(line.split()[number])


def _drums(beats: Sequence[float]) -> Iterator[Note]:
    """Yields a plain rock beat, a crash every eight bars."""
    for number, (onset_sec, next_sec) in enumerate(pairwise(beats)):
        half_sec = (onset_sec + next_sec) / 2
        yield Note(KICK if number % 2 == 0 else SNARE, 105, onset_sec, 0.1)
        if number % 32 == 0:
            yield Note(CRASH, 100, onset_sec, 0.5)
        yield Note(HAT, 85, onset_sec, 0.1)
        yield Note(HAT, 70, half_sec, 0.1)
        if number % 4 == 2:
            yield Note(KICK, 95, half_sec, 0.1)


def _bass(chords: Path, seconds: float) -> Iterator[Note]:
    """Yields the root of each chord."""
    for line in chords.read_text().splitlines():
        start, end, label = line.split()[:3]
        onset_sec, end_sec = float(start) - START_SEC, float(end) - START_SEC
        if label != "N" and onset_sec >= 0 and end_sec <= seconds:
            root = _ROOTS[label[0]] + {"#": 1, "b": -1}.get(label[1:2], 0)
            yield Note(_LOWEST_BASS + (root - _LOWEST_BASS) % 12, 95, onset_sec, 0.9 * (end_sec - onset_sec))


def measure(parts: Mapping[str, NoteTrack], audio: Path, worker: Worker, folder: Path) -> dict[str, float]:
    """Returns the scores of one mix, by part."""
    found = {track.name: track.notes for track in transcribe_stems(audio, False, worker, folder, _ignore)}
    truth = [note for name in PITCHED for note in parts[name].notes]
    ours = [note for name in PITCHED for note in found.get(name, ())]
    return {
        **{name: score(part.notes, found.get(name, ())).onset for name, part in parts.items()},
        "all pitched": score(truth, ours).onset,
        "basic-pitch on the mix": score(truth, basic_pitch_predict(audio)).onset,
    }


def _ignore(fraction: float, message: str) -> None:
    pass


def main() -> None:
    """Reads the command line and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--songs", type=int, default=3, help="how many songs of POP909")
    parser.add_argument("--seconds", type=float, default=20.0, help="how much of each")
    options = parser.parse_args()
    worker = Worker("cpu", Lane.DEVICE, WeightStore(default_folders()[1], is_offline=False), GIB)
    rows: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        for song in pop909_songs(options.songs):
            parts = four_parts(song, options.seconds)
            audio = Path(folder) / "mix.wav"
            mix = render_tracks(list(parts.values()))
            soundfile.write(audio, 0.9 * mix.T / np.abs(mix).max(), SAMPLE_RATE_HZ)
            rows.append(measure(parts, audio, worker, Path(folder)))
            print(song.stem, "  ".join(f"{name} {value:.3f}" for name, value in rows[-1].items()), flush=True)
    print("mean", "  ".join(f"{name} {np.mean([row[name] for row in rows]):.3f}" for name in rows[0]))


if __name__ == "__main__":
    main()
