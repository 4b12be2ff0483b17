"""Every model that the demucs package knows: HTDemucs, Hybrid Demucs and Demucs v3, alone or as bags.

The weights are safetensors files in the layout of `demucs.hf`: a state, with the model's class and its arguments in the
metadata. Which models make a bag, and how much each counts for each stem, stands in the yaml files that the demucs
package carries. A bag's models that count nothing for the stems asked for are not run: asking `htdemucs_ft` for one
stem costs a quarter of asking for all.

Défossez 2021 (https://arxiv.org/abs/2111.03600), Rouard et al. 2023 (https://arxiv.org/abs/2211.08553).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import demucs
import numpy as np
import torch
import yaml
from demucs.hf import load_safetensors_model
from safetensors import SafetensorError, safe_open
from torch import nn

from engine.audio import Samples
from engine.backends.base import Card, SegmentPlan
from engine.backends.cpu_tuning import PlainLstm, SegmentPool, keep_freed_memory, prefer_blockwise_attention
from engine.backends.demucs_layers import use_cheaper_layers
from engine.errors import DeviceOutOfMemory, WeightsCorrupt

_CLASSES = ("demucs.demucs.Demucs", "demucs.hdemucs.HDemucs", "demucs.htdemucs.HTDemucs")
"""What the metadata of a weight file may name: nothing else is imported for it."""
_BATCH_SEC = 64
"""Audio that an accelerator is given at once."""


@dataclass(frozen=True)
class _Member:
    """A model of a bag, with what it counts for each stem."""

    model: nn.Module
    stem_weights: Mapping[str, float]


class DemucsBackend:
    """Runs a demucs model, or the models of a bag that the stems need."""

    def __init__(self, card: Card, weight_paths: Mapping[str, Path], device: str) -> None:
        keep_freed_memory()
        prefer_blockwise_attention()
        self.card = card
        self._device = torch.device(device)
        self._members = _load_bag(card, weight_paths)
        with self._memory_guard():
            for member in self._members:
                _prepare(member.model, self._device)
        self._pool = SegmentPool()
        self.plan = _plan([member.model for member in self._members], self._device, self._pool.width)

    def predict(self, segments: Sequence[Samples], stems: Sequence[str]) -> list[Samples]:
        """Returns each segment's stems, shape (stems, 2, samples)."""
        with self._memory_guard():
            if self._device.type == "cpu":
                return self._pool.map(lambda segment: self._predict(segment[None], stems)[0], segments)
            answers: list[Samples] = []
            for _, alike in groupby(segments, key=lambda segment: segment.shape):
                answers.extend(self._predict(np.stack(list(alike)), stems))
            return answers

    @torch.inference_mode()
    def _predict(self, batch: Samples, stems: Sequence[str]) -> Samples:
        """Returns the stems of segments of one length, shape (batch, stems, 2, samples)."""
        mix = torch.from_numpy(np.ascontiguousarray(batch)).to(self._device)
        estimate = torch.zeros(len(batch), len(stems), *batch.shape[1:], device=self._device)
        for member in self._members:
            counts = torch.tensor([member.stem_weights[stem] for stem in stems], device=self._device)
            if counts.any():
                order = [list(member.model.sources).index(stem) for stem in stems]  # type: ignore[arg-type]
                estimate += counts.reshape(-1, 1, 1) * member.model(mix)[:, order]
        totals = [sum(member.stem_weights[stem] for member in self._members) for stem in stems]
        estimate /= torch.tensor(totals, device=self._device).reshape(-1, 1, 1)
        result: Samples = estimate.cpu().numpy()
        return result

    @contextmanager
    def _memory_guard(self) -> Iterator[None]:
        try:
            yield
        except torch.OutOfMemoryError as error:
            raise DeviceOutOfMemory(
                f"The model “{self.card.name}” does not fit into the memory of {self._device}; close what else uses "
                "it, or start the engine with --device cpu.",
                device=str(self._device),
            ) from error


def _load_bag(card: Card, weight_paths: Mapping[str, Path]) -> list[_Member]:
    """Returns the models of the card's bag, in its order.

    Raises:
        WeightsCorrupt: a file holds no demucs model, or one for other stems.
    """
    definition = Path(demucs.__file__).parent / "remote" / f"{card.name}.yaml"
    bag: dict[str, Any] = yaml.safe_load(definition.read_text())
    names: list[str] = bag["models"]
    weights: list[list[float]] = bag.get("weights") or [[1.0] * len(card.outputs)] * len(names)
    members = []
    for name, stem_weights in zip(names, weights, strict=True):
        model = _load_model(name, weight_paths[name])
        if sorted(model.sources) != sorted(card.outputs) or model.samplerate != card.sample_rate_hz:
            raise WeightsCorrupt(
                f"The weights “{name}” hold a model for {', '.join(model.sources)} at {model.samplerate} Hz, which is "
                f"not “{card.name}”; delete them and let them be fetched again.",
                weights=name,
            )
        if "segment" in bag:
            model.segment = bag["segment"]
        members.append(_Member(model, dict(zip(model.sources, stem_weights, strict=True))))
    return members


def _load_model(name: str, path: Path) -> Any:  # noqa: ANN401  # demucs' models have no type in common
    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
        if metadata.get("klass") not in _CLASSES or "structure" in metadata:
            raise ValueError(f"class {metadata.get('klass')}")
        return load_safetensors_model(path)
    except (SafetensorError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise WeightsCorrupt(
            f"The weights “{name}” do not hold a demucs model; delete {path.name} and let it be fetched again.",
            weights=name,
        ) from error


def _prepare(model: nn.Module, device: torch.device) -> None:
    model.eval().requires_grad_(False).to(device)
    if device.type == "cpu":
        use_cheaper_layers(model)
        for module in list(model.modules()):
            for name, child in module.named_children():
                if isinstance(child, nn.LSTM):
                    setattr(module, name, PlainLstm(child))


def _plan(models: Sequence[Any], device: torch.device, parallel_segments: int) -> SegmentPlan:
    first = models[0]
    segment_samples = int(first.samplerate * first.segment)
    half = segment_samples // 2
    triangle = np.concatenate([np.arange(1, half + 1), np.arange(segment_samples - half, 0, -1)]).astype(np.float32)

    def padded_samples(length: int) -> int:
        return max(model.valid_length(length) if hasattr(model, "valid_length") else length for model in models)

    return SegmentPlan(
        segment_samples=segment_samples,
        weight=triangle / triangle.max(),
        padded_samples=padded_samples,
        batch_size=parallel_segments if device.type == "cpu" else max(1, int(_BATCH_SEC / first.segment)),
    )
