"""From posteriorgrams to notes, as Basic Pitch decides it (Bittner et al., ICASSP 2022).

1. Onsets are those that the network gives, and sudden rises of the note posteriorgram.
2. From the last onset to the first, each starts a note at its peak, which lasts until the pitch has been quiet for
   eleven frames. What the note covers, neighbouring semitones included, is spent.
3. What energy is left without an onset makes notes, too, from the loudest frame outwards in both directions, until
   nothing is above the threshold (the "melodia trick").

The original searches frame by frame, and the whole matrix for every note of step 3. Here a byte for each frame says
whether it is quiet, so that a search for eleven quiet frames is one search in a byte string; and step 3 goes through
the loud frames sorted once, which gives the same order, because energy is only ever taken away. The notes are the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.notes import Note, PitchBend, by_onset

Posteriorgram = NDArray[np.float32]
"""float32, shape (frames, bins), 0 to 1."""

LOWEST_PITCH = 21
ONSET_THRESHOLD = 0.5
NOTE_THRESHOLD = 0.3
MIN_NOTE_FRAMES = 11
"""Notes must be longer than this, 128 ms."""

_QUIET_FRAMES = 11
_QUIET = b"\x01"
_QUIET_RUN = _QUIET * _QUIET_FRAMES
_BINS_PER_SEMITONE = 3
_BEND_BINS = 25
_BEND_DEVIATION_BINS = 5.0


@dataclass(frozen=True)
class Found:
    """A note in frames and bins."""

    bin: int
    first: int
    end: int
    """The frame after its last."""


class _Remaining:
    """Which frames of which bins are quiet, or spent.

    The audio counts as quiet before its second frame and from its last frame on, as in the original, whose loops stop
    there.
    """

    def __init__(self, notes: Posteriorgram) -> None:
        self._count, self._bins = notes.shape
        quiet = np.ones((self._bins, self._count + 2 * _QUIET_FRAMES), dtype=np.uint8)
        inner = slice(_QUIET_FRAMES + 1, _QUIET_FRAMES + self._count - 1)
        quiet[:, inner] = notes[1:-1].T < NOTE_THRESHOLD
        self._quiet = [bytearray(row.tobytes()) for row in quiet]

    def quiet_from(self, pitch_bin: int, frame: int) -> int:
        """Returns where the first run of quiet frames begins, at `frame` or later."""
        return self._quiet[pitch_bin].find(_QUIET_RUN, frame + _QUIET_FRAMES) - _QUIET_FRAMES

    def quiet_before(self, pitch_bin: int, frame: int) -> int:
        """Returns where the last run of quiet frames that lies before `frame` begins."""
        return self._quiet[pitch_bin].rfind(_QUIET_RUN, 0, frame + _QUIET_FRAMES) - _QUIET_FRAMES

    def is_spent(self, pitch_bin: int, frame: int) -> bool:
        """Returns whether a frame that was loud is so no more; the first and last frame never are spent."""
        return 0 < frame < self._count - 1 and bool(self._quiet[pitch_bin][frame + _QUIET_FRAMES])

    def spend(self, pitch_bin: int, first: int, end: int) -> None:
        """Takes frames away from a bin and its neighbours."""
        first, end = max(first, 1), min(end, self._count - 1)
        for neighbour in range(max(pitch_bin - 1, 0), min(pitch_bin + 2, self._bins)):
            self.spend_bin(neighbour, first, end)

    def spend_bin(self, pitch_bin: int, first: int, end: int) -> None:
        """Takes frames away from one bin."""
        if end > first:
            self._quiet[pitch_bin][first + _QUIET_FRAMES : end + _QUIET_FRAMES] = _QUIET * (end - first)


def create_notes(
    notes: Posteriorgram, onsets: Posteriorgram, contours: Posteriorgram | None, times_sec: NDArray[np.float64]
) -> tuple[Note, ...]:
    """Returns the notes, ordered by onset.

    Args:
        notes: where pitches sound, shape (frames, 88).
        onsets: where they begin, the same shape.
        contours: the same at three bins a semitone, shape (frames, 264), for notes with bends; None for notes without.
        times_sec: of each frame.
    """
    if len(notes) < 3:
        return ()
    remaining = _Remaining(notes)
    found = [*_from_onsets(_onset_peaks(_with_rises(onsets, notes)), remaining), *_from_energy(notes, remaining)]
    return by_onset(_note(one, notes, contours, times_sec) for one in found)


def _with_rises(onsets: Posteriorgram, notes: Posteriorgram) -> Posteriorgram:
    """Returns the onsets, or where they are higher, the rises of the notes over two frames, scaled to the same peak."""
    rises = np.minimum(notes[2:] - notes[1:-1], notes[2:] - notes[:-2])
    highest = rises.max()
    if highest <= 0:
        return onsets
    result = onsets.copy()
    np.maximum(onsets[2:], onsets.max() * rises / highest, out=result[2:])
    return result


def _onset_peaks(onsets: Posteriorgram) -> Iterator[tuple[int, int]]:
    """Yields (frame, bin) of the local maxima above the threshold, backwards in time."""
    inner = onsets[1:-1]
    is_peak = (inner > onsets[:-2]) & (inner > onsets[2:]) & (inner >= ONSET_THRESHOLD)
    for frame, pitch_bin in np.argwhere(is_peak)[::-1].tolist():
        yield frame + 1, pitch_bin


def _from_onsets(peaks: Iterator[tuple[int, int]], remaining: _Remaining) -> Iterator[Found]:
    for frame, pitch_bin in peaks:
        end = remaining.quiet_from(pitch_bin, frame + 1)
        if end - frame > MIN_NOTE_FRAMES:
            remaining.spend(pitch_bin, frame, end)
            yield Found(pitch_bin, frame, end)


def _from_energy(notes: Posteriorgram, remaining: _Remaining) -> Iterator[Found]:
    frames, bins = np.nonzero(notes > NOTE_THRESHOLD)
    loudest_first = np.argsort(-notes[frames, bins], kind="stable")
    for frame, pitch_bin in zip(frames[loudest_first].tolist(), bins[loudest_first].tolist(), strict=True):
        if remaining.is_spent(pitch_bin, frame):
            continue
        remaining.spend_bin(pitch_bin, frame, frame + 1)
        quiet_after = remaining.quiet_from(pitch_bin, frame + 1)
        quiet_before = remaining.quiet_before(pitch_bin, frame)
        remaining.spend(pitch_bin, frame + 1, quiet_after + _QUIET_FRAMES)
        remaining.spend(pitch_bin, quiet_before, frame)
        # The original ends such a note one frame before the quiet, and one that starts at an onset at the quiet.
        first, end = quiet_before + _QUIET_FRAMES, quiet_after - 1
        if end - first > MIN_NOTE_FRAMES:
            yield Found(pitch_bin, first, end)


def _note(found: Found, notes: Posteriorgram, contours: Posteriorgram | None, times_sec: NDArray[np.float64]) -> Note:
    amplitude = float(notes[found.first : found.end, found.bin].mean())
    onset_sec = float(times_sec[found.first])
    return Note(
        pitch=LOWEST_PITCH + found.bin,
        velocity=min(127, max(1, round(127 * amplitude))),
        onset_sec=onset_sec,
        duration_sec=float(times_sec[found.end]) - onset_sec,
        bends=() if contours is None else _bends(found, contours, times_sec),
    )


def _bends(found: Found, contours: Posteriorgram, times_sec: NDArray[np.float64]) -> tuple[PitchBend, ...]:
    """Returns the highest contour near the note's pitch in every frame, where it changes; in thirds of a semitone."""
    centre = _BINS_PER_SEMITONE * found.bin
    lowest = max(0, centre - _BEND_BINS)
    part = contours[found.first : found.end, lowest : centre + _BEND_BINS + 1]
    distances = np.arange(lowest, lowest + part.shape[1]) - centre
    weights = np.exp(-0.5 * np.square(distances / _BEND_DEVIATION_BINS))
    bends = distances[np.argmax(part * weights, axis=1)]
    changes = np.flatnonzero(np.diff(bends, prepend=0))
    offsets_sec = times_sec[found.first + changes] - times_sec[found.first]
    return tuple(
        PitchBend(float(offset_sec), float(bend) / _BINS_PER_SEMITONE)
        for offset_sec, bend in zip(offsets_sec, bends[changes], strict=True)
    )
