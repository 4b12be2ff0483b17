"""Melodies: goes on, varies, fills in and accompanies, from one set of weights.

A small transformer of our own (see `melody_network`), trained on pop songs: docs/model-cards/melody.md has the data,
the figures and the limits. A wish becomes a reading (`melody_prompt`), a plan (`melody_plan`) and rules
(`melody_constraints`); then each candidate is drawn token by token (`melody_scribe`), and only tokens that keep the
rules can be drawn. What the melody itself did before at the same point is likelier to come again (`melody_motifs`).

The prompt is read once. The first candidate is then written alone, which is quickest, and the others together, which
costs them little more than one.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from engine.backends.base import Card, Report
from engine.backends.melody_constraints import rules_of
from engine.backends.melody_decoder import Decoder
from engine.backends.melody_grid import TICKS_PER_QUARTER, GridNote
from engine.backends.melody_plan import Plan, plan_of
from engine.backends.melody_prompt import Reading, read_prompt
from engine.backends.melody_ranking import accompaniment_checks, melody_checks, score_of
from engine.backends.melody_scribe import Scribe, Writing
from engine.errors import WeightsCorrupt
from engine.generation import PARTS, Accompany, Candidate, Wish, WrittenNote


class MelodyBackend:
    """Draws candidates from the network."""

    def __init__(self, card: Card, weight_paths: Mapping[str, Path], device: str) -> None:
        """Loads the weights; so small a network runs on the CPU, whatever the device."""
        self.card = card
        self._decoder = load(weight_paths[card.weights[0]])

    def generate(self, wish: Wish, report: Report) -> Iterator[Candidate]:
        """Yields the candidates. See `GenerationBackend.generate`."""
        report(0.0, "reading the prompt")
        reading = read_prompt(wish.prompt)
        plan = plan_of(reading, wish.task)
        rules = rules_of(wish.constraints, reading.key.mode, reading.to_c, reading.bar_ticks)
        scribe = Scribe(self._decoder, plan, rules, reading.bar_ticks, wish.sampling)
        count = wish.sampling.candidate_count
        for indices in (range(1), range(1, count)):
            done = indices.start

            def progress(share: float, done: int = done, size: int = len(indices)) -> None:
                report((done + share * size) / count, "writing notes")

            for writing in scribe.write(indices, progress):
                yield _candidate(writing, wish, reading, plan)
        report(1.0, "writing notes")


def load(path: Path) -> Decoder:
    """Returns the network, ready to run.

    Raises:
        WeightsCorrupt: the file is not of this network.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            heads = int(file.metadata()["heads"])
            return Decoder({name: file.get_tensor(name) for name in file.keys()}, heads)  # noqa: SIM118 - no mapping
    except (KeyError, TypeError, ValueError, SafetensorError) as error:
        raise WeightsCorrupt(f"{path.name} does not hold AuxSend's melody model; fetch it again.") from error


def _candidate(writing: Writing, wish: Wish, reading: Reading, plan: Plan) -> Candidate:
    session = writing.session
    parts = {part: session.parts[part].notes for part in PARTS}
    note_count = sum(map(len, parts.values()))
    nats = session.log_likelihood / max(1, note_count)
    before = reading.bars[: plan.first_bar] if plan.first_bar else reading.bars
    if isinstance(wish.task, Accompany):
        checks = accompaniment_checks(parts["chords"], parts["bass"], reading.bars, reading)
    else:
        checks = melody_checks(parts["melody"], plan.bar_count, reading, before)
    notes = [_written(note, part, reading.to_c) for part, found in parts.items() for note in found]
    return Candidate(
        index=writing.index,
        notes=tuple(sorted(notes)),
        begins_quarters=reading.begins_quarters + plan.first_bar * reading.bar_ticks / TICKS_PER_QUARTER,
        bar_count=plan.bar_count,
        metre=reading.metre,
        key=reading.key,
        score=score_of(checks, nats),
        log_likelihood=nats,
    )


def _written(note: GridNote, part: str, to_c: int) -> WrittenNote:
    return WrittenNote(
        onset_quarters=note.tick / TICKS_PER_QUARTER,
        pitch=note.pitch - to_c,
        duration_quarters=note.duration / TICKS_PER_QUARTER,
        velocity=note.velocity,
        part=part,
    )
