"""musicnn: tags and an embedding for recordings of any kind.

Two models share one network: MTT_musicnn learned what listeners wrote in a game about short clips (instruments,
voices, genres), MSD_musicnn what they write at Last.fm (genres, moods, decades). The weights are the author's own
checkpoints; the code here is ours and needs no TensorFlow.

`musicnn_spectrogram` cuts a recording into patches of 3 s and `musicnn_network` scores them. Patches of neighbouring
recordings share batches, and on a processor the network runs on several batches at once while the calling thread makes
the next patches. The embedding is the network's penultimate layer, from which it draws its tags: 200 numbers, averaged
over the patches and scaled to length 1.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.backends.base import Card, Recording, Report, Tagging
from engine.backends.cpu_tuning import SegmentPool, keep_freed_memory
from engine.backends.musicnn_network import EMBEDDING_SIZE, LAYERS, NORMS, Musicnn
from engine.backends.musicnn_spectrogram import PATCH_SEC, Patch, patches
from engine.backends.tf_checkpoint import read_checkpoint
from engine.backends.windows import batches
from engine.errors import WeightsCorrupt
from engine.weights.safetensors_file import write_safetensors

CPU_BATCH_SIZE = 4
GPU_BATCH_SIZE = 64

_NORM_EPSILON = 1e-3

Answers = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Scores (patches, tags) and penultimate layers (patches, EMBEDDING_SIZE)."""


class MusicnnBackend:
    """Runs one of the two models."""

    embedding_size = EMBEDDING_SIZE

    def __init__(self, card: Card, weight_paths: Mapping[str, Path], device: str) -> None:
        keep_freed_memory()
        self.card = card
        self._device = torch.device(device)
        self._network = _load(weight_paths[card.weights[0]], len(card.outputs)).to(self._device).eval()
        self._pool = SegmentPool()

    def tag(self, recordings: Sequence[Recording], report: Report) -> Iterator[Tagging]:
        """Yields the tagging of each recording in order."""
        total_sec = sum(max(PATCH_SEC, recording.sample_count / recording.sample_rate_hz) for recording in recordings)
        # Which recording each patch that is on its way belongs to.
        owners: deque[int] = deque()
        gathered: list[Answers] = []
        current = patch_count = 0
        for scores, penultimate in self._answers(_owned_patches(recordings, owners)):
            patch_count += len(scores)
            report(min(1.0, patch_count * PATCH_SEC / total_sec), f"tagging with {self.card.name}")
            for row in range(len(scores)):
                if (owner := owners.popleft()) != current:
                    yield _tagging(gathered)
                    current, gathered = owner, []
                gathered.append((scores[row], penultimate[row]))
        if gathered:
            yield _tagging(gathered)

    def score(self, all_patches: Iterable[Patch]) -> Answers:
        """Returns the network's answers to patches of shape (frames, bands)."""
        scores, penultimate = zip(*self._answers(all_patches), strict=True)
        return np.concatenate(scores), np.concatenate(penultimate)

    def _answers(self, all_patches: Iterable[Patch]) -> Iterator[Answers]:
        if self._device.type == "cpu":
            return self._pool.stream(self._run, batches(all_patches, CPU_BATCH_SIZE))
        return map(self._run, batches(all_patches, GPU_BATCH_SIZE))

    @torch.inference_mode()
    def _run(self, batch: NDArray[np.float32]) -> Answers:
        scores, penultimate = self._network(torch.from_numpy(batch).to(self._device))
        return scores.cpu().numpy(), penultimate.cpu().numpy()


def _owned_patches(recordings: Sequence[Recording], owners: deque[int]) -> Iterator[Patch]:
    for number, recording in enumerate(recordings):
        for patch in patches(recording.blocks, recording.sample_rate_hz):
            owners.append(number)
            yield patch


def _tagging(answers: Sequence[Answers]) -> Tagging:
    taggram, penultimate = (np.stack(rows) for rows in zip(*answers, strict=True))
    mean = penultimate.mean(axis=0)
    return Tagging(taggram, mean / max(float(np.linalg.norm(mean)), 1e-12), PATCH_SEC)


def convert(folder: Path, target: Path) -> None:
    """Writes the checkpoint in `folder` to `target` as safetensors, in the names and layouts of `Musicnn`.

    Raises:
        WeightsCorrupt: the checkpoint is damaged or of another model.
    """
    # The checkpoint has an empty name: its files are `.index` and `.data-00000-of-00001`.
    for path in list(folder.glob(".*")):
        path.rename(path.with_name(f"model{path.name}"))
    tensors = read_checkpoint(folder / "model", keep=lambda name: not name.endswith(("Adam", "Adam_1")))
    state: dict[str, NDArray[Any]] = {}
    try:
        for number, name in enumerate(LAYERS[:-2]):
            theirs = _numbered("conv2d", number)
            state |= {
                f"{name}.weight": _filters(name, tensors[f"{theirs}/kernel"]),
                f"{name}.bias": tensors[f"{theirs}/bias"],
            }
        for number, name in enumerate(LAYERS[-2:]):
            theirs = _numbered("dense", number)
            state |= {f"{name}.weight": tensors[f"{theirs}/kernel"].T, f"{name}.bias": tensors[f"{theirs}/bias"]}
        for number, name in enumerate(NORMS):
            state |= _norm(name, tensors, _numbered("batch_normalization", number))
    except (LookupError, ValueError) as error:
        raise WeightsCorrupt("The checkpoint is not one of musicnn's models; fetch it again.") from error
    write_safetensors(target, state, {"model": "musicnn"})


def _numbered(kind: str, number: int) -> str:
    """Returns the checkpoint's name of a layer; it leaves a zero out."""
    return f"{kind}_{number}" if number else kind


def _filters(name: str, kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    """Returns filters (filters, frames, bands), (filters, frames) or (filters, channels, frames) of a layer."""
    frames_bands_filters = kernel[:, :, 0]
    if name.startswith("timbral"):
        return frames_bands_filters.transpose(2, 0, 1)
    return frames_bands_filters[:, 0].T if name.startswith("temporal") else frames_bands_filters.transpose(2, 1, 0)


def _norm(name: str, tensors: Mapping[str, NDArray[Any]], theirs: str) -> dict[str, NDArray[Any]]:
    """Returns scale and shift of a batch norm, rounded once."""
    gamma, beta, mean, variance = (
        tensors[f"{theirs}/{field}"].astype(np.float64) for field in ("gamma", "beta", "moving_mean", "moving_variance")
    )
    scale = gamma / np.sqrt(variance + _NORM_EPSILON)
    return {f"{name}.scale": scale.astype(np.float32), f"{name}.shift": (beta - mean * scale).astype(np.float32)}


def _load(path: Path, tag_count: int) -> Musicnn:
    from safetensors.torch import load_file

    try:
        network = Musicnn(load_file(path))
        if len(network.tags_bias) != tag_count:
            raise ValueError(f"{len(network.tags_bias)} tags")
    except (LookupError, RuntimeError, ValueError) as error:
        raise WeightsCorrupt(f"{path.name} does not hold musicnn's weights; fetch it again.") from error
    return network
