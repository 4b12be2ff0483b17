"""Drum stems as HTDemucs cuts them out of a mix: what the transcriber is given in a whole song."""

import numpy as np

from engine.audio import Samples
from engine.backends import find_card, load_separator
from engine.backends.base import SeparationBackend
from engine.segments import hop_samples, overlap_add, split
from engine.settings import default_folders
from engine.training.drums_examples import Drums
from engine.weights.store import WeightStore

_OVERLAP = 0.1


def htdemucs_drums() -> Drums:
    """Returns a function that takes a mix, shape (2, samples), and gives its drum stem.

    Raises:
        WeightsUnavailable: HTDemucs' weights cannot be fetched.
    """
    card = find_card("htdemucs", "separation")
    store = WeightStore(default_folders()[1], is_offline=False)
    paths = {name: store.fetch(name, lambda fraction, message: None) for name in card.weights}
    separator = load_separator(card, paths, "cpu")
    return lambda mix: drum_stem(separator, mix)


def drum_stem(separator: SeparationBackend, mix: Samples) -> Samples:
    """Returns the drums of a mix, shape (2, samples) in and out."""
    plan, sample_count = separator.plan, mix.shape[-1]
    hop = hop_samples(plan, _OVERLAP)
    segments = split([mix], sample_count, plan, hop)
    answers = ((segment, separator.predict([segment.samples], ("drums",))[0]) for segment in segments)
    (drums,) = np.concatenate(list(overlap_add(answers, sample_count, plan, hop)), axis=-1)
    return np.asarray(drums)
