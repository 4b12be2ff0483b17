"""What the PyPI package `ableton-live-stubs` says of Live 12.3.6: every class, property, function and argument."""

import ast
import importlib.metadata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

PACKAGE = "ableton-live-stubs"


@dataclass(frozen=True)
class Arguments:
    """Arguments without self: their names, how many may be left out, and how many callers cannot name."""

    names: tuple[str, ...]
    default_count: int
    nameless_count: int


@cache
def stub_module(name: str) -> ast.Module:
    """Returns the description of one module of Live, such as Clip."""
    try:
        files = importlib.metadata.files(PACKAGE) or []
    except importlib.metadata.PackageNotFoundError:
        pytest.skip(f"the package {PACKAGE} is not installed")
    path = next(file.locate() for file in files if str(file) == f"Live-stubs/{name}.pyi")
    return ast.parse(Path(str(path)).read_text(encoding="utf-8"))


def find_class(body: list[ast.stmt], name: str) -> ast.ClassDef:
    return next(node for node in body if isinstance(node, ast.ClassDef) and node.name == name)


def functions_of(body: list[ast.stmt], name: str) -> list[ast.FunctionDef]:
    return [node for node in body if isinstance(node, ast.FunctionDef) and node.name == name]


def decorators_of(function: ast.FunctionDef) -> list[str]:
    return [ast.unparse(decorator) for decorator in function.decorator_list]


def arguments_of(function: ast.FunctionDef, *, is_method: bool) -> Arguments:
    nameless, named = function.args.posonlyargs, function.args.args
    names = [argument.arg for argument in (*nameless, *named)]
    skipped = 1 if is_method else 0
    return Arguments(tuple(names[skipped:]), len(function.args.defaults), max(0, len(nameless) - skipped))


def values_of(node: ast.ClassDef) -> dict[str, object]:
    """Returns the constants of an enumeration."""
    return {
        ast.unparse(line.target): ast.literal_eval(line.value)
        for line in node.body
        if isinstance(line, ast.AnnAssign) and line.value is not None
    }
