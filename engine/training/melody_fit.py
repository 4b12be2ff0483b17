"""Fits a melody network: Muon and AdamW, a rate that falls at the end, an average of the weights of late steps.

Matrices inside the network are trained by Muon (Jordan et al. 2024), which makes each step's update orthogonal and
learns from fewer tokens than AdamW does; embeddings and norms are trained by AdamW. A run saves its state every few
minutes and goes on from it; the log and a picture of the losses lie beside it. It uses a GPU where there is one.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from engine.backends.melody_tokens import PAD
from engine.training.fit_files import log_row, save_state
from engine.training.melody_examples import random_batch
from engine.training.melody_songs import Run
from engine.training.muon import Muon


@dataclass(frozen=True)
class Recipe:
    """How to train."""

    step_count: int = 4000
    minutes: float = 85.0
    """The rate has fallen when either is over, whichever comes first."""
    batch_size: int = 8
    length: int = 384
    matrix_rate: float = 0.02
    other_rate: float = 3e-3
    warm_steps: int = 40
    falling_share: float = 0.5
    """Over this last part the rate falls to nothing."""
    average_decay: float = 0.99
    save_steps: int = 100


def loss_of(network: nn.Module, tokens: Tensor) -> Tensor:
    """Returns the mean negative log-likelihood of a token given those before it, in nats."""
    logits = network(tokens[:, :-1])
    return functional.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten(), ignore_index=PAD)


class Fit:
    """A training run, kept in a folder under its name."""

    def __init__(self, folder: Path, name: str, make: Callable[[], nn.Module], recipe: Recipe) -> None:
        torch.manual_seed(0)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.network = make().to(self.device)
        self.average = AveragedModel(
            self.network,
            multi_avg_fn=get_ema_multi_avg_fn(recipe.average_decay),  # type: ignore[no-untyped-call]
        )
        self.step = 0
        self.seconds = 0.0
        self._recipe = recipe
        named = list(self.network.named_parameters())
        matrices = [value for key, value in named if value.dim() == 2 and "embedding" not in key]
        others = [value for key, value in named if value.dim() != 2 or "embedding" in key]
        self._optimisers: tuple[torch.optim.Optimizer, ...] = (
            Muon(matrices, lr=recipe.matrix_rate, weight_decay=0.02),
            torch.optim.AdamW(others, lr=recipe.other_rate, betas=(0.9, 0.95), weight_decay=0.0),
        )
        self._state_path = folder / f"{name}.pt"
        self._log_path = folder / f"{name}.jsonl"
        if self._state_path.exists():
            self._load()

    @property
    def averaged(self) -> nn.Module:
        """The network with the average of its weights over late steps."""
        return self.average.module

    @property
    def progress(self) -> float:
        """How much of the recipe is done, 0 to 1."""
        return min(1.0, max(self.step / self._recipe.step_count, self.seconds / (60 * self._recipe.minutes)))

    def run(self, runs: Sequence[Run], held_out: Sequence[Run]) -> None:
        """Trains until the recipe is done.

        Args:
            runs: bars to learn from.
            held_out: bars of other songs, whose loss is logged.
        """
        recipe = self._recipe
        validation = random_batch(np.random.default_rng(0), held_out, 32, recipe.length)
        losses: list[float] = []
        while self.progress < 1:
            began = time.monotonic()
            rng = np.random.default_rng((1, self.step))
            losses.append(self._learn(random_batch(rng, runs, recipe.batch_size, recipe.length)))
            self.seconds += time.monotonic() - began
            if self.step % recipe.save_steps == 0 or self.progress >= 1:
                self._log(losses, validation)
                self._save()
                losses = []

    def _learn(self, batch: np.ndarray) -> float:
        rate = self._rate()
        for optimiser, highest in zip(
            self._optimisers, (self._recipe.matrix_rate, self._recipe.other_rate), strict=True
        ):
            for group in optimiser.param_groups:
                group["lr"] = highest * rate
            optimiser.zero_grad()
        self.network.train()
        loss = loss_of(self.network, torch.from_numpy(batch).to(self.device))
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        for optimiser in self._optimisers:
            optimiser.step()
        self.average.update_parameters(self.network)
        self.step += 1
        return float(loss.detach())

    def _rate(self) -> float:
        """Returns the share of the highest rate: up in a line, level, down in a line."""
        rising = min(1.0, (self.step + 1) / self._recipe.warm_steps)
        return max(0.01, min(rising, (1 - self.progress) / self._recipe.falling_share))

    @torch.inference_mode()
    def _loss(self, network: nn.Module, batch: np.ndarray) -> float:
        network.eval()
        parts = [torch.from_numpy(part).to(self.device) for part in np.split(batch, 4)]
        return float(np.mean([float(loss_of(network, part)) for part in parts]))

    def _log(self, losses: Sequence[float], validation: np.ndarray) -> None:
        row = {
            "step": self.step, "seconds": round(self.seconds), "train": round(float(np.mean(losses)), 4),
            "validation": round(self._loss(self.averaged, validation), 4),
        }  # fmt: skip
        log_row(row, self._log_path, "nats per token")

    def _save(self) -> None:
        state = {
            "network": self.network.state_dict(), "average": self.average.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self._optimisers],
            "step": self.step, "seconds": self.seconds,
        }  # fmt: skip
        save_state(state, self._state_path)

    def _load(self) -> None:
        state = torch.load(self._state_path, weights_only=True, map_location=self.device)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        for optimiser, kept in zip(self._optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(kept)
        self.step, self.seconds = state["step"], state["seconds"]
