"""What the engine says of recordings, as the bridge has it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bridge.midi.notes import Key

SCORE_DIGITS = 6


@dataclass(frozen=True)
class TagWish:
    """What is wanted to know."""

    models: tuple[str, ...] = ()
    """Empty means all that the engine has."""
    has_taggram: bool = False
    """Whether scores over time are wanted, too."""


@dataclass(frozen=True)
class TagSet:
    """What one model says of a recording."""

    scores: Mapping[str, float]
    """Every tag of the model with its mean score, 0 to 1, in the model's order."""
    taggram: NDArray[np.float32]
    """Scores over time, shape (windows, tags); no windows where they were not asked for."""
    window_sec: float

    def strongest(self, count: int) -> list[tuple[str, float]]:
        """Returns the tags with the highest scores, highest first."""
        return sorted(self.scores.items(), key=lambda tag: -tag[1])[:count]


@dataclass(frozen=True)
class AudioTags:
    """What is known of a recording."""

    tag_sets: Mapping[str, TagSet]
    """By model."""
    quarter_bpm: float
    """Quarter notes per minute; 0 where there is no tempo."""
    key: Key | None
    key_confidence: float
    """How sure the key is, 0 to 1; 0 where there is none."""
    loudness_lufs: float
    """Minus infinity for silence."""
    duration_sec: float
    kind: str
    """"loop", "track", or "one-shot" with what it is, as in "one-shot/kick"."""
    brightness: float
    """0 (dark) to 1 (bright)."""

    def document(self) -> dict[str, Any]:
        """Returns all of it as JSON has it, without the scores over time."""
        return {
            "tags": {
                model: {tag: round(score, SCORE_DIGITS) for tag, score in tag_set.scores.items()}
                for model, tag_set in self.tag_sets.items()
            },
            "tempo_bpm": round(self.quarter_bpm, 3) or None,
            "key": self.key.name if self.key else None,
            "key_confidence": round(self.key_confidence, 3) if self.key else None,
            # JSON has no infinity, which is the loudness of silence.
            "loudness_lufs": round(self.loudness_lufs, 3) if math.isfinite(self.loudness_lufs) else None,
            "duration_sec": self.duration_sec,
            "kind": self.kind,
            "brightness": round(self.brightness, 4),
        }
