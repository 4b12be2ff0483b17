"""Which pitches keep what a variation keeps and differ from its original; a wish gives way where nothing is left."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.backends.anticipation_hearing import Heard

LONGEST_MATCH = 2
"""After so many notes in a row that are the original's, a variation's next one differs."""

Mask = NDArray[np.bool_]


def varied(free: Mask, original: Sequence[Heard], number: int, kept: str, last_pitch: int, matched: int) -> Mask:
    """Returns which of the pitches that are free the next note may have, shape (128,); none only where none are free.

    Args:
        free: what the constraints leave.
        original: the bar's notes.
        number: which of them the next note stands for.
        kept: "rhythm" or "contour".
        last_pitch: of the note before, in this bar.
        matched: how many notes in a row, up to the last, are the original's.
    """
    if kept == "contour":
        moves = [int(np.sign(after.pitch - before.pitch)) for before, after in pairwise(original)]
        free = _wished(free, _with_room(free, moves[number:]))
        if number > 0:
            free = _wished(free, np.sign(np.arange(len(free)) - last_pitch) == moves[number - 1])
    if matched >= LONGEST_MATCH:
        free = _wished(free, np.arange(len(free)) != original[number].pitch)
    return free


def _with_room(free: Mask, moves: Sequence[int]) -> Mask:
    """Returns the pitches from which all moves can be made, each to the next one that is free."""
    path = np.cumsum([0, *moves])
    ranks = np.cumsum(free) - 1
    return np.asarray((ranks + path.max() < free.sum()) & (ranks + path.min() >= 0))


def _wished(free: Mask, wish: Mask) -> Mask:
    return free & wish if (free & wish).any() else free
