"""An audio file that was read to its end once: measured, and kept in memory if it is short.

A library is mostly files of a few seconds, which several analyses look at; a song is read again by each, so that memory
does not grow with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.audio import AudioFormat, Samples
from engine.audio_file import probe, read_blocks
from engine.audio_stream import AudioStream
from engine.backends.base import Recording
from engine.errors import InvalidAudio
from engine.measurements.kind import MAX_LOOP_SEC
from engine.measurements.measure import Measurements, measure
from engine.resampling import resample, resampled_count


@dataclass(frozen=True)
class SoundFile:
    """A file whose header was read."""

    path: Path
    format: AudioFormat

    @property
    def is_short(self) -> bool:
        """Whether it is kept in memory once it is read."""
        return self.format.duration_sec <= MAX_LOOP_SEC

    def blocks(self) -> Iterator[Samples]:
        """Yields its audio in consecutive blocks, shape (channels, samples).

        Raises:
            InvalidAudio: it is damaged, or has samples that are no numbers.
        """
        for block in read_blocks(self.path):
            if not np.isfinite(block).all():
                raise InvalidAudio("The audio has samples that are not numbers (NaN) or infinite; export it again.")
            yield block.astype(np.float32)


@dataclass(frozen=True)
class Sound:
    """A file that was read to its end."""

    file: SoundFile
    samples: Samples | None
    """All of it, shape (channels, samples), if it is short."""
    measurements: Measurements

    def recording(self) -> Recording:
        """Returns its audio as taggers want it; anew at each call."""
        audio_format = self.file.format
        return Recording(self._blocks(), audio_format.sample_rate_hz, audio_format.sample_count)

    def stream(self, sample_rate_hz: int) -> AudioStream:
        """Returns its audio at another rate; anew at each call."""
        rate_hz, count = self.file.format.sample_rate_hz, self.file.format.sample_count
        wanted = resampled_count(count, rate_hz, sample_rate_hz)
        return AudioStream(resample(self._blocks(), rate_hz, sample_rate_hz, wanted), wanted, sample_rate_hz)

    def _blocks(self) -> Iterator[Samples]:
        return self.file.blocks() if self.samples is None else iter((self.samples,))


def open_sound_file(path: Path) -> SoundFile:
    """Returns the file after a look at its header. A single sample is audio, too.

    Raises:
        InvalidAudio: it cannot be opened, or is no audio.
    """
    try:
        return SoundFile(path, probe(path, min_duration_sec=0.0))
    except OSError as error:
        raise InvalidAudio(
            f"The file cannot be opened ({error.strerror}); look whether it is there and may be read."
        ) from error


def read_sound(file: SoundFile) -> Sound:
    """Returns the file, read to its end and measured.

    Raises:
        InvalidAudio: it is damaged, or has samples that are no numbers.
    """
    rate_hz = file.format.sample_rate_hz
    if not file.is_short:
        return Sound(file, None, measure(file.blocks(), rate_hz))
    samples = np.concatenate(list(file.blocks()), axis=-1)
    return Sound(file, samples, measure([samples], rate_hz))
