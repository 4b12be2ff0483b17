"""Writes one candidate with the Anticipatory Music Transformer: a time, a duration, a note, and again.

The model's times are hundredths of a second. What it thinks of all those that lie nearest to a place of the grid is
summed, and so are durations; out of these sums one is drawn, and the model goes on after the place itself. Constraints
are masks over the sums and the pitches, so nothing is ever taken back:

- a place is allowed while enough places remain for the fewest notes that the bars must have;
- a note ends early enough to leave them, and no later than a bar line that it may not cross;
- a place is allowed only where some part has a voice and a pitch left.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from engine.backends.anticipation_hearing import Heard
from engine.backends.anticipation_sheet import Sheet, Voice
from engine.backends.anticipation_stream import Stream
from engine.backends.anticipation_tokens import (
    DURATION_COUNT,
    FIRST_DURATION,
    FIRST_NOTE,
    LONGEST_GAP,
    PITCH_COUNT,
    REST,
    TIME_COUNT,
    Event,
    first_note,
    rests,
)
from engine.backends.anticipation_variation import varied
from engine.backends.gpt2 import Gpt2
from engine.backends.melody_grid import TICKS_PER_QUARTER
from engine.backends.melody_session import choose
from engine.backends.melody_tokens import DURATIONS
from engine.generation import Sampling, WrittenNote

_NEAR = 1e-6

Logits = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass
class _Part:
    """What a part has written."""

    voice: Voice
    counts: list[int]
    """Notes by bar."""
    written: list[WrittenNote] = field(default_factory=list)
    last_place: int = -1
    last_pitch: int = -1
    matched: int = 0
    """Notes in a row, up to the last, that are the original's."""

    def sounding(self, at: float) -> list[WrittenNote]:
        """Returns the notes that sound on at a moment, in quarter notes."""
        return [note for note in self.written if note.onset_quarters + note.duration_quarters > at + _NEAR]


class Writer:
    """One candidate in the making."""

    def __init__(self, model: Gpt2, sheet: Sheet, sampling: Sampling, rng: Generator) -> None:
        self.log_likelihood = 0.0
        """Of all that was chosen, under the model alone, among the tokens of its kind."""
        self._sheet, self._sampling, self._rng = sheet, sampling, rng
        self._stream = Stream(model, sheet.past, sheet.controls, sheet.begin)
        self._places = sheet.places()
        self._times = [sheet.time(place) for place in self._places]
        self._per_bar = len(self._places) // sheet.bar_count
        self._place = 0
        """That of the last note; the next one's may be the same."""
        self._parts = [_Part(voice, [0] * sheet.bar_count) for voice in sheet.voices]
        self._duration_tokens, self._durations = _durations(sheet.per_quarter)

    @property
    def notes(self) -> list[WrittenNote]:
        """What is written so far."""
        return sorted(note for part in self._parts for note in part.written)

    def write(self, progress: Callable[[float], None]) -> None:
        """Writes all bars."""
        if self._sheet.kept == "rhythm":
            for bar, notes in enumerate(self._sheet.originals):
                progress(bar / self._sheet.bar_count)
                for original in notes:
                    self._write_at(original)
            return
        while (is_note := self._go_on()) is not None:
            progress(self._place / len(self._places))
            if is_note:
                self._write_note()

    def _go_on(self) -> bool | None:
        """Goes to the place of the next note; False after a rest, None at the end."""
        heard, end = self._stream.heard, self._sheet.time(self._sheet.quarters)
        now, horizon = max(heard, self._sheet.begin), heard + LONGEST_GAP
        reached = bisect_left(self._times, horizon)
        places = [place for place in range(self._place, reached) if self._may_begin(place)]
        logits = self._stream.logits((), 0, TIME_COUNT)
        seen = logits[now - self._stream.origin : horizon + 1 - self._stream.origin]
        sums = _summed(seen, [self._times[place] - now for place in places], min(end, horizon) - now)
        mask = np.ones(len(sums), dtype=np.bool_)
        mask[-1] = not places or self._may_skip_to(len(self._places) if end <= horizon else reached)
        chosen = self._chosen(sums, mask, logits)
        if chosen < len(places):
            self._place = places[chosen]
            return True
        if end <= horizon:
            return None
        self._stream.hear(Event(horizon, is_rest=True))
        self._place = max(self._place, reached)
        return False

    def _may_begin(self, place: int) -> bool:
        return self._may_skip_to(place) and any(self._takes(part, place) for part in self._parts)

    def _may_skip_to(self, place: int) -> bool:
        """Returns whether all bars up to a place have, or can still have, their fewest notes of the melody."""
        bars = range(self._place // self._per_bar, min(place // self._per_bar, self._sheet.bar_count - 1) + 1)
        return all(
            self._needed(part, bar) <= (bar + 1) * self._per_bar - max(place, part.last_place + 1, bar * self._per_bar)
            for part in self._parts
            for bar in bars
            if self._needed(part, bar) > 0
        )

    def _needed(self, part: _Part, bar: int) -> int:
        """Returns how many notes a bar still lacks."""
        fewest = self._sheet.fewest[bar] if part.voice.part == "melody" else 0
        if part is self._parts[0] and not part.written and bar == self._sheet.bar_count - 1:
            fewest = max(fewest, min(1, self._sheet.most[bar]))  # an empty answer is none
        return min(fewest, self._per_bar) - part.counts[bar]

    def _takes(self, part: _Part, place: int) -> bool:
        """Returns whether a part may have a note at a place."""
        at, bar = self._places[place], place // self._per_bar
        if part.voice.part == "melody" and part.counts[bar] >= self._sheet.most[bar]:
            return False
        return len(part.sounding(at)) < part.voice.most_sounding and bool(self._free(part, at).any())

    def _write_note(self) -> None:
        at, time = self._places[self._place], self._times[self._place]
        parts = [part for part in self._parts if self._takes(part, self._place)]
        limits = [self._limit(part) for part in parts]
        onset = (time - self._stream.origin,)
        token, quarters = self._choose_duration(onset, max(limits))
        fitting = [part for part, limit in zip(parts, limits, strict=True) if quarters <= limit + _NEAR]
        part, pitch = self._choose_note((*onset, FIRST_DURATION + token), fitting, at)
        self._add(part, WrittenNote(at, pitch, quarters, part.voice.velocity, part.voice.part), time, token)

    def _limit(self, part: _Part) -> float:
        """Returns how long a note of a part may be at the present place, in quarter notes."""
        at, bar = self._places[self._place], self._place // self._per_bar
        is_melody = part.voice.part == "melody"
        limit = self._sheet.quarters - at if self._sheet.rules.ends_on_bar else np.inf
        if self._sheet.rules.stays_in_bars or (is_melody and any(self._sheet.fewest[bar:])):
            limit = min(limit, (bar + 1) * self._sheet.bars.bar_quarters - at)
        still_needed = self._needed(part, bar) - 1
        if still_needed > 0:
            limit = min(limit, self._places[(bar + 1) * self._per_bar - still_needed] - at)
        return float(limit)

    def _choose_duration(self, onset: tuple[int, ...], limit: float) -> tuple[int, float]:
        """Returns the token of a duration and its quarter notes."""
        mask = self._durations <= limit + _NEAR
        if not mask.any():  # the rest of a bar may be shorter than any duration
            return max(1, round(limit * self._sheet.per_quarter)), limit
        logits = self._stream.logits(onset, FIRST_DURATION, FIRST_DURATION + DURATION_COUNT)
        number = self._chosen(_summed(logits, self._duration_tokens, None), mask, logits)
        return self._duration_tokens[number], float(self._durations[number])

    def _choose_note(self, head: tuple[int, ...], parts: Sequence[_Part], at: float) -> tuple[_Part, int]:
        logits = self._stream.logits(head, FIRST_NOTE, REST)
        firsts = [first_note(part.voice.instrument) - FIRST_NOTE for part in parts]
        found = np.concatenate([logits[first : first + PITCH_COUNT] for first in firsts])
        mask = np.concatenate([self._fitting(part, at) for part in parts])
        number = self._chosen(found, mask, logits, np.tile(self._sheet.bias, len(parts)))
        return parts[number // PITCH_COUNT], number % PITCH_COUNT

    def _free(self, part: _Part, at: float) -> Mask:
        """Returns which pitches a part may begin at a moment."""
        free = self._sheet.pitches.copy()
        free[[note.pitch for note in part.sounding(at)]] = False
        return free

    def _fitting(self, part: _Part, at: float) -> Mask:
        """Returns which of them it had better begin: those that keep what a variation keeps."""
        free, original = self._free(part, at), self._original(part)
        if not original:
            return free
        number = part.counts[self._place // self._per_bar]
        return varied(free, original, number, self._sheet.kept, part.last_pitch, part.matched)

    def _original(self, part: _Part) -> Sequence[Heard]:
        """Returns the bar that a variation's next note belongs to; empty for other tasks, and when it is written."""
        bar = self._place // self._per_bar
        notes = self._sheet.originals[bar] if self._sheet.originals else ()
        return notes if part.counts[bar] < len(notes) else ()

    def _write_at(self, original: Heard) -> None:
        """Writes another note in the place of one, where the constraints leave room for any."""
        (part,), at, rules = self._parts, original.onset, self._sheet.rules
        self._place = min(bisect_left(self._places, at - _NEAR), len(self._places) - 1)
        quarters, bar_quarters = original.end - at, self._sheet.bars.bar_quarters
        if rules.ends_on_bar:
            quarters = min(quarters, self._sheet.quarters - at)
        if rules.stays_in_bars:
            quarters = min(quarters, ((at + _NEAR) // bar_quarters + 1) * bar_quarters - at)
        if len(part.sounding(at)) >= part.voice.most_sounding or not self._free(part, at).any():
            return
        time = max(self._sheet.time(at), self._stream.heard)
        self._stream.hear(*rests(self._stream.heard, time))
        token = min(max(1, round(quarters * self._sheet.per_quarter)), DURATION_COUNT - 1)
        _, pitch = self._choose_note((time - self._stream.origin, FIRST_DURATION + token), [part], at)
        self._add(part, WrittenNote(at, pitch, quarters, original.velocity, part.voice.part), time, token)

    def _add(self, part: _Part, note: WrittenNote, time: int, token: int) -> None:
        bar, original = self._place // self._per_bar, self._original(part)
        is_same = bool(original) and original[part.counts[bar]].pitch == note.pitch
        part.matched = part.matched + 1 if is_same else 0
        part.last_pitch, part.last_place = note.pitch, self._place
        part.counts[bar] += 1
        part.written.append(note)
        self._stream.hear(Event(time, token, note.pitch, part.voice.instrument))

    def _chosen(self, sums: Logits, mask: Mask, logits: Logits, bias: Logits | None = None) -> int:
        biased = sums if bias is None else sums + bias
        chance = self._rng.random()
        number = choose(biased, mask, self._sampling.temperature, self._sampling.top_p, chance)
        highest = logits.max()
        self.log_likelihood += float(sums[number] - highest - np.log(np.exp(logits - highest).sum()))
        return number


def _durations(per_quarter: float) -> tuple[list[int], NDArray[np.float64]]:
    """Returns the tokens, rising, and the quarter notes of durations that the model can say."""
    said = {max(1, round(ticks * per_quarter / TICKS_PER_QUARTER)): ticks for ticks in reversed(DURATIONS)}
    tokens = sorted(token for token in said if token < DURATION_COUNT)
    return tokens, np.array([said[token] for token in tokens]) / TICKS_PER_QUARTER


def _summed(logits: Logits, centres: Sequence[int], tail: int | None) -> Logits:
    """Returns the logits of cells: of all tokens that lie nearest to each centre, and of those from `tail` on.

    Centres rise, and lie before the tail. Without any, all is the tail's.
    """
    middles = [(before + after + 1) // 2 for before, after in pairwise(centres)]
    starts = [0, *middles] if centres else []
    if tail is not None:
        starts.append(tail if centres else 0)
    return np.asarray(np.logaddexp.reduceat(logits, starts), dtype=np.float32)
