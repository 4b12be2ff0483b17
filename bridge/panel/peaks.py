"""Waveforms as pictures have them: of every column the lowest and the highest sample.

A file is read block by block, so that memory does not grow with its length. A sample belongs to the column
`index * columns // sample_count`, so every sample counts in exactly one, and the columns are as even as can be.
"""

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from bridge.errors import AudioRefused

USUAL_COLUMNS, MOST_COLUMNS = 600, 4000
BLOCK_SAMPLES = 1 << 17
MOST_KEPT = 1000
"""Of the usual size they take 20 kB each."""
_DIGITS = 3


@dataclass(frozen=True)
class Peaks:
    """A waveform."""

    lowest: NDArray[np.float32]
    """Per column, of all channels; full scale is -1 to 1."""
    highest: NDArray[np.float32]
    duration_sec: float

    def document(self) -> dict[str, object]:
        """Returns it as the browser draws it."""
        return {
            "duration_sec": self.duration_sec,
            "min": [round(value, _DIGITS) for value in self.lowest.tolist()],
            "max": [round(value, _DIGITS) for value in self.highest.tolist()],
        }


def read_peaks(path: Path, columns: int = USUAL_COLUMNS) -> Peaks:
    """Returns a file's waveform.

    Args:
        path: of a format that libsndfile reads.
        columns: how many; a file with fewer samples has as many as it has samples.

    Raises:
        AudioRefused: the file is damaged.
    """
    try:
        with sf.SoundFile(path) as file:
            columns = max(1, min(columns, file.frames))
            lowest = np.full(columns, np.inf, np.float32)
            highest = np.full(columns, -np.inf, np.float32)
            first = 0
            while len(block := file.read(BLOCK_SAMPLES, dtype="float32", always_2d=True)):
                _take_in(block, first, file.frames, lowest, highest)
                first += len(block)
            duration_sec = file.frames / file.samplerate
    except sf.LibsndfileError as error:
        raise AudioRefused(f"“{path}” is damaged; export it again.") from error
    is_silent = lowest > highest  # of a file that ends before its header says
    return Peaks(np.where(is_silent, 0, lowest), np.where(is_silent, 0, highest), duration_sec)


def _take_in(
    block: NDArray[np.float32], first: int, sample_count: int, lowest: NDArray[np.float32], highest: NDArray[np.float32]
) -> None:
    """Brings columns up to date with a block of shape (samples, channels) that begins at sample `first`."""
    places = np.arange(first, first + len(block), dtype=np.int64) * len(lowest) // sample_count
    starts = np.flatnonzero(np.diff(places, prepend=-1))
    touched = places[starts]
    lowest[touched] = np.minimum(lowest[touched], np.minimum.reduceat(block.min(axis=1), starts))
    highest[touched] = np.maximum(highest[touched], np.maximum.reduceat(block.max(axis=1), starts))


class PeakCache:
    """The waveforms that were asked for last."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, int, int], Peaks] = OrderedDict()

    def of(self, path: Path, columns: int) -> Peaks:
        """Returns a file's waveform; a file that has changed is read again.

        Raises:
            AudioRefused: the file is damaged.
        """
        key = (str(path), path.stat().st_mtime_ns, columns)
        if key not in self._kept:
            self._kept[key] = read_peaks(path, columns)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]
