"""Variety: what is suggested next is good, and unlike what was suggested before it.

Maximal marginal relevance (Carbonell and Goldstein, "The use of MMR, diversity-based reranking for reordering documents
and producing summaries", SIGIR 1998): of what is left, the next is the one with the highest

    (1 - variety) x relevance - variety x (largest similarity to any that was chosen)
"""

import numpy as np
from numpy.typing import NDArray


def varied_order(
    relevance: NDArray[np.floating], embeddings: NDArray[np.float32], variety: float, count: int
) -> list[int]:
    """Returns the places of the chosen candidates, best first, each at most once.

    Args:
        relevance: shape (candidates,); its range is taken as 0 to 1.
        embeddings: shape (candidates, size), each of length 1.
        variety: 0 (the most relevant first) to 1 (after the most relevant, only what is unlike the others).
        count: at most so many.
    """
    left = np.asarray(relevance, np.float64)
    count = min(count, len(left))
    if variety <= 0 or count < 2:
        return [int(place) for place in np.argsort(-left, kind="stable")[:count]]
    spread = float(np.ptp(left))
    merit = (1 - variety) * (left - left.min()) / (spread or 1.0)
    nearest = np.full(len(left), -np.inf)
    chosen = [int(left.argmax())]
    is_open = np.ones(len(left), np.bool_)
    while len(chosen) < count:
        is_open[chosen[-1]] = False
        nearest = np.maximum(nearest, embeddings @ embeddings[chosen[-1]])
        chosen.append(int(np.where(is_open, merit - variety * nearest, -np.inf).argmax()))
    return chosen
