"""Transkun: the notes of a piano with their velocities, and its pedals.

Yan and Duan, "Scoring time intervals using non-hierarchical transformer for automatic piano transcription" (ISMIR
2024), with the authors' own weights of their second release, which learned notes to end where their keys come up, and
the pedals beside them. `transkun_network` is the network, `semi_crf` finds the best intervals among those that it
scores, `transkun_events` joins them across segments.

    blocks → segments of 16 s, every 8 s → context → paths          (side by side, no segment needs another)
                                                   → events → track (in order, each from where the last one ended)

Segments lie as the authors' command lays them, the first half of the first one before the audio. Left out is what adds
no audio: the command's last two segments hold what the one before them has shown already, or nothing but silence.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.audio import Samples
from engine.backends import transkun_checkpoint
from engine.backends.base import Card, Report
from engine.backends.cpu_tuning import SegmentPool, keep_freed_memory
from engine.backends.semi_crf import BestPaths, Interval, best_paths
from engine.backends.transkun_events import (
    Event,
    Reading,
    append,
    closed,
    last_closed_frame,
    to_events,
    to_note_track,
)
from engine.backends.transkun_network import HOP_SAMPLES, SAMPLE_RATE_HZ, SEGMENT_SAMPLES, TRACKS
from engine.notes import NoteTrack

LEAD_SAMPLES = SEGMENT_SAMPLES // 2
"""Silence before the audio in the first segment."""
STEP_FRAMES = -(-LEAD_SAMPLES // HOP_SAMPLES)
STEP_SAMPLES = STEP_FRAMES * HOP_SAMPLES
REST_SAMPLES = SAMPLE_RATE_HZ
"""A segment that ends this long after the audio has heard what rings at its end."""

FRAME_SEC = HOP_SAMPLES / SAMPLE_RATE_HZ
_FIRST_FRAME = LEAD_SAMPLES // HOP_SAMPLES
_LAST_FRAME = round(SEGMENT_SAMPLES / HOP_SAMPLES)
# Refinements were learned as numbers of 0.01 to 0.99.
_SHIFT_RANGE = 0.99


@dataclass(frozen=True)
class Observation:
    """What the network makes of one segment, whatever came before it."""

    context: Tensor
    paths: BestPaths


class TranskunBackend:
    """Runs the network on segments and joins what they show."""

    def __init__(self, card: Card, weight_paths: Mapping[str, Path], device: str) -> None:
        keep_freed_memory()
        self.card = card
        self._device = torch.device(device)
        self._pool = SegmentPool() if device == "cpu" else None
        self._network = transkun_checkpoint.load(weight_paths[card.weights[0]]).to(self._device)

    def transcribe(self, blocks: Iterable[Samples], sample_count: int, has_bends: bool, report: Report) -> NoteTrack:
        """Returns notes and pedals; a piano bends none. See `TranscriptionBackend`."""
        count = segment_count(sample_count)
        tracks: list[list[Event]] = [[] for _ in TRACKS]
        first_frames = [_FIRST_FRAME] * len(TRACKS)
        rest = segments(blocks, sample_count)
        width = self._pool.width if self._pool else 1
        for number in range(0, count, width):
            report(number / count, "Listening to the piano")
            for offset, observation in enumerate(self._observe_all(list(islice(rest, width)))):
                start_sec = ((number + offset) * STEP_SAMPLES - LEAD_SAMPLES) / SAMPLE_RATE_HZ
                first_frames = self._continue(tracks, observation, first_frames, start_sec)
        report(1.0, "Writing the notes down")
        end_sec = sample_count / SAMPLE_RATE_HZ
        return to_note_track((key, closed(track, end_sec)) for key, track in zip(TRACKS, tracks, strict=True))

    def _observe_all(self, batch: Sequence[Samples]) -> list[Observation | None]:
        return self._pool.map(self._observe, batch) if self._pool else [self._observe(segment) for segment in batch]

    @torch.inference_mode()
    def _observe(self, segment: Samples) -> Observation | None:
        """Returns what the network makes of a segment; None for silence, in which it must not look for notes."""
        if not segment.any():
            return None
        context = self._network(torch.from_numpy(segment).to(self._device))
        return Observation(context, best_paths(*self._network.scores(context)))

    def _continue(
        self, tracks: list[list[Event]], observation: Observation | None, first_frames: Sequence[int], start_sec: float
    ) -> list[int]:
        """Adds a segment's events to the tracks, and returns the frames from which to decode the next segment."""
        if observation is None:
            return [0] * len(TRACKS)
        paths = observation.paths.follow(first_frames)
        readings = iter(self._read(observation.context, paths))
        next_frames = []
        for track, intervals in zip(tracks, paths, strict=True):
            own = list(islice(readings, len(intervals)))
            events = to_events(intervals, own, _LAST_FRAME, FRAME_SEC, start_sec)
            append(track, events)
            next_frames.append(max(0, last_closed_frame(intervals, events) - STEP_FRAMES))
        return next_frames

    @torch.inference_mode()
    def _read(self, context: Tensor, paths: Sequence[Sequence[Interval]]) -> list[Reading]:
        """Returns the attributes of all intervals, track after track."""
        rows = [(track, *interval) for track, intervals in enumerate(paths) for interval in intervals]
        if not rows:
            return []
        tracks, begins, ends = torch.tensor(rows, device=self._device).T
        velocity, boundary = self._network.attributes(context, tracks, begins, ends)
        logits = boundary.cpu().numpy().astype(np.float64)
        shifts = np.clip(_mean_shift(logits[:, :2]) / _SHIFT_RANGE, -0.5, 0.5)
        presence = logits[:, 2:] > 0
        columns = zip(velocity.argmax(dim=1).tolist(), shifts.tolist(), presence.tolist(), strict=True)
        return [Reading(loudness, *shift, *present) for loudness, shift, present in columns]


def segment_count(sample_count: int) -> int:
    """Returns how many segments show the audio and what rings at its end.

    >>> segment_count(1), segment_count(7 * SAMPLE_RATE_HZ), segment_count(8 * SAMPLE_RATE_HZ)
    (1, 1, 2)
    """
    first_shows = SEGMENT_SAMPLES - LEAD_SAMPLES - REST_SAMPLES
    return 1 + max(0, -(-(sample_count - first_shows) // STEP_SAMPLES))


def segments(blocks: Iterable[Samples], sample_count: int) -> Iterator[Samples]:
    """Yields the segments in order, shape (channels, SEGMENT_SAMPLES), padded with silence at both ends."""
    source = iter(blocks)
    pending = [np.zeros((1, LEAD_SAMPLES), dtype=np.float32)]
    for _ in range(segment_count(sample_count)):
        while sum(part.shape[-1] for part in pending) < SEGMENT_SAMPLES and (block := next(source, None)) is not None:
            pending.append(block)
        joined = np.concatenate([np.broadcast_to(part, (pending[-1].shape[0], part.shape[-1])) for part in pending], 1)
        segment = joined[:, :SEGMENT_SAMPLES]
        yield np.pad(segment, ((0, 0), (0, SEGMENT_SAMPLES - segment.shape[-1])))
        pending = [joined[:, STEP_SAMPLES:]]


def _mean_shift(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns the means of continuous Bernoulli distributions, less a half.

    Loaiza-Ganem and Cunningham, "The continuous Bernoulli: fixing a pervasive error in variational autoencoders"
    (NeurIPS 2019): 1 / (1 - exp(-x)) - 1 / x, which is a half and half of Langevin's function of x / 2.
    """
    half = np.where(np.abs(logits) < 1e-3, 1.0, logits) / 2
    langevin = np.where(np.abs(logits) < 1e-3, logits / 6, 1 / np.tanh(half) - 1 / half)
    return langevin / 2
