"""Batches: random excerpts of the training set, changed in ways that leave their strokes alone.

On mel frames most changes are cheap: a gain and an equaliser are additions, music under drums is a sum of powers. So
every excerpt is new each time it comes round.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor

from engine.backends.drums_features import BAND_COUNT, FLOOR_BELS
from engine.training.drums_examples import Shard
from engine.training.drums_strokes import IGNORED_KIND

EXCERPT_FRAMES = 512
SHARES: Mapping[str, float] = {"solo": 0.45, "mix": 0.25, "stem": 0.25, "other": 0.05}
"""How often each kind of clip comes; what is not there yet leaves its share to the others."""
_SILENCE_FRAMES = 64


@dataclass(frozen=True)
class Batch:
    """Excerpts and what the network is to say of them; shapes as in `drums_network.Strokes`, kinds by group."""

    bels: Tensor
    onset: Tensor
    velocity: Tensor
    kind: Tensor


@dataclass(frozen=True)
class _Excerpt:
    bels: NDArray[np.float32]
    onset: NDArray[np.float16]
    velocity: NDArray[np.float16]
    kind: NDArray[np.int8]


def random_batch(rng: Generator, shards: Mapping[str, Shard], size: int) -> Batch:
    """Returns `size` excerpts of the shards, by kind of clip."""
    kinds = [kind for kind in SHARES if kind in shards]
    chances = np.array([SHARES[kind] for kind in kinds])
    drawn = rng.choice(kinds, size, p=chances / chances.sum())
    return _joined([_varied(rng, _with_music(rng, str(kind), shards)) for kind in drawn])


def whole_clips(shard: Shard) -> list[Batch]:
    """Returns all clips as they are, a batch for each."""
    found = shard.targets
    clips = zip(shard.bels.astype(np.float32), found.onset, found.velocity, found.kind, strict=True)
    return [_joined([_Excerpt(*clip)]) for clip in clips]


def _joined(excerpts: list[_Excerpt]) -> Batch:
    return Batch(
        bels=torch.from_numpy(np.stack([e.bels for e in excerpts])),
        onset=torch.from_numpy(np.stack([e.onset for e in excerpts]).astype(np.float32)),
        velocity=torch.from_numpy(np.stack([e.velocity for e in excerpts]).astype(np.float32)),
        kind=torch.from_numpy(np.stack([e.kind for e in excerpts]).astype(np.int64)),
    )


def _excerpt(rng: Generator, shard: Shard) -> _Excerpt:
    """Returns a random part of a random clip; it may reach into the silence before and after it."""
    clip = int(rng.integers(len(shard.bels)))
    frame_count = shard.bels.shape[1]
    begin = int(rng.integers(-_SILENCE_FRAMES, frame_count + _SILENCE_FRAMES - EXCERPT_FRAMES + 1))
    before, after = max(0, -begin), max(0, begin + EXCERPT_FRAMES - frame_count)
    inside = slice(max(0, begin), begin + EXCERPT_FRAMES)
    pad = ((before, after), (0, 0))
    found = shard.targets
    return _Excerpt(
        np.pad(shard.bels[clip, inside].astype(np.float32), pad, constant_values=FLOOR_BELS),
        np.pad(found.onset[clip, inside], pad),
        np.pad(found.velocity[clip, inside], pad),
        np.pad(found.kind[clip, inside], pad, constant_values=IGNORED_KIND),
    )


def _with_music(rng: Generator, kind: str, shards: Mapping[str, Shard]) -> _Excerpt:
    """Returns an excerpt; most drums that are alone get music under them, or what a separation leaves of it."""
    excerpt = _excerpt(rng, shards[kind])
    chance = rng.random()
    if kind != "solo" or "other" not in shards or chance < 0.35:
        return excerpt
    music = _excerpt(rng, shards["other"]).bels
    music += _level(excerpt.bels) - _level(music) + rng.uniform(-1.6, 0.6)
    heard = _sum(excerpt.bels, music) if chance < 0.75 else _cut_out(rng, excerpt.bels, music)
    return _Excerpt(heard, excerpt.onset, excerpt.velocity, excerpt.kind)


def _cut_out(rng: Generator, drums: NDArray[np.float32], music: NDArray[np.float32]) -> NDArray[np.float32]:
    """Returns drums as a separator gives them: less of them where there is more music, and some of the music."""
    both = _sum(drums, music)
    masked = both + rng.uniform(0.7, 1.6) * (drums - both)
    return _sum(masked, music - rng.uniform(1.0, 3.5))


def _varied(rng: Generator, excerpt: _Excerpt) -> _Excerpt:
    """Returns the excerpt at another level, through a soft equaliser, at times under noise or without its treble."""
    bels = excerpt.bels + rng.uniform(-2.5, 0.3)
    knots = rng.normal(0, rng.uniform(0, 0.4), 6)
    bels += np.interp(np.linspace(0, 5, BAND_COUNT), np.arange(6), knots).astype(np.float32)
    if rng.random() < 0.1:
        bels[:, int(rng.integers(60, BAND_COUNT)) :] -= rng.uniform(1, 4)
    if rng.random() < 0.3:
        slope = np.linspace(0, rng.uniform(-1, 1), BAND_COUNT)
        noise = rng.uniform(-8, -4.5) + slope + np.log10(rng.gamma(4, 0.25, bels.shape) + 1e-6)
        bels = _sum(bels, noise.astype(np.float32))
    return _Excerpt(np.maximum(bels, FLOOR_BELS, dtype=np.float32), excerpt.onset, excerpt.velocity, excerpt.kind)


def _sum(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    """Returns the bels of two sounds together, as if they did not interfere."""
    return np.asarray(np.log10(10**a + 10**b))


def _level(bels: NDArray[np.float32]) -> float:
    return float(np.log10((10**bels).mean() + 1e-10))
