"""Scores of a ranked list against the items that were held out."""

import numpy as np
from numpy.typing import NDArray


def best(scores: NDArray[np.floating], excluded: NDArray[np.integer], count: int) -> NDArray[np.int64]:
    """Returns the items with the highest scores, best first, without the excluded ones.

    Args:
        scores: shape (items,).
        excluded: items that cannot be suggested.
        count: how many.
    """
    open_scores = np.array(scores, np.float64)
    open_scores[excluded] = -np.inf
    first = np.argpartition(-open_scores, count)[:count]
    order: NDArray[np.int64] = first[np.argsort(-open_scores[first], kind="stable")]
    return order


def recall(ranked: NDArray[np.integer], held_out: NDArray[np.integer]) -> float:
    """Returns the share of the held-out items among the ranked ones, of as many as could be there."""
    return float(np.isin(ranked, held_out).sum() / min(len(ranked), len(held_out)))


def ndcg(ranked: NDArray[np.integer], held_out: NDArray[np.integer]) -> float:
    """Returns the normalised discounted cumulative gain: 1 where the held-out items come first."""
    discounts = 1 / np.log2(np.arange(len(ranked)) + 2)
    gain = discounts[np.isin(ranked, held_out)].sum()
    return float(gain / discounts[: min(len(ranked), len(held_out))].sum())
