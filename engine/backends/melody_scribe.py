"""Writes candidates with the network: one token for each at every step, out of those that its session allows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from engine.backends.melody_constraints import Rules
from engine.backends.melody_decoder import Decoder
from engine.backends.melody_motifs import with_motifs
from engine.backends.melody_plan import Plan
from engine.backends.melody_session import Session, choose
from engine.generation import Sampling

_REPORT_STEPS = 16
_SEED_BITS = (1 << 64) - 1

Progress = Callable[[float], None]
"""Told now and then how much of what is being written is done, 0 to 1."""


@dataclass(frozen=True)
class Writing:
    """A candidate, in the making or done."""

    index: int
    session: Session
    rng: Generator
    tokens: list[int]
    """The context, and what was written."""


class Scribe:
    """Writes the candidates of one wish."""

    def __init__(self, decoder: Decoder, plan: Plan, rules: Rules, bar_ticks: int, sampling: Sampling) -> None:
        """Reads the plan's context."""
        self._decoder, self._plan, self._rules, self._bar_ticks = decoder, plan, rules, bar_ticks
        self._sampling = sampling
        self._context = decoder.cache(1, len(plan.context) + 1)
        self._logits = decoder.read(np.array([plan.context]), self._context)

    def write(self, indices: Sequence[int], progress: Progress) -> Iterator[Writing]:
        """Yields the candidates of these indices, each as soon as it is done."""
        rows = [self._begun(index) for index in indices]
        if not rows:
            return
        cache = self._context.rows(np.zeros(len(rows), dtype=np.intp))
        logits = self._logits.repeat(len(rows), axis=0)
        step = 0
        while True:
            tokens = np.array([self._step(row, found) for row, found in zip(rows, logits, strict=True)])
            open_rows = np.flatnonzero([not row.session.is_done for row in rows])
            yield from (row for row in rows if row.session.is_done)
            if not len(open_rows):
                return
            if len(open_rows) < len(rows):
                cache, tokens = cache.rows(open_rows), tokens[open_rows]
                rows = [rows[number] for number in open_rows]
            if step % _REPORT_STEPS == 0:
                progress(min(row.session.progress for row in rows))
            logits = self._decoder.read(tokens[:, None], cache)
            step += 1

    def _begun(self, index: int) -> Writing:
        rng = np.random.default_rng((self._sampling.seed & _SEED_BITS, index))
        return Writing(index, Session(self._plan, self._rules, self._bar_ticks), rng, list(self._plan.context))

    def _step(self, row: Writing, logits: NDArray[np.float32]) -> int:
        """Returns the next token of a candidate, which has taken it."""
        session = row.session
        token = session.due_token
        if token is not None:
            session.take(token, 0.0)
        else:
            if self._plan.repeats_motifs:
                logits = with_motifs(logits, row.tokens)
            chance = row.rng.random()
            biased = logits + self._rules.bias
            token = choose(biased, session.mask(), self._sampling.temperature, self._sampling.top_p, chance)
            session.take(token, float(logits[token] - _log_sum(logits)))
        row.tokens.append(token)
        return token


def _log_sum(logits: NDArray[np.float32]) -> float:
    highest = logits.max()
    return float(highest + np.log(np.exp(logits - highest).sum()))
