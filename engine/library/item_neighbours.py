"""Item to item: what a sample says about another, learned as a ridge regression of every sample on all the others.

With the uses X (projects x samples), the weights B between samples that make XB most like X, held small by a penalty,
are B = (XᵀX + λI)⁻¹XᵀX: the linear model of Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019,
without its constraint on the diagonal, which changes nothing once it is combined with latent factors (measured). The
same B is Xᵀ(XXᵀ + λI)⁻¹X, so that what has to be inverted has the size of the projects, of which a studio has fewer
than samples, and B itself, which is large, is never made.

Before that, a project with many samples is given as much weight as one with few, and a sample that is everywhere less
than one that is rare: a row is divided by its length, a column by a power of the number of its projects.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

PENALTY = 3.0
"""λ, for rows of length 1."""
POPULARITY_POWER = 0.25
MOST_PROJECTS = 4096
"""Of more projects, only the last are considered: the inverse takes 64 MiB and a few seconds."""


@dataclass(frozen=True, eq=False)
class ItemNeighbours:
    """The learned weights, in factors."""

    rows: sparse.csr_array
    """The weighted uses, shape (projects, samples)."""
    inverse: NDArray[np.float32]
    """Of their products and the penalty, shape (projects, projects)."""
    column_weights: NDArray[np.float32]
    """What each sample's column was multiplied with, shape (samples,)."""

    def scores(self, known: NDArray[np.float32]) -> NDArray[np.float32]:
        """Returns how well each sample goes with the known ones, larger is better, shape (samples,).

        Args:
            known: weight of each sample, shape (samples,), 0 where it is not known; negative leans away.
        """
        weighted = known * self.column_weights
        length = float(np.linalg.norm(weighted))
        if length == 0:
            return np.zeros_like(known)
        scores: NDArray[np.float32] = self.rows.T @ (self.inverse @ (self.rows @ (weighted / length)))
        return scores / self.column_weights


def fit_item_neighbours(uses: sparse.csr_array) -> ItemNeighbours:
    """Returns the weights between samples, learned from uses of shape (projects, samples), float32."""
    project_counts = np.maximum(1, np.bincount(uses.indices, minlength=uses.shape[1]))
    column_weights = (project_counts**-POPULARITY_POWER).astype(np.float32)
    rows = (uses[-MOST_PROJECTS:] @ sparse.diags_array(column_weights)).tocsr()
    lengths = np.sqrt(rows.multiply(rows).sum(axis=1))
    rows = (sparse.diags_array((1 / np.maximum(lengths, 1e-9)).astype(np.float32)) @ rows).tocsr()
    products = (rows @ rows.T).toarray()
    products[np.diag_indices_from(products)] += PENALTY
    return ItemNeighbours(rows, np.linalg.inv(products).astype(np.float32), column_weights)
