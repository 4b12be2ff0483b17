"""The drums that are told apart, and what General MIDI calls them.

A drummer has few hands: strokes fall into five groups that can sound at once, and inside a group one kind at a time is
struck. The network says for every moment whether a group is struck, how hard, and which kind it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass

GROUPS = ("kick", "snare", "hihat", "tom", "cymbal")


@dataclass(frozen=True)
class Voice:
    """One drum, as it appears in a MIDI file."""

    name: str
    group: str
    pitch: int
    """General MIDI percussion key."""


VOICES = (
    Voice("kick", "kick", 36),
    Voice("snare", "snare", 38),
    Voice("closed hi-hat", "hihat", 42),
    Voice("open hi-hat", "hihat", 46),
    Voice("low tom", "tom", 45),
    Voice("mid tom", "tom", 47),
    Voice("high tom", "tom", 50),
    Voice("crash", "cymbal", 49),
    Voice("ride", "cymbal", 51),
)

KINDS: Mapping[str, tuple[Voice, ...]] = {
    group: tuple(voice for voice in VOICES if voice.group == group) for group in GROUPS
}
"""The voices of each group, in the order of the network's outputs."""
