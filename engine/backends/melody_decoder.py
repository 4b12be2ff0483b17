"""Runs the melody network one token at a time, in numpy: the fast way on a CPU for so small a network.

Keys and values of all tokens so far are kept (a KV cache, allocated once), so that a new token costs one pass through
the layers and one look back. Queries, keys and values are one product, as are gate and up. A step of several sequences
reads every weight once for all of them: four candidates cost little more than one.

The network was trained on sequences of at most `WINDOW_TOKENS`. In longer ones a token sees the head of its sequence
and the last tokens before it; positions are relative, so the head is placed right before these.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

WINDOW_TOKENS = 384
HEAD_TOKENS = 5
ROTARY_BASE = 10_000.0
_EPSILON = np.float32(1e-5)


@dataclass(frozen=True)
class _Layer:
    qkv: Floats
    out: Floats
    gate_up: Floats
    down: Floats
    attention_norm: Floats
    hidden_norm: Floats


class Cache:
    """What a number of sequences, equally long, have been told so far."""

    def __init__(self, layers: int, rows: int, heads: int, capacity: int, head_width: int) -> None:
        self.keys = np.empty((layers, rows, heads, capacity, head_width), dtype=np.float32)
        self.values = np.empty_like(self.keys)
        self.count = 0

    def reserve(self, count: int) -> None:
        """Makes room for `count` more tokens."""
        capacity = self.keys.shape[3]
        if self.count + count > capacity:
            grown = Cache(*self.keys.shape[:3], 2 * capacity + count, self.keys.shape[4])
            grown.keys[:, :, :, : self.count] = self.keys[:, :, :, : self.count]
            grown.values[:, :, :, : self.count] = self.values[:, :, :, : self.count]
            self.keys, self.values = grown.keys, grown.values

    def rows(self, chosen: NDArray[np.intp]) -> "Cache":
        """Returns a copy of some of the sequences, in that order; one may be chosen several times."""
        layers, _, heads, capacity, head_width = self.keys.shape
        copy = Cache(layers, len(chosen), heads, capacity, head_width)
        copy.count = self.count
        copy.keys[:, :, :, : self.count] = self.keys[:, chosen, :, : self.count]
        copy.values[:, :, :, : self.count] = self.values[:, chosen, :, : self.count]
        return copy


class Decoder:
    """The network's weights, ready to run."""

    def __init__(self, state: Mapping[str, NDArray[np.generic]], heads: int) -> None:
        """Takes the tensors of `melody_network.MelodyNetwork`, by name, in any precision."""
        tensors = {name: np.asarray(tensor, dtype=np.float32) for name, tensor in state.items()}
        self._embedding = tensors["embedding.weight"]
        self._unembedding = np.ascontiguousarray(self._embedding.T)
        self._norm = tensors["norm.weight"]
        count = sum(name.endswith("qkv.weight") for name in tensors)
        self._layers = tuple(_layer(tensors, f"blocks.{number}.") for number in range(count))
        self._heads = heads
        self._width = self._embedding.shape[1]
        self._rates = ROTARY_BASE ** (-np.arange(0, self._width // heads, 2) / (self._width // heads))

    def cache(self, rows: int, capacity: int) -> Cache:
        """Returns an empty cache for `rows` sequences, which grows beyond `capacity` tokens when it must."""
        return Cache(len(self._layers), rows, self._heads, capacity, self._width // self._heads)

    def read(self, tokens: NDArray[np.int64], cache: Cache) -> Floats:
        """Returns the logits of what follows the last of the tokens, shape (rows, vocabulary), and keeps them all.

        Args:
            tokens: the next tokens of each sequence, shape (rows, tokens).
            cache: what the sequences hold so far; it is added to.
        """
        rows, count = tokens.shape
        cache.reserve(count)
        cosine, sine = self._rotations(np.arange(cache.count, cache.count + count))
        x = self._embedding[tokens]
        for number, layer in enumerate(self._layers):
            qkv = (_normed(x, layer.attention_norm) @ layer.qkv).reshape(rows, count, 3, self._heads, -1)
            query, key, value = qkv.transpose(2, 0, 3, 1, 4)  # each (rows, heads, tokens, head width)
            place = slice(cache.count, cache.count + count)
            cache.keys[number, :, :, place] = _rotated(key, cosine, sine)
            cache.values[number, :, :, place] = value
            seen = self._seen(number, cache, _rotated(query, cosine, sine))
            x += seen.transpose(0, 2, 1, 3).reshape(rows, count, -1) @ layer.out
            gated = _normed(x, layer.hidden_norm) @ layer.gate_up
            hidden = gated.shape[-1] // 2
            x += (_silu(gated[..., :hidden]) * gated[..., hidden:]) @ layer.down
        cache.count += count
        logits: Floats = _normed(x[:, -1], self._norm) @ self._unembedding
        return logits

    def _seen(self, number: int, cache: Cache, query: Floats) -> Floats:
        """Returns what each new token takes from the tokens up to itself, shape (rows, heads, tokens, head width)."""
        count = query.shape[2]
        end = cache.count + count
        keys, values = cache.keys[number, :, :, :end], cache.values[number, :, :, :end]
        if count == 1 and end > WINDOW_TOKENS:
            keys, values = self._windowed(keys, values, end)
        scores: Floats = query @ keys.swapaxes(-1, -2)
        scores *= np.float32((self._width // self._heads) ** -0.5)
        if count > 1:
            ahead = np.arange(end)[None] > np.arange(cache.count, end)[:, None]
            scores[..., ahead] = -np.inf
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        seen: Floats = scores @ values
        return seen

    def _windowed(self, keys: Floats, values: Floats, end: int) -> tuple[Floats, Floats]:
        """Returns keys and values of the head and of the last tokens, the head's keys moved up to these."""
        begin = end - WINDOW_TOKENS + HEAD_TOKENS
        cosine, sine = self._rotations(np.array([begin - HEAD_TOKENS]))
        head = _rotated(keys[:, :, :HEAD_TOKENS], cosine, sine)
        recent = slice(begin, end)
        return (
            np.concatenate((head, keys[:, :, recent]), axis=2),
            np.concatenate((values[:, :, :HEAD_TOKENS], values[:, :, recent]), axis=2),
        )

    def _rotations(self, positions: NDArray[np.int64]) -> tuple[Floats, Floats]:
        angles = positions[:, None] * self._rates
        return np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)


def _layer(tensors: Mapping[str, Floats], prefix: str) -> _Layer:
    names = ("qkv", "out", "gate_up", "down")
    matrices = {name: np.ascontiguousarray(tensors[f"{prefix}{name}.weight"].T) for name in names}
    return _Layer(
        **matrices,
        attention_norm=tensors[f"{prefix}attention_norm.weight"],
        hidden_norm=tensors[f"{prefix}hidden_norm.weight"],
    )


def _normed(x: Floats, scale: Floats) -> Floats:
    """Returns x with a root mean square of 1 along the last axis, scaled."""
    mean_square = np.einsum("...i,...i->...", x, x)[..., None] / np.float32(x.shape[-1])
    return np.asarray(x / np.sqrt(mean_square + _EPSILON) * scale, dtype=np.float32)


def _rotated(x: Floats, cosine: Floats, sine: Floats) -> Floats:
    """Returns x turned by the angles of its positions; the pairs are the first and the second half of a head."""
    half = x.shape[-1] // 2
    first, second = x[..., :half], x[..., half:]
    return np.concatenate((first * cosine - second * sine, second * cosine + first * sine), axis=-1)


def _silu(x: Floats) -> Floats:
    return np.asarray(x / (1 + np.exp(-x)), dtype=np.float32)
