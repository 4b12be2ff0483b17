"""POP909's songs (Wang et al., ISMIR 2020; MIT) as bars on the melody model's grid.

A song is a folder of a MIDI file with the tracks MELODY, BRIDGE and PIANO, and of tables of its beats, chords and keys.
The beats make the grid: seconds become ticks between the beats around them. In each quarter note the notes of a part go
to sixteenths, or to triplets where these lie clearly nearer. The lowest note of a piano chord below D3 is its bass, all
other notes of the piano are its chords; BRIDGE, a second voice that comes and goes, is left out.

A song is cut where its metre changes, since a sequence has one metre. What is left of it are runs of bars.
"""

import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import mido
import numpy as np
from numpy.typing import NDArray

from engine.backends.melody_chords import bar_harmonies, pitch_class
from engine.backends.melody_grid import TICKS_PER_QUARTER, Bar, GridNote, snapped

_HIGHEST_BASS_PITCH = 49
_SHORTEST_RUN_BARS = 4
_EIGHTH_SEC = 0.42
"""A bar of six beats is 6/8 where a beat is shorter than this."""


@dataclass(frozen=True)
class Run:
    """Consecutive bars of one song in one metre."""

    song: int
    metre: tuple[int, int]
    quarter_bpm: float
    bars: tuple[Bar, ...]
    keys: tuple[tuple[int, str], ...]
    """Tonic and mode of each bar."""


@dataclass(frozen=True)
class _Beats:
    times_sec: NDArray[np.float64]
    is_downbeat: NDArray[np.bool_]

    def at(self, time_sec: float) -> float:
        """Returns a position in beats; it goes on evenly beyond the first and the last."""
        index = int(np.clip(np.searchsorted(self.times_sec, time_sec, side="right") - 1, 0, len(self.times_sec) - 2))
        begin, end = self.times_sec[index : index + 2]
        return float(index + (time_sec - begin) / (end - begin))


def read_runs(folder: Path, song: int) -> list[Run]:
    """Returns the runs of a song in POP909's folder."""
    place = folder / f"{song:03}"
    beats = _read_beats(place / "beat_midi.txt")
    tracks = _read_tracks(place / f"{song:03}.mid")
    spans = _read_spans(place / "chord_midi.txt")
    keys = [(begin, pitch_class(label.split(":")[0]), _mode(label)) for begin, _, label in
            _read_spans(place / "key_audio.txt")]  # fmt: skip
    downbeats = np.flatnonzero(beats.is_downbeat)
    runs: list[Run] = []
    for first, last, length in _steady(downbeats):
        duration_sec = float(beats.times_sec[last] - beats.times_sec[first])
        metre, ticks_per_beat = _metre(length, duration_sec / (last - first))
        if metre is None:
            continue
        grid = _Grid(beats, first, (last - first) // length, length, ticks_per_beat)
        bar_times = beats.times_sec[first:last:length]
        runs.append(
            Run(
                song=song,
                metre=metre,
                quarter_bpm=60 * (last - first) * ticks_per_beat / TICKS_PER_QUARTER / duration_sec,
                bars=tuple(grid.bars(tracks, spans)),
                keys=tuple(_key_at(keys, float(time)) for time in bar_times),
            )
        )
    return runs


def write_songs(folder: Path, songs: Sequence[int], path: Path) -> None:
    """Reads songs and keeps them in a file of this machine's own."""
    runs = [run for song in songs for run in read_runs(folder, song)]
    path.write_bytes(pickle.dumps(runs))


def read_songs(path: Path) -> list[Run]:
    """Returns what `write_songs` kept."""
    runs: list[Run] = pickle.loads(path.read_bytes())
    return runs


@dataclass(frozen=True)
class _Grid:
    """The bars of one run, and what falls into them."""

    beats: _Beats
    first_beat: int
    bar_count: int
    bar_beats: int
    ticks_per_beat: int

    def bars(self, tracks: dict[str, list[GridNote]], spans: Sequence[tuple[float, float, str]]) -> Iterator[Bar]:
        melody = self._placed(_melody(tracks["MELODY"], self))
        bass, chords = (self._placed(part) for part in _hands(_quantised(tracks["PIANO"], self)))
        changes = [(round(self.ticks(begin)), label) for begin, _, label in spans]
        harmony = bar_harmonies(changes, self.bar_ticks, self.bar_count)
        for number in range(self.bar_count):
            line, middle, low = (tuple(part.get(number, ())) for part in (melody, chords, bass))
            yield Bar(line, middle, low, harmony[number])

    @property
    def bar_ticks(self) -> int:
        return self.bar_beats * self.ticks_per_beat

    def ticks(self, time_sec: float) -> float:
        return (self.beats.at(time_sec) - self.first_beat) * self.ticks_per_beat

    def _placed(self, notes: Sequence[GridNote]) -> dict[int, list[GridNote]]:
        bars: dict[int, list[GridNote]] = {}
        for note in notes:
            number, tick = divmod(note.tick, self.bar_ticks)
            if 0 <= number < self.bar_count:
                bars.setdefault(number, []).append(GridNote(tick, note.pitch, note.duration, note.velocity))
        return bars


def _quantised(notes: Sequence[GridNote], grid: _Grid) -> list[GridNote]:
    """Returns notes, whose ticks and durations are in microseconds, on the grid, ordered."""
    onsets = [grid.ticks(note.tick / 1e6) for note in notes]
    ends = [grid.ticks((note.tick + note.duration) / 1e6) for note in notes]
    placed: dict[tuple[int, int], GridNote] = {}
    for note, tick, onset, end in zip(notes, snapped(onsets), onsets, ends, strict=True):
        duration = max(1, round(end - onset))
        placed[tick, note.pitch] = GridNote(tick, note.pitch, duration, note.velocity)
    return sorted(placed.values())


def _melody(notes: Sequence[GridNote], grid: _Grid) -> list[GridNote]:
    """Returns a line: of notes that begin together the highest, each at most as long as until the next."""
    line: dict[int, GridNote] = {}
    for note in _quantised(notes, grid):
        line[note.tick] = note
    ordered = list(line.values())
    cut = [
        GridNote(note.tick, note.pitch, min(note.duration, following.tick - note.tick), note.velocity)
        for note, following in pairwise(ordered)
    ]
    return cut + ordered[-1:]


def _hands(notes: Sequence[GridNote]) -> tuple[list[GridNote], list[GridNote]]:
    """Returns the bass and the chords of the piano."""
    lowest: dict[int, GridNote] = {}
    for note in notes:
        if note.tick not in lowest or note.pitch < lowest[note.tick].pitch:
            lowest[note.tick] = note
    bass = [note for note in lowest.values() if note.pitch <= _HIGHEST_BASS_PITCH]
    return bass, [note for note in notes if note.pitch > _HIGHEST_BASS_PITCH or lowest[note.tick] != note]


def _steady(downbeats: NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    """Yields first beat, beat after the last, and beats in a bar, of runs of bars of one length."""
    lengths = np.diff(downbeats)
    begin = 0
    for end in range(1, len(lengths) + 1):
        if end == len(lengths) or lengths[end] != lengths[begin]:
            if end - begin >= _SHORTEST_RUN_BARS:
                yield int(downbeats[begin]), int(downbeats[end]), int(lengths[begin])
            begin = end


def _metre(bar_beats: int, beat_sec: float) -> tuple[tuple[int, int] | None, int]:
    """Returns the metre, None for one that the tables do not make sure, and the ticks of a beat."""
    if bar_beats == 6:
        return ((6, 8), TICKS_PER_QUARTER // 2) if beat_sec < _EIGHTH_SEC else (None, 0)
    return ((bar_beats, 4), TICKS_PER_QUARTER) if bar_beats in (2, 3, 4) else (None, 0)


def _read_beats(path: Path) -> _Beats:
    rows = [line.split()[:3] for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    # The last line of some files runs into a number that belongs to another file.
    return _Beats(np.array([float(row[0]) for row in rows]), np.array([row[2].startswith("1") for row in rows]))


def _read_spans(path: Path) -> list[tuple[float, float, str]]:
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [(float(row[0]), float(row[1]), row[2]) for row in rows if len(row) == 3]


def _read_tracks(path: Path) -> dict[str, list[GridNote]]:
    """Returns the notes of each track, ticks and durations in microseconds."""
    song = mido.MidiFile(path)
    tempos = [(0, 500_000)]
    for track in song.tracks:
        at = 0
        for message in track:
            at += message.time
            if message.type == "set_tempo":
                tempos.append((at, message.tempo))
    tempos.sort(key=lambda tempo: tempo[0])
    return {track.name: _track_notes(track, tempos, song.ticks_per_beat) for track in song.tracks}


def _track_notes(track: mido.MidiTrack, tempos: list[tuple[int, int]], resolution: int) -> list[GridNote]:
    sounding: dict[int, tuple[int, int]] = {}
    notes = []
    at = 0
    for message in track:
        at += message.time
        if message.type not in ("note_on", "note_off"):
            continue
        if message.note in sounding:
            onset, velocity = sounding.pop(message.note)
            begin, end = _microseconds(onset, tempos, resolution), _microseconds(at, tempos, resolution)
            if end > begin:
                notes.append(GridNote(begin, message.note, end - begin, velocity))
        if message.type == "note_on" and message.velocity:
            sounding[message.note] = (at, message.velocity)
    return sorted(notes)


def _microseconds(at: int, tempos: list[tuple[int, int]], resolution: int) -> int:
    total = 0.0
    for (begin, tempo), following in zip(tempos, [*(tick for tick, _ in tempos[1:]), at], strict=True):
        end = min(at, following)
        if end > begin:
            total += (end - begin) * tempo / resolution
    return round(total)


def _key_at(keys: Sequence[tuple[float, int, str]], time_sec: float) -> tuple[int, str]:
    before = [(tonic, mode) for begin, tonic, mode in keys if begin <= time_sec + 0.1]
    if before:
        return before[-1]
    return (keys[0][1], keys[0][2]) if keys else (0, "unknown")


def _mode(label: str) -> str:
    return "minor" if label.endswith("min") else "major"
