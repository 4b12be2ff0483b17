"""One score out of several: how much what sounds alike, what goes together and what is used together each say.

The weights are the best mean recall of used and of new samples among all mixes in steps of a tenth
(`benchmarks.mix_weights`), by little: those around them are nearly as good. `benchmarks.recommendation studio` measures
what they are worth, on other studios. Where one of the three says nothing, because there is no clip or because nobody
has used its samples yet, the others share its weight.
"""

from collections.abc import Mapping
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Mode(StrEnum):
    """How suggestions are found."""

    SIMILAR = "similar"
    COMPLEMENT = "complement"
    TASTE = "taste"
    MIX = "mix"


MIX_WEIGHTS: Mapping[Mode, float] = {Mode.SIMILAR: 0.4, Mode.COMPLEMENT: 0.2, Mode.TASTE: 0.4}
TEXT_SHARE = 0.5
"""Of the score, what a description in words says where there is one."""

Scores = NDArray[np.float32]


def mixed(parts: Mapping[Mode, Scores], mode: Mode) -> Scores:
    """Returns the scores of a mode, 0 to 1.

    Args:
        parts: what is known, at least one of SIMILAR, COMPLEMENT and TASTE, each 0 to 1.
        mode: one of these alone if it is known, else all of them, weighted.
    """
    if mode in parts:
        return parts[mode]
    whole = sum(MIX_WEIGHTS[part] for part in parts)
    total: Scores = np.sum([np.float32(MIX_WEIGHTS[part] / whole) * scores for part, scores in parts.items()], axis=0)
    return total


def with_text(scores: Scores | None, text_scores: Scores) -> Scores:
    """Returns the scores together with those of a description in words, all 0 to 1."""
    return text_scores if scores is None else (1 - TEXT_SHARE) * scores + TEXT_SHARE * text_scores
