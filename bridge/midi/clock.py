"""When a tick of a MIDI file is: its tempo map, and its metre.

In formats 0 and 1 all tracks share one clock, wherever their tempo events stand. In format 2 every track is a piece of
its own, with its own clock. Before the first tempo event a quarter note lasts half a second: the standard's 120.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

from bridge.midi.file import Event, MidiFile
from bridge.midi.notes import TempoChange, TempoMap, TimeSignature

SET_TEMPO, TIME_SIGNATURE = 0x51, 0x58
STANDARD_QUARTER_US = 500_000


@dataclass(frozen=True)
class Clock:
    """Tempo and metre by tick, each ordered, the first of each at tick 0."""

    ticks_per_quarter: int
    tempos: tuple[tuple[int, int], ...]
    """Tick, and microseconds per quarter note from there on."""
    metres: tuple[tuple[int, int, int], ...]
    """Tick, numerator and denominator."""

    @cached_property
    def _starts_sec(self) -> tuple[float, ...]:
        lengths = (
            (end - start) * quarter_us / self.ticks_per_quarter / 1e6
            for (start, quarter_us), (end, _) in pairwise(self.tempos)
        )
        return tuple(accumulate(lengths, initial=0.0))

    def seconds_at(self, tick: int) -> float:
        """Returns the time of a tick."""
        index = bisect_right(self.tempos, tick, key=lambda tempo: tempo[0]) - 1
        start, quarter_us = self.tempos[index]
        return self._starts_sec[index] + (tick - start) * quarter_us / self.ticks_per_quarter / 1e6

    @property
    def tempo_map(self) -> TempoMap:
        """The same in seconds."""
        return TempoMap(
            tuple(TempoChange(self.seconds_at(tick), 60e6 / quarter_us) for tick, quarter_us in self.tempos),
            tuple(TimeSignature(self.seconds_at(tick), *metre) for tick, *metre in self.metres),
        )


def clocks(midi: MidiFile) -> list[Clock]:
    """Returns the clock of each track."""
    if midi.format == 2:
        return [_clock(midi.ticks_per_quarter, track) for track in midi.tracks]
    events = sorted((event for track in midi.tracks for event in track), key=lambda event: event.tick)
    return [_clock(midi.ticks_per_quarter, events)] * len(midi.tracks)


def quarter_us_of(event: Event) -> int | None:
    """Returns the length of a quarter note that a tempo event sets; None if it is another event, or sets none."""
    if event.meta_type != SET_TEMPO or len(event.content) != 2 + 3:
        return None
    return int.from_bytes(event.content[2:]) or None


def _clock(ticks_per_quarter: int, events: Iterable[Event]) -> Clock:
    """Returns the clock that events set; of several on one tick the last holds."""
    tempos, metres = {0: STANDARD_QUARTER_US}, {0: (4, 4)}
    for event in events:
        content = event.content[2:]
        if quarter_us := quarter_us_of(event):
            tempos[event.tick] = quarter_us
        elif event.meta_type == TIME_SIGNATURE and len(content) >= 2 and content[0]:
            metres[event.tick] = (content[0], 1 << min(content[1], 7))
    return Clock(
        ticks_per_quarter,
        tuple(sorted(tempos.items())),
        tuple((tick, *metre) for tick, metre in sorted(metres.items())),
    )
