"""Training examples: excerpts of songs, each written for one of the model's tasks, drawn at random.

What a song offers once is heard in many ways: with and without chord symbols, melody alone or accompanied, in a wrong
key now and then (a user's key is found, and may be wrong by a fifth), louder or softer, a little faster or slower, and
in metres that pop songs lack, made by cutting the ends of bars off.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from engine.backends.melody_grid import METRES, Bar, GridNote, bar_ticks, transposed
from engine.backends.melody_sequence import bar_tokens, fill_tokens
from engine.backends.melody_tokens import PAD, Head
from engine.training.melody_songs import Run

TASK_SHARES = {"Continue": 0.52, "Vary": 0.16, "Fill": 0.14, "Accompany": 0.18}
_ACCOMPANIED_SHARE = 0.25
_CHORDS_SHARE = 0.5
_WRONG_KEYS = (5, 7, 3, 9, 2, 10)
_WRONG_KEY_SHARE = 0.12
_UNKNOWN_SHARE = 0.15
_CUT_METRES = ((3, 4), (7, 8), (5, 8), (2, 4), (6, 8))
_CUT_SHARE = 0.07
_LOUDNESS_SPREAD, _TEMPO_SPREAD = 12.0, 0.08
_FILL_CONTEXT_BARS = (12, 4)
"""Around the gap: of a melody alone, and of one that is accompanied."""
_MOST_BARS = 48
"""More never fit into a sequence."""


@dataclass(frozen=True)
class Excerpt:
    """Bars in a key of C, and what the head says of them."""

    head: Head
    bars: tuple[Bar, ...]
    has_chords: bool


def random_batch(rng: Generator, runs: Sequence[Run], size: int, length: int) -> NDArray[np.int64]:
    """Returns sequences of `length` tokens, shape (size, length), padded at the end."""
    weights = np.array([len(run.bars) for run in runs], dtype=float)
    chosen = rng.choice(len(runs), size, p=weights / weights.sum())
    batch = np.full((size, length), PAD, dtype=np.int64)
    for row, index in zip(batch, chosen, strict=True):
        tokens = example(rng, runs[index], length)[:length]
        row[: len(tokens)] = tokens
    return batch


def example(rng: Generator, run: Run, length: int) -> list[int]:
    """Returns one sequence of about `length` tokens or less, of a task drawn by chance."""
    task = str(rng.choice(list(TASK_SHARES), p=list(TASK_SHARES.values())))
    excerpt = _excerpt(rng, run, task)
    if task == "Fill":
        return _fill(rng, excerpt)
    tokens = excerpt.head.tokens()
    cue = str(rng.choice(("Rhythm", "Contour"))) if task == "Vary" else ""
    cued_from = int(rng.integers(0, 9)) if cue else 0
    symbols_from = int(rng.choice((0, int(rng.integers(0, 9))))) if excerpt.has_chords else _MOST_BARS
    for number, bar in enumerate(excerpt.bars):
        shown = cue if number >= cued_from else ""
        tokens += bar_tokens(bar, excerpt.head, has_chords=number >= symbols_from, cue=shown)
        if len(tokens) >= length:
            break
    return tokens


def _fill(rng: Generator, excerpt: Excerpt) -> list[int]:
    middle_count = int(rng.integers(1, 5))
    bars = excerpt.bars[: _FILL_CONTEXT_BARS[excerpt.head.is_accompanied] + middle_count]
    first = int(rng.integers(0, max(1, len(bars) - middle_count)))
    return fill_tokens(bars, first, middle_count, excerpt.head, has_chords=excerpt.has_chords)


def _excerpt(rng: Generator, run: Run, task: str) -> Excerpt:
    """Returns the bars from a random one on, changed."""
    is_accompanied = task == "Accompany" or rng.random() < _ACCOMPANIED_SHARE
    begin, numbers = _chosen(rng, run, is_accompanied=is_accompanied)
    tonic, mode = run.keys[min(begin + 4, len(run.keys) - 1)]
    if rng.random() < _WRONG_KEY_SHARE:
        tonic, mode = (tonic + int(rng.choice(_WRONG_KEYS))) % 12, "unknown"
    shift = (-tonic + 6) % 12 - 6
    louder = float(rng.normal(0, _LOUDNESS_SPREAD))
    bars = [_louder(transposed(bar, shift), louder) for bar in (run.bars[number] for number in numbers)]
    metre = run.metre
    if rng.random() < _CUT_SHARE and metre == (4, 4):
        metre = _CUT_METRES[int(rng.integers(len(_CUT_METRES)))]
        bars = [_cut(bar, bar_ticks(metre)) for bar in bars]
    head = Head(
        task=task,
        metre=metre if metre in METRES else (4, 4),
        mode="unknown" if rng.random() < _UNKNOWN_SHARE else mode,
        quarter_bpm=0.0 if rng.random() < _UNKNOWN_SHARE else run.quarter_bpm * float(
            np.exp(rng.normal(0, _TEMPO_SPREAD))),
        is_accompanied=is_accompanied,
    )  # fmt: skip
    return Excerpt(head, tuple(bars), bool(rng.random() < _CHORDS_SHARE))


def _chosen(rng: Generator, run: Run, *, is_accompanied: bool) -> tuple[int, list[int]]:
    """Returns the first bar, one with a melody where there is one, and all bars from it on.

    Where the melody stands alone, rests of more than two bars are cut: nothing can be learned from them.
    """
    sung = [number for number, bar in enumerate(run.bars) if bar.melody]
    begins = sung[: max(1, len(sung) - 6)] or [0]
    begin = begins[int(rng.integers(len(begins)))]
    numbers = list(range(begin, len(run.bars)))
    if not is_accompanied:
        numbers = [number for number in numbers if any(bar.melody for bar in run.bars[max(0, number - 2) : number + 1])]
    return begin, numbers[:_MOST_BARS]


def _louder(bar: Bar, by: float) -> Bar:
    def changed(notes: Sequence[GridNote]) -> tuple[GridNote, ...]:
        return tuple(replace(note, velocity=int(np.clip(note.velocity + by, 1, 127))) for note in notes)

    return Bar(changed(bar.melody), changed(bar.chords), changed(bar.bass), bar.harmony)


def _cut(bar: Bar, ticks: int) -> Bar:
    """Returns what begins in the first `ticks` of a bar and, of long notes, what fits in them."""

    def kept(notes: Sequence[GridNote]) -> tuple[GridNote, ...]:
        return tuple(
            replace(note, duration=min(note.duration, ticks - note.tick)) for note in notes if note.tick < ticks
        )

    harmony = tuple(chord for chord in bar.harmony if chord.tick < ticks)
    return Bar(kept(bar.melody), kept(bar.chords), kept(bar.bass), harmony)
