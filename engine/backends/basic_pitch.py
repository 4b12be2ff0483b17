"""Basic Pitch: notes of any instrument, also several at once, with pitch bends on request.

    blocks ─ mono windows of 2 s ─ network, some windows on every core ─ kept frames joined ─ notes

Bittner et al., "A lightweight instrument-agnostic model for polyphonic note transcription and multipitch estimation"
(ICASSP 2022), with Spotify's weights. `basic_pitch_network` is the network, `basic_pitch_notes` makes the notes.

Windows and notes are the package's own. Three things differ, all in its disfavour: the package counts 86 frames a
second where its windows give 86.6, and so loses the last four seconds of ten minutes; its frames' times are up to 10 ms
off, because it corrects the windows' overlap at the wrong frames; and in a window of nothing but an instrument's last
-160 dB, whose spectrogram is scaled up like any other's, it finds low notes in the rounding of its arithmetic.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.audio import Samples
from engine.backends.base import Card, Report
from engine.backends.basic_pitch_network import (
    KEPT_FRAMES,
    MARGIN_FRAMES,
    SAMPLE_RATE_HZ,
    WINDOW_SAMPLES,
    BasicPitchNetwork,
)
from engine.backends.basic_pitch_notes import Posteriorgram, create_notes
from engine.backends.basic_pitch_spectrogram import HOP_SAMPLES
from engine.backends.cpu_tuning import SegmentPool, keep_freed_memory
from engine.backends.windows import batches, windows
from engine.notes import NoteTrack

WINDOW_HOP_SAMPLES = WINDOW_SAMPLES - 2 * MARGIN_FRAMES * HOP_SAMPLES
LEAD_SAMPLES = MARGIN_FRAMES * HOP_SAMPLES
CPU_BATCH_SIZE = 2
"""Windows that one core runs at once; more do not fit into its cache."""
GPU_BATCH_SIZE = 32
SILENT_PEAK = 1e-6
"""A window whose peak is below this, -120 dBFS, is silence: no recording holds anything there."""
MAX_CORES = 16


class BasicPitchBackend:
    """Runs the network over the audio and makes notes of what it gives."""

    def __init__(self, card: Card, weight_paths: Mapping[str, Path], device: str) -> None:
        from safetensors.torch import load_file

        keep_freed_memory()
        self.card = card
        self._device = torch.device(device)
        self._pool = SegmentPool(MAX_CORES, spreads_single=False) if device == "cpu" else SegmentPool(1)
        self._batch_size = CPU_BATCH_SIZE * self._pool.width if device == "cpu" else GPU_BATCH_SIZE
        self._network = BasicPitchNetwork(load_file(weight_paths[card.weights[0]])).to(self._device).eval()

    def transcribe(self, blocks: Iterable[Samples], sample_count: int, has_bends: bool, report: Report) -> NoteTrack:
        """Returns the notes. See `TranscriptionBackend`."""
        batch_count = -(-(sample_count + LEAD_SAMPLES) // (WINDOW_HOP_SAMPLES * self._batch_size))
        segments = windows(blocks, WINDOW_SAMPLES, WINDOW_HOP_SAMPLES, LEAD_SAMPLES)
        parts: list[list[Posteriorgram]] = []
        for number, batch in enumerate(batches(segments, self._batch_size)):
            report(number / batch_count, "Listening for notes")
            shares = np.array_split(batch, min(self._pool.width, len(batch)))
            parts += (share[: 3 if has_bends else 2] for share in self._pool.map(self._posteriorgrams, shares))
        count = frame_count(sample_count)
        joined = [np.concatenate(part)[:count] for part in zip(*parts, strict=True)]
        report(1.0, "Writing the notes down")
        contours = joined[2] if has_bends else None
        return NoteTrack(name="notes", notes=create_notes(joined[0], joined[1], contours, frame_times_sec(count)))

    @torch.inference_mode()
    def _posteriorgrams(self, batch: NDArray[np.float32]) -> list[Posteriorgram]:
        """Returns notes, onsets and contours of consecutive windows, shape (frames, bins)."""
        is_heard = np.abs(batch).max(axis=1, keepdims=True) >= SILENT_PEAK
        results = self._network(torch.from_numpy(batch * is_heard).to(self._device))
        return [result.flatten(0, 1).cpu().numpy() for result in results]


def frame_count(sample_count: int) -> int:
    """Returns how many of the frames begin before the audio ends.

    >>> frame_count(1), frame_count(257), frame_count(WINDOW_HOP_SAMPLES)
    (1, 2, 142)
    """
    whole, rest = divmod(sample_count, WINDOW_HOP_SAMPLES)
    return whole * KEPT_FRAMES + -(-rest // HOP_SAMPLES)


def frame_times_sec(count: int) -> NDArray[np.float64]:
    """Returns the time of the middle of each frame. Windows are 141.3 frames apart, and each gives 142."""
    window, frame = np.divmod(np.arange(count), KEPT_FRAMES)
    times_sec: NDArray[np.float64] = (window * WINDOW_HOP_SAMPLES + frame * HOP_SAMPLES) / SAMPLE_RATE_HZ
    return times_sec
