"""One candidate while it is written: walks through a plan, section by section, token by token.

Every sequence of a batch takes one token a step. Tokens that are given or that the form prescribes are
due; only where there is a choice does it count towards the candidate's likelihood.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.backends.melody_constraints import CHORD_SLICE, Rules
from engine.backends.melody_plan import Plan, Planned
from engine.backends.melody_tokens import BAR, FIRST_POSITION, NAMES, POSITIONS, section
from engine.backends.melody_writer import Mask, PartState, SectionWriter

_WRITTEN = {"Melody": "melody", "Chords": "chords", "Bass": "bass"}
_HARMONY_STEP_TICKS = 12
"""The model's own chords begin on quarter notes."""


class HarmonyWriter:
    """Writes the chord symbols of one bar: one on the bar line, then any later ones."""

    def __init__(self, rules: Rules, bar_ticks: int, closer: int) -> None:
        self._rules, self._closer = rules, closer
        self._places = [tick for tick in POSITIONS if tick < bar_ticks and tick % _HARMONY_STEP_TICKS == 0]
        self._tick = -1
        self._is_placed = False

    def mask(self) -> Mask:
        """Returns which tokens may come next."""
        mask = np.zeros(len(NAMES), dtype=np.bool_)
        if self._is_placed:
            mask[CHORD_SLICE] = self._rules.chords
            return mask
        later = [0] if self._tick < 0 else [tick for tick in self._places if tick > self._tick]
        mask[[FIRST_POSITION + POSITIONS.index(tick) for tick in later]] = True
        mask[self._closer] = self._tick >= 0
        return mask

    def take(self, token: int) -> None:
        """Goes on after a token that the mask allowed."""
        if self._is_placed:
            self._is_placed = False
        elif token != self._closer:
            self._tick, self._is_placed = POSITIONS[token - FIRST_POSITION], True


@dataclass
class Session:
    """The state of one candidate."""

    plan: Plan
    rules: Rules
    bar_ticks: int
    parts: dict[str, PartState] = field(default_factory=lambda: {part: PartState() for part in _WRITTEN.values()})
    log_likelihood: float = 0.0
    _number: int = -1
    _due: list[int] = field(default_factory=list)
    """Tokens that must come next, in order."""
    _writer: SectionWriter | HarmonyWriter | None = None

    def __post_init__(self) -> None:
        self._enter(0)

    @property
    def is_done(self) -> bool:
        """Whether everything is written."""
        return self._number >= len(self.plan.sections)

    @property
    def progress(self) -> float:
        """How much is written, 0 to 1."""
        return self._number / len(self.plan.sections)

    @property
    def due_token(self) -> int | None:
        """The token that must come next, or None where there is a choice."""
        return self._due[0] if self._due else None

    def mask(self) -> Mask:
        """Returns which tokens may come next, shape (vocabulary,), where none is due; at least one."""
        assert self._writer is not None
        return self._writer.mask()

    def take(self, token: int, log_probability: float) -> None:
        """Goes on after a token, whose probability the model gave."""
        if self._due:
            self._due.pop(0)
            if not self._due and self._writer is None:
                self._enter(self._number + 1)
            return
        assert self._writer is not None
        self.log_likelihood += log_probability
        if token == self._closer(self._number):
            self._writer = None
            self._enter(self._number + 1, has_begun=True)
        else:
            self._writer.take(token)

    def _enter(self, number: int, *, has_begun: bool = False) -> None:
        """Begins a section; `has_begun` where its first token has closed the one before."""
        self._number = number
        if self.is_done:
            return
        planned = self.plan.sections[number]
        opening = [section(planned.name)]
        if number == 0 or self.plan.sections[number - 1].bar != planned.bar:
            opening.insert(0, BAR)
        self._due = [*opening[has_begun:], *(planned.given or ())]
        self._writer = self._writer_of(planned, number) if planned.given is None else None
        if not self._due and self._writer is None:
            self._enter(number + 1)

    def _writer_of(self, planned: Planned, number: int) -> SectionWriter | HarmonyWriter:
        closer = self._closer(number)
        if planned.name == "Harmony":
            return HarmonyWriter(self.rules, self.bar_ticks, closer)
        part = _WRITTEN[planned.name]
        return SectionWriter(
            part, self.rules, self.parts[part], planned.bar * self.bar_ticks, self.bar_ticks,
            self.plan.bar_count * self.bar_ticks, closer, planned.cue,
        )  # fmt: skip

    def _closer(self, number: int) -> int:
        """Returns the token that follows a section: the next one's name, or Bar."""
        sections = self.plan.sections
        if number + 1 < len(sections) and sections[number + 1].bar == sections[number].bar:
            return section(sections[number + 1].name)
        return BAR


def choose(logits: NDArray[np.float32], mask: Mask, temperature: float, top_p: float, chance: float) -> int:
    """Returns a token that the mask allows, drawn by `chance` (0 to 1) out of the most probable ones.

    These are the fewest whose probabilities, at the temperature, add up to `top_p`.
    """
    allowed = np.flatnonzero(mask)
    if len(allowed) == 1:
        return int(allowed[0])
    scaled = logits[allowed] / temperature
    odds = np.exp(scaled - scaled.max())
    order = np.argsort(-odds, kind="stable")
    sums = np.cumsum(odds[order])
    kept = int(np.searchsorted(sums, top_p * sums[-1])) + 1
    return int(allowed[order[min(np.searchsorted(sums[:kept], chance * sums[kept - 1], side="right"), kept - 1)]])
