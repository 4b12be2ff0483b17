"""What a task makes the model read, and which sections it makes it write.

A plan is the sequence's beginning (its context) and, bar by bar, the sections that follow: given ones, whose tokens are
known (a melody to accompany, chord symbols to follow, what a variation keeps), and open ones, which the model writes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.backends.melody_chords import bar_harmonies
from engine.backends.melody_decoder import WINDOW_TOKENS
from engine.backends.melody_grid import Bar, transposed
from engine.backends.melody_prompt import Reading
from engine.backends.melody_sequence import bar_tokens, gapped_tokens, section_order, section_tokens
from engine.backends.melody_tokens import Head
from engine.backends.melody_writer import Cue
from engine.errors import InvalidArgument
from engine.generation import MOST_BARS, Accompany, Continue, Fill, Task, Vary

_RESERVED_TOKENS = {False: 20, True: 60}
"""What a bar to write takes about, without and with an accompaniment."""
_LEAST_CONTEXT_TOKENS = 160
_FILL_CONTEXT_BARS = {False: 6, True: 2}
"""On each side of a gap, as in training."""


@dataclass(frozen=True)
class Planned:
    """One section of a bar that is to be written."""

    bar: int
    """Counted from 0, from where the writing begins."""
    name: str
    """Out of `melody_tokens.SECTIONS`."""
    given: tuple[int, ...] | None
    """The section's tokens, without its name; None where the model writes them."""
    cue: Cue | None = None


@dataclass(frozen=True)
class Plan:
    """What to read and what to write."""

    context: tuple[int, ...]
    sections: tuple[Planned, ...]
    """Ordered; every bar has at least one."""
    bar_count: int
    first_bar: int
    """Number of the first bar that is written among the reading's bars, from 0."""
    repeats_motifs: bool = True
    """Whether what happened before may be looked up (`melody_motifs`); a variation is not to be its original."""


def plan_of(reading: Reading, task: Task) -> Plan:
    """Returns the plan.

    Raises:
        InvalidArgument: the task asks for bars that are not there, or too many.
    """
    if isinstance(task, Continue):
        return _continue(reading, task)
    if isinstance(task, Vary):
        return _vary(reading, task)
    if isinstance(task, Fill):
        return _fill(reading, task)
    return _accompany(reading, task)


def _continue(reading: Reading, task: Continue) -> Plan:
    _check_count(task.bar_count)
    head = _head(reading, "Continue", is_accompanied=task.is_accompanied)
    first = len(reading.bars)
    harmonies = _harmonies(reading, first, task.bar_count)
    sections = [
        Planned(number, name, _given(harmony, name))
        for number, harmony in enumerate(harmonies)
        for name in section_order(head, has_chords=bool(harmony.harmony))
    ]
    context = _context(head, reading, reading.bars, task.bar_count)
    return Plan(context, tuple(sections), task.bar_count, first)


def _vary(reading: Reading, task: Vary) -> Plan:
    count = len(reading.bars)
    _check_count(count)
    if task.kept not in ("rhythm", "contour"):
        raise InvalidArgument(f"A variation keeps the rhythm or the contour, not the {task.kept}.", field="kept")
    head = _head(reading, "Vary", is_accompanied=False)
    cue_name = task.kept.capitalize()
    sections = []
    for number, bar in enumerate(reading.bars):
        for name in section_order(head, has_chords=reading.has_chords, cue=cue_name):
            cue = Cue(bar.melody, task.kept) if name == "Melody" else None
            sections.append(Planned(number, name, _given(bar, name), cue))
    context = _context(head, reading, reading.bars, count)
    return Plan(context, tuple(sections), count, 0, repeats_motifs=False)


def _fill(reading: Reading, task: Fill) -> Plan:
    first, count = task.first_bar - 1, task.last_bar - task.first_bar + 1
    if not 0 <= first < first + count <= len(reading.bars):
        raise InvalidArgument(
            f"Bars {task.first_bar} to {task.last_bar} are not in the prompt, which has bars 1 to {len(reading.bars)}.",
            field="bars_range",
        )
    _check_count(count)
    is_accompanied = any(bar.chords or bar.bass for bar in reading.bars)
    head = _head(reading, "Fill", is_accompanied=is_accompanied)
    reach = _FILL_CONTEXT_BARS[is_accompanied]
    before = reading.bars[max(0, first - reach) : first]
    after = reading.bars[first + count : first + count + reach]
    context = gapped_tokens(before, count, after, head, has_chords=reading.has_chords)
    sections = [
        Planned(number, name, _given(bar, name))
        for number, bar in enumerate(reading.bars[first : first + count])
        for name in section_order(head, has_chords=reading.has_chords)
    ]
    return Plan(tuple(context), tuple(sections), count, first)


def _accompany(reading: Reading, task: Accompany) -> Plan:
    unknown = set(task.parts) - {"chords", "bass"}
    if unknown or not task.parts:
        raise InvalidArgument(
            f"This model accompanies with chords and bass, not with {', '.join(sorted(unknown)) or 'nothing'}.",
            field="parts",
        )
    _check_count(len(reading.bars))
    head = _head(reading, "Accompany", is_accompanied=True)
    sections = []
    for number, bar in enumerate(reading.bars):
        for name in section_order(head, has_chords=True):
            is_left_out = name in ("Chords", "Bass") and name.lower() not in task.parts
            is_open = name in ("Chords", "Bass") or (name == "Harmony" and not reading.has_chords)
            given = () if is_left_out else None if is_open else tuple(section_tokens(bar, name)[1:])
            sections.append(Planned(number, name, given))
    return Plan(tuple(head.tokens()), tuple(sections), len(reading.bars), 0)


def _given(bar: Bar, name: str) -> tuple[int, ...] | None:
    """Returns the tokens of what is told, None for what is written."""
    return tuple(section_tokens(bar, name)[1:]) if name in ("Harmony", "Rhythm", "Contour") else None


def _head(reading: Reading, task: str, *, is_accompanied: bool) -> Head:
    return Head(task, reading.model_metre, reading.key.mode, reading.quarter_bpm, is_accompanied)


def _harmonies(reading: Reading, first: int, count: int) -> list[Bar]:
    """Returns bars that hold the chord symbols given for bars after the prompt, none where none are given there."""
    begin = first * reading.bar_ticks
    if not any(tick >= begin for tick, _ in reading.next_harmony):
        return [Bar()] * count
    changes = [(tick - begin, label) for tick, label in reading.next_harmony]
    return [
        transposed(Bar(harmony=harmony), reading.to_c) for harmony in bar_harmonies(changes, reading.bar_ticks, count)
    ]


def _context(head: Head, reading: Reading, bars: Sequence[Bar], bar_count: int) -> tuple[int, ...]:
    """Returns the head and as many of the last bars as leave room for what is to be written."""
    reserved = bar_count * _RESERVED_TOKENS[head.is_accompanied]
    room = max(_LEAST_CONTEXT_TOKENS, WINDOW_TOKENS - reserved)
    read: list[int] = []
    continued = replace(head, task="Continue")
    for bar in reversed(bars):
        tokens = bar_tokens(bar, continued, has_chords=reading.has_chords)
        if read and len(read) + len(tokens) > room:
            break
        read = tokens + read
    return (*head.tokens(), *read)


def _check_count(count: int) -> None:
    if not 1 <= count <= MOST_BARS:
        raise InvalidArgument(
            f"{count} bars cannot be written at once; this model writes 1 to {MOST_BARS}.", field="bar_count"
        )
