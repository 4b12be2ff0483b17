"""What `auxsend tag` says of the tempo and the key of pieces that were ordered with both: a part of benchmarks.tagging.

A tempo is right within 4 %; one that is twice or half, three times or a third of it is an octave off. A key that is a
fifth off, or the relative or parallel one, has a part of mir_eval's score.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import mir_eval
import numpy as np

from benchmarks.beats import OCTAVES, TEMPO_TOLERANCE
from benchmarks.timed_pieces import LABEL
from engine.jobs.records import Lane
from engine.settings import default_folders
from engine.sound_file import open_sound_file, read_sound
from engine.tempo_and_key import TempoAndKeyFinder
from engine.weights.store import WeightStore
from engine.worker import Worker


@dataclass(frozen=True)
class Answer:
    """What is stated of a piece, and what was found."""

    name: str
    kind: str
    stated_bpm: float
    bpm: float
    stated_key: str
    key: str
    """Empty where none was found."""

    @property
    def is_right(self) -> bool:
        """Whether the tempo is."""
        return self._is_near(1.0)

    @property
    def is_octave_off(self) -> bool:
        """Whether the tempo is right but for the note that counts as its beat."""
        return any(map(self._is_near, OCTAVES))

    @property
    def key_score(self) -> float:
        """From 0 to 1."""
        return float(mir_eval.key.weighted_score(self.stated_key, self.key)) if self.key else 0.0

    def _is_near(self, factor: float) -> bool:
        return abs(self.bpm / (self.stated_bpm * factor) - 1) <= TEMPO_TOLERANCE


def show_tempo_and_key(folder: Path) -> None:
    """Prints tempo and key of each piece beside what it was ordered with, and how many are right.

    Args:
        folder: the unpacked package, whose list of pieces states both.
    """
    answers = []
    for answer in _answers(folder):
        remark = "" if answer.is_right else "octave" if answer.is_octave_off else "wrong"
        print(
            f"{answer.name:28} {answer.kind:6} {answer.stated_bpm:5.0f} {answer.bpm:6.1f} {remark:7} "
            f"{answer.stated_key:9} {answer.key or '-':9} {answer.key_score:.1f}",
            flush=True,
        )
        answers.append(answer)
    count = len(answers)
    print(
        f"tempo: {sum(a.is_right for a in answers)} of {count} within 4 %, and {sum(a.is_octave_off for a in answers)} "
        f"an octave off; by always saying the commonest {_commonest(a.stated_bpm for a in answers)}"
    )
    print(
        f"key: {sum(a.key_score == 1 for a in answers)} of {count} right, mean score "
        f"{np.mean([a.key_score for a in answers]):.3f}; by chance 1 of 24, by always saying the commonest "
        f"{_commonest(a.stated_key for a in answers)}"
    )


def _answers(folder: Path) -> Iterable[Answer]:
    labels = LABEL.findall(next(folder.rglob("LICENSE-MUSIC")).read_text(encoding="utf-8"))
    weights = WeightStore(default_folders()[1], is_offline=False)
    finder = TempoAndKeyFinder(Worker("cpu", Lane.DEVICE, weights, 10**9))
    for name, stated_bpm, stated_key in labels:
        sound = read_sound(open_sound_file(next(folder.rglob(f"{name}.opus"))))
        bpm, key = finder.find(sound, lambda fraction, message: None)
        yield Answer(name, sound.measurements.kind, float(stated_bpm), bpm, stated_key, key.name if key else "")


def _commonest(labels: Iterable[object]) -> int:
    return max(Counter(labels).values())
