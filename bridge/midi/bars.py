"""Where bars and beats are: a tempo map, counted out."""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate, pairwise

from bridge.midi.notes import Beat, TempoMap

_TIE_QUARTERS = 1e-6


def beats(tempo_map: TempoMap, end_sec: float) -> Iterator[Beat]:
    """Yields the beats before `end_sec`, in order; each change of metre begins a bar.

    Every bar has its downbeat, so that bars can be counted.

    >>> from bridge.midi.notes import TempoChange, TimeSignature
    >>> waltz = TempoMap((TempoChange(0.0, 60.0),), (TimeSignature(0.0, 3, 4),))
    >>> [(beat.time_sec, beat.bar_position) for beat in beats(waltz, 4.0)]
    [(0.0, 1), (1.0, 2), (2.0, 3), (3.0, 1)]
    """
    grid = QuarterGrid(tempo_map)
    metres = tempo_map.time_signatures
    for index, metre in enumerate(metres):
        start = grid.quarters_at(metre.time_sec)
        until_sec = metres[index + 1].time_sec if index + 1 < len(metres) else end_sec
        until = grid.quarters_at(min(until_sec, end_sec)) - _TIE_QUARTERS
        count = 0
        while (quarters := start + count * 4 / metre.denominator) < until:
            yield Beat(grid.seconds_at(quarters), count % metre.numerator + 1)
            count += 1


class QuarterGrid:
    """Seconds to quarter notes from the beginning, and back."""

    def __init__(self, tempo_map: TempoMap) -> None:
        self._tempos = tempo_map.tempos
        lengths = (
            (following.time_sec - tempo.time_sec) * tempo.quarter_bpm / 60
            for tempo, following in pairwise(tempo_map.tempos)
        )
        self._starts_quarters = tuple(accumulate(lengths, initial=0.0))

    def quarters_at(self, time_sec: float) -> float:
        """Returns the position in quarter notes."""
        index = max(0, bisect_right(self._tempos, time_sec, key=lambda tempo: tempo.time_sec) - 1)
        tempo = self._tempos[index]
        return self._starts_quarters[index] + (time_sec - tempo.time_sec) * tempo.quarter_bpm / 60

    def seconds_at(self, quarters: float) -> float:
        """Returns the time at a position in quarter notes."""
        index = max(0, bisect_right(self._starts_quarters, quarters) - 1)
        tempo = self._tempos[index]
        return tempo.time_sec + (quarters - self._starts_quarters[index]) * 60 / tempo.quarter_bpm
