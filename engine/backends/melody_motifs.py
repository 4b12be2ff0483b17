"""Motifs: what a melody did before when it had come to the same point.

Pop melodies repeat themselves, and a small network learns what usually follows but not to look for where this very
melody was here before. That can be looked up: where the last tokens occurred earlier in the sequence, what followed
there gets a share of the probability, the more the longer the match (a cache as in Grave, Joulin and Usunier,
"Improving Neural Language Models with a Continuous Cache", 2017, but of exact matches). The shares are those that made
the continuations of the validation songs likeliest.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_SHARES = np.repeat(np.array([0.0, 0.3, 0.6, 0.7, 0.9, 0.95], dtype=np.float32), [4, 3, 3, 4, 10, 1])
"""By length of the match in tokens: none below 4, 0.3 from 4 on, 0.6 from 7, 0.7 from 10, 0.9 from 14, 0.95 from 24."""


def with_motifs(logits: NDArray[np.float32], tokens: Sequence[int]) -> NDArray[np.float32]:
    """Returns logits in which what followed the longest match has its share, shape (vocabulary,).

    Args:
        logits: the network's, of what follows the tokens.
        tokens: all so far.
    """
    told = np.asarray(tokens)
    length, ends = _longest_match(told)
    share = _SHARES[length]
    if share == 0:
        return logits
    odds = np.exp(logits - logits.max())
    found = (1 - share) * odds / odds.sum()
    np.add.at(found, told[ends + 1], share / np.float32(len(ends)))
    return np.asarray(np.log(found), dtype=np.float32)


def _longest_match(told: NDArray[np.int64]) -> tuple[int, NDArray[np.intp]]:
    """Returns how many of the last tokens occurred before, 24 at most, and where each such place ends."""
    ends = np.flatnonzero(told[:-1] == told[-1])
    if not len(ends):
        return 0, ends
    for length in range(1, len(_SHARES) - 1):
        longer = ends[ends >= length]
        longer = longer[told[longer - length] == told[-1 - length]]
        if not len(longer):
            return length, ends
        ends = longer
    return len(_SHARES) - 1, ends
