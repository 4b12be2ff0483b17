"""Constraints as the writer uses them: tables of what is allowed, in the tokens of a key of C.

Everything that does not change while a candidate is written is worked out once, here: which pitches the range and a
strict key leave, what a soft key takes from the others, which chord symbols a strict key leaves.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.backends.melody_grid import QUALITIES
from engine.backends.melody_tokens import FIRST_CHORD, FIRST_PITCH, HIGHEST_PITCH, LOWEST_PITCH, NAMES, POSITIONS
from engine.errors import InvalidArgument
from engine.generation import Constraints

SCALES = {
    "major": frozenset({0, 2, 4, 5, 7, 9, 11}),
    "minor": frozenset({0, 2, 3, 5, 7, 8, 10, 11}),
    "unknown": frozenset(range(12)),
}
"""Semitones above the tonic; minor is natural and has the leading tone beside it."""
SOFT_PENALTY = np.float32(-2.0)
"""Added to the logits of what is outside of a soft key: these notes become about seven times as rare."""
_PITCH_COUNT = HIGHEST_PITCH - LOWEST_PITCH + 1
INTERVALS = {
    "maj": (0, 4, 7), "min": (0, 3, 7), "7": (0, 4, 7, 10), "maj7": (0, 4, 7, 11), "min7": (0, 3, 7, 10),
    "dim": (0, 3, 6), "sus": (0, 7), "aug": (0, 4, 8),
}  # fmt: skip


@dataclass(frozen=True)
class Rules:
    """What holds for a whole candidate."""

    pitches: NDArray[np.bool_]
    """By pitch of the vocabulary, lowest first: whether it may be written."""
    bias: NDArray[np.float32]
    """Added to the logits, shape (vocabulary,)."""
    chords: NDArray[np.bool_]
    """By chord symbol: whether it may be written."""
    max_polyphony: int
    stays_in_bars: bool
    ends_on_bar: bool
    fewest_per_bar: int
    most_per_bar: int

    @cached_property
    def pitch_count(self) -> int:
        """How many pitches may be written."""
        return int(self.pitches.sum())


def rules_of(constraints: Constraints, mode: str, to_c: int, bar_ticks: int) -> Rules:
    """Returns the rules for music that was moved by `to_c` semitones into C.

    Raises:
        InvalidArgument: nothing could be written under these constraints.
    """
    scale = frozenset((pitch_class + to_c) % 12 for pitch_class in constraints.pitch_classes) or SCALES[mode]
    low, high = constraints.lowest_pitch + to_c, constraints.highest_pitch + to_c
    numbers = np.arange(LOWEST_PITCH, HIGHEST_PITCH + 1)
    inside = (numbers >= low) & (numbers <= high)
    in_scale = np.isin(numbers % 12, list(scale))
    is_strict = constraints.key_rule == "strict"
    pitches = inside & in_scale if is_strict else inside
    # A whole number of semitones may take the vocabulary's edges out of MIDI's range.
    pitches &= (numbers - to_c >= 0) & (numbers - to_c <= 127)
    if not pitches.any():
        raise InvalidArgument(
            f"No note of the key lies between the pitches {constraints.lowest_pitch} and {constraints.highest_pitch} "
            "where this model can write; widen the range or loosen the key.",
            field="lowest_pitch",
        )
    constraints.check_room(sum(position < bar_ticks for position in POSITIONS))
    return Rules(
        pitches=pitches,
        bias=_bias(in_scale, constraints.key_rule),
        chords=_chords(scale) if is_strict else np.ones(1 + 12 * len(QUALITIES), dtype=np.bool_),
        max_polyphony=constraints.max_polyphony,
        stays_in_bars=constraints.stays_in_bars,
        ends_on_bar=constraints.ends_on_bar,
        fewest_per_bar=constraints.fewest_per_bar,
        most_per_bar=constraints.most_per_bar,
    )


def _bias(in_scale: NDArray[np.bool_], key_rule: str) -> NDArray[np.float32]:
    bias = np.zeros(len(NAMES), dtype=np.float32)
    if key_rule == "soft":
        bias[FIRST_PITCH : FIRST_PITCH + _PITCH_COUNT][~in_scale] = SOFT_PENALTY
    return bias


def _chords(scale: frozenset[int]) -> NDArray[np.bool_]:
    """Returns which chord symbols have all their notes in the scale; that there is no chord always fits."""
    fits = [
        all((root + interval) % 12 in scale for interval in INTERVALS[quality])
        for root in range(12)
        for quality in QUALITIES
    ]
    return np.array([True, *fits])


CHORD_SLICE = slice(FIRST_CHORD, FIRST_CHORD + 1 + 12 * len(QUALITIES))
PITCH_SLICE = slice(FIRST_PITCH, FIRST_PITCH + _PITCH_COUNT)
