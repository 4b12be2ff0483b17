"""Makes a clip play its file as another one plays its own: warp markers, loop, start, end and sound.

Live does what `warping` was set to only after the script has returned to it. So a result comes in two ticks at least:
in the first, clips are made and warped; in the next, they are shaped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import Live

from .warp import WarpMap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from Live.Clip import Clip

    from .warp import Marker

COPIED = ("gain", "pitch_coarse", "pitch_fine", "ram_mode", "color")
SAME_SAMPLE = 0.5


def set_warping(clip: Clip, is_warped: bool) -> None:
    """Turns the warping on or off; it is so in the next tick. New clips are warped or not as the user prefers."""
    if clip.warping != is_warped:
        clip.warping = is_warped


def set_range(clip: Clip, begin: float, end: float, loop: tuple[float, float] | None) -> None:
    """Sets where a clip starts and ends, and its loop; positions in its own unit.

    With the loop off, `loop_start` and `loop_end` are the only way to set start and end.
    """
    if clip.looping:
        clip.looping = False
    _set_pair(clip, "loop_start", "loop_end", begin, end)
    if loop:
        clip.looping = True
        _set_pair(clip, "loop_start", "loop_end", *loop)
        _set_pair(clip, "start_marker", "end_marker", begin, end)


def _set_pair(clip: Clip, low: str, high: str, begin: float, end: float) -> None:
    """Sets both ends of a range, in the order in which neither passes the other."""
    pairs = [(low, begin), (high, end)]
    if begin >= getattr(clip, high):
        pairs.reverse()
    for name, value in pairs:
        if getattr(clip, name) != value:
            setattr(clip, name, value)


def sound_like(clip: Clip, source: Clip) -> None:
    """Gives a clip the gain, pitch, warp mode, groove and colour of another one."""
    for name in COPIED:
        setattr(clip, name, getattr(source, name))
    if clip.warping:
        clip.warp_mode = source.warp_mode
    if source.has_groove:
        clip.groove = source.groove


def lay_markers(clip: Clip, markers: Sequence[Marker]) -> float:
    """Gives a warped clip these markers instead of its own, and returns by how many samples one of them is off at most.

    A new clip has one marker of its own, or several if Live has analysed the file. One of those stays until the others
    are there, moved to where it does no harm: all segments in between are then as fast as the ones that are wanted, and
    Live refuses segments below 5 and above 999 BPM.
    """
    rate = clip.sample_rate
    own = list(clip.warp_markers)
    for marker in own[-2:0:-1]:  # all but the first, and the last, which is not visible
        clip.remove_warp_marker(marker.beat_time)
    pin = own[0].sample_time * rate
    pin_beat = _beat_at(markers, pin)
    if pin_beat != own[0].beat_time:
        clip.move_warp_marker(own[0].beat_time, pin_beat - own[0].beat_time)
    after = [marker for marker in markers if marker[0] > pin + SAME_SAMPLE]
    before = [marker for marker in markers if marker[0] < pin - SAME_SAMPLE]
    for sample, beat in after + before[::-1]:
        clip.add_warp_marker(Live.Clip.WarpMarker(min(sample, clip.sample_length) / rate, beat))
    if len(after) + len(before) == len(markers):
        clip.remove_warp_marker(pin_beat)
    return max(abs(clip.beat_to_sample_time(beat) - sample) for sample, beat in markers)


def _beat_at(markers: Sequence[Marker], sample: float) -> float:
    """Returns the beat at which a sample plays under these markers."""
    return WarpMap(*zip(*markers)).beat_at(sample)  # noqa: B905 - Python 3.7 has no strict
