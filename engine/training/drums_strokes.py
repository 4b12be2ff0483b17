"""What a drummer does: strokes on the pieces of a kit.

A kit has more pieces than the network tells apart: a side stick or a clap counts as a snare, a pedalled hi-hat as a
closed one, a china cymbal as a crash. Percussion is played in the training set so that the network learns to leave it
alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.backends.drums_features import FRAME_RATE_HZ
from engine.backends.drums_voices import GROUPS, KINDS, VOICES, Voice

_VOICES = {voice.name: voice for voice in VOICES}

PIECES: Mapping[str, Voice | None] = {
    "kick": _VOICES["kick"],
    "snare": _VOICES["snare"],
    "side stick": _VOICES["snare"],
    "clap": _VOICES["snare"],
    "closed hi-hat": _VOICES["closed hi-hat"],
    "pedal hi-hat": _VOICES["closed hi-hat"],
    "open hi-hat": _VOICES["open hi-hat"],
    "low tom": _VOICES["low tom"],
    "mid tom": _VOICES["mid tom"],
    "high tom": _VOICES["high tom"],
    "crash": _VOICES["crash"],
    "splash": _VOICES["crash"],
    "china": _VOICES["crash"],
    "ride": _VOICES["ride"],
    "ride bell": _VOICES["ride"],
    "percussion": None,
}
"""What each piece is to be transcribed as; None for what is to be left out."""

MIDI_KEYS: Mapping[str, tuple[int, ...]] = {
    "kick": (35, 36),
    "snare": (38, 40),
    "side stick": (37,),
    "clap": (39,),
    "closed hi-hat": (42,),
    "pedal hi-hat": (44,),
    "open hi-hat": (46,),
    "low tom": (41, 43),
    "mid tom": (45, 47),
    "high tom": (48, 50),
    "crash": (49, 57),
    "splash": (55,),
    "china": (52,),
    "ride": (51, 59),
    "ride bell": (53,),
    "percussion": (54, 56, 60, 61, 62, 63, 69, 70, 75, 76),
}
"""General MIDI percussion keys of each piece."""

# A frame that is this many frames from an onset is no longer part of it.
_REACH_FRAMES = 2.0
IGNORED_KIND = -1


@dataclass(frozen=True)
class Stroke:
    """One stroke."""

    piece: str
    onset_sec: float
    velocity: int


@dataclass(frozen=True)
class Targets:
    """What the network is to say of each frame."""

    onset: NDArray[np.float16]
    """1 at an onset, falling to 0 two frames away, shape (frames, groups)."""
    velocity: NDArray[np.float16]
    """Of the stroke that is near, 0 to 1, else 0; the same shape."""
    kind: NDArray[np.int8]
    """Index of the voice among its group's, IGNORED_KIND where nothing is struck; the same shape."""


def targets(strokes: Iterable[Stroke], frame_count: int) -> Targets:
    """Returns the targets of all frames, frame `t` being at `t / FRAME_RATE_HZ` seconds."""
    onset = np.zeros((frame_count, len(GROUPS)), dtype=np.float16)
    velocity = np.zeros_like(onset)
    kind = np.full(onset.shape, IGNORED_KIND, dtype=np.int8)
    for stroke in strokes:
        voice = PIECES[stroke.piece]
        if voice is None:
            continue
        group = GROUPS.index(voice.group)
        position = stroke.onset_sec * FRAME_RATE_HZ
        for frame in range(max(0, int(position) - 1), min(frame_count, int(position) + 3)):
            nearness = 1.0 - abs(frame - position) / _REACH_FRAMES
            if nearness > onset[frame, group]:
                onset[frame, group] = nearness
                velocity[frame, group] = stroke.velocity / 127
                kind[frame, group] = KINDS[voice.group].index(voice)
    return Targets(onset, velocity, kind)
