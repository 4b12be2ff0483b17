"""Audio in memory, and what is known of audio on disk.

Inside the engine, audio is float32 of shape (channels, samples), nominal range -1 to 1, with its rate beside it.
The two classes here are checked once, when they are made, and trusted from then on.
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from engine.errors import InvalidAudio

Samples = NDArray[np.float32]
"""float32, shape (channels, samples); a stack of stems is (stems, channels, samples)."""


class SampleEncoding(Enum):
    """How samples are stored in a file; the value is libsndfile's subtype."""

    PCM_16 = "PCM_16"
    PCM_24 = "PCM_24"
    PCM_32 = "PCM_32"
    FLOAT_32 = "FLOAT"
    FLOAT_64 = "DOUBLE"

    @property
    def integer_bits(self) -> int | None:
        """Bits of an integer encoding; None for floating point."""
        return {"PCM_16": 16, "PCM_24": 24, "PCM_32": 32}.get(self.value)


@dataclass(frozen=True)
class AudioFormat:
    """What an audio file holds."""

    sample_rate_hz: int
    channel_count: int
    sample_count: int
    """Samples in each channel."""
    encoding: SampleEncoding

    @property
    def duration_sec(self) -> float:
        """Length in seconds."""
        return self.sample_count / self.sample_rate_hz


@dataclass(frozen=True)
class Audio:
    """Samples with their rate.

    Raises:
        InvalidAudio: not float32 of shape (channels, samples), or not finite.
    """

    samples: Samples
    sample_rate_hz: int

    def __post_init__(self) -> None:
        if self.samples.ndim != 2 or self.samples.dtype != np.float32:
            raise InvalidAudio(
                f"Samples must be float32 of shape (channels, samples), not {self.samples.dtype} {self.samples.shape}."
            )
        if self.sample_rate_hz <= 0:
            raise InvalidAudio(f"A sample rate of {self.sample_rate_hz} Hz is not possible.")
        if not np.isfinite(self.samples).all():
            raise InvalidAudio("The audio has samples that are not numbers (NaN) or infinite; export it again.")

    @property
    def channel_count(self) -> int:
        """Number of channels."""
        return int(self.samples.shape[0])

    @property
    def sample_count(self) -> int:
        """Samples in each channel."""
        return int(self.samples.shape[1])

    @property
    def duration_sec(self) -> float:
        """Length in seconds."""
        return self.sample_count / self.sample_rate_hz
