"""Fits the drum network: AdamW, a rate that rises and falls once, an average of the weights of late steps.

A run saves its state every few minutes and goes on from it; the log and a picture of the loss lie beside it.
"""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from engine.backends.drums_network import SMALL, DrumNetwork, Size, Strokes
from engine.backends.drums_voices import GROUPS, KINDS, VOICES
from engine.training.drums_batches import Batch, random_batch, whole_clips
from engine.training.drums_examples import Shard
from engine.training.drums_strokes import IGNORED_KIND
from engine.training.fit_files import log_row, save_state

_EDGE_FRAMES = 32
# Softer strokes may be found or not.
_SOFT_VELOCITY = 0.3
_ONSET_WEIGHT, _VELOCITY_WEIGHT, _KIND_WEIGHT = 4.0, 0.5, 0.05


@dataclass(frozen=True)
class Recipe:
    """How to train."""

    size: Size = SMALL
    step_count: int = 3000
    batch_size: int = 4
    highest_rate: float = 3e-3
    warm_steps: int = 50
    average_decay: float = 0.995
    save_steps: int = 50


def loss_of(strokes: Strokes, batch: Batch) -> Tensor:
    """Returns how wrong the network is: cross-entropy of onsets and kinds, squared error of velocities.

    Frames at the edges of an excerpt do not count, since what surrounds them is cut off.
    """
    inside = slice(_EDGE_FRAMES, -_EDGE_FRAMES)
    onset, velocity, kind = (part[:, inside] for part in (batch.onset, batch.velocity, batch.kind))
    is_near = onset > 0.3
    is_audible = (velocity == 0) | (velocity > _SOFT_VELOCITY)
    weight = is_audible * (1 + _ONSET_WEIGHT * onset)  # onsets are few
    wrong = functional.binary_cross_entropy_with_logits(strokes.onset[:, inside], onset, weight)
    off = (is_near * (strokes.velocity[:, inside] - velocity).square()).sum() / is_near.sum().clamp(min=1)
    mistaken = torch.stack([
        _kind_loss(strokes.kind[:, inside], kind[..., number], group)
        for number, group in enumerate(GROUPS)
        if len(KINDS[group]) > 1
    ]).sum()  # fmt: skip
    return wrong + _VELOCITY_WEIGHT * off / len(GROUPS) + _KIND_WEIGHT * mistaken


def _kind_loss(scores: Tensor, kind: Tensor, group: str) -> Tensor:
    voices = [number for number, voice in enumerate(VOICES) if voice.group == group]
    known = kind != IGNORED_KIND
    if not known.any():
        return scores.sum() * 0
    return functional.cross_entropy(scores[known][:, voices], kind[known])


class Fit:
    """A training run, kept in a file."""

    def __init__(self, folder: Path, recipe: Recipe) -> None:
        torch.manual_seed(0)
        self.network = DrumNetwork(recipe.size)
        self.average = AveragedModel(
            self.network,
            multi_avg_fn=get_ema_multi_avg_fn(recipe.average_decay),  # type: ignore[no-untyped-call]
            use_buffers=True,
        )
        self.step = 0
        self.seconds = 0.0
        self._recipe = recipe
        self._optimiser = torch.optim.AdamW(self.network.parameters(), lr=recipe.highest_rate, weight_decay=1e-2)
        self._state_path = folder / "fit.pt"
        self._log_path = folder / "fit.jsonl"
        if self._state_path.exists():
            self._load()

    @property
    def averaged(self) -> DrumNetwork:
        """The network with the average of its weights over late steps."""
        return cast(DrumNetwork, self.average.module)

    def run(self, shards: Mapping[str, Shard], held_out: Mapping[str, Shard], minutes: float) -> None:
        """Trains until the recipe is done or `minutes` are over, and saves.

        Args:
            shards: clips to learn from, by kind.
            held_out: clips of other kits, whose loss is logged.
            minutes: of this call.
        """
        began = time.monotonic()
        losses: list[float] = []
        while self.step < self._recipe.step_count and time.monotonic() - began < 60 * minutes:
            step_began = time.monotonic()
            rng = np.random.default_rng((1, self.step))
            losses.append(self._learn(random_batch(rng, shards, self._recipe.batch_size)))
            self.seconds += time.monotonic() - step_began
            if self.step % self._recipe.save_steps == 0 or self.step == self._recipe.step_count:
                self._log(losses, held_out)
                self._save()
                losses = []
        self._save()

    def _learn(self, batch: Batch) -> float:
        for group in self._optimiser.param_groups:
            group["lr"] = self._rate()
        self.network.train()
        loss = loss_of(self.network(batch.bels), batch)
        self._optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self._optimiser.step()
        self.average.update_parameters(self.network)
        self.step += 1
        return float(loss.detach())

    def _rate(self) -> float:
        """Returns the learning rate: up in a line, down along half a cosine."""
        recipe = self._recipe
        rising = min(1.0, (self.step + 1) / recipe.warm_steps)
        progress = max(0.0, (self.step - recipe.warm_steps) / max(1, recipe.step_count - recipe.warm_steps))
        return recipe.highest_rate * rising * (0.02 + 0.49 * (1 + math.cos(math.pi * min(1.0, progress))))

    def _log(self, losses: Sequence[float], held_out: Mapping[str, Shard]) -> None:
        row = {"step": self.step, "seconds": round(self.seconds), "train": float(np.mean(losses))}
        for kind, shard in held_out.items():
            row[kind] = mean_loss(self.averaged, shard)
        log_row(row, self._log_path, "loss", "log")

    def _save(self) -> None:
        state = {
            "network": self.network.state_dict(), "average": self.average.state_dict(),
            "optimiser": self._optimiser.state_dict(), "step": self.step, "seconds": self.seconds,
        }  # fmt: skip
        save_state(state, self._state_path)

    def _load(self) -> None:
        state = torch.load(self._state_path, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self._optimiser.load_state_dict(state["optimiser"])
        self.step, self.seconds = state["step"], state["seconds"]


@torch.inference_mode()
def mean_loss(network: nn.Module, shard: Shard) -> float:
    """Returns the network's mean loss over whole clips."""
    network.eval()
    return float(np.mean([float(loss_of(network(batch.bels), batch)) for batch in whole_clips(shard)]))
