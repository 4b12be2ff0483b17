"""What a backend is: a card that can be read without loading anything, and an object that runs the model.

A backend never opens a file of a user, sends no message and knows no job. It is given verified weight files and
audio, and gives back arrays, notes, beats. numpy goes in and out: no torch type leaves a backend's own file.

A separator is given segments, because the pipeline around it cuts and cross-fades them. All others are given the whole
audio as an iterator of blocks, and cut it as their model wants it; what they keep of it is theirs to bound.

`engine.backends.REGISTRY` lists the cards; `Card.implementation` names the class that is imported when a model first
runs.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.audio import Samples
from engine.generation import Candidate, Wish
from engine.musical_time import Beat, Chord
from engine.notes import NoteTrack

Report = Callable[[float, str], None]
"""Called at every segment with the fraction that is done (0 to 1) and a few words for a person.

Raises JobCancelled or JobExpired when the job is to stop: long work needs no other way to learn of it."""


@dataclass(frozen=True)
class Card:
    """What a person wants to know of a model before using it, and what the engine needs to load it."""

    name: str
    task: str
    description: str
    implementation: str
    """`module:Class`, imported on first use; the class is called with `(card, weight_paths, device)`."""
    outputs: tuple[str, ...]
    """Stems of a separator or tags of a tagger, in the order in which it returns them."""
    sample_rate_hz: int
    licence: str
    """SPDX expression where there is one."""
    licence_note: str
    attribution_name: str
    attribution_url: str
    weights: tuple[str, ...] = ()
    """Names in the weight table (`engine.weights.table`); empty for a model without weights."""
    published_figure: str = ""
    is_default: bool = False
    is_visible: bool = True
    """False for the fake: it is registered, tested like the others and runs on request, but not offered."""
    reads_text: bool = False
    """Whether a tagger finds sounds by text: it is a `TextTaggingBackend`."""
    extra: str = "engine"
    """The extra of this package that installs what the implementation imports."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Settings for the implementation, where one class serves several cards."""


@dataclass(frozen=True)
class SegmentPlan:
    """How a separator wants its audio cut."""

    segment_samples: int
    """What the model sees at once, at the model's rate."""
    weight: Samples
    """Cross-fade weight of each sample of a segment's output, shape (segment_samples,), positive."""
    padded_samples: Callable[[int], int]
    """From the length of a segment at the end of the audio, the length that the model must be given."""
    batch_size: int
    """How many segments the backend runs best in one call on its device."""


class SeparationBackend(Protocol):
    """Runs a separation model on one segment, or several at once."""

    card: Card
    plan: SegmentPlan

    def predict(self, segments: Sequence[Samples], stems: Sequence[str]) -> list[Samples]:
        """Returns each segment's stems, shape (stems, 2, samples), float32, in the order of `stems`.

        Args:
            segments: stereo segments of shape (2, samples); lengths may differ, and each is one that
                `plan.padded_samples` returns.
            stems: names out of `card.outputs`; the backend may save the work for the others.
        """
        ...


class TranscriptionBackend(Protocol):
    """Turns the audio of one instrument into notes."""

    card: Card

    def transcribe(self, blocks: Iterable[Samples], sample_count: int, has_bends: bool, report: Report) -> NoteTrack:
        """Returns the notes, in seconds from the beginning of the audio, with the instrument's name and program.

        Args:
            blocks: consecutive parts of the audio at `card.sample_rate_hz`, shape (channels, samples), one or two
                channels; `sample_count` samples in all. Silence, noise and a single sample are audio, too.
            sample_count: how many there are.
            has_bends: whether to give pitch bends, where the model finds them.
            report: called at every segment; see `Report`.
        """
        ...


class BeatBackend(Protocol):
    """Finds beats and downbeats."""

    card: Card

    def find_beats(self, blocks: Iterable[Samples], sample_count: int, report: Report) -> tuple[Beat, ...]:
        """Returns the beats, ordered by time; none for audio without a pulse. Arguments as in `transcribe`."""
        ...


class ChordBackend(Protocol):
    """Names chords."""

    card: Card

    def find_chords(self, blocks: Iterable[Samples], sample_count: int, report: Report) -> tuple[Chord, ...]:
        """Returns chords that cover the audio without gaps, "N" where there is none. Arguments as in `transcribe`."""
        ...


@dataclass(frozen=True)
class Recording:
    """The audio of one file for a tagger, at the file's own rate: taggers convert it as in their training."""

    blocks: Iterable[Samples]
    """Consecutive parts of the audio, shape (channels, samples); read once, when its turn comes."""
    sample_rate_hz: int
    sample_count: int


@dataclass(frozen=True)
class Tagging:
    """What a tagger hears in one recording."""

    taggram: NDArray[np.float32]
    """Scores between 0 and 1, shape (windows, tags), in the order of the card's outputs; windows do not overlap."""
    embedding: NDArray[np.float32]
    """A vector of length 1; recordings that sound alike lie close to each other."""
    window_sec: float

    @property
    def scores(self) -> NDArray[np.float32]:
        """Mean score of each tag over the windows, shape (tags,)."""
        mean: NDArray[np.float32] = self.taggram.mean(axis=0)
        return mean


class TaggingBackend(Protocol):
    """Says which tags fit recordings, and where they lie among all recordings."""

    card: Card
    embedding_size: int

    def tag(self, recordings: Sequence[Recording], report: Report) -> Iterator[Tagging]:
        """Yields the tagging of each recording in order, as soon as it is there.

        Windows of several recordings are run together, so many short files cost no more than one long one.

        Args:
            recordings: of any length; silence and a single sample are audio, too.
            report: called at every batch of windows; see `Report`.
        """
        ...


class TextTaggingBackend(TaggingBackend, Protocol):
    """A tagger whose space has words in it, too: `Card.reads_text` says which cards have one."""

    def embed_text(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Returns where texts lie among the sounds, shape (texts, embedding_size), each of length 1."""
        ...


class GenerationBackend(Protocol):
    """Writes music from a prompt; its card's `outputs` are the parts that it can write."""

    card: Card

    def generate(self, wish: Wish, report: Report) -> Iterator[Candidate]:
        """Yields the candidates, each as soon as it is written.

        The first one (index 0) comes while the others are still to be written; `engine.generation.ranked` puts the
        best first. Equal wishes give equal candidates.

        Args:
            wish: see `engine.generation`.
            report: called at every few notes; see `Report`.

        Raises:
            InvalidArgument: the prompt, the task or the constraints cannot be met; the sentence says why.
        """
        ...


class BackendClass(Protocol):
    """How a backend is made; `implementation` of every card must be callable like this."""

    def __call__(self, card: Card, weight_paths: Mapping[str, Path], device: str) -> Any:  # noqa: ANN401 - see load_backend
        """Returns the backend, ready to run on `device` ("cpu", "cuda:0", "mps").

        Args:
            card: the model.
            weight_paths: verified local files, by the names in `card.weights`.
            device: where to run.

        Raises:
            BackendUnavailable: its framework is not installed.
            WeightsCorrupt: the files do not hold what the model needs.
        """
        ...
