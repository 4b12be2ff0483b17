"""From what the network says of every frame to strokes: the peaks of its onset curves.

A stroke is where a group's curve is highest within 30 ms to either side and above the group's threshold. That is a
local rule, so that audio may be cut anywhere. A parabola through the three highest frames places it between frames.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.backends.drums_features import FRAME_RATE_HZ
from engine.backends.drums_voices import GROUPS, KINDS, VOICES, Voice

REACH_FRAMES = 3
"""A peak is the highest of this many frames to either side; the first and last of an array are never peaks."""


@dataclass(frozen=True)
class Curves:
    """The network's answer for consecutive frames."""

    onset: NDArray[np.float32]
    """Probability that a group is struck, shape (frames, groups)."""
    velocity: NDArray[np.float32]
    """0 to 1, shape (frames, groups)."""
    kind: NDArray[np.float32]
    """Score of each voice among those of its group, shape (frames, voices)."""


@dataclass(frozen=True)
class Peak:
    """One stroke that was found."""

    voice: Voice
    frame: int
    """Of the highest value."""
    onset_sec: float
    """From frame 0 on, between frames."""
    velocity: float
    """0 to 1."""


def pick(curves: Curves, thresholds: NDArray[np.float32]) -> list[Peak]:
    """Returns the strokes in the frames, ordered by frame.

    Args:
        curves: at least 2 REACH_FRAMES + 1 frames.
        thresholds: of each group, 0 to 1.
    """
    windows = np.lib.stride_tricks.sliding_window_view(curves.onset, 2 * REACH_FRAMES + 1, axis=0)
    centre = windows[..., REACH_FRAMES]
    # Of equal values, as at the top of a clipped curve, the first is the peak.
    is_peak = (centre > windows[..., :REACH_FRAMES].max(axis=-1)) & (centre >= windows[..., REACH_FRAMES:].max(axis=-1))
    found = np.argwhere(is_peak & (centre >= thresholds))
    return [_peak(curves, int(frame) + REACH_FRAMES, int(group)) for frame, group in found]


def _peak(curves: Curves, frame: int, group: int) -> Peak:
    before, at, after = (float(value) for value in curves.onset[frame - 1 : frame + 2, group])
    curvature = before - 2 * at + after
    shift = 0.5 * (before - after) / curvature if curvature < 0 else 0.0
    voices = KINDS[GROUPS[group]]
    scores = [curves.kind[frame, VOICES.index(voice)] for voice in voices]
    velocity = float(curves.velocity[frame, group])
    return Peak(voices[int(np.argmax(scores))], frame, (frame + shift) / FRAME_RATE_HZ, velocity)
