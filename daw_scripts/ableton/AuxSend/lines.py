"""Lines of JSON out of the bytes of a connection, a bounded amount in each tick.

A short line is read at once; a tick reads TICK_CHARS of those. A longer one is read in steps (`json_steps`), TICK_STEPS
in a tick, however long that takes. A line that has no end within LONGEST_LINE_CHARS is no answer of the bridge.
"""

from __future__ import annotations

import codecs
import json
from collections import deque
from typing import TYPE_CHECKING, Any

from .json_steps import read_steps

if TYPE_CHECKING:
    from collections.abc import Generator

SHORT_LINE_CHARS = 16 * 1024
LONGEST_LINE_CHARS = 4 * 1024 * 1024
TICK_CHARS = 64 * 1024
TICK_STEPS = 500
FULL_CHARS = 1024 * 1024


class Reader:
    """What came over one connection and was not read yet."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._rest: list[str] = []
        self._rest_chars = 0
        self._lines: deque[str] = deque()
        self._lines_chars = 0
        self._slow: Generator[None, None, Any] | None = None

    @property
    def is_full(self) -> bool:
        """Whether so much waits to be read that nothing more should be fetched."""
        return self._lines_chars > FULL_CHARS

    @property
    def is_idle(self) -> bool:
        """Whether no whole line waits."""
        return not self._lines and self._slow is None

    def feed(self, content: bytes) -> None:
        """Takes bytes as they come.

        Raises:
            ValueError: they are no text, or a line without end.
        """
        first, *others = self._decoder.decode(content).split("\n")
        self._add(first)
        for part in others:
            self._lines.append("".join(self._rest))
            self._lines_chars += self._rest_chars
            self._rest, self._rest_chars = [], 0
            self._add(part)

    def _add(self, part: str) -> None:
        self._rest.append(part)
        self._rest_chars += len(part)
        if self._rest_chars > LONGEST_LINE_CHARS:
            raise ValueError("a line without end")

    def take(self) -> list[dict[str, Any]]:
        """Returns the objects that could be read within one tick's share of work.

        Raises:
            ValueError: a line holds no JSON object.
        """
        found: list[dict[str, Any]] = []
        chars = 0
        while chars < TICK_CHARS and not self.is_idle:
            if self._slow is not None:
                self._go_on(found)
                break
            line = self._lines.popleft()
            self._lines_chars -= len(line)
            chars += len(line)
            if len(line) > SHORT_LINE_CHARS:
                self._slow = read_steps(line)
            elif line.strip():
                found.append(_object(json.loads(line)))
        return found

    def _go_on(self, found: list[dict[str, Any]]) -> None:
        assert self._slow is not None
        try:
            for _ in range(TICK_STEPS):
                next(self._slow)
        except StopIteration as end:
            self._slow = None
            found.append(_object(end.value))


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("a line holds no object")
    return value
