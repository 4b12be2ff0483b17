"""Strict reading of JSON into frozen dataclasses, with a sentence for whatever does not fit.

A dataclass is its own schema: `length_sec: Annotated[float, "length on the timeline", Above(0)]` says what is accepted,
what it means for a person, and which numbers can be meant. Nothing is converted and nothing unknown is passed over, so
that a misspelt key is an error here and not a default somewhere else.
"""

import dataclasses
import math
import types
import typing
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar

from bridge.errors import RequestRefused

LONGEST_TEXT = 4096
LONGEST_LIST = 64

T = TypeVar("T")


@dataclasses.dataclass(frozen=True)
class Above:
    """Says of a number that it must be larger."""

    bound: float


@dataclasses.dataclass(frozen=True)
class AtLeast:
    """Says of a number that it must be as large or larger."""

    bound: float


@dataclasses.dataclass(frozen=True)
class AtMost:
    """Says of a number that it must be as small or smaller, and of a list that it must not be longer."""

    bound: float


def parse(kind: type[T], value: object, where: str) -> T:
    """Returns the dataclass `kind` that a JSON object stands for.

    Args:
        kind: a frozen dataclass.
        value: decoded JSON.
        where: what the sentences call it, such as "params".

    Raises:
        RequestRefused: something is missing, unknown, of the wrong type or out of bounds.
    """
    if not isinstance(value, Mapping):
        raise RequestRefused(f"“{where}” must be an object.")
    hints = typing.get_type_hints(kind, include_extras=True)
    fields = {field.name: field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    for key in value:
        if key not in fields:
            allowed = f"may hold {', '.join(fields)}" if fields else "must be empty"
            raise RequestRefused(f"“{where}.{str(key)[:64]}” is not known; “{where}” {allowed}.")
    found = {}
    for name, field in fields.items():
        if name in value:
            found[name] = _parse_value(hints[name], value[name], f"{where}.{name}")
        elif field.default is dataclasses.MISSING:
            raise RequestRefused(f"“{where}.{name}” is missing.")
    return kind(**found)


def _parse_value(hint: Any, value: object, where: str) -> object:  # noqa: ANN401 - a type, a union, or annotated
    hint, *notes = typing.get_args(hint) if typing.get_origin(hint) is Annotated else (hint,)
    if isinstance(hint, types.UnionType):
        (hint,) = (part for part in typing.get_args(hint) if part is not types.NoneType)
        return None if value is None else _parse_value(hint, value, where)
    if dataclasses.is_dataclass(hint):
        return parse(hint, value, where)  # type: ignore[arg-type]
    if typing.get_origin(hint) is tuple:
        return _parse_list(typing.get_args(hint)[0], value, where, notes)
    if issubclass(hint, StrEnum):
        return _parse_choice(hint, value, where)
    if hint is float:
        return _parse_number(value, where, notes)
    if hint is int:
        return _parse_whole(value, where, notes)
    if hint is bool:
        if not isinstance(value, bool):
            raise RequestRefused(f"“{where}” must be true or false.")
        return value
    return _parse_path(value, where) if hint is Path else _parse_text(value, where)


def _parse_text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise RequestRefused(f"“{where}” must be text.")
    if len(value) > LONGEST_TEXT:
        raise RequestRefused(f"“{where}” is longer than {LONGEST_TEXT} characters.")
    return value


def _parse_list(hint: type, value: object, where: str, notes: Sequence[object]) -> tuple[object, ...]:
    longest = next((int(note.bound) for note in notes if isinstance(note, AtMost)), LONGEST_LIST)
    if not isinstance(value, list) or len(value) > longest:
        kind = "objects" if dataclasses.is_dataclass(hint) else "texts"
        raise RequestRefused(f"“{where}” must be a list of at most {longest} {kind}.")
    return tuple(_parse_value(hint, entry, f"{where}[{n}]") for n, entry in enumerate(value))


def _parse_choice(hint: type[StrEnum], value: object, where: str) -> StrEnum:
    try:
        return hint(value)  # type: ignore[arg-type]
    except ValueError:
        raise RequestRefused(f"“{where}” must be one of {', '.join(hint)}.") from None


def _parse_number(value: object, where: str, notes: Sequence[object]) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not _is_finite(value):
        raise RequestRefused(f"“{where}” must be a number.")
    for note in notes:
        if isinstance(note, Above) and not value > note.bound:
            raise RequestRefused(f"“{where}” must be above {note.bound:g}.")
        if isinstance(note, AtLeast) and not value >= note.bound:
            raise RequestRefused(f"“{where}” must be at least {note.bound:g}.")
        if isinstance(note, AtMost) and not value <= note.bound:
            raise RequestRefused(f"“{where}” must be at most {note.bound:g}.")
    return float(value)


def _parse_whole(value: object, where: str, notes: Sequence[object]) -> int:
    number = _parse_number(value, where, notes)
    if number != int(number):
        raise RequestRefused(f"“{where}” must be a whole number.")
    return int(number)


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(float(value))
    except OverflowError:  # an integer beyond what a float holds
        return False


def _parse_path(value: object, where: str) -> Path:
    text = _parse_text(value, where)
    path = Path(text)
    if "\0" in text or ".." in path.parts or not path.is_absolute():
        raise RequestRefused(f"“{where}” must be an absolute path without “..”.")
    return path
