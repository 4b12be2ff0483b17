"""Scores of melody models: how likely the truth is to them, and how like the truth what they write is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from benchmarks.melody_models import NextToken
from benchmarks.melody_pieces import TARGET_BARS, Excerpt
from engine.backends.melody_constraints import PITCH_SLICE, SCALES
from engine.backends.melody_grid import GridNote

Melody = Sequence[GridNote]
Step = tuple[int, int]
"""Interval to the next note in semitones, and ticks until it begins."""

HISTOGRAMS = ("pitch class", "interval", "onset", "duration", "notes per bar")


@dataclass(frozen=True)
class Likelihood:
    """How likely true continuations are to a model."""

    nats_per_note: float
    top_1: float
    """Share of the notes whose pitch is the likeliest one."""
    top_5: float


def likelihood(model: NextToken, pieces: Sequence[Excerpt]) -> Likelihood:
    """Returns the scores over all true continuations, token by token, with the truth before each."""
    nats, ranks = 0.0, []
    for piece in pieces:
        tokens, begin = piece.tokens()
        logs = model.log_probabilities(tokens)
        for at in range(begin, len(tokens)):
            row = logs[at - 1]
            nats -= float(row[tokens[at]])
            if PITCH_SLICE.start <= tokens[at] < PITCH_SLICE.stop:
                ranks.append(int((row[PITCH_SLICE] > row[tokens[at]]).sum()))
    found = np.array(ranks)
    return Likelihood(nats / len(found), float((found < 1).mean()), float((found < 5).mean()))


def histograms(melodies: Sequence[Melody], bar_ticks: int) -> Mapping[str, Mapping[int, float]]:
    """Returns the five distributions, each a share by value."""
    intervals = [after.pitch - before.pitch for notes in melodies for before, after in pairwise(notes)]
    bars = [sum(note.tick // bar_ticks == bar for note in notes) for notes in melodies for bar in range(TARGET_BARS)]
    every = [note for notes in melodies for note in notes]
    values = {
        "pitch class": [note.pitch % 12 for note in every],
        "interval": [int(np.clip(interval, -12, 12)) for interval in intervals],
        "onset": [note.tick % bar_ticks for note in every],
        "duration": [note.duration for note in every],
        "notes per bar": bars,
    }
    return {name: _shares(found) for name, found in values.items()}


def overlap(a: Mapping[int, float], b: Mapping[int, float]) -> float:
    """Returns how much two distributions have in common, 0 to 1."""
    return sum(min(share, b.get(value, 0.0)) for value, share in a.items())


def share_in_key(melodies: Sequence[Melody], modes: Sequence[str]) -> float:
    """Returns the share of notes that are in the scale of the prompt's key."""
    fits = [note.pitch % 12 in SCALES[mode] for notes, mode in zip(melodies, modes, strict=True) for note in notes]
    return float(np.mean(fits))


def likeness(melodies: Sequence[Melody], prompts: Sequence[Melody]) -> float:
    """Returns the share of three steps in a row that the prompt has, too: self-similarity."""
    shares = []
    for notes, prompt in zip(melodies, prompts, strict=True):
        known = set(_grams(steps(prompt), 3))
        found = _grams(steps(notes), 3)
        shares.append(float(np.mean([gram in known for gram in found])) if found else 0.0)
    return float(np.mean(shares))


def steps(notes: Melody) -> list[Step]:
    """Returns intervals and distances, which stay the same in every key and at every place."""
    return [(after.pitch - before.pitch, after.tick - before.tick) for before, after in pairwise(notes)]


class Memory:
    """All runs of steps of the training songs, to find what was copied from them."""

    def __init__(self, melodies: Sequence[Melody], longest: int = 24) -> None:
        self._known = {
            length: {gram for notes in melodies for gram in map(hash, _grams(steps(notes), length))}
            for length in range(1, longest + 1)
        }

    def longest_run(self, notes: Melody) -> int:
        """Returns how many notes in a row, at the most, occur in some training song, in some key."""
        found = steps(notes)
        best = 0
        for length, known in self._known.items():
            if not any(hash(gram) in known for gram in _grams(found, length)):
                break
            best = length
        return best + 1 if notes else 0


def _grams(found: Sequence[Step], length: int) -> list[tuple[Step, ...]]:
    return [tuple(found[at : at + length]) for at in range(len(found) - length + 1)]


def _shares(values: Sequence[int]) -> dict[int, float]:
    found, counts = np.unique(values, return_counts=True)
    return {int(value): float(count / counts.sum()) for value, count in zip(found, counts, strict=True)}
