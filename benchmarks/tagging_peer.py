"""The peer of benchmarks.tagging: librosa's front end, and musicnn's network as its authors wrote it down.

The network has the same weights as ours, in plain convolutions of PyTorch, one patch at a time as in the original
package.
"""

from collections.abc import Iterable
from pathlib import Path

import librosa
import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from engine.backends.musicnn_network import TEMPORAL_FRAMES, TIMBRAL_BANDS
from engine.backends.musicnn_spectrogram import PATCH_FRAMES, Patch


def librosa_patches(path: Path, res_type: str) -> list[Patch]:
    """Returns the patches of a file, made by librosa as the original package does it; `res_type` is its converter."""
    samples, rate_hz = librosa.load(path, sr=16_000, res_type=res_type)
    power = librosa.feature.melspectrogram(y=samples, sr=rate_hz, n_fft=512, hop_length=256, n_mels=96)
    bands = np.log10(10_000 * power.T.astype(np.float16).astype(np.float32) + 1)
    return [bands[start : start + PATCH_FRAMES] for start in range(0, len(bands) - PATCH_FRAMES + 1, PATCH_FRAMES)]


class PlainMusicnn:
    """The network without any rearrangement."""

    def __init__(self, path: Path) -> None:
        self._state = load_file(path)

    @torch.inference_mode()
    def score(self, all_patches: Iterable[Patch]) -> NDArray[np.float32]:
        """Returns the scores, shape (patches, tags)."""
        return np.concatenate([self._run(torch.from_numpy(patch)[None]).numpy() for patch in all_patches])

    def _run(self, patch: Tensor) -> Tensor:
        x = self._norm("input", patch)
        groups = [self._front(x, f"timbral_{bands}", self._state[f"timbral_{bands}.weight"]) for bands in TIMBRAL_BANDS]
        for frames in TEMPORAL_FRAMES:
            groups.append(self._front(x, f"temporal_{frames}", self._state[f"temporal_{frames}.weight"][..., None]))
        layers = [torch.cat(groups, dim=2)]
        for number in range(3):
            answers = self._middle(layers[-1], f"middle_{number}")
            layers.append(answers + layers[-1] if number else answers)
        features = torch.cat(layers, dim=2)
        pooled = torch.stack([features.amax(dim=1), features.mean(dim=1)], dim=2).flatten(1)
        hidden = self._norm("hidden", functional.relu(self._dense("hidden", self._norm("pool", pooled))))
        return torch.sigmoid(self._dense("tags", hidden))

    def _front(self, x: Tensor, name: str, kernel: Tensor) -> Tensor:
        frames = kernel.shape[1]
        padded = functional.pad(x, (0, 0, (frames - 1) // 2, frames // 2))
        answers = functional.relu(functional.conv2d(padded[:, None], kernel[:, None], self._state[f"{name}.bias"]))
        return self._norm(name, answers.movedim(1, -1)).amax(dim=2)

    def _middle(self, x: Tensor, name: str) -> Tensor:
        weight, bias = self._state[f"{name}.weight"], self._state[f"{name}.bias"]
        answers = functional.conv1d(x.transpose(1, 2), weight, bias, padding="same")
        return self._norm(name, functional.relu(answers).transpose(1, 2))

    def _dense(self, name: str, x: Tensor) -> Tensor:
        return functional.linear(x, self._state[f"{name}.weight"], self._state[f"{name}.bias"])

    def _norm(self, name: str, x: Tensor) -> Tensor:
        return x * self._state[f"{name}.scale"] + self._state[f"{name}.shift"]
