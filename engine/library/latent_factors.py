"""Latent factors: a few numbers for each sample, such that the samples of a project point the same way.

Alternating least squares on implicit feedback (Hu, Koren and Volinsky, "Collaborative filtering for implicit feedback
datasets", ICDM 2008), by the `implicit` library. Only the factors of the samples are kept. Those of the project at hand
are solved for when it asks, so that a project that began after the training is served like any other.

The penalty is large on purpose: it shrinks a sample that two or three projects have towards nothing, so that it says as
much as two or three projects can. `benchmarks.recommendation` has the figures.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import threadpoolctl  # type: ignore[import-untyped]
from numpy.typing import NDArray
from scipy import sparse

FACTOR_COUNT = 128
CONFIDENCE = 40.0
"""How much more a use says than that there is none; α in the paper."""
PENALTY = 100.0
ITERATIONS = 15
SEED = 0


@dataclass(frozen=True, eq=False)
class LatentFactors:
    """What was learned of the samples."""

    factors: NDArray[np.float32]
    """Shape (samples, factors)."""
    inverse: NDArray[np.floating]
    """Of their products and the penalty, shape (factors, factors)."""

    def scores(self, known: NDArray[np.float32]) -> NDArray[np.float32]:
        """Returns how well each sample goes with the known ones, larger is better, shape (samples,).

        Args:
            known: weight of each sample, shape (samples,), 0 where it is not known; negative ones count as 0.
        """
        columns = np.flatnonzero(known > 0)
        chosen = self.factors[columns].astype(np.float64)
        confidence = CONFIDENCE * known[columns].astype(np.float64)
        # With A the products and the penalty, C the chosen and D their confidence less 1, (A + CᵀDC)⁻¹Cᵀ is
        # A⁻¹Cᵀ(I + DCA⁻¹Cᵀ)⁻¹: what is solved has the size of what is known, not that of the factors.
        spread = self.inverse @ chosen.T
        small = np.eye(len(columns)) + (confidence - 1)[:, None] * (chosen @ spread)
        scores: NDArray[np.float32] = self.factors @ (spread @ np.linalg.solve(small, confidence)).astype(np.float32)
        return scores


def fit_latent_factors(uses: sparse.csr_array, report: Callable[[], None] = lambda: None) -> LatentFactors:
    """Returns the factors, learned from uses of shape (projects, samples), float32; the same for the same uses.

    Args:
        uses: 1 where a project has a sample.
        report: called after every iteration; what it raises ends the training.
    """
    from implicit.cpu.als import AlternatingLeastSquares

    # Its own loops are what runs in parallel; the library warns where BLAS does so too.
    with threadpoolctl.threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(
            factors=FACTOR_COUNT,
            regularization=PENALTY,
            alpha=CONFIDENCE,
            iterations=ITERATIONS,
            num_threads=1,
            random_state=SEED,
        )
        model.fit(sparse.csr_matrix(uses), show_progress=False, callback=lambda *_: report())
    factors = np.asarray(model.item_factors, np.float32)
    products = factors.T.astype(np.float64) @ factors
    return LatentFactors(factors, np.linalg.inv(products + PENALTY * np.eye(len(products))))
