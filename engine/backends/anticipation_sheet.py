"""What a wish asks of the Anticipatory Music Transformer: what it hears, what it is told ahead, and where it writes.

    Continue     hears the prompt and goes on
    Vary         hears the prompt and goes on under the same rhythm or contour; that takes the prompt's place
    Fill         hears what is before the gap, and is told ahead what the other tracks play in it, and what follows
    Accompany    is told the prompt ahead and writes under it

How it hears is said in `anticipation_hearing`. The parts that it writes are told apart by their instruments.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from engine.backends.anticipation_hearing import OTHER_PIANO, PIANO, Clock, Heard, heard_notes, instrument_of
from engine.backends.anticipation_tokens import DRUMS, PITCH_COUNT, Event
from engine.backends.melody_constraints import SCALES, SOFT_PENALTY
from engine.backends.melody_grid import ONSET_TICKS, TICKS_PER_QUARTER
from engine.backends.melody_prompt import key_of
from engine.errors import InvalidArgument
from engine.generation import PARTS, Accompany, Constraints, Continue, Fill, Prompt, Task, Vary, Wish
from engine.musical_time import Key
from engine.notes import Note, NoteTrack
from engine.prompt import PromptBars, bars_of, melody_of, written_bars

_BASSES, _BASS, _OTHER_BASS = range(32, 40), 33, 32
_VOICES = {"chords": 6, "bass": 1}
"""Most notes of a part that sound together."""
_ANY = 1_000


@dataclass(frozen=True)
class Voice:
    """A part that is written."""

    part: str
    instrument: int
    most_sounding: int
    velocity: int


@dataclass(frozen=True)
class Sheet:
    """What does not change while candidates are written. Quarter notes are counted from where the writing begins."""

    past: tuple[Event, ...]
    controls: tuple[Event, ...]
    begin: int
    """Where the writing begins, in the events' time."""
    per_quarter: float
    """Hundredths of a second in a quarter note."""
    first_bar: int
    """From 0, the prompt's."""
    bar_count: int
    bars: PromptBars
    key: Key
    scale: frozenset[int]
    voices: tuple[Voice, ...]
    pitches: NDArray[np.bool_]
    """Which may be written, shape (128,)."""
    bias: NDArray[np.float32]
    """Added to the logits of pitches, shape (128,)."""
    rules: Constraints
    fewest: tuple[int, ...]
    """Notes of the melody in each bar."""
    most: tuple[int, ...]
    kept: str = ""
    """What a variation keeps; empty for the other tasks."""
    originals: tuple[tuple[Heard, ...], ...] = ()
    """What a variation varies, bar by bar."""
    last_pitch: int | None = None
    """Of the melody, before the writing."""

    @property
    def quarters(self) -> float:
        """Length of what is written."""
        return self.bar_count * self.bars.bar_quarters

    def time(self, quarters: float) -> int:
        """Returns a position in the events' time."""
        return self.begin + round(quarters * self.per_quarter)

    def places(self) -> list[float]:
        """Returns where notes may begin, in quarter notes: on sixteenths and on triplets of eighths."""
        length = self.bars.bar_quarters
        ticks = [quarter * TICKS_PER_QUARTER + tick for quarter in range(int(np.ceil(length))) for tick in ONSET_TICKS]
        inside = [tick / TICKS_PER_QUARTER for tick in ticks if tick / TICKS_PER_QUARTER < length - 1e-9]
        return [bar * length + place for bar in range(self.bar_count) for place in inside]


def sheet_of(wish: Wish) -> Sheet:
    """Returns what a wish asks for; its prompt is a checked one.

    Raises:
        InvalidArgument: nothing could be written under these constraints, or a bar has no room for the notes.
    """
    prompt, task, rules = wish.prompt, wish.task, wish.constraints
    bars, tune = bars_of(prompt), melody_of(prompt)
    heard = {id(track): heard_notes(track, prompt, bars) for track in prompt.tracks}
    melody = heard[id(tune)]
    first, count = written_bars(bars, task)
    begin = (bars.count if isinstance(task, Vary) else first) * bars.bar_quarters
    clock = Clock(prompt, bars, begin)
    instruments = {id(track): instrument_of(track, tune) for track in prompt.tracks}
    given = [(instruments[id(track)], note) for track in prompt.tracks for note in heard[id(track)]]
    own = instruments[id(tune)] if isinstance(task, Fill) else None
    originals = _by_bar(melody, bars, task.kept) if isinstance(task, Vary) else ()
    key = key_of(prompt, tune.notes, _others(prompt, tune))
    scale = rules.pitch_classes or frozenset((key.tonic + step) % 12 for step in SCALES[key.mode])
    sheet = Sheet(
        past=() if isinstance(task, Accompany) else clock.past(given),
        controls=clock.controls(given, own, count * bars.bar_quarters, task) + clock.chords(prompt, task, count),
        begin=clock.at(begin),
        per_quarter=clock.per_quarter,
        first_bar=first,
        bar_count=count,
        bars=bars,
        key=key,
        scale=scale,
        voices=tuple(_voice(part, tune, melody, instruments.values(), rules) for part in _parts(task)),
        pitches=_pitches(rules, scale),
        bias=_bias(rules, scale),
        rules=rules,
        fewest=tuple(len(notes) for notes in originals) or (rules.fewest_per_bar,) * count,
        most=tuple(len(notes) for notes in originals) or (rules.most_per_bar or _ANY,) * count,
        kept=task.kept if isinstance(task, Vary) else "",
        originals=originals,
        last_pitch=next((note.pitch for note in reversed(melody) if note.onset < begin), None),
    )
    rules.check_room(len(sheet.places()) // count)
    return sheet


def _parts(task: Task) -> Sequence[str]:
    if isinstance(task, Accompany):
        return task.parts
    return PARTS if isinstance(task, Continue) and task.is_accompanied else ("melody",)


def _voice(
    part: str, tune: NoteTrack, melody: Sequence[Heard], instruments: Iterable[int], rules: Constraints
) -> Voice:
    loudness = round(np.mean([note.velocity for note in melody]))
    if part == "melody":
        together = max(sum(other.onset <= note.onset < other.end - 1e-6 for other in melody) for note in melody)
        return Voice(part, tune.program, rules.max_polyphony or max(1, together), loudness)
    others = [instrument for instrument in instruments if instrument not in (DRUMS, tune.program)]
    fitting = [instrument for instrument in others if (instrument in _BASSES) == (part == "bass")]
    usual = {
        "chords": OTHER_PIANO if tune.program == PIANO else PIANO,
        "bass": _BASS if tune.program != _BASS else 32,
    }
    most = rules.max_polyphony or _VOICES[part]
    return Voice(part, next(iter(fitting), usual[part]), min(most, _VOICES[part]), max(1, round(0.8 * loudness)))


def _by_bar(melody: Sequence[Heard], bars: PromptBars, kept: str) -> tuple[tuple[Heard, ...], ...]:
    """Returns a melody bar by bar; to keep its contour it must be a line, the highest note of each moment."""
    length = bars.bar_quarters
    notes = list(melody)
    if kept == "contour":
        notes = [max(chord, key=lambda note: note.pitch) for _, chord in groupby(melody, key=lambda note: note.onset)]
    inside: list[list[Heard]] = [[] for _ in range(bars.count)]
    for note in notes:
        bar = min(bars.count - 1, int((note.onset + 1 / TICKS_PER_QUARTER) // length))
        inside[bar].append(note)
    return tuple(tuple(bar) for bar in inside)


def _others(prompt: Prompt, tune: NoteTrack) -> list[Note]:
    return [note for track in prompt.tracks if track is not tune and not track.is_drum for note in track.notes]


def _pitches(rules: Constraints, scale: frozenset[int]) -> NDArray[np.bool_]:
    numbers = np.arange(PITCH_COUNT)
    inside = (numbers >= rules.lowest_pitch) & (numbers <= rules.highest_pitch)
    if rules.key_rule == "strict":
        inside &= np.isin(numbers % 12, list(scale))
    if not inside.any():
        raise InvalidArgument(
            f"No note of the key lies between the pitches {rules.lowest_pitch} and {rules.highest_pitch}; widen the "
            "range or loosen the key.",
            field="lowest_pitch",
        )
    return inside


def _bias(rules: Constraints, scale: frozenset[int]) -> NDArray[np.float32]:
    outside = ~np.isin(np.arange(PITCH_COUNT) % 12, list(scale))
    return np.where(outside & (rules.key_rule == "soft"), SOFT_PENALTY, np.float32(0.0)).astype(np.float32)
