"""Writes one section of one bar: says at each point which tokens may come next, and keeps what was chosen.

The order of tokens in a section is fixed (see `melody_tokens`), and so are the constraints: both are one mask over the
vocabulary. A mask always leaves something to choose, so that nothing is ever taken back:

- a place in the bar is allowed only while enough places remain for the fewest notes that the bar must have;
- a note ends early enough to leave them, and no later than a bar line that it may not cross;
- a place is allowed only where a pitch is left that does not sound already.

Range, key, polyphony and bar lines are kept at any price. What a variation keeps of its original's contour, and that it
differs from the original, gives way where these leave no choice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.backends.melody_constraints import PITCH_SLICE, Rules
from engine.backends.melody_grid import GridNote
from engine.backends.melody_tokens import (
    DURATIONS,
    FIRST_DURATION,
    FIRST_PITCH,
    FIRST_POSITION,
    FIRST_VELOCITY,
    LOWEST_PITCH,
    NAMES,
    POSITIONS,
    STEPS,
    VELOCITY_COUNT,
    motion,
    velocity_of,
)

Mask = NDArray[np.bool_]

_POSITIONS, _DURATIONS = np.array(POSITIONS), np.array(DURATIONS)
_POSITION_SLICE = slice(FIRST_POSITION, FIRST_POSITION + len(POSITIONS))
_VELOCITY_SLICE = slice(FIRST_VELOCITY, FIRST_VELOCITY + VELOCITY_COUNT)
_DURATION_SLICE = slice(FIRST_DURATION, FIRST_DURATION + len(DURATIONS))
_PITCHES = np.arange(LOWEST_PITCH, LOWEST_PITCH + PITCH_SLICE.stop - PITCH_SLICE.start)
_LONGEST_MATCH = 2
"""After so many notes in a row that are the original's, a variation's next one differs."""
_AT_ONCE = {"melody": 1, "chords": 6, "bass": 1}
"""Most notes of a part that begin together."""
_SOUNDING = {"melody": 1, "chords": 8, "bass": 2}
"""Most notes of a part that sound together, where nothing else is asked for."""


@dataclass(frozen=True)
class Cue:
    """What one bar of a variation keeps of its original."""

    original: tuple[GridNote, ...]
    kept: str
    """"rhythm" or "contour"."""


@dataclass
class PartState:
    """What a part carries from bar to bar."""

    notes: list[GridNote] = field(default_factory=list)
    """All that was written, ticks counted from where the writing begins."""
    sounding: list[GridNote] = field(default_factory=list)
    """Those that reach beyond the place of the last one."""
    matched: int = 0
    """Notes in a row, up to the last, that are the original's."""
    last_pitch: int = -1


class SectionWriter:
    """Writes the notes of one part in one bar."""

    def __init__(
        self, part: str, rules: Rules, state: PartState, begin: int, bar_ticks: int, end: int, closer: int,
        cue: Cue | None = None,
    ) -> None:  # fmt: skip
        """Begins a section.

        Args:
            part: "melody", "chords" or "bass".
            rules: constraints.
            state: the part's; it is added to.
            begin: of the bar, in ticks from where the writing begins.
            bar_ticks: its length.
            end: of all that is written.
            closer: the token after the section.
            cue: what a variation keeps.
        """
        self._rules, self._state, self._cue, self._closer = rules, state, cue, closer
        self._begin, self._bar_ticks = begin, bar_ticks
        self._room_ticks = end - begin
        cap = rules.max_polyphony or _SOUNDING[part]
        self._most_sounding = min(cap, _SOUNDING[part]) if part == "melody" else cap
        self._most_at_once = min(_AT_ONCE[part], self._most_sounding)
        self._fewest, self._most = self._numbers(part)
        self._places = _POSITIONS[bar_ticks > _POSITIONS]
        self._tick, self._velocity, self._count = -1, -1, 0
        self._group: list[int] = []
        self._begun: list[int] = []
        self._allowed: Callable[[Mask], None] = self._open

    def _numbers(self, part: str) -> tuple[int, int]:
        """Returns the fewest and the most notes of the bar."""
        if self._cue is not None:
            return len(self._cue.original), len(self._cue.original)
        if part != "melody":
            return 0, len(NAMES)
        is_last_chance = not self._state.notes and self._room_ticks <= self._bar_ticks
        fewest = max(self._rules.fewest_per_bar, 1 if is_last_chance else 0)  # an empty answer is none
        return fewest, self._rules.most_per_bar or len(NAMES)

    def mask(self) -> Mask:
        """Returns which tokens may come next, shape (vocabulary,)."""
        mask = np.zeros(len(NAMES), dtype=np.bool_)
        self._allowed(mask)
        return mask

    def take(self, token: int) -> None:
        """Goes on after a token that the mask allowed."""
        if _POSITION_SLICE.start <= token < _POSITION_SLICE.stop:
            self._tick = POSITIONS[token - FIRST_POSITION]
            self._begun, self._group = [], []
            here = self._begin + self._tick
            self._state.sounding = [note for note in self._state.sounding if note.tick + note.duration > here]
            self._allowed = self._placed
        elif _VELOCITY_SLICE.start <= token < _VELOCITY_SLICE.stop:
            self._velocity = token - FIRST_VELOCITY
            self._allowed = self._pitch
        elif PITCH_SLICE.start <= token < PITCH_SLICE.stop:
            self._take_pitch(token - FIRST_PITCH + LOWEST_PITCH)
        elif _DURATION_SLICE.start <= token < _DURATION_SLICE.stop:
            self._take_duration(DURATIONS[token - FIRST_DURATION])

    def _take_pitch(self, pitch: int) -> None:
        if self._cue is not None:
            is_same = pitch == self._cue.original[self._count].pitch
            self._state.matched = self._state.matched + 1 if is_same else 0
        self._group.append(pitch)
        self._begun.append(pitch)
        self._state.last_pitch = pitch
        self._count += 1
        self._allowed = self._pitched

    def _take_duration(self, duration: int) -> None:
        onset = self._begin + self._tick
        velocity = velocity_of(self._velocity)
        written = [GridNote(onset, pitch, duration, velocity) for pitch in self._group]
        self._state.notes += written
        self._state.sounding += written
        self._group = []
        self._allowed = self._open

    def _open(self, mask: Mask) -> None:
        """Allows another place, another group of notes at this one, or the end of the section."""
        mask[self._closer] = self._count >= self._fewest
        if self._count >= self._most:
            return
        if self._cue is not None and self._cue.kept == "rhythm":
            mask[FIRST_POSITION + POSITIONS.index(self._cue.original[self._count].tick)] = True
            return
        mask[FIRST_POSITION : FIRST_POSITION + len(self._places)] = self._free_places()
        if self._begun and len(self._begun) < self._most_at_once:
            mask[PITCH_SLICE] = self._free_pitches()

    def _free_places(self) -> Mask:
        needed = self._fewest - self._count - 1
        free = self._places > self._tick
        if needed > 0:
            free &= np.arange(len(self._places), 0, -1) > needed
        ends = sorted(note.tick + note.duration for note in self._state.sounding)
        limit = min(self._most_sounding, self._rules.pitch_count)
        if len(ends) >= limit:
            # A place is free once so many have ended that one more note fits.
            free &= self._places >= ends[len(ends) - limit] - self._begin
        return free

    def _placed(self, mask: Mask) -> None:
        """Allows a velocity, which the first note of a section must have, or a pitch."""
        mask[_VELOCITY_SLICE] = True
        if self._velocity >= 0:
            self._pitch(mask)

    def _pitch(self, mask: Mask) -> None:
        mask[PITCH_SLICE] = self._free_pitches()

    def _pitched(self, mask: Mask) -> None:
        """Allows the group's duration, or one more pitch above."""
        mask[_DURATION_SLICE] = self._free_durations()
        if len(self._begun) < self._most_at_once and self._count < self._most and self._has_voice():
            mask[PITCH_SLICE] = self._free_pitches() & (self._group[-1] < _PITCHES)

    def _has_voice(self) -> bool:
        return len(self._state.sounding) + len(self._group) < self._most_sounding

    def _free_pitches(self) -> Mask:
        free = self._rules.pitches.copy()
        if len(self._state.sounding) >= self._most_sounding:
            return np.zeros_like(free)
        for note in self._state.sounding:
            free[note.pitch - LOWEST_PITCH] = False
        if self._cue is not None:
            free = self._varied(free, self._cue)
        return free

    def _varied(self, free: Mask, cue: Cue) -> Mask:
        """Returns the pitches that keep the contour and differ from the original, as far as there are any."""
        number = self._count
        if cue.kept == "contour":
            moves = [motion(after.pitch - before.pitch) for before, after in pairwise(cue.original)]
            free = _first_that_leaves_any(free, [self._with_room_for(moves[number:])])
            if number > 0:
                free = _first_that_leaves_any(free, _steps(self._state.last_pitch, moves[number - 1]))
        if self._state.matched >= _LONGEST_MATCH:
            free = _first_that_leaves_any(free, [np.not_equal(_PITCHES, cue.original[number].pitch)])
        return free

    def _with_room_for(self, moves: Sequence[int]) -> Mask:
        """Returns the pitches from which all moves can be made, each to the next pitch that may be written."""
        path = np.cumsum([0, *(np.sign(move - STEPS.index("Same")) for move in moves)])
        ranks = np.cumsum(self._rules.pitches) - 1
        return np.asarray((ranks + path.max() < self._rules.pitch_count) & (ranks + path.min() >= 0))

    def _free_durations(self) -> Mask:
        limit = DURATIONS[-1]
        if self._rules.ends_on_bar:
            limit = min(limit, self._room_ticks - self._tick)
        if self._cue is not None and self._cue.kept == "rhythm":
            return self._kept_duration(limit)
        if self._rules.stays_in_bars or self._fewest > 0:
            limit = min(limit, self._bar_ticks - self._tick)
        needed = self._fewest - self._count
        if needed > 0:
            limit = min(limit, int(self._places[-needed]) - self._tick)
        return np.asarray(limit >= _DURATIONS)

    def _kept_duration(self, limit: int) -> Mask:
        """Returns the original's duration, or the longest one that its bar lines leave."""
        assert self._cue is not None
        if self._rules.stays_in_bars:
            limit = min(limit, self._bar_ticks - self._tick)
        wanted = min(limit, self._cue.original[self._count - 1].duration)
        return np.asarray(_DURATIONS[wanted >= _DURATIONS].max() == _DURATIONS)


def _steps(last_pitch: int, wanted: int) -> list[Mask]:
    """Returns the pitches that keep the motion, then those that keep at least its direction."""
    moves = [motion(int(pitch) - last_pitch) for pitch in _PITCHES]
    exact = np.array([move == wanted for move in moves])
    same = STEPS.index("Same")
    direction = np.array([np.sign(move - same) == np.sign(wanted - same) for move in moves])
    return [exact, direction]


def _first_that_leaves_any(free: Mask, wishes: Sequence[Mask]) -> Mask:
    """Returns what is free under the first wish that leaves anything, or else all that is free."""
    for wish in wishes:
        if (free & wish).any():
            return free & wish
    return free
