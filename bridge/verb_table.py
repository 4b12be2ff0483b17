"""The verb table as the page for people has it, made from the code: `python -m bridge.verb_table` prints it.

A test holds docs/protocol.md to it.
"""

import dataclasses
import types
import typing
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

from bridge.schema import Above, AtLeast, AtMost
from bridge.verbs import VERBS, VERSION, Verb

BEGIN = "<!-- from the code: python -m bridge.verb_table -->"
END = "<!-- end of what is from the code -->"
_KINDS = {str: "text", int: "whole number", float: "number", bool: "true or false", Path: "path"}


def verb_table() -> str:
    """Returns the section between BEGIN and END, both included."""
    return "\n".join([BEGIN, "", f"Version {VERSION} of the protocol.", "", *_overview(), *_params(), END])


def _overview() -> Iterator[str]:
    yield "| verb | what it does | answered |"
    yield "|---|---|---|"
    for verb in VERBS.values():
        yield f"| `{verb.name}` | {verb.doc} | {_answered(verb)} |"
    yield ""


def _answered(verb: Verb) -> str:
    return "at once" if verb.is_immediate else "by a job"


def _params() -> Iterator[str]:
    for verb in VERBS.values():
        if dataclasses.fields(verb.params):
            yield f"`params` of `{verb.name}`:"
            yield ""
            yield "| name | value | default | meaning |"
            yield "|---|---|---|---|"
            yield from _rows(verb.params, "")
            yield ""


def _rows(kind: type, prefix: str) -> Iterator[str]:
    hints = typing.get_type_hints(kind, include_extras=True)
    for field in dataclasses.fields(kind):
        hint, doc, *bounds = typing.get_args(hints[field.name])
        plain, is_optional = _without_none(hint)
        value = _value(plain, bounds) + (" or null" if is_optional else "")
        yield f"| `{prefix}{field.name}` | {value} | {_default(field)} | {doc} |"
        (entry, *_), suffix = (typing.get_args(plain), "[].") if typing.get_origin(plain) is tuple else ((plain,), ".")
        if dataclasses.is_dataclass(entry):
            yield from _rows(typing.cast("type", entry), f"{prefix}{field.name}{suffix}")


def _without_none(hint: Any) -> tuple[Any, bool]:  # noqa: ANN401 - a type or a union
    if isinstance(hint, types.UnionType):
        return next(part for part in typing.get_args(hint) if part is not types.NoneType), True
    return hint, False


def _value(hint: Any, bounds: list[object]) -> str:  # noqa: ANN401
    if dataclasses.is_dataclass(hint):
        return "object"
    if typing.get_origin(hint) is tuple:
        kind = "objects" if dataclasses.is_dataclass(typing.get_args(hint)[0]) else "texts"
        return ", ".join([f"list of {kind}", *(f"at most {b.bound:g}" for b in bounds if isinstance(b, AtMost))])
    if issubclass(hint, StrEnum):
        return ", ".join(f"`{choice}`" for choice in hint)
    words = {Above: "above", AtLeast: "at least", AtMost: "at most"}
    limits = [f"{words[type(b)]} {b.bound:g}" for b in bounds if isinstance(b, (Above, AtLeast, AtMost))]
    return ", ".join([_KINDS[hint], *limits])


def _default(field: "dataclasses.Field[Any]") -> str:
    default = field.default
    if default is dataclasses.MISSING:
        return "required"
    if isinstance(default, bool) or default is None:
        return {True: "true", False: "false", None: "null"}[default]
    if default in ("", ()):
        return "empty"
    return f"`{default:g}`" if isinstance(default, float) else f"`{default}`"


if __name__ == "__main__":
    print(verb_table())
