"""JSON that is read a few values at a time: for answers so large that reading them at once would hold Live up.

`read_steps` walks objects and arrays itself and leaves every scalar, and every short array of scalars (a note's row),
to the C code of `json`. It yields once for each of those, so whoever drives it can stop at any time and go on in the
next tick. The 4,000 rows of a long transcription are 4,000 steps of some microseconds each.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator

    Steps = Generator[None, None, tuple[Any, int]]
    """Yields after every value; returns the whole value and where it ends."""

DEEPEST = 32
_row = re.compile(r'\[[^]["{}]{0,255}\]')
"""A short array of numbers: one step."""
_space = re.compile(r"[ \t\r\n]*")
_decode = json.JSONDecoder().raw_decode


def read_steps(text: str) -> Generator[None, None, Any]:
    """Yields after every value in `text` and returns what it holds.

    Raises:
        ValueError: it is no JSON, or deeper than anything that the bridge says.
    """
    value, end = yield from _value(text, _skip(text, 0), 0)
    if _skip(text, end) != len(text):
        raise ValueError("something follows the value")
    return value


def _value(text: str, at: int, depth: int) -> Steps:
    if depth > DEEPEST:
        raise ValueError("too deep")
    begin = text[at : at + 1]
    if begin == "{":
        return (yield from _object(text, _skip(text, at + 1), depth))
    if begin == "[" and not _row.match(text, at):
        return (yield from _array(text, _skip(text, at + 1), depth))
    yield
    value, end = _decode(text, at)
    return value, end


def _object(text: str, at: int, depth: int) -> Steps:
    found: dict[str, Any] = {}
    if text[at : at + 1] == "}":
        return found, at + 1
    while True:
        if text[at : at + 1] != '"':
            raise ValueError("a name is missing")
        name, at = _decode(text, at)
        at = _expect(text, _skip(text, at), ":")
        found[name], at = yield from _value(text, at, depth + 1)
        at = _skip(text, at)
        if text[at : at + 1] == "}":
            return found, at + 1
        at = _expect(text, at, ",")


def _array(text: str, at: int, depth: int) -> Steps:
    found: list[Any] = []
    if text[at : at + 1] == "]":
        return found, at + 1
    while True:
        if _row.match(text, at):  # as below, without a generator for each of many thousand rows
            yield
            value, at = _decode(text, at)
        else:
            value, at = yield from _value(text, at, depth + 1)
        found.append(value)
        at = _skip(text, at)
        if text[at : at + 1] == "]":
            return found, at + 1
        at = _expect(text, at, ",")


def _skip(text: str, at: int) -> int:
    found = _space.match(text, at)
    return found.end() if found else at


def _expect(text: str, at: int, mark: str) -> int:
    if text[at : at + 1] != mark:
        raise ValueError(f"“{mark}” is missing")
    return _skip(text, at + 1)
