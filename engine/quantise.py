"""Quantising: moves notes towards the grid of their own tempo map.

The grid divides each bar, from its bar line on, into equal fractions of a whole note; where they do not fill the bar,
as quarters do not fill 7/8, the bar line itself is the next point. Notes of a chord, which a player never strikes at
quite the same time, are found first and aim at one point, so that no chord is torn apart. Ends aim at their own
nearest point after the beginning. Strength says how much of the way everything goes: 0 leaves all as it is, 1 lands on
the grid.

Nothing overtakes: whatever the strength, notes keep their order and last longer than nothing. Bends are stretched with
their note, and controllers move with the notes around them, so that a pedal still catches its chord.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from engine.errors import InvalidArgument
from engine.musical_time import TempoMap
from engine.notes import ControlChange, Note, NoteTrack, by_onset

CHORD_SEC = 0.03
"""Notes whose onsets lie within this time belong together: a chord on a piano is hardly ever wider."""
_TIE_QUARTERS = 1e-6
"""A point this little ahead counts as reached: positions are binary fractions."""


@dataclass(frozen=True)
class Grid:
    """Points of a tempo map at which notes should begin and end; positions are in quarter notes."""

    tempo_map: TempoMap
    step_quarters: float

    @cached_property
    def _metre_starts_quarters(self) -> list[float]:
        return [self.tempo_map.quarters_at(metre.time_sec) for metre in self.tempo_map.time_signatures]

    def around(self, quarters: float) -> tuple[float, float]:
        """Returns the last point at or before a position, and the first one after it."""
        quarters += _TIE_QUARTERS
        starts = self._metre_starts_quarters
        index = max(0, bisect_right(starts, quarters) - 1)
        metre = self.tempo_map.time_signatures[index]
        bar_quarters = 4 * metre.numerator / metre.denominator
        bar_start = starts[index] + (quarters - starts[index]) // bar_quarters * bar_quarters
        low = bar_start + (quarters - bar_start) // self.step_quarters * self.step_quarters
        next_metre = starts[index + 1] if index + 1 < len(starts) else np.inf
        return low, float(min(low + self.step_quarters, bar_start + bar_quarters, next_metre))

    def nearest(self, quarters: float) -> float:
        """Returns the point nearest to a position."""
        low, high = self.around(quarters)
        return low if quarters - low < high - quarters else high

    def parts(self, first: float, second: float) -> bool:
        """Returns whether two positions are two points, however near: a change of metre may follow close on a point."""
        points = self.nearest(first), self.nearest(second)
        are_points = abs(points[0] - first) < _TIE_QUARTERS and abs(points[1] - second) < _TIE_QUARTERS
        return are_points and points[1] - points[0] > _TIE_QUARTERS

    def next_after(self, point: float) -> float:
        """Returns the point after a point, or the one after that where a bar line cuts a step to less than half."""
        _, high = self.around(point)
        return high if high - point > self.step_quarters / 2 - _TIE_QUARTERS else self.around(high)[1]


def quantise(track: NoteTrack, tempo_map: TempoMap, division: Fraction, strength: float = 1.0) -> NoteTrack:
    """Returns the track with its notes moved towards the grid.

    Args:
        track: the notes, in the time of the tempo map.
        tempo_map: the piece's tempo and metre.
        division: distance of the grid's points as a fraction of a whole note: 1/16, or 1/12 for triplets of eighths.
        strength: 0 to 1, how much of the way to go.

    Raises:
        InvalidArgument: there is no such division or strength.
    """
    if not 0 < division <= 1:
        raise InvalidArgument(f"Notes cannot be quantised to {division} of a whole note; write 1/16.", field="quantise")
    if not 0 <= strength <= 1:
        raise InvalidArgument(f"A strength of {strength:g} is not between 0 and 1.", field="strength")
    if strength == 0:
        return track
    grid = Grid(tempo_map, float(4 * division))
    before = by_onset(track.notes)
    after = [moved for chord in _chords(before, grid) for moved in _move_chord(chord, grid, strength)]
    return replace(track, notes=by_onset(after), control_changes=_follow(track.control_changes, before, after))


def _chords(notes: Sequence[Note], grid: Grid) -> Iterator[list[Note]]:
    """Yields notes that belong together: close in time, and far closer than the grid."""
    chord: list[Note] = []
    for note in notes:
        if chord and not _belongs(note, chord[0], grid):
            yield chord
            chord = []
        chord.append(note)
    if chord:
        yield chord


def _belongs(note: Note, first: Note, grid: Grid) -> bool:
    begin, end = (grid.tempo_map.quarters_at(one.onset_sec) for one in (first, note))
    is_close = note.onset_sec - first.onset_sec <= CHORD_SEC and end - begin <= grid.step_quarters / 4
    return is_close and not grid.parts(begin, end)


def _move_chord(chord: Sequence[Note], grid: Grid, strength: float) -> Iterator[Note]:
    """Yields the notes of a chord, all of whose onsets aim at the point nearest to their middle."""
    onsets = [grid.tempo_map.quarters_at(note.onset_sec) for note in chord]
    target = grid.nearest((onsets[0] + onsets[-1]) / 2)
    earliest_end = grid.next_after(target)
    for note, onset in zip(chord, onsets, strict=True):
        end = grid.tempo_map.quarters_at(note.offset_sec)
        new_onset = onset + strength * (target - onset)
        new_end = end + strength * (max(grid.nearest(end), earliest_end) - end)
        yield _between(note, grid.tempo_map.seconds_at(new_onset), grid.tempo_map.seconds_at(new_end))


def _between(note: Note, onset_sec: float, end_sec: float) -> Note:
    """Returns the note in another place, its bends stretched with it."""
    stretch = (end_sec - onset_sec) / note.duration_sec if note.bends else 1.0
    bends = tuple(replace(bend, offset_sec=bend.offset_sec * stretch) for bend in note.bends)
    return replace(note, onset_sec=onset_sec, duration_sec=end_sec - onset_sec, bends=bends)


def _follow(
    changes: Sequence[ControlChange], before: Sequence[Note], after: Sequence[Note]
) -> tuple[ControlChange, ...]:
    """Returns the controllers moved as far as the notes around them, and in between as far as lies in between."""
    if not before:
        return tuple(changes)
    onsets = [note.onset_sec for note in before]
    ways = [moved.onset_sec - note.onset_sec for note, moved in zip(before, after, strict=True)]
    times_sec = np.array([change.time_sec for change in changes])
    moved_sec = np.maximum(0.0, times_sec + np.interp(times_sec, onsets, ways))
    return tuple(replace(change, time_sec=float(time_sec)) for change, time_sec in zip(changes, moved_sec, strict=True))
