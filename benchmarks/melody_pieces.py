"""Excerpts of POP909's held-out songs: eight bars of a melody to go on from, and the four that follow in truth.

The split is `engine.training.melody_split`'s. An excerpt is read as a user's prompt is: its key is found from its
notes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.backends.melody_grid import TICKS_PER_QUARTER, Bar, GridNote, bar_ticks, transposed
from engine.backends.melody_prompt import Reading, read_prompt
from engine.backends.melody_sequence import bar_tokens
from engine.backends.melody_tokens import Head
from engine.generation import Prompt
from engine.musical_time import steady_tempo
from engine.notes import Note, NoteTrack
from engine.training.melody_songs import Run

PROMPT_BARS, TARGET_BARS = 8, 4
_STEP_BARS = 6


@dataclass(frozen=True)
class Excerpt:
    """Bars of a song's melody, as they are, and the prompt that a user would give."""

    song: int
    prompt: Prompt
    reading: Reading
    target: tuple[Bar, ...]
    """The true continuation, moved into the reading's C."""
    quarter_bpm: float

    @property
    def target_notes(self) -> list[GridNote]:
        """The true continuation, ticks counted from its first bar line."""
        return [
            GridNote(number * self.reading.bar_ticks + note.tick, note.pitch, note.duration, note.velocity)
            for number, bar in enumerate(self.target)
            for note in bar.melody
        ]

    def tokens(self) -> tuple[list[int], int]:
        """Returns prompt and continuation as one sequence, and where the continuation begins."""
        head = Head("Continue", self.reading.model_metre, self.reading.key.mode, self.quarter_bpm, is_accompanied=False)
        read = [token for bar in self.reading.bars for token in bar_tokens(bar, head, has_chords=False)]
        told = [token for bar in self.target for token in bar_tokens(bar, head, has_chords=False)]
        tokens = [*head.tokens(), *read]
        return tokens + told, len(tokens)


def excerpts(runs: Sequence[Run], count: int) -> list[Excerpt]:
    """Returns `count` excerpts, spread over all songs."""
    found = [excerpt for run in runs for excerpt in _of_run(run)]
    return [found[int(number * len(found) / count)] for number in range(min(count, len(found)))]


def training_tokens(runs: Sequence[Run]) -> list[list[int]]:
    """Returns the melody of each run as one sequence, in the key that the data set states."""
    sequences = []
    for run in runs:
        tonic, mode = run.keys[len(run.keys) // 2]
        shift = (-tonic + 6) % 12 - 6
        head = Head("Continue", run.metre, mode, run.quarter_bpm, is_accompanied=False)
        bars = [transposed(Bar(melody=bar.melody), shift) for bar in run.bars]
        sequences.append(head.tokens() + [t for bar in bars for t in bar_tokens(bar, head, has_chords=False)])
    return sequences


def _of_run(run: Run) -> Iterator[Excerpt]:
    if run.metre != (4, 4):
        return
    for begin in range(0, len(run.bars) - PROMPT_BARS - TARGET_BARS + 1, _STEP_BARS):
        prompt_bars = run.bars[begin : begin + PROMPT_BARS]
        target = run.bars[begin + PROMPT_BARS : begin + PROMPT_BARS + TARGET_BARS]
        has_edges = prompt_bars[0].melody and prompt_bars[-1].melody
        if not has_edges or sum(len(bar.melody) for bar in target) < 2 * TARGET_BARS:
            continue
        prompt = _prompt(prompt_bars, run)
        reading = read_prompt(prompt)
        if len(reading.bars) == PROMPT_BARS:
            moved = tuple(transposed(Bar(melody=bar.melody), reading.to_c) for bar in target)
            yield Excerpt(run.song, prompt, reading, moved, run.quarter_bpm)


def _prompt(bars: Sequence[Bar], run: Run) -> Prompt:
    tick_sec = 60 / run.quarter_bpm / TICKS_PER_QUARTER
    length = bar_ticks(run.metre)
    notes = [
        Note(note.pitch, note.velocity, (number * length + note.tick) * tick_sec, note.duration * tick_sec)
        for number, bar in enumerate(bars)
        for note in bar.melody
    ]
    return Prompt((NoteTrack("melody", tuple(notes)),), steady_tempo(run.quarter_bpm))
