"""Voice: the notes of one singer, or of any instrument that plays one note at a time.

    blocks ─ mono windows of 10 s ─ pitch, confidence and level of every 16 ms ─ notes

`swift_f0` is the network that finds the pitch, `voice_notes` decides where notes begin and end. Vibrato and glides
become pitch bends on request. A note's pitch is a whole semitone of equal temperament at 440 Hz: its distance from what
was sung is in the bends. Its velocity is its level.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.audio import Samples
from engine.backends.base import Card, Report
from engine.backends.cpu_tuning import SegmentPool, keep_freed_memory
from engine.backends.swift_f0 import FUTURE_FRAMES, HOP_SAMPLES, PAST_FRAMES, SAMPLE_RATE_HZ, load
from engine.backends.voice_notes import PitchCurve, find_notes
from engine.backends.windows import batches, windows
from engine.notes import NoteTrack

KEPT_FRAMES = 625
WINDOW_SAMPLES = (PAST_FRAMES + KEPT_FRAMES + FUTURE_FRAMES) * HOP_SAMPLES
WINDOW_HOP_SAMPLES = KEPT_FRAMES * HOP_SAMPLES
MAX_CORES = 16
VOICE_OOHS = 53
"""General MIDI program."""
# The network hears pitches in digital silence, which it has never seen in training.
_SILENT_PEAK = 1e-3
_QUIETEST = 1e-7

_Frames = NDArray[np.float64]


class VoiceBackend:
    """Runs the pitch finder over the audio and makes notes of its curve."""

    def __init__(self, card: Card, weight_paths: Mapping[str, Path], device: str) -> None:
        keep_freed_memory()
        self.card = card
        self._device = torch.device(device)
        self._pool = SegmentPool(MAX_CORES, spreads_single=False) if device == "cpu" else SegmentPool(1)
        self._network = load(weight_paths[card.weights[0]]).to(self._device)

    def transcribe(self, blocks: Iterable[Samples], sample_count: int, has_bends: bool, report: Report) -> NoteTrack:
        """Returns the notes. See `TranscriptionBackend`."""
        segments = windows(blocks, WINDOW_SAMPLES, WINDOW_HOP_SAMPLES, PAST_FRAMES * HOP_SAMPLES)
        batch_count = -(-(sample_count + PAST_FRAMES * HOP_SAMPLES) // (WINDOW_HOP_SAMPLES * self._pool.width))
        parts: list[list[_Frames]] = []
        for number, batch in enumerate(batches(segments, self._pool.width)):
            report(number / batch_count, "Listening for the pitch")
            parts += self._pool.map(self._frames, list(batch))
        count = -(-sample_count // HOP_SAMPLES)
        semitones, confidence, level_db = (np.concatenate(part)[:count] for part in zip(*parts, strict=True))
        report(1.0, "Writing the notes down")
        curve = PitchCurve(semitones, confidence, level_db, HOP_SAMPLES / SAMPLE_RATE_HZ)
        return NoteTrack(name="voice", notes=find_notes(curve, has_bends), program=VOICE_OOHS)

    @torch.inference_mode()
    def _frames(self, window: NDArray[np.float32]) -> list[_Frames]:
        """Returns pitch in semitones, confidence, and level in dB of a window's kept frames."""
        pitch_hz, confidence = (
            values.cpu().numpy().astype(np.float64)
            for values in self._network(torch.from_numpy(window).to(self._device))
        )
        hops = window.reshape(-1, HOP_SAMPLES)
        confidence[np.abs(hops).max(axis=1) < _SILENT_PEAK] = 0.0
        power = np.square(hops, dtype=np.float64).mean(axis=1)
        around = (np.concatenate([[0.0], power[:-1]]) + power) / 2
        level_db = 20 * np.log10(np.maximum(np.sqrt(around), _QUIETEST))
        kept = slice(PAST_FRAMES, PAST_FRAMES + KEPT_FRAMES)
        return [69 + 12 * np.log2(pitch_hz[kept] / 440), confidence[kept], level_db[kept]]
