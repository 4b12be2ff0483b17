"""A separator without a model: each stem is the mix at a fixed gain, and the gains sum to 1.

It makes everything around a model testable and measurable: what a job costs beyond its model, how memory grows, what a
cancelled run leaves behind. It obeys the same contract as the real backends.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from engine.audio import Samples
from engine.backends.base import Card, SegmentPlan

GAINS = {"drums": 0.5, "bass": 0.25, "other": 0.125, "vocals": 0.125}
SEGMENT_SAMPLES = 44_100


class FakeBackend:
    """Scales its input."""

    def __init__(self, card: Card, weight_paths: Mapping[str, Path], device: str) -> None:
        self.card = card
        self.plan = SegmentPlan(
            segment_samples=SEGMENT_SAMPLES,
            weight=np.ones(SEGMENT_SAMPLES, dtype=np.float32),
            padded_samples=lambda length: length,
            batch_size=1,
        )

    def predict(self, segments: Sequence[Samples], stems: Sequence[str]) -> list[Samples]:
        """Returns the stems of each segment, shape (stems, 2, samples)."""
        gains = np.array([GAINS[stem] for stem in stems], dtype=np.float32).reshape(-1, 1, 1)
        return [gains * segment for segment in segments]
