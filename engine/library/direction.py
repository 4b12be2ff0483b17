"""Where to look in the space of embeddings: towards the clip and what is liked, away from what is not.

Rocchio's relevance feedback (1971), with the usual weights (Manning, Raghavan and Schütze, "Introduction to information
retrieval", 2008, section 9.1.1): the clip's own sound says most, and a dislike less than a like.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

CLIP_WEIGHT, LIKED_WEIGHT, DISLIKED_WEIGHT = 1.0, 0.75, 0.15

Embeddings = Sequence[NDArray[np.float32]]


def direction_of(clips: Embeddings, liked: Embeddings = (), disliked: Embeddings = ()) -> NDArray[np.float32] | None:
    """Returns a vector of length 1, or None where there is nothing to look towards.

    Args:
        clips: embeddings of what is selected, each of length 1.
        liked: of samples to lean towards.
        disliked: of samples to lean away from.
    """
    weighted = [
        weight * np.mean(embeddings, axis=0)
        for weight, embeddings in ((CLIP_WEIGHT, clips), (LIKED_WEIGHT, liked), (-DISLIKED_WEIGHT, disliked))
        if embeddings
    ]
    if not (clips or liked):
        return None
    total = np.sum(weighted, axis=0)
    length = float(np.linalg.norm(total))
    return None if length == 0 else (total / length).astype(np.float32)
