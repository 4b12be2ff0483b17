"""Backends without a model.

A separator: each stem is the mix at a fixed gain, and the gains sum to 1. A transcriber: middle C wherever there is
sound. A tagger: loud or quiet. They make everything around a model testable and measurable: what a job costs beyond its
model, how memory grows, what a cancelled run leaves behind. They obey the same contracts as the real backends.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.audio import Samples
from engine.backends.base import Card, Recording, Report, SegmentPlan, Tagging
from engine.notes import Note, NoteTrack

GAINS = {"drums": 0.5, "bass": 0.25, "other": 0.125, "vocals": 0.125}
SEGMENT_SAMPLES = 44_100
AUDIBLE = 0.003  # 50 dB below full scale


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


class FakeTranscriber:
    """Hears middle C in every whole second that is not silent, as loud as its loudest sample."""

    def __init__(self, card: Card, weight_paths: Mapping[str, Path], device: str) -> None:
        self.card = card

    def transcribe(self, blocks: Iterable[Samples], sample_count: int, has_bends: bool, report: Report) -> NoteTrack:
        """Returns the notes."""
        notes: list[Note] = []
        for second, peak in enumerate(_peaks(blocks, self.card.sample_rate_hz)):
            report(min(1.0, second * self.card.sample_rate_hz / sample_count), "listening")
            if peak > AUDIBLE:
                notes.append(Note(60, max(1, min(127, round(127 * peak))), float(second), 0.5))
        return NoteTrack("Fake", tuple(notes))


class FakeTagger:
    """Hears how loud every second is: "loud" scores its largest sample, and "quiet" what is left to 1.

    It knows these two words in texts as well.
    """

    embedding_size = 2

    def __init__(self, card: Card, weight_paths: Mapping[str, Path], device: str) -> None:
        self.card = card

    def tag(self, recordings: Sequence[Recording], report: Report) -> Iterator[Tagging]:
        """Yields the tagging of each recording."""
        for number, recording in enumerate(recordings):
            report(number / len(recordings), "listening")
            loud = np.minimum(1, [*_peaks(recording.blocks, recording.sample_rate_hz)] or [0.0]).astype(np.float32)
            taggram = np.stack([loud, 1 - loud], axis=1)
            mean = taggram.mean(axis=0)
            yield Tagging(taggram, mean / np.linalg.norm(mean), 1.0)

    def embed_text(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Returns where texts lie: with what they call loud or quiet, or between the two."""
        said = np.array([[tag in text for tag in self.card.outputs] for text in texts], np.float32)
        said[~said.any(axis=1)] = 1
        unit: NDArray[np.float32] = said / np.linalg.norm(said, axis=1, keepdims=True)
        return unit


def _peaks(blocks: Iterable[Samples], second_samples: int) -> Iterator[float]:
    """Yields the largest absolute sample of every second."""
    rest = np.zeros(0, dtype=np.float32)
    for block in blocks:
        rest = np.concatenate([rest, np.abs(block).max(axis=0)])
        while len(rest) >= second_samples:
            yield float(rest[:second_samples].max())
            rest = rest[second_samples:]
    if len(rest):
        yield float(rest.max())
