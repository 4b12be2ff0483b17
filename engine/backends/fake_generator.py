"""A generator without a model: it walks along the scale, by chance and yet repeatably, and keeps every constraint.

It makes everything around a generator testable without weights. It obeys the same contract as the real ones.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from engine.backends.base import Card, Report
from engine.errors import InvalidArgument
from engine.generation import PARTS, Accompany, Candidate, Constraints, Continue, Prompt, Vary, Wish, WrittenNote
from engine.musical_time import Key
from engine.notes import Note
from engine.prompt import PromptBars, bars_of, melody_of, written_bars

MAJOR, MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)
_REGISTERS = {"melody": 66, "chords": 54, "bass": 38}
"""Pitches near which the parts walk."""
_C_MAJOR = Key(0, "major", 0.0)


class FakeGenerator:
    """Walks along the scale of the prompt's key, C major where none is given."""

    def __init__(self, card: Card, weight_paths: Mapping[str, Path], device: str) -> None:
        self.card = card

    def generate(self, wish: Wish, report: Report) -> Iterator[Candidate]:
        """Yields the candidates."""
        bars, key = bars_of(wish.prompt), wish.prompt.key or _C_MAJOR
        first, count = written_bars(bars, wish.task)
        pitches = _allowed(wish.constraints, key)
        for index in range(wish.sampling.candidate_count):
            chance = random.Random(f"{wish.sampling.seed} {index}")
            notes: list[WrittenNote] = []
            for part in _parts(wish):
                report(index / wish.sampling.candidate_count, "writing notes")
                notes += _part(part, wish, bars, count, pitches, chance)
            yield Candidate(
                index, tuple(sorted(notes)), bars.line_quarters(first), count, bars.metre, key,
                score=round(chance.random(), 3), log_likelihood=-1.0,
            )  # fmt: skip
        report(1.0, "writing notes")


def _parts(wish: Wish) -> Sequence[str]:
    match wish.task:
        case Accompany(parts):
            return parts
        case Continue(is_accompanied=True):
            return PARTS
        case _:
            return ("melody",)


def _allowed(constraints: Constraints, key: Key) -> list[int]:
    """Returns the pitches that may be written, lowest first."""
    scale = MAJOR if key.mode == "major" else MINOR
    classes = constraints.pitch_classes or {(key.tonic + step) % 12 for step in scale}
    span = range(constraints.lowest_pitch, constraints.highest_pitch + 1)
    pitches = [pitch for pitch in span if constraints.key_rule == "free" or pitch % 12 in classes]
    if not pitches:
        raise InvalidArgument(
            f"No note of the key lies between the pitches {constraints.lowest_pitch} and {constraints.highest_pitch}; "
            "widen the range or loosen the key.",
            field="lowest_pitch",
        )
    return pitches


def _part(
    part: str, wish: Wish, bars: PromptBars, bar_count: int, pitches: Sequence[int], chance: random.Random
) -> Iterator[WrittenNote]:
    if isinstance(wish.task, Vary):
        yield from _varied(wish.prompt, wish.task.kept, bars, pitches, chance)
        return
    rules = wish.constraints
    per_bar = bars.metre[0]
    if part == "melody":
        per_bar = max(per_bar, rules.fewest_per_bar)
        per_bar = min(per_bar, rules.most_per_bar) if rules.most_per_bar else per_bar
    length = bars.bar_quarters / per_bar
    place = _nearest(pitches, _REGISTERS[part])
    for number in range(bar_count * per_bar):
        place = min(max(0, place + chance.choice((-2, -1, 1, 2))), len(pitches) - 1)
        yield WrittenNote(number * length, pitches[place], length, 80, part)


def _varied(
    prompt: Prompt, kept: str, bars: PromptBars, pitches: Sequence[int], chance: random.Random
) -> Iterator[WrittenNote]:
    """Yields the melody's rhythm with other notes: by chance, or in the order of the melody's own pitches."""
    notes = melody_of(prompt).notes
    ladder = {pitch: place for place, pitch in enumerate(sorted({note.pitch for note in notes}))}
    lowest = chance.randrange(max(1, len(pitches) - len(ladder)))
    for note in notes:
        place = lowest + ladder[note.pitch] if kept == "contour" else chance.randrange(len(pitches))
        onset, length = _quarters(note, prompt, bars)
        yield WrittenNote(onset, pitches[min(place, len(pitches) - 1)], length, note.velocity)


def _quarters(note: Note, prompt: Prompt, bars: PromptBars) -> tuple[float, float]:
    onset, end = (prompt.tempo_map.quarters_at(time_sec) for time_sec in (note.onset_sec, note.offset_sec))
    return max(0.0, onset - bars.first_quarters), end - onset


def _nearest(pitches: Sequence[int], wanted: int) -> int:
    return min(range(len(pitches)), key=lambda place: abs(pitches[place] - wanted))
