"""Taste: what projects that have these samples have too, learned from all uses (collaborative filtering).

Two models answer, and their scores are added once they have the same level: latent factors, which see that two samples
suit the same projects although no project has both, and item-to-item weights, which see exactly who was used with whom.
The sum is better than either. The weights need witnesses: for one known sample they are worse than popularity, for
twenty nearly as good as the factors, so that their share grows with what is known (docs/benchmarks.md). A model never
changes: training makes the next one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.library.item_neighbours import ItemNeighbours, fit_item_neighbours
from engine.library.latent_factors import LatentFactors, fit_latent_factors
from engine.library.use_matrix import UseMatrix

NEIGHBOURS_SHARE = 0.4
"""Of the item-to-item weights, where much is known."""
HALF_SHARE_COUNT = 3
"""Known samples with which they have half of it."""


@dataclass(frozen=True, eq=False)
class TasteModel:
    """What was learned from all uses up to a version of them."""

    uses: UseMatrix
    version: int
    """The `UseStore.version` that it was learned from."""
    neighbours: ItemNeighbours
    latent: LatentFactors

    def scores(self, known: Mapping[str, float]) -> NDArray[np.float32] | None:
        """Returns a score for each of `uses.sample_ids`: near 0 for what has nothing to do with the known ones.

        None where none of the known samples has been used with weight above 0: then taste knows nothing.

        Args:
            known: weight of each sample of the project, 1 for one that is in it; negative leans away.
        """
        vector = self.uses.vector(known)
        known_count = np.count_nonzero(vector > 0)
        if not known_count:
            return None
        share = np.float32(NEIGHBOURS_SHARE * known_count / (known_count + HALF_SHARE_COUNT))
        latent, neighbours = levelled(self.latent.scores(vector)), levelled(self.neighbours.scores(vector))
        return (1 - share) * latent + share * neighbours


def fit_taste(uses: UseMatrix, version: int = 0, report: Callable[[], None] = lambda: None) -> TasteModel | None:
    """Returns the model of these uses, or None where there are none.

    Args:
        uses: what to learn from.
        version: of the uses.
        report: called now and then; what it raises ends the training.
    """
    if not uses.sample_ids:
        return None
    latent = fit_latent_factors(uses.rows, report)
    return TasteModel(uses, version, fit_item_neighbours(uses.rows), latent)


def levelled(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Returns the scores with a root mean square of 1; zeros stay zeros."""
    level = float(np.sqrt(np.mean(np.square(scores, dtype=np.float64))))
    return scores / np.float32(level) if level > np.finfo(np.float32).tiny else np.zeros_like(scores)
