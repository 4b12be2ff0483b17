"""A constant-Q spectrogram: its bands are as wide as pitches, so that it can lie under the notes that play it.

Each band is one inner product with a windowed complex sine at its pitch (J. C. Brown, “Calculation of a constant Q
spectral transform”, J. Acoust. Soc. Am. 89, 1991). The window holds the same number of periods at every pitch, up to a
longest one: below, a constant Q would blur time more than an eye forgives, and low pitches run together instead.
Bands of one octave share the length of their frames, so that a frame's whole octave is one row of a matrix product.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

BANDS_PER_SEMITONE = 3
FLOOR_DB = -100.0
LONGEST_WINDOW_SEC = 0.3
SHORTEST_WINDOW_SEC = 0.03
_PERIODS = 34.0
"""Of a pitch in its window: neighbouring semitones are two of the window's main lobe apart."""
_BATCH_COLUMNS = 128
_A4_PITCH, _A4_HZ = 69, 440.0

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class PitchRange:
    """Pitches from `lowest` to `highest`, both with the half semitone around them."""

    lowest: int
    highest: int

    @property
    def bands(self) -> NDArray[np.float64]:
        """Pitch in the middle of each band, shape (bands,)."""
        count = (self.highest - self.lowest + 1) * BANDS_PER_SEMITONE
        bands: NDArray[np.float64] = self.lowest - 0.5 + (np.arange(count) + 0.5) / BANDS_PER_SEMITONE
        return bands


def pitch_spectrogram(
    path: Path, start_sec: float, end_sec: float, pitches: PitchRange, column_count: int
) -> NDArray[np.float32]:
    """Returns the level of each band in equal columns of a part of an audio file.

    Beyond the file there is silence. Only this part of the file is held in memory.

    Returns:
        dB relative to a full-scale sine, FLOOR_DB at least, shape (bands, columns).
    """
    samples, sample_rate_hz = _read(path, start_sec, end_sec)
    reach = round(LONGEST_WINDOW_SEC * sample_rate_hz)
    centres = reach + (np.arange(column_count) + 0.5) * (end_sec - start_sec) / column_count * sample_rate_hz
    octaves = np.array_split(pitches.bands, max(1, len(pitches.bands) // (12 * BANDS_PER_SEMITONE)))
    return np.concatenate([_octave(samples, sample_rate_hz, bands, centres) for bands in octaves])


def _read(path: Path, start_sec: float, end_sec: float) -> tuple[Samples, int]:
    """Returns the part in mono, with the longest window's length before and after it, and the sample rate."""
    with sf.SoundFile(path) as file:
        rate_hz = int(file.samplerate)
        reach = round(LONGEST_WINDOW_SEC * rate_hz)
        first, last = round(start_sec * rate_hz) - reach, round(end_sec * rate_hz) + reach
        samples = np.zeros(last - first, np.float32)
        begin, end = (min(max(bound, 0), file.frames) for bound in (first, last))
        file.seek(begin)
        mono = file.read(end - begin, dtype="float32", always_2d=True).mean(axis=1)
        samples[begin - first : begin - first + len(mono)] = mono
    return samples, rate_hz


def _octave(
    samples: Samples, sample_rate_hz: int, bands: NDArray[np.float64], centres: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Returns the levels of neighbouring bands in dB, shape (bands, columns)."""
    kernel = _kernel(bands, sample_rate_hz)
    starts = np.round(centres).astype(np.int64) - len(kernel) // 2
    frames = np.lib.stride_tricks.sliding_window_view(samples, len(kernel))
    batches = [starts[first : first + _BATCH_COLUMNS] for first in range(0, len(starts), _BATCH_COLUMNS)]
    cosines, sines = np.split(np.concatenate([frames[batch] @ kernel for batch in batches]).T, 2)
    power = np.maximum(np.square(cosines) + np.square(sines), np.float32(10 ** (FLOOR_DB / 10)))
    levels: NDArray[np.float32] = 10 * np.log10(power)
    return levels


def _kernel(bands: NDArray[np.float64], sample_rate_hz: int) -> NDArray[np.float32]:
    """Returns what a frame is multiplied with: cosines, then sines, shape (samples, 2 * bands).

    The two products with a full-scale sine are the legs of a triangle whose hypotenuse is 1.
    """
    frequencies_hz = _A4_HZ * 2 ** ((bands - _A4_PITCH) / 12)
    windows_sec = np.clip(_PERIODS / frequencies_hz, SHORTEST_WINDOW_SEC, LONGEST_WINDOW_SEC)
    length = round(float(windows_sec.max()) * sample_rate_hz)
    time_sec = ((np.arange(length) - (length - 1) / 2) / sample_rate_hz)[:, None]
    # A Hann window of each band's own length in the middle of the frame.
    window = np.where(np.abs(time_sec) < windows_sec / 2, 1 + np.cos(2 * np.pi * time_sec / windows_sec), 0)
    audible = frequencies_hz < sample_rate_hz / 2
    weight = window * (2 * audible / window.sum(axis=0))
    phase = 2 * np.pi * frequencies_hz * time_sec
    kernel: NDArray[np.float32] = np.hstack([weight * np.cos(phase), weight * np.sin(phase)]).astype(np.float32)
    return kernel
