"""Levels of a stem, measured while it is written."""

import math

import numpy as np
from numpy.typing import NDArray


class Levels:
    """Peak and loudness of blocks as they pass."""

    def __init__(self, full_scale: float) -> None:
        self._full_scale = full_scale
        self._highest = 0.0
        self._square_sum = 0.0
        self._count = 0

    def add(self, written: NDArray[np.float64], unclipped: NDArray[np.float64]) -> None:
        """Takes in a block as it is written, and as it was before clipping."""
        self._highest = max(self._highest, float(np.abs(unclipped).max(initial=0.0)))
        self._square_sum += float(np.vdot(written, written))
        self._count += written.size

    @property
    def peak(self) -> float:
        """Largest absolute sample before clipping; 1 is full scale."""
        return self._highest / self._full_scale

    @property
    def rms_db(self) -> float:
        """Root mean square level of what was written, relative to full scale; minus infinity for silence."""
        if self._square_sum == 0:
            return -math.inf
        return 10 * math.log10(self._square_sum / self._count) - 20 * math.log10(self._full_scale)
