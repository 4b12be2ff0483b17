"""Ticks of a MIDI file: a resolution that is fine enough, and tempo events whose rounding never adds up.

A file counts whole ticks, and states a tempo as whole microseconds per quarter note. An event's tick is its position
in quarter notes, rounded, so that what stands on a beat stands on a beat's tick, for ever. The file's own clock then
has to agree with the tempo map, and three roundings stand between them:

- an event is moved to a tick, by half a tick at most;
- so is a tempo change, and between its place and its tick the wrong tempo holds;
- a tempo of 130 is 461538.46 microseconds, so that each quarter note puts the clock off by half a microsecond or less.

The first two are kept small by the resolution. The third would grow with the length of the piece; so each tempo is
chosen to end at the right time *together with what was off before it*, and a long stretch of one tempo is corrected,
by a microsecond, every `LONGEST_STRETCH_QUARTERS`. At worst, an event is 0.275 + 0.275 + 0.3 ms from its time.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from engine.errors import InvalidArgument
from engine.musical_time import TempoMap

LONGEST_TICK_SEC = 0.00055
LONGEST_STRETCH_QUARTERS = 600
FASTEST_BPM = 6000.0
_RESOLUTION_STEP = 960
_LONGEST_QUARTER_US = 0xFFFFFF  # a tempo event has three bytes
SLOWEST_BPM = 60e6 / _LONGEST_QUARTER_US


@dataclass(frozen=True)
class TickGrid:
    """A tempo map, counted in ticks."""

    tempo_map: TempoMap
    ticks_per_quarter: int

    def tick_at(self, time_sec: float) -> int:
        """Returns the tick nearest to a moment; what lies before the beginning is moved there."""
        return max(0, round(self.tempo_map.quarters_at(time_sec) * self.ticks_per_quarter))


@dataclass(frozen=True)
class TempoEvent:
    """From `tick` on, a quarter note lasts so long."""

    tick: int
    quarter_us: int


def tick_grid(tempo_map: TempoMap) -> TickGrid:
    """Returns the grid with the coarsest resolution whose ticks are short enough at the slowest tempo.

    Raises:
        InvalidArgument: a tempo is slower or faster than what a MIDI file can state.
    """
    for tempo in tempo_map.tempos:
        if not SLOWEST_BPM <= tempo.quarter_bpm <= FASTEST_BPM:
            raise InvalidArgument(
                f"A MIDI file cannot state a tempo of {tempo.quarter_bpm:g} quarter notes per minute; "
                f"choose one from {SLOWEST_BPM:.2f} to {FASTEST_BPM:g}.",
                field="tempo_map",
            )
    longest_quarter_sec = 60 / min(tempo.quarter_bpm for tempo in tempo_map.tempos)
    steps = math.ceil(longest_quarter_sec / LONGEST_TICK_SEC / _RESOLUTION_STEP)
    return TickGrid(tempo_map, steps * _RESOLUTION_STEP)


def tempo_events(grid: TickGrid, last_tick: int) -> Iterator[TempoEvent]:
    """Yields the tempo events of a file that ends at `last_tick`, in order, the first at tick 0.

    Only changes are yielded: a steady tempo of whole microseconds is one event.
    """
    elapsed_us, before = 0.0, None
    for start, end in _stretches(grid, last_tick):
        quarters = (end - start) / grid.ticks_per_quarter
        wanted_us = grid.tempo_map.seconds_at(end / grid.ticks_per_quarter) * 1e6 - elapsed_us
        quarter_us = min(max(round(wanted_us / quarters), 1), _LONGEST_QUARTER_US)
        elapsed_us += quarter_us * quarters
        if quarter_us != before:
            yield TempoEvent(start, quarter_us)
        before = quarter_us


def _stretches(grid: TickGrid, last_tick: int) -> Iterator[tuple[int, int]]:
    """Yields ranges of ticks that cover the file, each of one tempo and none too long."""
    starts = sorted({grid.tick_at(tempo.time_sec) for tempo in grid.tempo_map.tempos})
    # The last tempo holds for a bar at least, also in an empty file.
    end_of_all = max(last_tick, starts[-1] + 4 * grid.ticks_per_quarter)
    longest = LONGEST_STRETCH_QUARTERS * grid.ticks_per_quarter
    for start, end in zip(starts, (*starts[1:], end_of_all), strict=True):
        for begin in range(start, end, longest):
            yield begin, min(begin + longest, end)
