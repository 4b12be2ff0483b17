"""Clip arithmetic: from what a DAW says of an item to exact samples of its source file, and back to the timeline.

What an item plays is defined in three steps:

1. The *tape* is the section of the source, or all of it; a reversed item has its tape turned round.
2. The item begins `start_offset_sec` into the tape and runs over `length_sec * playrate` seconds of it: seconds on the
   timeline times the play rate are seconds of the source.
3. A looped item finds the tape's beginning again after its end (and its end before its beginning); any other plays
   silence beyond the tape. A section that reaches beyond its file is silent there.

Moments become samples by one rule for all: seconds times sample rate. An item that begins or ends between two samples
plays both of them in part, so its result holds both: it begins with the sample at or before the item's beginning, and
`Place.start_offset_sec` is how far into that sample the item begins. So a result sounds at exactly the item's place:
whatever a DAW makes of moments between samples, it makes the same of both. The edges of a section are rounded to the
nearest sample, halves up. A ten-thousandth of a sample counts as nothing: a DAW's seconds are binary fractions.

Gain, fades and play rate are not rendered: an item that plays a result gets them from the item it was made of.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np

from bridge.channels import Block, ChannelMode
from bridge.errors import RequestRefused
from bridge.schema import Above, AtLeast, AtMost

TIE_SAMPLES = 1e-4
"""What a moment may be off by for its seconds being binary fractions."""
LONGEST_SEC = 1e6
MOST_PIECES = 100_000  # a loop shorter than any music, repeated beyond any use


@dataclass(frozen=True)
class Section:
    """The part of a file that an item takes for its whole source."""

    offset_sec: Annotated[float, "where in the file it begins", AtLeast(0), AtMost(LONGEST_SEC)]
    length_sec: Annotated[float, "how long it is", Above(0), AtMost(LONGEST_SEC)]


@dataclass(frozen=True)
class Clip:
    """An item, as its DAW describes it."""

    file: Annotated[Path, "absolute path of the source file"]
    length_sec: Annotated[float, "length on the timeline", Above(0), AtMost(LONGEST_SEC)]
    start_offset_sec: Annotated[
        float, "where in the source the item begins; below 0, before it", AtLeast(-LONGEST_SEC), AtMost(LONGEST_SEC)
    ] = 0.0
    playrate: Annotated[float, "source seconds per second on the timeline", Above(0), AtMost(1000)] = 1.0
    is_reversed: Annotated[bool, "whether the source, or its section, is read backwards"] = False
    channel_mode: Annotated[ChannelMode, "which channels are heard"] = ChannelMode.NORMAL
    section: Annotated[Section | None, "the part of the file that stands for the whole source"] = None
    is_looped: Annotated[bool, "whether the source begins again at its end; if not, silence follows"] = False
    gain: Annotated[float, "gain of the item, as a factor; below 0 it turns the polarity"] = 1.0
    fade_in_sec: Annotated[float, "length of the fade-in on the timeline", AtLeast(0), AtMost(LONGEST_SEC)] = 0.0
    fade_out_sec: Annotated[float, "length of the fade-out on the timeline", AtLeast(0), AtMost(LONGEST_SEC)] = 0.0


@dataclass(frozen=True)
class Span:
    """Source samples [first, last), played forwards or from the last to the first."""

    first: int
    last: int
    is_reversed: bool = False

    @property
    def sample_count(self) -> int:
        """How many samples it plays."""
        return self.last - self.first


@dataclass(frozen=True)
class Silence:
    """Samples that no source has."""

    sample_count: int


@dataclass(frozen=True)
class ClipPlan:
    """What an item plays, in order, in samples of its source."""

    pieces: tuple[Span | Silence, ...]
    window: Span
    """The smallest range of the source that holds every span: what must be separated."""
    sample_count: int
    start_offset_sec: float
    """How far into the first of them the item begins: 0 to one sample."""

    @property
    def is_plain(self) -> bool:
        """Whether the window itself is what the item plays."""
        return self.pieces == (self.window,)


@dataclass(frozen=True)
class Place:
    """How an item that plays a result is set, at the position of the item it was made of."""

    start_offset_sec: float
    length_sec: float
    playrate: float
    gain: float
    fade_in_sec: float
    fade_out_sec: float


def sample_at(time_sec: float, sample_rate_hz: int) -> int:
    """Returns the sample nearest to a moment, halves up.

    >>> sample_at(1.5, 44_100), sample_at(2.5 / 48_000, 48_000), sample_at(-0.5 / 96_000, 96_000)
    (66150, 3, 0)
    """
    return math.floor(time_sec * sample_rate_hz + 0.5 + TIE_SAMPLES)


def plan_clip(clip: Clip, sample_rate_hz: int, source_samples: int) -> ClipPlan:
    """Returns what the item plays of a source of so many samples.

    Raises:
        RequestRefused: it plays nothing but silence, or repeats a tiny loop beyond any use.
    """
    tape = Span(0, source_samples, clip.is_reversed)
    if clip.section:
        end_sec = clip.section.offset_sec + clip.section.length_sec
        first = sample_at(clip.section.offset_sec, sample_rate_hz)
        tape = Span(first, sample_at(end_sec, sample_rate_hz), clip.is_reversed)
    begin, begin_offset = _whole_and_rest(clip.start_offset_sec * sample_rate_hz)
    last, last_offset = _whole_and_rest((clip.start_offset_sec + clip.length_sec * clip.playrate) * sample_rate_hz)
    end = last + 1 if last_offset else last
    if clip.is_looped and (end - begin) > MOST_PIECES * tape.sample_count:
        raise RequestRefused("The clip repeats a loop that is too short; shorten the item or glue it first.")
    pieces = tuple(
        piece
        for stretch in _stretches(tape.sample_count, begin, end, clip.is_looped)
        for piece in _on_file(stretch, tape, source_samples)
        if piece.sample_count
    )
    spans = [piece for piece in pieces if isinstance(piece, Span)]
    if not spans:
        raise RequestRefused(f"The clip plays no part of “{clip.file}”; move its start into the source.")
    window = Span(min(span.first for span in spans), max(span.last for span in spans))
    return ClipPlan(pieces, window, end - begin, begin_offset / sample_rate_hz)


def _whole_and_rest(moment: float) -> tuple[int, float]:
    """Returns the sample at or before a moment in samples, and how far after it the moment is: 0 or more, below 1."""
    whole = math.floor(moment + TIE_SAMPLES)
    rest = moment - whole
    return whole, rest if rest > TIE_SAMPLES else 0.0


def _stretches(tape_samples: int, begin: int, end: int, is_looped: bool) -> Iterator[Span | Silence]:
    """Yields the item's way over the tape: ranges of it, and silence beyond it."""
    if not is_looped:
        inside = Span(min(max(begin, 0), tape_samples), min(max(end, 0), tape_samples))
        before = min(end, 0) - min(begin, 0)
        yield Silence(before)
        yield inside
        yield Silence(end - begin - before - inside.sample_count)
        return
    while begin < end:
        first = begin % tape_samples
        last = min(first + end - begin, tape_samples)
        yield Span(first, last)
        begin += last - first


def _on_file(stretch: Span | Silence, tape: Span, source_samples: int) -> Iterator[Span | Silence]:
    """Yields a stretch of the tape as samples of the file, silent where the file has ended."""
    if isinstance(stretch, Silence):
        yield stretch
        return
    first, last = tape.first + stretch.first, tape.first + stretch.last
    if tape.is_reversed:
        first, last = tape.last - stretch.last, tape.last - stretch.first
    there = Span(min(first, source_samples), min(last, source_samples), tape.is_reversed)
    pieces = (there, Silence(stretch.sample_count - there.sample_count))
    yield from reversed(pieces) if tape.is_reversed else pieces


def assemble(plan: ClipPlan, read: Callable[[int, int], Block], block_samples: int = 1 << 16) -> Iterator[Block]:
    """Yields what the item plays, block by block.

    Args:
        plan: the item's plan.
        read: returns samples [first, last) of the window, counted from the window's beginning.
        block_samples: size of the largest block.
    """
    nothing = read(0, 0)
    for piece in plan.pieces:
        for done in range(0, piece.sample_count, block_samples):
            count = min(block_samples, piece.sample_count - done)
            if isinstance(piece, Silence):
                yield np.zeros((count, nothing.shape[1]), dtype=nothing.dtype)
            elif piece.is_reversed:
                last = piece.last - done - plan.window.first
                yield read(last - count, last)[::-1]
            else:
                first = piece.first + done - plan.window.first
                yield read(first, first + count)


def place_of(clip: Clip, plan: ClipPlan) -> Place:
    """Returns how the item that plays a result is set."""
    return Place(
        start_offset_sec=plan.start_offset_sec,
        length_sec=clip.length_sec,
        playrate=clip.playrate,
        gain=clip.gain,
        fade_in_sec=clip.fade_in_sec,
        fade_out_sec=clip.fade_out_sec,
    )
