"""From a prompt in seconds to bars in a key of C: what the melody model reads of it.

Where the bars lie and which track is the melody, `engine.prompt` says. Of the melody's notes that begin together the
highest is taken, each at most as long as until the next. All other notes accompany: those below D3 that are the lowest
of their moment are the bass. What an earlier metre had is not read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from engine.backends.melody_chords import bar_harmonies
from engine.backends.melody_grid import (
    LONGEST_BAR_TICKS,
    METRES,
    TICKS_PER_QUARTER,
    Bar,
    GridNote,
    bar_ticks,
    snapped,
    transposed,
)
from engine.backends.melody_tokens import DURATIONS
from engine.errors import InvalidArgument
from engine.generation import HIGHEST_PITCH, Prompt
from engine.key import MODES
from engine.musical_time import Key, TempoMap
from engine.note_key import find_note_key
from engine.notes import Note
from engine.prompt import bars_of, melody_of

HIGHEST_BASS_PITCH = 49
_MAJOR_MODES = ("ionian", "lydian", "mixolydian")
_EARLY_TICKS = 1.5
"""A note may come so much before its bar line."""
_FINEST_DENOMINATOR = 16


@dataclass(frozen=True)
class Reading:
    """A prompt as the model reads it."""

    bars: tuple[Bar, ...]
    """From the bar of the first note to that of the last, moved into C, with the chords that were given."""
    next_harmony: tuple[tuple[int, str], ...]
    """Ticks from the first bar line and labels of all chords that were given, not moved, beyond the bars, too."""
    has_chords: bool
    to_c: int
    """Semitones from the prompt's key to C, -6 to 5."""
    key: Key
    metre: tuple[int, int]
    model_metre: tuple[int, int]
    """The one of `METRES` that stands for it."""
    bar_ticks: int
    quarter_bpm: float
    begins_quarters: float
    """Where the first bar line lies in the prompt's tempo map."""


def read_prompt(prompt: Prompt) -> Reading:
    """Returns the bars of a checked prompt (`engine.prompt.checked`).

    Raises:
        InvalidArgument: its bars are not among those that the model knows.
    """
    found = bars_of(prompt)
    ticks = _checked_bar_ticks(found.metre)
    grid = _Grid(prompt.tempo_map, found.first_quarters, ticks)
    tune = melody_of(prompt)
    melody = grid.inside(tune.notes)
    others = grid.inside(
        note for track in prompt.tracks if track is not tune and not track.is_drum for note in track.notes
    )
    key = key_of(prompt, melody, others)
    to_c = (-key.tonic + 6) % 12 - 6
    line = grid.line(melody)
    bars = _bars(line, grid.placed(_apart(melody, line, others)), ticks, found.count)
    changes = tuple((round(grid.ticks(chord.onset_sec)), chord.label) for chord in prompt.chords)
    harmonies = bar_harmonies(changes, ticks, len(bars))
    return Reading(
        bars=tuple(
            transposed(replace(bar, harmony=harmony), to_c) for bar, harmony in zip(bars, harmonies, strict=True)
        ),
        next_harmony=changes,
        has_chords=any(chord.root >= 0 for harmony in harmonies for chord in harmony),
        to_c=to_c,
        key=key,
        metre=found.metre,
        model_metre=min(METRES, key=lambda known: (abs(bar_ticks(known) - ticks), known != found.metre)),
        bar_ticks=ticks,
        quarter_bpm=_tempo_at(prompt.tempo_map, found.first_quarters),
        begins_quarters=found.first_quarters,
    )


@dataclass(frozen=True)
class _Grid:
    """Ticks from the first bar line."""

    tempo_map: TempoMap
    begins_quarters: float
    bar_ticks: int

    def ticks(self, time_sec: float) -> float:
        return (self.tempo_map.quarters_at(time_sec) - self.begins_quarters) * TICKS_PER_QUARTER

    def inside(self, notes: Iterable[Note]) -> list[Note]:
        """Returns the notes that do not come before the first bar."""
        return [note for note in notes if self.ticks(note.onset_sec) > -_EARLY_TICKS]

    def placed(self, notes: Sequence[Note]) -> list[GridNote]:
        onsets = [self.ticks(note.onset_sec) for note in notes]
        ends = [self.ticks(note.offset_sec) for note in notes]
        places = {
            (tick, note.pitch): GridNote(tick, note.pitch, max(1, round(end - onset)), note.velocity)
            for note, tick, onset, end in zip(notes, snapped(onsets), onsets, ends, strict=True)
        }
        return sorted(place for place in places.values() if place.tick >= 0)

    def line(self, notes: Sequence[Note]) -> list[GridNote]:
        """Returns one note at a time; durations are among the model's and do not reach beyond the next note."""
        highest = {note.tick: note for note in self.placed(notes)}
        ordered = list(highest.values())
        gaps = [after.tick - before.tick for before, after in pairwise(ordered)]
        return [
            replace(note, duration=max(d for d in DURATIONS if d <= min(note.duration, gap)))
            for note, gap in zip(ordered, [*gaps, DURATIONS[-1]], strict=True)
        ]


def key_of(prompt: Prompt, melody: Sequence[Note], others: Sequence[Note]) -> Key:
    """Returns the key that was given, or else found; a church mode as major or minor, whichever has its third."""
    key = prompt.key or find_note_key(melody, others)
    if key.mode in MODES:
        return key
    return replace(key, mode="major" if key.mode in _MAJOR_MODES else "minor")


def _apart(melody: Sequence[Note], line: Sequence[GridNote], others: Sequence[Note]) -> list[Note]:
    """Returns what accompanies: the other tracks' notes, and those of the melody's track that are not in its line."""
    if len(line) == len(melody):
        return list(others)
    highest: dict[float, Note] = {}
    for note in melody:
        if note.onset_sec not in highest or note.pitch > highest[note.onset_sec].pitch:
            highest[note.onset_sec] = note
    return [*others, *(note for note in melody if highest[note.onset_sec] is not note)]


def _tempo_at(tempo_map: TempoMap, quarters: float) -> float:
    """Returns the tempo of the quarter note that begins at a position."""
    return 60 / (tempo_map.seconds_at(quarters + 1) - tempo_map.seconds_at(quarters))


def _checked_bar_ticks(metre: tuple[int, int]) -> int:
    numerator, denominator = metre
    if denominator > _FINEST_DENOMINATOR or not 0 < bar_ticks(metre) <= LONGEST_BAR_TICKS:
        raise InvalidArgument(
            f"This model has no bars of {numerator}/{denominator}; it knows bars of up to six quarter notes, in "
            "quarters, eighths or sixteenths.",
            field="tempo_map",
        )
    return bar_ticks(metre)


def _bars(line: Sequence[GridNote], others: Sequence[GridNote], ticks: int, count: int) -> list[Bar]:
    """Returns the notes in bars; the lowest notes of the others are the bass."""
    lowest: dict[int, int] = {}
    for note in others:
        lowest[note.tick] = min(note.pitch, lowest.get(note.tick, HIGHEST_PITCH))
    bass = [note for note in others if note.pitch == lowest[note.tick] and note.pitch <= HIGHEST_BASS_PITCH]
    chords = [note for note in others if note not in set(bass)]

    def in_bar(notes: Sequence[GridNote], number: int) -> tuple[GridNote, ...]:
        begin = number * ticks
        return tuple(replace(note, tick=note.tick - begin) for note in notes if begin <= note.tick < begin + ticks)

    return [Bar(in_bar(line, number), in_bar(chords, number), in_bar(bass, number)) for number in range(count)]
