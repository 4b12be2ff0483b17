"""Samples with chosen properties, everything else made up from a seed."""

import hashlib
from typing import Any

import numpy as np

from engine.library.sample import EMBEDDING_SIZE, LibrarySample
from engine.library.tags import TAGGERS


def sample(name: str = "kick.wav", *, seed: int = 0, **fields: Any) -> LibrarySample:
    """Returns a sample whose id follows from its name and the seed."""
    digest = hashlib.sha256(f"{name} {seed}".encode()).hexdigest()
    random = np.random.default_rng(int(digest, 16))
    embedding = random.standard_normal(EMBEDDING_SIZE).astype(np.float32)
    defaults: dict[str, Any] = {
        "id": digest,
        "name": name,
        "folders": (),
        "embedding": embedding / np.linalg.norm(embedding),
        "tag_scores": {model: random.random(50, dtype=np.float32) / 2 for model in TAGGERS},
        "quarter_bpm": 0.0,
        "key": None,
        "loudness_lufs": -14.0,
        "duration_sec": 0.5,
        "kind": "one-shot/kick",
        "brightness": 0.25,
        "index_time_sec": 1_700_000_000.0,
    }
    return LibrarySample(**(defaults | fields))
