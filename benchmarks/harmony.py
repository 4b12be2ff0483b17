"""Chords and keys, beside a simple chroma baseline.

    python -m benchmarks.harmony [--songs 12] [--skip-tracks]

Rendered songs of POP909 from number 100 on: a minute of each, against the annotations of chords and keys, scored by
mir_eval (chords weighted by their duration; a key that is a fifth off, or the relative or parallel one, counts in
part). The baseline is librosa's chroma: templates of 24 triads with a median over a second for chords, Krumhansl's
profiles for the key. Then the keys of 28 labelled tracks.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import librosa
import mir_eval
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from benchmarks.beats import FIRST_SONG, load, silent
from benchmarks.rendered import pop909_songs
from benchmarks.timed_pieces import LENGTH_SEC, RATE_HZ, START_SEC, TimedSong, labelled_tracks, timed_song
from engine.audio import Samples
from engine.backends.base import ChordBackend
from engine.key import find_key
from engine.musical_time import PITCH_CLASSES, Chord

METRICS = ("root", "majmin", "sevenths")
CHROMA_HOP = 512

# Krumhansl and Kessler, "Tracing the dynamic changes in perceived tonal organization" (1982).
KRUMHANSL = {
    "major": (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    "minor": (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
}

Floats = NDArray[np.float64]


def annotated_chords(folder: Path, end_sec: float) -> tuple[Floats, list[str]]:
    """Returns the intervals and labels of the song's minute."""
    rows = [line.split() for line in (folder / "chord_midi.txt").read_text(encoding="utf-8").splitlines()]
    starts = np.array([float(row[0]) for row in rows]) - START_SEC
    edges = np.clip(np.append(starts, float(rows[-1][1]) - START_SEC), 0, end_sec)
    kept = np.diff(edges) > 0
    intervals = np.stack([edges[:-1], edges[1:]], axis=1)[kept]
    return intervals, [row[2] for row, is_kept in zip(rows, kept, strict=True) if is_kept]


def annotated_key(folder: Path) -> str:
    """Returns the key that lasts longest in the song."""
    rows = [line.split() for line in (folder / "key_audio.txt").read_text(encoding="utf-8").splitlines()]
    name = max(rows, key=lambda row: float(row[1]) - float(row[0]))[2]
    return name.replace(":maj", " major").replace(":min", " minor")


def chord_scores(song: TimedSong, chords: Sequence[Chord]) -> list[float]:
    duration_sec = min(LENGTH_SEC, float(song.beats_sec[-1]))
    truth, labels = annotated_chords(song.folder, duration_sec)
    starts = np.array([chord.onset_sec for chord in chords])
    intervals = np.stack([starts, np.append(starts[1:], max(duration_sec, starts[-1] + 0.1))], axis=1)
    scores = mir_eval.chord.evaluate(truth, labels, intervals, [chord.label for chord in chords])
    return [float(scores[name]) for name in METRICS]


def key_score(truth: str, found: str) -> float:
    return float(mir_eval.key.weighted_score(truth, found))


def chroma_of(samples: Samples) -> Floats:
    chroma: Floats = librosa.feature.chroma_cqt(y=samples[0], sr=RATE_HZ, hop_length=CHROMA_HOP)
    return chroma


def baseline_chords(chroma: Floats) -> list[Chord]:
    """Returns the triad whose three notes have most of each frame's chroma, smoothed over a second."""
    triads = {f"{root}:{name}": (i, i + third, i + 7) for name, third in (("maj", 4), ("min", 3))
              for i, root in enumerate(PITCH_CLASSES)}  # fmt: skip
    labels = list(triads)
    smooth = median_filter(chroma, size=(1, RATE_HZ // CHROMA_HOP))
    best = np.stack([smooth[np.array(notes) % 12].sum(axis=0) for notes in triads.values()]).argmax(axis=0)
    starts = np.flatnonzero(np.diff(best, prepend=-1))
    ends = np.append(starts[1:], len(best))
    to_sec = CHROMA_HOP / RATE_HZ
    return [
        Chord(float(start * to_sec), float((end - start) * to_sec), labels[best[start]])
        for start, end in zip(starts, ends, strict=True)
    ]


def baseline_key(chroma: Floats) -> str:
    """Returns the key whose profile correlates best with the mean chroma."""
    mean = chroma.mean(axis=1)
    fits = {
        f"{root} {mode}": float(np.corrcoef(mean, np.roll(profile, tonic))[0, 1])
        for mode, profile in KRUMHANSL.items()
        for tonic, root in enumerate(PITCH_CLASSES)
    }
    return max(fits, key=lambda name: fits[name])


def key_name(chords: Sequence[Chord]) -> str:
    key = find_key(chords)
    return key.name if key else "C major"


def measure_songs(songs: Sequence[TimedSong], chord_finder: ChordBackend) -> None:
    chords: dict[str, list[list[float]]] = {"ours": [], "chroma": []}
    keys: dict[str, list[float]] = {"ours": [], "chroma": []}
    spent_sec = audio_sec = 0.0
    for song in songs:
        samples = song.sound()
        begin = time.perf_counter()
        found = chord_finder.find_chords([samples], samples.shape[-1], silent)
        spent_sec += time.perf_counter() - begin
        audio_sec += samples.shape[-1] / RATE_HZ
        chroma, truth = chroma_of(samples), annotated_key(song.folder)
        chords["ours"].append(chord_scores(song, found))
        chords["chroma"].append(chord_scores(song, baseline_chords(chroma)))
        keys["ours"].append(key_score(truth, key_name(found)))
        keys["chroma"].append(key_score(truth, baseline_key(chroma)))
    print(f"{f'POP909, {len(songs)} songs':24}", *(f"{name:>10}" for name in (*METRICS, "key", "key exact")))
    for name in chords:
        exact = np.mean(np.array(keys[name]) == 1)
        print(f"{name:24}", *(f"{v:10.3f}" for v in (*np.mean(chords[name], axis=0), np.mean(keys[name]), exact)))
    print(f"chords took {spent_sec / audio_sec:.2f} of the audio's duration", flush=True)


def measure_tracks(chord_finder: ChordBackend) -> None:
    scores: dict[str, list[float]] = {"ours": [], "chroma": []}
    for track in labelled_tracks():
        found = chord_finder.find_chords([track.samples], track.samples.shape[-1], silent)
        scores["ours"].append(key_score(track.key, key_name(found)))
        scores["chroma"].append(key_score(track.key, baseline_key(chroma_of(track.samples))))
    for name, values in scores.items():
        print(
            f"key of {len(values)} tracks, {name}: {np.mean(values):.3f}, exact: {np.mean(np.array(values) == 1):.3f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--songs", type=int, default=12)
    parser.add_argument("--skip-tracks", action="store_true")
    options = parser.parse_args()
    _, chord_finder = load()
    measure_songs(
        [timed_song(midi) for midi in pop909_songs(FIRST_SONG + options.songs - 1)[FIRST_SONG - 1 :]], chord_finder
    )
    if not options.skip_tracks:
        measure_tracks(chord_finder)


if __name__ == "__main__":
    main()
