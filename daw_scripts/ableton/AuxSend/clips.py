"""What an audio clip plays: the window of its file, exactly, and its way over it.

Live gives the positions of a warped clip in beats, and of any other in seconds of its file; a *position* is either.
With the loop off, `loop_start` and `loop_end` are the clip's start and end, whichever view it is in.

- A clip in a slot plays from its start, and goes round its loop. It is one *pass*, which holds the loop and, before it,
  what is played once.
- A clip in the arrangement plays until it ends there, however often its loop goes round: one pass for each round.

The *window* is the smallest range of whole samples that holds every pass. That is what is sent, and what a stem holds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .warp import WarpMap, agrees, warp_map_of
from .words import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from Live.Clip import Clip
    from Live.Song import Song

MOST_PASSES = 64
TIE = 1e-6
"""Positions that are nearer than this are one: they are binary fractions of beats."""
RE_PITCH = 3  # the warp mode in which the pitch follows the speed


@dataclass(frozen=True)
class Pass:
    """A stretch of a clip that is played in one go."""

    at_beats: float
    """From the beginning of the clip."""
    begin: float
    end: float
    """Positions."""


@dataclass(frozen=True)
class Sound:
    """What an audio clip plays, as it was when something was asked about it."""

    name: str
    file: str
    sample_rate_hz: float
    warp: WarpMap | None
    """None where the clip is not warped."""
    begin: float
    end: float
    loop: tuple[float, float] | None
    passes: tuple[Pass, ...]
    first: int
    last: int
    """The window: samples [first, last) of the file."""
    tempo_bpm: float
    semitones: int
    """How much higher it sounds than its file."""
    speed: float
    """Seconds of the file in a second; of a clip that is not warped."""

    @property
    def offset_sec(self) -> float:
        """Where in the file the window begins."""
        return self.first / self.sample_rate_hz

    @property
    def length_sec(self) -> float:
        """How long the window is."""
        return (self.last - self.first) / self.sample_rate_hz

    @property
    def length_beats(self) -> float:
        """How long the clip is, from the beginning of its first pass to the end of its last."""
        final = self.passes[-1]
        return final.at_beats + self.beats_between(final.begin, final.end)

    def position_at(self, sample: float) -> float:
        """Returns the position at which a sample of the file plays."""
        return self.warp.beat_at(sample) if self.warp else sample / self.sample_rate_hz

    def beats_between(self, begin: float, end: float) -> float:
        """Returns how many beats of the song lie between two positions."""
        return end - begin if self.warp else (end - begin) / self.speed * self.tempo_bpm / 60


def sound_of(song: Song, clip: Clip) -> Sound:
    """Returns what an audio clip plays.

    Raises:
        Sentence: it plays nothing, or nothing that can be said exactly; with what to do.
    """
    warp = _warp_of(clip)
    begin, end, loop = range_of(clip)
    speed = 1.0 if warp else 2 ** (_transposition(clip) / 12)
    in_arrangement = clip.end_time - clip.start_time if clip.is_arrangement_clip and warp else None
    passes = tuple(passes_of(begin, end, loop, in_arrangement, clip.name))
    low, high = min(each.begin for each in passes), max(each.end for each in passes)
    if warp and not agrees(clip, warp, (low, high)):
        raise refuse("warp_unclear", clip.name)
    first, last = _window(clip, warp, low, high)
    return Sound(
        clip.name, clip.file_path, clip.sample_rate, warp, begin, end, loop, passes, first, last,
        song.tempo, _semitones(clip, warp, song.tempo, first, last), speed,
    )  # fmt: skip


def whole_sound(song: Song, name: str, length_sec: float, sample_rate_hz: float) -> Sound:
    """Returns what a file plays that belongs to no clip: all of itself, at its own speed."""
    alone = (Pass(0.0, 0.0, length_sec),)
    last = round(length_sec * sample_rate_hz)
    return Sound(name, "", sample_rate_hz, None, 0.0, length_sec, None, alone, 0, last, song.tempo, 0, 1.0)


def _warp_of(clip: Clip) -> WarpMap | None:
    if not clip.warping:
        return None
    try:
        return warp_map_of(clip)
    except ValueError:
        raise refuse("warp_unclear", clip.name) from None


def range_of(clip: Clip) -> tuple[float, float, tuple[float, float] | None]:
    """Returns where a clip starts and ends, and its loop."""
    if not clip.looping:
        return clip.loop_start, clip.loop_end, None
    return clip.start_marker, clip.end_marker, (clip.loop_start, clip.loop_end)


def passes_of(
    begin: float, end: float, loop: tuple[float, float] | None, length_beats: float | None, name: str
) -> Iterator[Pass]:
    """Yields the passes of a clip; `length_beats` is how long it is in the arrangement, None in a slot."""
    if loop is None or begin >= loop[1]:  # beyond its loop, a clip never comes to it
        yield Pass(0.0, begin, end if length_beats is None else begin + length_beats)
        return
    if length_beats is None:
        yield Pass(0.0, min(begin, loop[0]), loop[1])
        return
    rounds = (length_beats - (loop[1] - begin)) / (loop[1] - loop[0])
    if rounds > MOST_PASSES:
        raise refuse("many_passes", name, math.ceil(rounds))
    at_beats = 0.0
    while at_beats < length_beats - TIE:
        stop = min(loop[1], begin + length_beats - at_beats)
        yield Pass(at_beats, begin, stop)
        at_beats += stop - begin
        begin = loop[0]


def _window(clip: Clip, warp: WarpMap | None, low: float, high: float) -> tuple[int, int]:
    """Returns the samples that two positions enclose, as far as the file has them."""
    rate = clip.sample_rate
    first, last = (warp.sample_at(low), warp.sample_at(high)) if warp else (low * rate, high * rate)
    whole = max(0, math.floor(first + TIE * rate)), min(clip.sample_length, math.ceil(last - TIE * rate))
    if not clip.file_path or clip.sample_length < 1:
        raise refuse("no_file", clip.name)
    if whole[0] >= whole[1]:
        raise refuse("empty", clip.name)
    return whole


def _transposition(clip: Clip) -> float:
    return clip.pitch_coarse + clip.pitch_fine / 100


def _semitones(clip: Clip, warp: WarpMap | None, tempo_bpm: float, first: int, last: int) -> int:
    """Returns how much higher a clip sounds than its file; in Re-Pitch mode on the average, as its speed varies."""
    if warp is None or clip.warp_mode != RE_PITCH:
        return round(_transposition(clip))
    played_sec = (warp.beat_at(last) - warp.beat_at(first)) * 60 / tempo_bpm
    return round(12 * math.log2((last - first) / clip.sample_rate / played_sec))
