"""Reads a score in the small notation that `send-and-return.json` explains, into notes in seconds."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

STEPS_PER_BEAT = 4
LOUDNESS = {"X": 1.0, "x": 0.75, "o": 0.4}
_SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


@dataclass(frozen=True)
class Note:
    """One note, or one stroke of a drum."""

    instrument: str
    pitch: int
    """MIDI pitch; 0 for a drum."""
    onset_sec: float
    duration_sec: float
    loudness: float
    """0 to 1."""


@dataclass(frozen=True)
class Score:
    """A piece."""

    title: str
    notes: tuple[Note, ...]
    duration_sec: float
    """To the last bar line."""


def read_score(path: Path) -> Score:
    """Returns the piece that the file holds.

    Raises:
        ValueError: a bar does not hold what the notation allows, or not as many beats as a bar has.
    """
    text = json.loads(path.read_text(encoding="utf-8"))
    beat_sec = 60 / text["quarter_bpm"]
    beats_per_bar = text["beats_per_bar"]
    notes: list[Note] = []
    for instrument, bars in text["melodic"].items():
        for number, bar in enumerate(_spell_out(bars)):
            notes += _melodic_bar(instrument, bar, number * beats_per_bar, beats_per_bar, beat_sec)
    for instrument, bars in text["drums"].items():
        for number, bar in enumerate(_spell_out(bars)):
            notes += _drum_bar(instrument, bar, number * beats_per_bar, beats_per_bar, beat_sec, text["swing"])
    bar_count = max(len(bars) for bars in (*text["melodic"].values(), *text["drums"].values()))
    return Score(text["title"], tuple(notes), bar_count * beats_per_bar * beat_sec)


def parse_pitch(name: str) -> int:
    """Returns the MIDI pitch of a name such as F#3; C4 is 60.

    >>> parse_pitch("A4")
    69
    """
    match = re.fullmatch(r"([A-G])([#b]?)(\d)", name)
    if match is None:
        raise ValueError(f"“{name}” is no pitch.")
    letter, accidental, octave = match.groups()
    return _SEMITONES[letter] + {"": 0, "#": 1, "b": -1}[accidental] + 12 * (int(octave) + 1)


def _spell_out(bars: Sequence[str]) -> Iterator[str]:
    """Yields the bars with each % replaced by the bar before it."""
    before = ""
    for bar in bars:
        before = before if bar == "%" else bar
        yield before


def _melodic_bar(instrument: str, bar: str, first_beat: float, beats_per_bar: float, beat_sec: float) -> Iterator[Note]:
    words = bar.split()
    beat = first_beat
    for name, length in zip(words[::2], words[1::2], strict=True):
        beats = float(length)
        for pitch in name.split("+") if name != "-" else ():
            is_strong = (beat - first_beat) % 1 == 0
            yield Note(instrument, parse_pitch(pitch), beat * beat_sec, beats * beat_sec, 0.9 if is_strong else 0.75)
        beat += beats
    if abs(beat - first_beat - beats_per_bar) > 1e-9:
        raise ValueError(f"A bar of {instrument} has {beat - first_beat:g} beats, not {beats_per_bar}: {bar}")


def _drum_bar(
    instrument: str, bar: str, first_beat: float, beats_per_bar: int, beat_sec: float, swing: float
) -> Iterator[Note]:
    if len(bar) != beats_per_bar * STEPS_PER_BEAT:
        raise ValueError(f"A bar of {instrument} has {len(bar)} steps, not {beats_per_bar * STEPS_PER_BEAT}: {bar}")
    for step, mark in enumerate(bar):
        if mark == ".":
            continue
        late = swing if step % 2 else 0.0  # every second sixteenth comes a little late
        onset_sec = (first_beat + (step + late) / STEPS_PER_BEAT) * beat_sec
        yield Note(instrument, 0, onset_sec, beat_sec / STEPS_PER_BEAT, LOUDNESS[mark])
