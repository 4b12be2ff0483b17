"""How hard each stroke is, from how loud it is among those of its drum.

The network hears how hard a drummer plays on the whole, but hardly one stroke against the next: in training every part
has a level of its own. That difference is plain in the sound, though: the power that a stroke adds to the bands where
its drum is. So a drum's middle velocity is the network's, and its strokes lie around it as their levels do.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.backends.drums_features import BAND_COUNT
from engine.notes import Note

BANDS: Mapping[str, slice] = {
    "kick": slice(0, 10),
    "snare": slice(8, 72),
    "hihat": slice(72, BAND_COUNT),
    "tom": slice(2, 24),
    "cymbal": slice(56, BAND_COUNT),
}
"""Mel bands in which each group is heard best."""
# Fluidsynth plays with the square of the velocity, samplers in a line; between them:
_AMPLITUDE_POWER = 1.5
_BEFORE_FRAMES, _AFTER_FRAMES = 3, 4
_SOFTEST_BELS = -8.0


def level_bels(bels: NDArray[np.float32], frame: int, group: str) -> float:
    """Returns the power that a stroke at `frame` adds to its group's bands, in bels.

    Args:
        bels: mel frames, shape (frames, bands), three before the stroke and three after it.
        frame: of the stroke.
        group: the group of the drum.
    """
    around = 10 ** bels[frame - _BEFORE_FRAMES : frame + _AFTER_FRAMES, BANDS[group]].astype(np.float64)
    power = around.mean(axis=1)
    risen = power[_BEFORE_FRAMES - 1 :].max() - power[: _BEFORE_FRAMES - 1].min()
    return max(_SOFTEST_BELS, float(np.log10(max(risen, 1e-12))))


def by_level(notes: Sequence[Note], levels_bels: Sequence[float]) -> list[Note]:
    """Returns the notes with each pitch's median velocity kept, and every note as far from it as its level says."""
    strokes: dict[int, list[int]] = defaultdict(list)
    for number, note in enumerate(notes):
        strokes[note.pitch].append(number)
    changed = list(notes)
    for numbers in strokes.values():
        levels = np.array([levels_bels[number] for number in numbers])
        middle = float(np.median([notes[number].velocity for number in numbers]))
        velocities = middle * 10 ** ((levels - np.median(levels)) / 2 / _AMPLITUDE_POWER)
        for number, velocity in zip(numbers, velocities, strict=True):
            changed[number] = replace(notes[number], velocity=int(np.clip(round(velocity), 1, 127)))
    return changed
