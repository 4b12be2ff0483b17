"""What the melody model is held against: a Markov chain, the song's own last bars, an LSTM.

All see the tokens that the transformer sees and give logits for the next one, so that they are scored alike, and write
through the same masks. A model here is what `engine.backends.melody_scribe` expects of a decoder, and says at once what
it thinks of every token of a sequence.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from engine.backends.melody_motifs import with_motifs
from engine.backends.melody_tokens import BAR, NAMES

Floats = NDArray[np.float32]

VOCABULARY = len(NAMES)
ORDER = 5
REPEATED_BARS = 4


@dataclass
class Told:
    """What sequences were told so far: a cache that forgets nothing and computes nothing."""

    sequences: list[list[int]]

    def rows(self, chosen: NDArray[np.intp]) -> "Told":
        """Returns a copy of some of the sequences."""
        return Told([list(self.sequences[number]) for number in chosen])


class NextToken(Protocol):
    """Says how likely each token is to follow."""

    def log_probabilities(self, tokens: Sequence[int]) -> Floats:
        """Returns the logarithm of each token's probability after every token, shape (tokens, vocabulary)."""
        ...


class SlowDecoder:
    """Makes a decoder of a model, which is asked about the end of each sequence."""

    def __init__(self, model: "Markov") -> None:
        self._model = model

    def cache(self, rows: int, capacity: int) -> Told:
        """Returns empty sequences."""
        return Told([[] for _ in range(rows)])

    def read(self, tokens: NDArray[np.int64], cache: Told) -> Floats:
        """Returns logits of what follows, and keeps the tokens."""
        for sequence, told in zip(cache.sequences, tokens, strict=True):
            sequence.extend(map(int, told))
        return np.stack([self._model.following(sequence) for sequence in cache.sequences])


class Network:
    """A torch network."""

    def __init__(self, network: nn.Module) -> None:
        self._network = network.eval()

    @torch.inference_mode()
    def log_probabilities(self, tokens: Sequence[int]) -> Floats:
        """See `NextToken`."""
        found: Floats = self._network(torch.tensor([tokens])).log_softmax(-1)[0].numpy()
        return found


class WithMotifs:
    """A model, and what followed the same tokens before: how the melody model writes."""

    def __init__(self, model: NextToken) -> None:
        self._model = model

    def log_probabilities(self, tokens: Sequence[int]) -> Floats:
        """See `NextToken`."""
        logs = self._model.log_probabilities(tokens)
        return np.stack([with_motifs(row, tokens[: at + 1]) for at, row in enumerate(logs)])


class Markov:
    """A Markov chain of order 5 that backs off to shorter contexts by the rule of Witten and Bell (1991)."""

    def __init__(self, sequences: Iterable[Sequence[int]]) -> None:
        self._counts: dict[tuple[int, ...], dict[int, int]] = defaultdict(dict)
        for sequence in sequences:
            for at, token in enumerate(sequence):
                for order in range(min(ORDER, at) + 1):
                    counts = self._counts[tuple(sequence[at - order : at])]
                    counts[token] = counts.get(token, 0) + 1

    def following(self, tokens: Sequence[int]) -> Floats:
        """Returns the logarithms of the probabilities of what follows, shape (vocabulary,)."""
        found = np.full(VOCABULARY, 1 / VOCABULARY)
        for order in range(min(ORDER, len(tokens)) + 1):
            counts = self._counts.get(tuple(tokens[len(tokens) - order :]))
            if counts is None:
                break
            found *= len(counts)
            found[list(counts)] += list(counts.values())
            found /= len(counts) + sum(counts.values())
        return np.asarray(np.log(found), dtype=np.float32)

    def log_probabilities(self, tokens: Sequence[int]) -> Floats:
        """See `NextToken`."""
        return np.stack([self.following(tokens[: at + 1]) for at in range(len(tokens))])


class Repeat:
    """Expects each bar to be that of four bars before, token for token, and anything else as often as in training."""

    def __init__(self, sequences: Iterable[Sequence[int]], trust: float) -> None:
        counts = np.bincount(np.concatenate([np.asarray(s) for s in sequences]), minlength=VOCABULARY) + 0.5
        self._else = counts / counts.sum()
        self._trust = trust

    def log_probabilities(self, tokens: Sequence[int]) -> Floats:
        """See `NextToken`."""
        found = np.tile(self._else, (len(tokens), 1))
        begins = [at for at, token in enumerate(tokens) if token == BAR]
        for number, begin in enumerate(begins):
            if number < REPEATED_BARS:
                continue
            end = begins[number + 1] if number + 1 < len(begins) else len(tokens)
            before = begins[number - REPEATED_BARS]
            for at in range(begin, end):
                found[at] *= 1 - self._trust
                found[at, tokens[before + at - begin + 1]] += self._trust
        return np.asarray(np.log(found), dtype=np.float32)
