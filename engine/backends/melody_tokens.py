"""The melody model's vocabulary, and how bars become tokens.

The tokens are those of REMI (Huang and Yang, "Pop Music Transformer", ACM Multimedia 2020) as miditok 3.1 names them:
Bar, Position, Pitch, Velocity, Duration, Chord, TimeSig, Tempo. A sequence is a head and bars:

    Task TimeSig Mode Tempo Ensemble  (Bar (Section ...)*)*

A section begins with its name and holds one part of its bar, so that a part's name is said once a bar and not once a
note (miditok's Program would be said at every note):

    Melody, Chords, Bass   (Position [Velocity] (Pitch+ Duration)+)*
    Harmony                (Position Chord)*
    Rhythm                 (Position Duration)*    what a variation keeps of the original's rhythm
    Contour                Step*                   what a variation keeps of the original's ups and downs

Two more departures make sequences shorter than miditok's: a Velocity holds within its section until another comes, and
notes that begin and end together share one Duration. Of a melody, without velocities and the names of sections,
miditok's own tokens are left, in miditok's own order, which a test shows.

Pitches and roots are relative to the key: music is moved by less than half an octave until its tonic is C. So one
melody has the same tokens in all twelve keys, and what the model learns in one it knows in all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from engine.backends.melody_grid import (
    LONGEST_BAR_TICKS,
    METRES,
    ONSET_TICKS,
    QUALITIES,
    TICKS_PER_QUARTER,
    GridNote,
    Harmony,
)

TASKS = ("Continue", "Vary", "Fill", "Accompany")
MODES = ("major", "minor", "unknown")
TEMPO_EDGES_BPM = (66.0, 80.0, 96.0, 116.0, 140.0)
ENSEMBLES = ("Melody", "Accompanied")
SECTIONS = ("Melody", "Chords", "Bass", "Harmony", "Rhythm", "Contour")
POSITIONS = tuple(quarter + tick for quarter in range(0, LONGEST_BAR_TICKS, TICKS_PER_QUARTER) for tick in ONSET_TICKS)
DURATIONS = (1, 2, 3, 4, 6, 8, 9, 12, 15, 18, 21, 24, 30, 36, 42, 48, 60, 72, 96)
"""In ticks."""
LOWEST_PITCH, HIGHEST_PITCH = 21, 108
VELOCITY_COUNT = 8
STEPS = ("First", "LeapDown", "StepDown", "Same", "StepUp", "LeapUp")
"""Motion of a melody: a step is at most two semitones."""


def _names() -> tuple[str, ...]:
    chords = [f"{root}:{quality}" for root in range(12) for quality in QUALITIES]
    groups = {
        "Pad": ["None"],
        "Task": TASKS,
        "TimeSig": [f"{numerator}/{denominator}" for numerator, denominator in METRES],
        "Mode": MODES,
        "Tempo": [*map(str, range(len(TEMPO_EDGES_BPM) + 1)), "unknown"],
        "Ensemble": ENSEMBLES,
        "Bar": ["None"],
        "Hidden": ["None"],
        "Fill": ["None"],
        "Section": SECTIONS,
        "Position": POSITIONS,
        "Velocity": range(VELOCITY_COUNT),
        "Duration": DURATIONS,
        "Pitch": range(LOWEST_PITCH, HIGHEST_PITCH + 1),
        "Chord": ["N", *chords],
        "Step": STEPS,
    }
    return tuple(f"{group}_{value}" for group, values in groups.items() for value in values)


NAMES = _names()
"""All tokens, by id."""
IDS = {name: index for index, name in enumerate(NAMES)}
PAD, BAR, HIDDEN, FILL = (IDS[f"{name}_None"] for name in ("Pad", "Bar", "Hidden", "Fill"))
FIRST_POSITION, FIRST_VELOCITY, FIRST_DURATION = (
    IDS[f"Position_{POSITIONS[0]}"], IDS["Velocity_0"], IDS[f"Duration_{DURATIONS[0]}"],
)  # fmt: skip
FIRST_PITCH, FIRST_CHORD, FIRST_STEP = IDS[f"Pitch_{LOWEST_PITCH}"], IDS["Chord_N"], IDS[f"Step_{STEPS[0]}"]

_POSITION_IDS = {position: FIRST_POSITION + index for index, position in enumerate(POSITIONS)}
_DURATION_IDS = {
    ticks: FIRST_DURATION + min(range(len(DURATIONS)), key=lambda index: abs(DURATIONS[index] - ticks))
    for ticks in range(DURATIONS[-1] + 1)
}


@dataclass(frozen=True)
class Head:
    """What a sequence says of the music before the first bar."""

    task: str
    metre: tuple[int, int]
    mode: str
    quarter_bpm: float
    """0 where it is not known."""
    is_accompanied: bool

    def tokens(self) -> list[int]:
        """Returns the five tokens."""
        tempo = sum(self.quarter_bpm >= edge for edge in TEMPO_EDGES_BPM) if self.quarter_bpm else "unknown"
        return [
            IDS[f"Task_{self.task}"],
            IDS[f"TimeSig_{self.metre[0]}/{self.metre[1]}"],
            IDS[f"Mode_{self.mode}"],
            IDS[f"Tempo_{tempo}"],
            IDS[f"Ensemble_{ENSEMBLES[self.is_accompanied]}"],
        ]


def section(name: str) -> int:
    """Returns the token that begins a section."""
    return IDS[f"Section_{name}"]


def velocity_bin(velocity: float) -> int:
    """Returns the bin of a velocity of 1 to 127."""
    return min(VELOCITY_COUNT - 1, int(velocity) * VELOCITY_COUNT // 128)


def velocity_of(velocity_bin: int) -> int:
    """Returns the middle of a bin."""
    return (2 * velocity_bin + 1) * 64 // VELOCITY_COUNT


def duration_token(ticks: int) -> int:
    """Returns the token of the nearest duration."""
    return _DURATION_IDS[max(1, min(DURATIONS[-1], ticks))]


def note_tokens(notes: Sequence[GridNote]) -> Iterator[int]:
    """Yields a part's notes, ordered by tick, without the name of the section."""
    velocity = -1
    for tick, together in groupby(sorted(notes), key=lambda note: note.tick):
        chord = list(together)
        yield _POSITION_IDS[tick]
        found = velocity_bin(sum(note.velocity for note in chord) / len(chord))
        if found != velocity:
            velocity = found
            yield FIRST_VELOCITY + velocity
        yield from _chord_tokens(chord)


def _chord_tokens(chord: Sequence[GridNote]) -> Iterator[int]:
    """Yields the pitches of notes that begin together, upwards, those of one duration together."""
    by_duration: dict[int, list[int]] = {}
    for note in chord:
        by_duration.setdefault(duration_token(note.duration), []).append(note.pitch)
    for duration, pitches in sorted(by_duration.items(), key=lambda item: min(item[1])):
        for pitch in sorted(set(pitches)):
            yield FIRST_PITCH + folded(pitch) - LOWEST_PITCH
        yield duration


def harmony_tokens(harmony: Sequence[Harmony]) -> Iterator[int]:
    """Yields chord symbols, without the name of the section."""
    for chord in harmony:
        yield _POSITION_IDS[chord.tick]
        yield chord_token(chord)


def chord_token(chord: Harmony) -> int:
    """Returns the token of a chord symbol."""
    return FIRST_CHORD + (0 if chord.root < 0 else 1 + chord.root * len(QUALITIES) + QUALITIES.index(chord.quality))


def rhythm_tokens(notes: Sequence[GridNote]) -> Iterator[int]:
    """Yields when notes begin and how long they last, without the name of the section."""
    for tick, together in groupby(sorted(notes), key=lambda note: note.tick):
        yield _POSITION_IDS[tick]
        yield duration_token(max(note.duration for note in together))


def contour_tokens(notes: Sequence[GridNote]) -> Iterator[int]:
    """Yields how a melody moves from each note of a bar to the next, without the name of the section."""
    if notes:
        yield FIRST_STEP
    for before, after in pairwise(sorted(notes)):
        yield FIRST_STEP + motion(after.pitch - before.pitch)


def motion(semitones: int) -> int:
    """Returns the index in `STEPS` of a motion."""
    if semitones == 0:
        return 3
    return (4 if semitones > 0 else 2) + (0 if abs(semitones) <= 2 else (1 if semitones > 0 else -1))


def folded(pitch: int) -> int:
    """Returns the pitch, moved by octaves into the range of the vocabulary."""
    while pitch < LOWEST_PITCH:
        pitch += 12
    while pitch > HIGHEST_PITCH:
        pitch -= 12
    return pitch
