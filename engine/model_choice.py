"""Which model suits a recording: what "auto" decides.

The default separator takes one or two excerpts apart, and how their energy falls to its stems says what plays: nearly
all in one stem is one instrument, more than one stem is a mix. Tags alone do not tell a solo from a band; on rendered
and real solos and mixes the shares do. Whether what is left over is a piano, the tagger says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.audio import Samples
from engine.audio_stream import open_stream
from engine.backends import default_card
from engine.backends.base import Report, SeparationBackend
from engine.listening import Sound
from engine.worker import Worker

FULL = "full"
"""Not a model: the mix is separated, and every stem is written down by the model that suits it."""
SOLO_SHARE = 0.85
"""One stem with so much of the energy is a solo; the rest is leakage."""
MOST_LEAKED = {"drums": 0.03, "vocals": 0.10}
"""What pitched instruments alone leak into stems that they do not belong to."""
PIANO_SCORE = 0.18
"""From this score of the tag on, rendered and real pianos are pianos; bowed, blown and sung notes stay below."""

_EXCERPTS_AT = (1 / 3, 2 / 3)


@dataclass(frozen=True)
class Choice:
    """A model, or "full", and why."""

    model: str
    message: str
    """One sentence for a person."""


def choose_model(audio: Path, sound: Sound, worker: Worker, report: Report) -> Choice:
    """Returns the model that suits a recording, after a part of it has been separated.

    Raises:
        WeightsUnavailable, WeightsCorrupt, BackendUnavailable: the separator cannot be loaded.
    """
    if sound.is_silent:
        return Choice("basic-pitch", "")
    separator = worker.separator(default_card("separation"), report)
    return choose_by_shares(stem_shares(audio, separator, report), sound.tags)


def choose_by_shares(shares: Mapping[str, float], tags: Mapping[str, float]) -> Choice:
    """Returns the model for a sound whose energy falls to stems like this.

    Args:
        shares: by stem, summing to 1.
        tags: scores of the tagger, 0 to 1; may be empty.
    """
    if shares["drums"] >= SOLO_SHARE:
        return Choice("drums", "This sounds like drums: written down with “drums”.")
    if shares["vocals"] >= SOLO_SHARE:
        return Choice("voice", "This sounds like a voice: written down with “voice”.")
    if any(shares[stem] > most for stem, most in MOST_LEAKED.items()):
        return Choice(FULL, "This sounds like several instruments: taken apart first (“full”).")
    if tags.get("piano", 0.0) >= PIANO_SCORE and shares["bass"] < SOLO_SHARE:
        return Choice("piano", "This sounds like a piano: written down with “piano”.")
    return Choice("basic-pitch", "This sounds like a pitched instrument: written down with “basic-pitch”.")


def stem_shares(audio: Path, separator: SeparationBackend, report: Report) -> dict[str, float]:
    """Returns how the energy of one or two excerpts falls to the separator's stems; the shares sum to 1."""
    energies = np.zeros(len(separator.card.outputs))
    excerpts = _excerpts(audio, separator)
    for number, excerpt in enumerate(excerpts):
        report(number / len(excerpts), "finding out what plays")
        stems = separator.predict([excerpt], separator.card.outputs)[0]
        energies += np.square(stems, dtype=np.float64).sum(axis=(1, 2))
    shares = energies / max(energies.sum(), 1e-12)
    return dict(zip(separator.card.outputs, map(float, shares), strict=True))


def _excerpts(audio: Path, separator: SeparationBackend) -> list[Samples]:
    """Returns segments around the thirds of the audio, or one of all of it if it is short; shape (2, samples)."""
    stream = open_stream(audio, separator.card.sample_rate_hz)
    segment = separator.plan.segment_samples
    if stream.sample_count < 3 * segment:
        places = [max(0, (stream.sample_count - segment) // 2)]
    else:
        places = [round(stream.sample_count * place) - segment // 2 for place in _EXCERPTS_AT]
    excerpts = [np.zeros((2, segment), dtype=np.float32) for _ in places]
    position = 0
    for block in stream.blocks:
        for place, excerpt in zip(places, excerpts, strict=True):
            first, last = max(place, position), min(place + segment, position + block.shape[-1])
            if first < last:
                excerpt[:, first - place : last - place] = block[:, first - position : last - position]
        position += block.shape[-1]
    return excerpts
