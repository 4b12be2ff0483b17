"""All measurements of a recording in one pass over it."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from engine.audio import Samples
from engine.measurements.brightness import BrightnessMeter
from engine.measurements.kind import MAX_LOOP_SEC, kind_of
from engine.measurements.loudness import SILENCE_LUFS, LoudnessMeter


@dataclass(frozen=True)
class Measurements:
    """What was measured of one recording."""

    duration_sec: float
    loudness_lufs: float
    """Integrated loudness; minus infinity for silence."""
    brightness: float
    """From 0 (dark) to 1 (bright)."""
    kind: str
    """ "one-shot/KIND", "loop" or "track"."""

    @property
    def is_audible(self) -> bool:
        """Whether there is anything to hear."""
        return self.loudness_lufs > SILENCE_LUFS


def measure(blocks: Iterable[Samples], sample_rate_hz: int) -> Measurements:
    """Returns the measurements. Of long recordings, only the first MAX_LOOP_SEC are kept in memory.

    Args:
        blocks: consecutive parts of the audio, shape (channels, samples), one or two channels.
        sample_rate_hz: their rate.
    """
    loudness, light = LoudnessMeter(sample_rate_hz), BrightnessMeter(sample_rate_hz)
    head: list[Samples] = []
    sample_count = 0
    for block in blocks:
        loudness.add(block)
        light.add(block)
        if sample_count < MAX_LOOP_SEC * sample_rate_hz:
            head.append(block)
        sample_count += block.shape[-1]
    beginning = np.concatenate(head, axis=-1) if head else np.zeros((1, 1), np.float32)
    duration_sec = sample_count / sample_rate_hz
    kind = kind_of(beginning, sample_rate_hz, duration_sec)
    return Measurements(duration_sec, loudness.lufs, light.brightness, kind)
