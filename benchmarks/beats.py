"""Beats, downbeats and tempo, beside librosa's beat tracker.

    python -m benchmarks.beats [--songs 12] [--skip-tracks]

Rendered songs of POP909 from number 100 on, which no parameter was chosen on: as they are (melody, second voice and
piano, no drums), and four of them with drums under tempo maps that are steady, jump, rise and slow down. F-measure with
mir_eval's window of 70 ms, from the fifth second on, as is usual. Then the tempo of 28 labelled tracks.
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import mir_eval
import numpy as np
from librosa.beat import beat_track
from numpy.typing import NDArray

from benchmarks.rendered import pop909_songs
from benchmarks.timed_pieces import RATE_HZ, TEMPI, TimedSong, labelled_tracks, retimed, timed_song, with_drums
from engine.audio import Samples
from engine.backends import default_card, load_beat_finder, load_chord_finder
from engine.backends.base import BeatBackend, ChordBackend
from engine.bars import bars_on_chords
from engine.musical_time import Beat
from engine.settings import default_folders
from engine.tempo import tempo_map_of, tempo_of
from engine.weights.store import WeightStore

FIRST_SONG = 100
TEMPO_TOLERANCE = 0.04
OCTAVES = (2.0, 0.5, 3.0, 1 / 3)

Floats = NDArray[np.float64]


@dataclass
class Scores:
    """F-measures of pieces, and seconds that were spent on them."""

    beats: list[float] = field(default_factory=list)
    downbeats: list[float] = field(default_factory=list)
    with_chords: list[float] = field(default_factory=list)
    librosa: list[float] = field(default_factory=list)
    ours_sec: float = 0.0
    librosa_sec: float = 0.0


def silent(fraction: float, message: str) -> None:
    """Does nothing."""


def load() -> tuple[BeatBackend, ChordBackend]:
    store = WeightStore(default_folders()[1], is_offline=False)
    beats, chords = default_card("beats"), default_card("chords")
    paths = {name: store.fetch(name, silent) for name in (*beats.weights, *chords.weights)}
    return load_beat_finder(beats, paths, "cpu"), load_chord_finder(chords, paths, "cpu")


def f_measure(truth: Floats, found: Floats) -> float:
    trim = mir_eval.beat.trim_beats
    return float(mir_eval.beat.f_measure(trim(truth), trim(found)))


def times(beats: Sequence[Beat], *, downbeats: bool = False) -> Floats:
    return np.array([beat.time_sec for beat in beats if not downbeats or beat.bar_position == 1])


def measure(song: TimedSong, beat_finder: BeatBackend, chord_finder: ChordBackend, scores: Scores) -> tuple[Beat, ...]:
    """Adds the song's scores, and returns its beats with the bars that the chords make."""
    samples = song.sound()
    begin = time.perf_counter()
    beats = beat_finder.find_beats([samples], samples.shape[-1], silent)
    between = time.perf_counter()
    theirs = librosa_beats(samples)
    scores.librosa_sec += time.perf_counter() - between
    scores.ours_sec += between - begin
    barred = bars_on_chords(beats, chord_finder.find_chords([samples], samples.shape[-1], silent))
    downbeats = song.beats_sec[song.is_downbeat]
    scores.beats.append(f_measure(song.beats_sec, times(beats)))
    scores.downbeats.append(f_measure(downbeats, times(beats, downbeats=True)))
    scores.with_chords.append(f_measure(downbeats, times(barred, downbeats=True)))
    scores.librosa.append(f_measure(song.beats_sec, theirs))
    return barred


def librosa_beats(samples: Samples) -> Floats:
    found: Floats = beat_track(y=samples[0], sr=RATE_HZ, units="time")[1]
    return found


def map_errors_sec(song: TimedSong, beats: Sequence[Beat]) -> Floats:
    """Returns how far each true beat is from the nearest quarter note of the tempo map."""
    tempo_map = tempo_map_of(beats)
    quarters = np.array([tempo_map.quarters_at(beat) for beat in song.beats_sec])
    offset = np.median((quarters - np.arange(len(quarters))) % 1)
    nearest = [tempo_map.seconds_at(round(quarter - offset) + offset) for quarter in quarters]
    return np.abs(np.array(nearest) - song.beats_sec)


def show(name: str, scores: Scores) -> None:
    columns = (scores.beats, scores.downbeats, scores.with_chords, scores.librosa)
    print(f"{name:28}", *(f"{np.mean(column):10.3f}" for column in columns), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--songs", type=int, default=12)
    parser.add_argument("--skip-tracks", action="store_true")
    options = parser.parse_args()
    beat_finder, chord_finder = load()
    songs = [timed_song(midi) for midi in pop909_songs(FIRST_SONG + options.songs - 1)[FIRST_SONG - 1 :]]
    print(f"{'F-measure':28}{'beats':>11}{'downbeats':>11}{'and chords':>11}{'librosa':>11}")
    total = Scores()
    for song in songs:
        measure(song, beat_finder, chord_finder, total)
    show(f"POP909, {len(songs)} songs, no drums", total)
    for name, tempo in TEMPI.items():
        scores, errors, tempi = Scores(), [], []
        for song in songs[:4]:
            piece = with_drums(retimed(song, tempo))
            beats = measure(piece, beat_finder, chord_finder, scores)
            errors.append(map_errors_sec(piece, beats))
            tempi.append(len(tempo_map_of(beats).tempos))
        show(f"with drums, {name}", scores)
        median_ms, most_ms = 1000 * np.median(np.concatenate(errors)), 1000 * np.percentile(np.concatenate(errors), 95)
        print(f"    tempo map: {median_ms:.0f} ms off at the median, {most_ms:.0f} at 95 %; tempi: {tempi}", flush=True)
    print(f"speed beside librosa's tracker on the songs: {total.librosa_sec / total.ours_sec:.2f} times", flush=True)
    if not options.skip_tracks:
        measure_tempi(beat_finder)


def measure_tempi(beat_finder: BeatBackend) -> None:
    right, octaves = {"ours": 0, "librosa": 0}, {"ours": [], "librosa": []}  # type: ignore[var-annotated]
    for track in labelled_tracks():
        found = {
            "ours": tempo_of(beat_finder.find_beats([track.samples], track.samples.shape[-1], silent)) or 0.0,
            "librosa": float(np.squeeze(beat_track(y=track.samples[0], sr=RATE_HZ)[0])),
        }
        for name, bpm in found.items():
            right[name] += abs(bpm / track.bpm - 1) <= TEMPO_TOLERANCE
            if any(abs(bpm / track.bpm / octave - 1) <= TEMPO_TOLERANCE for octave in OCTAVES):
                octaves[name].append(f"{track.name} ({bpm:.0f} for {track.bpm:.0f})")
    for name in right:
        print(f"tempo of 28 tracks within 4 %, {name}: {right[name]}; octave errors: {', '.join(octaves[name]) or '-'}")


if __name__ == "__main__":
    main()
