"""Anticipation: a larger model of the hub, which continues, varies, fills and accompanies music of any kind.

The Anticipatory Music Transformer (Thickstun, Hall, Donahue and Liang, TMLR 2024, https://arxiv.org/abs/2306.08620): a
GPT-2 of 780 million parameters that has heard the Lakh MIDI dataset and more, any instruments together. The weights are
the hub's own (stanford-crfm/music-large-800k), with the settings that stand beside them.

A wish becomes a sheet (`anticipation_sheet`); then candidates are written one after the other (`anticipation_writer`),
each with the prompt that the network has read for the first. Times are the grid's, as in our own model, and constraints
are masks, so whatever holds for `melody` holds here.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from engine.backends.anticipation_sheet import Sheet, sheet_of
from engine.backends.anticipation_tokens import VOCABULARY_SIZE
from engine.backends.anticipation_writer import Writer
from engine.backends.base import Card, Report
from engine.backends.gpt2 import Gpt2
from engine.backends.melody_ranking import score_of
from engine.errors import WeightsCorrupt
from engine.generation import Candidate, Wish, WrittenNote
from engine.weights.text_file import read_text

_SEED_BITS = (1 << 64) - 1
_EASY_LEAP = 7


class AnticipationBackend:
    """Draws candidates from the network."""

    def __init__(self, card: Card, weight_paths: Mapping[str, Path], device: str) -> None:
        self.card = card
        weights, config = (weight_paths[name] for name in card.weights)
        self._model = _load(weights, config, torch.device(device))

    def generate(self, wish: Wish, report: Report) -> Iterator[Candidate]:
        """Yields the candidates. See `GenerationBackend.generate`."""
        report(0.0, "reading the prompt")
        sheet = sheet_of(wish)
        self._model.forget()
        count = wish.sampling.candidate_count
        for index in range(count):

            def progress(share: float, index: int = index) -> None:
                report((index + min(1.0, share)) / count, "writing notes")

            rng = np.random.default_rng((wish.sampling.seed & _SEED_BITS, index))
            writer = Writer(self._model, sheet, wish.sampling, rng)
            writer.write(progress)
            yield _candidate(index, writer, sheet)
        report(1.0, "writing notes")


def _candidate(index: int, writer: Writer, sheet: Sheet) -> Candidate:
    notes = writer.notes
    nats = writer.log_likelihood / max(1, len(notes))
    return Candidate(
        index=index,
        notes=tuple(notes),
        begins_quarters=sheet.bars.line_quarters(sheet.first_bar),
        bar_count=sheet.bar_count,
        metre=sheet.bars.metre,
        key=sheet.key,
        score=score_of(_checks(notes, sheet), nats),
        log_likelihood=nats,
    )


def _checks(notes: list[WrittenNote], sheet: Sheet) -> list[float]:
    """Returns whether the notes keep to the key, and whether the first one joins on to the prompt; each 0 to 1."""
    if not notes:
        return [0.0]
    in_key = float(np.mean([note.pitch % 12 in sheet.scale for note in notes]))
    sung = next((note.pitch for note in notes if note.part == "melody"), sheet.last_pitch)
    if sung is None or sheet.last_pitch is None:
        return [in_key]
    return [in_key, float(np.exp(-max(0, abs(sung - sheet.last_pitch) - _EASY_LEAP) / 6))]


def _load(weights: Path, config: Path, device: torch.device) -> Gpt2:
    try:
        settings = json.loads(read_text(config))
        model = Gpt2(load_file(weights), settings, device)
    except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise WeightsCorrupt(
            f"{weights.name} and {config.name} do not hold the Anticipatory Music Transformer; fetch them again."
        ) from error
    if model.vocabulary_size < VOCABULARY_SIZE:
        raise WeightsCorrupt(
            f"{weights.name} knows {model.vocabulary_size} tokens, and the Anticipatory Music Transformer "
            f"{VOCABULARY_SIZE}; it is another model."
        )
    return model
