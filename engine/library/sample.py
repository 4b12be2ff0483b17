"""A sample of the library: everything that is known of one audio file, without its audio.

Its id is the SHA-256 of the file's bytes, so that a file that was moved or renamed is the same sample and keeps its
history, and two copies of a file are one sample.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.musical_time import Key

EMBEDDING_MODEL = "MTT_musicnn"
"""The model in whose space samples are near to each other or far."""
EMBEDDING_SIZE = 200


@dataclass(frozen=True)
class Heard:
    """What was found in the audio, before the name had its say; kept so that a new name needs no new listening."""

    quarter_bpm: float = 0.0
    key: Key | None = None
    kind: str = "track"


@dataclass(frozen=True, eq=False)
class LibrarySample:
    """One sample."""

    id: str
    """Digest of its audio file."""
    name: str
    folders: tuple[str, ...]
    """Folder names above it, outermost first."""
    embedding: NDArray[np.float32]
    """Of EMBEDDING_MODEL, shape (EMBEDDING_SIZE,), length 1."""
    tag_scores: Mapping[str, NDArray[np.float32]]
    """Mean score of every tag by model, 0 to 1, in the order of the model's card; EMBEDDING_MODEL is always there."""
    quarter_bpm: float
    """What its name states, else what was found; 0 where there is no tempo."""
    key: Key | None
    """What its name states (confidence 1), else what was found."""
    loudness_lufs: float
    """Minus infinity for silence."""
    duration_sec: float
    kind: str
    """ "one-shot/KIND", "loop" or "track"."""
    brightness: float
    """From 0 (dark) to 1 (bright)."""
    index_time_sec: float
    """When it was indexed, in seconds since the epoch."""
    heard: Heard = Heard()
