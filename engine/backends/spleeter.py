"""Spleeter's two stems: vocals and accompaniment, by masks on the spectrogram.

Hennequin et al., "Spleeter: a fast and efficient music source separation tool with pre-trained models" (JOSS 2020),
with the U-Net of Jansson et al., "Singing voice separation with deep U-Net convolutional networks" (ISMIR 2017). The
weights are Deezer's own checkpoint; the code here is ours and needs no TensorFlow.

The mix becomes a spectrogram: Hann window of 4096 samples, hop 1024. One U-Net for each stem estimates that stem's
magnitude on 512 frames and the lowest 1024 bins (up to 11 kHz). The squared estimates share the mix out, and what lies
above 11 kHz goes to neither stem, as the published configuration has it.

A segment is the 509 hops that are whole in 512 frames, 11.8 s, so that one segment is one run of the networks on the
length that they were trained on. Spleeter itself puts such blocks side by side; here they overlap and are
cross-faded, which removes the seams between them, and no more of a song than one segment is ever in memory.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.audio import Samples
from engine.backends.base import Card, SegmentPlan
from engine.backends.tf_checkpoint import read_checkpoint
from engine.errors import WeightsCorrupt
from engine.weights.safetensors_file import write_safetensors

STEMS = ("vocals", "accompaniment")
WINDOW_SAMPLES = 4096
HOP_SAMPLES = 1024
FRAME_COUNT = 512
BIN_COUNT = 1024
# Every sample of a segment lies in four frames; the first frames begin before it, the last end after it.
MARGIN_SAMPLES = WINDOW_SAMPLES - HOP_SAMPLES
SEGMENT_SAMPLES = FRAME_COUNT * HOP_SAMPLES - MARGIN_SAMPLES
# The squares of Hann windows at a hop of a quarter sum to 3/2.
WINDOW_GAIN = 2 / 3
MASK_EPSILON = 1e-10
GPU_BATCH_SIZE = 4

_CHANNELS = (2, 16, 32, 64, 128, 256, 512)
_DEPTH = len(_CHANNELS) - 1
_NORM_EPSILON = 1e-3
_LEAK = 0.2
# TensorFlow pads a stride of 2 with one row before and two after.
_SAME_PADDING = (1, 2, 1, 2)


class UNet(nn.Module):
    """Estimates one stem's magnitude from the mix's: shape (batch, channels, frames, bins) in and out."""

    def __init__(self) -> None:
        super().__init__()
        pairs = list(pairwise(_CHANNELS))
        self.down = nn.ModuleList(nn.Conv2d(fewer, more, 5, stride=2) for fewer, more in pairs)
        # The deepest layer goes up as it is, without a norm.
        self.down_norm = nn.ModuleList(nn.BatchNorm2d(more, eps=_NORM_EPSILON) for _, more in pairs[:-1])
        # From the second on, an upward layer also sees the downward layer of its size.
        widths = [(512, 256), (512, 128), (256, 64), (128, 32), (64, 16), (32, 1)]
        self.up = nn.ModuleList(nn.ConvTranspose2d(wide, narrow, 5, stride=2) for wide, narrow in widths)
        self.up_norm = nn.ModuleList(nn.BatchNorm2d(narrow, eps=_NORM_EPSILON) for _, narrow in widths)
        self.mask = nn.Conv2d(1, 2, 4, dilation=2, padding=3)

    def forward(self, mix: Tensor) -> Tensor:
        """Returns the stem's magnitude."""
        skips: list[Tensor] = []
        x = mix
        for level, convolution in enumerate(self.down):
            if level > 0:
                x = functional.leaky_relu(self.down_norm[level - 1](x), _LEAK)
            x = convolution(functional.pad(x, _SAME_PADDING))
            skips.append(x)
        skips.pop()
        for convolution, norm in zip(self.up, self.up_norm, strict=True):
            x = norm(functional.relu(convolution(x)[..., 1:-2, 1:-2]))
            if skips:
                x = torch.cat([skips.pop(), x], dim=1)
        return torch.sigmoid(self.mask(x)) * mix


class SpleeterBackend:
    """Runs the two U-Nets and shares the mix out between them."""

    def __init__(self, card: Card, weight_paths: Mapping[str, Path], device: str) -> None:
        self.card = card
        self.plan = SegmentPlan(
            segment_samples=SEGMENT_SAMPLES,
            weight=_triangle(SEGMENT_SAMPLES),
            padded_samples=lambda length: SEGMENT_SAMPLES,
            batch_size=1 if device == "cpu" else GPU_BATCH_SIZE,
        )
        self._device = torch.device(device)
        self._networks = _load(weight_paths[card.weights[0]]).to(self._device).eval()
        self._window = torch.hann_window(WINDOW_SAMPLES, device=self._device)

    @torch.inference_mode()
    def predict(self, segments: Sequence[Samples], stems: Sequence[str]) -> list[Samples]:
        """Returns the stems of each segment, shape (stems, 2, samples)."""
        mix = torch.from_numpy(np.stack(segments)).to(self._device)
        spectrum = self._spectrum(mix)
        magnitude = spectrum[..., :BIN_COUNT].abs()
        energies = {stem: self._networks[stem](magnitude).square() for stem in STEMS}
        total = sum(energies.values(), torch.tensor(MASK_EPSILON, device=self._device))
        waveforms = [
            self._waveform((energies[stem] + MASK_EPSILON / len(STEMS)) / total * spectrum[..., :BIN_COUNT])
            for stem in stems
        ]
        return list(torch.stack(waveforms, dim=1).cpu().numpy())

    def _spectrum(self, mix: Tensor) -> Tensor:
        """Returns the spectrum of (batch, channels, samples), shape (batch, channels, frames, bins), complex."""
        frames = functional.pad(mix, (MARGIN_SAMPLES, MARGIN_SAMPLES)).unfold(-1, WINDOW_SAMPLES, HOP_SAMPLES)
        spectrum: Tensor = torch.fft.rfft(frames * self._window)
        return spectrum

    def _waveform(self, spectrum: Tensor) -> Tensor:
        """Returns the samples of a segment from its spectrum, shape (batch, channels, samples)."""
        frames = torch.fft.irfft(spectrum, n=WINDOW_SAMPLES) * self._window * WINDOW_GAIN
        hops = frames.unflatten(-1, (-1, HOP_SAMPLES))
        hop_count = hops.shape[-2]
        # Part i of frame k belongs to hop k + i; hops outside the segment are dropped.
        added = sum(hops[..., hop_count - 1 - i : FRAME_COUNT - i, i, :] for i in range(hop_count))
        return torch.as_tensor(added).flatten(-2)


def convert(folder: Path, target: Path) -> None:
    """Writes the checkpoint `folder`/model to `target` as safetensors, in the names and layouts of `UNet`.

    Raises:
        WeightsCorrupt: the checkpoint is damaged or of another model.
    """
    tensors = read_checkpoint(folder / "model", keep=lambda name: name != "global_step")
    state = {}
    for number, stem in enumerate(STEMS):
        for ours, theirs in _names(number).items():
            if theirs not in tensors:
                raise WeightsCorrupt(f"The checkpoint has no {theirs}: it is not Spleeter's model of two stems.")
            values = tensors[theirs]
            # Both kinds of kernel: (height, width, ., .) becomes (., ., height, width), the last two in reverse.
            state[f"{stem}.{ours}"] = values.transpose(3, 2, 0, 1) if values.ndim == 4 else values
    write_safetensors(target, state, {"model": "spleeter-2stems"})


def _names(number: int) -> dict[str, str]:
    """Returns the checkpoint's name of every tensor of the U-Net with this number.

    The checkpoint counts the layers of a kind through both networks, and leaves a zero out.
    """
    names = {}

    def add(ours: str, kind: str, index: int, fields: Mapping[str, str]) -> None:
        theirs = f"{kind}_{index}" if index else kind
        names.update({f"{ours}.{field}": f"{theirs}/{original}" for field, original in fields.items()})

    kernel = {"weight": "kernel", "bias": "bias"}
    norm = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}
    for level in range(_DEPTH):
        add(f"down.{level}", "conv2d", number * (_DEPTH + 1) + level, kernel)
        add(f"up.{level}", "conv2d_transpose", number * _DEPTH + level, kernel)
        add(f"up_norm.{level}", "batch_normalization", (2 * number + 1) * _DEPTH + level, norm)
        if level < _DEPTH - 1:
            add(f"down_norm.{level}", "batch_normalization", 2 * number * _DEPTH + level, norm)
    add("mask", "conv2d", number * (_DEPTH + 1) + _DEPTH, kernel)
    return names


def _load(path: Path) -> nn.ModuleDict:
    """Returns the two networks by their stems."""
    from safetensors.torch import load_file

    networks = nn.ModuleDict({stem: UNet() for stem in STEMS})
    state = load_file(path)
    # Batches that were seen in training: torch wants the count, and nothing here uses it.
    counts = {name: value for name, value in networks.state_dict().items() if name.endswith("num_batches_tracked")}
    try:
        networks.load_state_dict(state | counts)
    except RuntimeError as error:
        raise WeightsCorrupt(f"{path.name} does not hold Spleeter's model of two stems; fetch it again.") from error
    return networks


def _triangle(length: int) -> Samples:
    """Returns a cross-fade weight that is 1 in the middle and falls evenly to both ends, never to 0."""
    rising = np.arange(1, length // 2 + 1, dtype=np.float32)
    rising /= length // 2
    return np.concatenate([rising, rising[::-1]])
