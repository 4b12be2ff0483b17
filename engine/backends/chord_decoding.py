"""Chords from what a network says of each frame's triad, bass and extensions: a vocabulary, and the cheapest sequence.

Jiang, Chen, Li and Xia, "Large-vocabulary chord transcription via chord structure decomposition" (ISMIR 2019): a chord
is a triad on a root, a bass note, and what stands on the seventh, ninth, eleventh and thirteenth. Each part is judged
by itself; what a chord is worth in a frame is the product of its parts. A chord stays until another is worth more by
far: every change costs the same, so that a change always comes from the best chord of the frame before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from engine.musical_time import PITCH_CLASSES

PART_SIZES = (73, 13, 4, 4, 3, 3)
"""Classes of each part: no triad, then six kinds on twelve roots; no bass, then twelve; extensions."""
NO_CHORD = "N"

_CHANGE_COST = 30.0
_LEAST_PROBABILITY = 1e-12
_MAJ, _MIN, _SUS4, _SUS2, _DIM, _AUG = range(6)


@dataclass(frozen=True)
class _Quality:
    """A kind of chord: the classes of its parts, and where its bass stands above the root."""

    triad: int
    seventh: int = 0
    """1 major, 2 minor, 3 diminished."""
    ninth: int = 0
    """1 major."""
    eleventh: int = 0
    """1 perfect."""
    thirteenth: int = 0
    """1 major."""
    bass: int = 0


_QUALITIES = {
    "maj": _Quality(_MAJ),
    "min": _Quality(_MIN),
    "aug": _Quality(_AUG),
    "dim": _Quality(_DIM),
    "sus4": _Quality(_SUS4),
    "sus2": _Quality(_SUS2),
    "maj7": _Quality(_MAJ, seventh=1),
    "7": _Quality(_MAJ, seventh=2),
    "min7": _Quality(_MIN, seventh=2),
    "hdim7": _Quality(_DIM, seventh=2),
    "dim7": _Quality(_DIM, seventh=3),
    "sus4(b7)": _Quality(_SUS4, seventh=2),
    "maj9": _Quality(_MAJ, seventh=1, ninth=1),
    "9": _Quality(_MAJ, seventh=2, ninth=1),
    "min9": _Quality(_MIN, seventh=2, ninth=1),
    "11": _Quality(_MAJ, seventh=2, ninth=1, eleventh=1),
    "13": _Quality(_MAJ, seventh=2, ninth=1, eleventh=1, thirteenth=1),
    "maj/3": _Quality(_MAJ, bass=4),
    "maj/5": _Quality(_MAJ, bass=7),
    "maj/2": _Quality(_MAJ, bass=2),
    "maj/b7": _Quality(_MAJ, bass=10),
    "min/b3": _Quality(_MIN, bass=3),
    "min/5": _Quality(_MIN, bass=7),
    "min/2": _Quality(_MIN, bass=2),
    "min/b7": _Quality(_MIN, bass=10),
}
"""The vocabulary that the authors entered in MIREX with."""

LABELS = (NO_CHORD, *(f"{root}:{name}" for name in _QUALITIES for root in PITCH_CLASSES))


def _part_classes() -> NDArray[np.intp]:
    """Returns the class of each part of every chord but "N", shape (chords, parts)."""
    return np.array(
        [
            (1 + 12 * q.triad + root, 1 + (root + q.bass) % 12, q.seventh, q.ninth, q.eleventh, q.thirteenth)
            for q in _QUALITIES.values()
            for root in range(12)
        ]
    )


_CLASSES = _part_classes()


def chord_worth(parts: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Returns the logarithm of every chord's probability in each frame, shape (frames, labels).

    Args:
        parts: probabilities of the classes of each part, shapes (frames, `PART_SIZES`).
    """
    logs = [np.log(np.maximum(part, _LEAST_PROBABILITY)) for part in parts]
    none = logs[0][:, :1] + logs[1][:, :1]
    chords = np.sum([log[:, classes] for log, classes in zip(logs, _CLASSES.T, strict=True)], axis=0)
    return np.concatenate([none, chords], axis=1)


class ChordPath:
    """The best sequence of chords over frames that come in batches.

    Of every frame and chord it keeps one bit: whether it is better to have stayed on it.
    """

    def __init__(self) -> None:
        self._scores = np.zeros(len(LABELS))
        self._stayed: list[NDArray[np.uint8]] = []
        self._best_before: list[int] = []

    def extend(self, worth: NDArray[np.float32]) -> None:
        """Takes the next frames, shape (frames, labels), from `chord_worth`."""
        for frame in worth:
            best = int(self._scores.argmax())
            change = self._scores[best] - _CHANGE_COST
            self._best_before.append(best)
            self._stayed.append(np.packbits(self._scores > change))
            self._scores = np.maximum(self._scores, change) + frame

    def chords(self) -> list[tuple[str, int]]:
        """Returns labels, each with the number of frames that it lasts."""
        path = [int(self._scores.argmax())]
        for stayed, best in zip(reversed(self._stayed[1:]), reversed(self._best_before[1:]), strict=True):
            here = path[-1]
            has_stayed = stayed[here // 8] >> (7 - here % 8) & 1
            path.append(here if has_stayed else best)
        return [(LABELS[label], len(list(frames))) for label, frames in groupby(reversed(path))]
