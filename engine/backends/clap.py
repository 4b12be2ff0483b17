"""CLAP: recordings and words in one space, so that a sound is found by what somebody writes.

Wu et al., "Large-scale contrastive language-audio pretraining with feature fusion and keyword-to-caption augmentation"
(ICASSP 2023, https://arxiv.org/abs/2211.06687). One transformer hears 10 s of audio at 48 kHz, another reads a
sentence, and each gives 512 numbers; they were trained so that a recording and its description point the same way. Here
it runs through the package transformers, with the hub's own weights (laion/clap-htsat-unfused).

The model has no tags of its own. Those of its card are words, read once when it is loaded; the scores of a window are
the softmax of its likeness to all of them, at the temperature of its training, so they sum to 1. The embedding is the
mean over the windows, scaled to length 1, and comparable with what `embed_text` gives.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import ClapConfig, ClapFeatureExtractor, ClapModel

from engine.audio import Samples
from engine.backends.base import Card, Recording, Report, Tagging
from engine.errors import WeightsCorrupt
from engine.resampling import resample, resampled_count
from engine.weights.text_file import read_text

WINDOW_SEC = 10.0
PROMPT = "This is a sound of {}."
"""The sentence that a tag stands in; the model was trained on sentences."""
CPU_BATCH_SIZE, GPU_BATCH_SIZE = 2, 32

_LEAST_REST_SEC = 1.0
"""A rest of a recording that is shorter than this is not heard, unless it is all there is."""
_LONGEST_TEXT = 77
"""Tokens that the model was trained on."""
_PADDING = "<pad>"


class ClapBackend:
    """Runs the model on sounds and on sentences."""

    def __init__(self, card: Card, weight_paths: Mapping[str, Path], device: str) -> None:
        self.card = card
        self._device = torch.device(device)
        model_path, tokens_path = (weight_paths[name] for name in card.weights)
        self._model = _load(model_path).to(self._device).eval()
        self._tokenizer = _load_tokenizer(tokens_path)
        self._features = ClapFeatureExtractor(frequency_min=50, truncation="rand_trunc", padding="repeatpad")
        self.embedding_size = int(self._model.config.projection_dim)
        self._tags = self.embed_text([PROMPT.format(tag) for tag in card.outputs])
        self._sharpness = float(self._model.logit_scale_a.detach().exp())

    def tag(self, recordings: Sequence[Recording], report: Report) -> Iterator[Tagging]:
        """Yields the tagging of each recording in order."""
        windows = (
            (number, window)
            for number, recording in enumerate(recordings)
            for window in _windows(recording, self.card.sample_rate_hz)
        )
        current, gathered = 0, list[NDArray[np.float32]]()
        for number, embedding in self._embedded(windows):
            if number != current:
                yield self._tagging(gathered)
                current, gathered = number, []
            report(number / len(recordings), f"tagging with {self.card.name}")
            gathered.append(embedding)
        if gathered:
            yield self._tagging(gathered)

    @torch.inference_mode()
    def embed_text(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Returns where texts lie among the sounds, shape (texts, embedding_size), each of length 1."""
        encoded = self._tokenizer.encode_batch(list(texts))
        tokens = torch.tensor([text.ids for text in encoded], device=self._device)
        mask = torch.tensor([text.attention_mask for text in encoded], device=self._device)
        pooled = self._model.text_model(input_ids=tokens, attention_mask=mask).pooler_output
        return _unit(self._model.text_projection(pooled))

    def _embedded(self, windows: Iterable[tuple[int, Samples]]) -> Iterator[tuple[int, NDArray[np.float32]]]:
        batch_size = CPU_BATCH_SIZE if self._device.type == "cpu" else GPU_BATCH_SIZE
        batch: list[tuple[int, Samples]] = []
        for window in windows:
            batch.append(window)
            if len(batch) == batch_size:
                yield from self._run(batch)
                batch = []
        if batch:
            yield from self._run(batch)

    @torch.inference_mode()
    def _run(self, batch: Sequence[tuple[int, Samples]]) -> Iterator[tuple[int, NDArray[np.float32]]]:
        heard = self._features(
            [samples for _, samples in batch], sampling_rate=self.card.sample_rate_hz, return_tensors="pt"
        )
        pooled = self._model.audio_model(input_features=heard["input_features"].to(self._device)).pooler_output
        return zip((number for number, _ in batch), _unit(self._model.audio_projection(pooled)), strict=True)

    def _tagging(self, embeddings: Sequence[NDArray[np.float32]]) -> Tagging:
        windows = np.stack(embeddings)
        likeness = self._sharpness * windows @ self._tags.T
        weights = np.exp(likeness - likeness.max(axis=1, keepdims=True))
        mean = windows.mean(axis=0)
        return Tagging(
            weights / weights.sum(axis=1, keepdims=True), mean / max(float(np.linalg.norm(mean)), 1e-12), WINDOW_SEC
        )


def _windows(recording: Recording, sample_rate_hz: int) -> Iterator[Samples]:
    """Yields the recording in one channel, 10 s at a time, shape (samples,); at least one window."""
    count = resampled_count(recording.sample_count, recording.sample_rate_hz, sample_rate_hz)
    mono = (block.mean(axis=0, dtype=np.float32)[None] for block in recording.blocks)
    length, least = round(WINDOW_SEC * sample_rate_hz), round(_LEAST_REST_SEC * sample_rate_hz)
    waiting = np.zeros(0, np.float32)
    has_any = False
    for block in resample(mono, recording.sample_rate_hz, sample_rate_hz, count):
        waiting = np.concatenate([waiting, block[0]])
        while len(waiting) >= length:
            yield waiting[:length]
            waiting, has_any = waiting[length:], True
    if len(waiting) >= least or not has_any:
        yield waiting


def _unit(vectors: torch.Tensor) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = torch.nn.functional.normalize(vectors, dim=-1).cpu().numpy()
    return unit


def _load(path: Path) -> ClapModel:
    """Returns the model of a file as the hub has it; a smaller one has its configuration in the file's metadata."""
    try:
        with safe_open(path, "pt") as file:
            stated: dict[str, Any] = json.loads((file.metadata() or {}).get("config", "{}"))
        model = ClapModel(ClapConfig(**stated))
        missing, _ = model.load_state_dict(load_file(path), strict=False)
    except (SafetensorError, RuntimeError, TypeError, ValueError) as error:
        raise WeightsCorrupt(f"{path.name} does not hold CLAP's weights; fetch it again.") from error
    if lacking := {name for name, _ in model.named_parameters()} & set(missing):
        raise WeightsCorrupt(f"{path.name} lacks {len(lacking)} of CLAP's tensors; fetch it again.")
    return model


def _load_tokenizer(path: Path) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_str(read_text(path))
    except Exception as error:  # the package raises nothing narrower
        raise WeightsCorrupt(f"{path.name} does not hold CLAP's words; fetch it again.") from error
    tokenizer.enable_truncation(_LONGEST_TEXT)
    tokenizer.enable_padding(pad_id=tokenizer.token_to_id(_PADDING), pad_token=_PADDING)
    return tokenizer
