"""Which model suits a recording: what "auto" decides.

The default separator takes one or two excerpts apart, around the places where a third and two thirds of the energy have
passed, and how their energy falls to its stems says what plays: nearly all in one stem is one instrument, more than one
stem is a mix. Tags alone do not tell a solo from a band; on rendered
and real solos and mixes the shares do. Whether what is left over is a piano, the tagger says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.audio_stream import excerpts, open_stream
from engine.backends import default_card
from engine.backends.base import Report, SeparationBackend
from engine.listening import Sound
from engine.progress import part_of
from engine.worker import Worker

FULL = "full"
"""Not a model: the mix is separated, and every stem is written down by the model that suits it."""
SOLO_SHARE = 0.85
"""One stem with so much of the energy is a solo; the rest is leakage."""
MOST_LEAKED = {"drums": 0.03, "vocals": 0.10}
"""What pitched instruments alone leak into stems that they do not belong to."""
PIANO_SCORE = 0.18
"""From this score of the tag on, rendered and real pianos are pianos; bowed, blown and sung notes stay below."""

_READ = 0.2
"""Fraction of the work that is reading the excerpts."""


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
    return choose_by_shares(stem_shares(audio, sound.thirds_sec, separator, report), sound.tags)


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


def stem_shares(
    audio: Path, middles_sec: Sequence[float], separator: SeparationBackend, report: Report
) -> dict[str, float]:
    """Returns how the energy of excerpts falls to the separator's stems; the shares sum to 1, or are 0 for silence.

    Args:
        audio: an audio file that `probe` accepts.
        middles_sec: where to listen; each excerpt is one of the separator's segments.
        separator: takes them apart.
        report: called all along; what it raises ends the work.
    """
    message = "finding out what plays"
    length = separator.plan.segment_samples
    stream = open_stream(audio, separator.card.sample_rate_hz)
    parts = excerpts(stream, middles_sec, length, part_of(report, 0.0, _READ), message)
    energies = np.zeros(len(separator.card.outputs))
    for number, part in enumerate(parts):
        report(_READ + (1 - _READ) * number / len(parts), message)
        segment = np.zeros((2, length), dtype=np.float32)
        segment[:, : part.shape[-1]] = part
        stems = separator.predict([segment], separator.card.outputs)[0]
        energies += np.square(stems, dtype=np.float64).sum(axis=(1, 2))
    shares = energies / max(energies.sum(), 1e-12)
    return dict(zip(separator.card.outputs, map(float, shares), strict=True))
