"""The names and arguments of the real python-reapy, read from its source: fetched as weights are, never run."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from engine.weights.packages import Package, PythonWheel

MEMBERS = {
    "reapy/core/project/project.py": "99829613897d4ffd4bb5c164e22d1bc9a0bf5304e70b1ae42c1c2e1f2916623d",
    "reapy/core/track/track.py": "db37022a795dbdce8648835ee8ba72ab351751abfd39318b9fb1ad3a981f2717",
    "reapy/core/item/item.py": "22a2b52937d5eab1c65c59c1bc90b313abf9cf7b00eab51280adeb04877a8514",
    "reapy/core/item/take.py": "470b3306cde033ac167a993648f169435071c3564e4573882d9ce024261f8177",
    "reapy/core/item/source.py": "1ac80453b8b782d18762b8604e553664093f98fdf00ef65fd70cb15b5e07f91a",
    "reapy/core/reaper/reaper.py": "6fb48879567252d3213f2becd60483f64d42fff9985700a11003238c4696b37c",
    "reapy/tools/_inside_reaper.py": "dfd68688de9e543a97aaca247268cfd573ec9a71c720bd5988a567c352afff13",
}
PACKAGE = PythonWheel(
    Package(
        name="python-reapy",
        version="0.10.0",
        archive_bytes=450101,
        members=MEMBERS,
        converter="tests.bridge.projects.reapy_package:list_names",
        sha256="f6313762ad831e7bc12e2461ceecdc4e5e121f3d3eeed89ca643a2a52552538c",
    )
)
Names = dict[str, dict[str, list[str]]]
"""Names of arguments by name of function, by name of the class; functions of no class stand under ""."""


def list_names(folder: Path, target: Path) -> None:
    """Writes what the members define, as JSON."""
    names: Names = {"": {}}
    for member in MEMBERS:
        tree = ast.parse((folder / PurePosixPath(member).name).read_text(encoding="utf-8"))
        names[""] |= dict(_functions(tree.body))
        names |= {node.name: dict(_functions(node.body)) for node in tree.body if isinstance(node, ast.ClassDef)}
    target.write_text(json.dumps(names, indent=1, sort_keys=True), encoding="utf-8")


def _functions(body: list[ast.stmt]) -> Iterator[tuple[str, list[str]]]:
    for node in body:
        is_setter = isinstance(node, ast.FunctionDef) and any(
            isinstance(decorator, ast.Attribute) and decorator.attr == "setter" for decorator in node.decorator_list
        )
        if isinstance(node, ast.FunctionDef):
            yield f"{node.name} =" if is_setter else node.name, [argument.arg for argument in node.args.args]


def fetch_names(work: Path) -> Names:
    """Returns what the package defines."""
    names: Names = json.loads(PACKAGE.fetch(work, lambda fraction, message: None).read_text(encoding="utf-8"))
    return names
