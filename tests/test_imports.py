"""The import rules of the design, read from the source: who may know whom."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FRAMEWORKS = ("demucs", "onnx", "onnxruntime", "torch")
WIRE = ("grpc", "google", "auxsend")
STANDARD = sys.stdlib_module_names

# folder or file -> modules that it must not import, at any depth of its code
FORBIDDEN: dict[str, tuple[str, ...]] = {
    "bridge": ("engine", *FRAMEWORKS),
    "engine": ("bridge", "daw_scripts"),
    "engine/backends": (*WIRE, "engine.settings", "engine.services", "engine.server"),
    "engine/services": FRAMEWORKS,
    "engine/jobs": (*WIRE, *FRAMEWORKS, "engine.services", "engine.codec", "engine.asset_codec", "engine.music_codec"),
}
CONCRETE_BACKENDS = tuple(
    f"engine.backends.{path.stem}"
    for path in (ROOT / "engine/backends").glob("*.py")
    if path.stem not in ("__init__", "base")
)
NOUNS = ("engine/errors.py", "engine/audio.py", "engine/musical_time.py", "engine/notes.py")


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def breaches(folder: str, forbidden: tuple[str, ...]) -> list[str]:
    paths = [ROOT / folder] if folder.endswith(".py") else sorted((ROOT / folder).rglob("*.py"))
    return [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in paths
        for module in imports_of(path)
        if any(module == name or module.startswith(f"{name}.") for name in forbidden)
    ]


@pytest.mark.parametrize(("folder", "forbidden"), FORBIDDEN.items())
def test_nobody_imports_what_it_must_not_know(folder: str, forbidden: tuple[str, ...]) -> None:
    assert breaches(folder, forbidden) == []


def test_services_name_no_concrete_backend() -> None:
    assert CONCRETE_BACKENDS
    assert breaches("engine/services", CONCRETE_BACKENDS) == []


@pytest.mark.parametrize("noun", NOUNS)
def test_nouns_need_numpy_and_the_standard_library_only(noun: str) -> None:
    roots = {module.split(".")[0] for module in imports_of(ROOT / noun)}
    assert roots - STANDARD <= {"numpy", "engine"}


def test_the_rules_would_notice_a_breach() -> None:
    assert breaches("engine/jobs", ("engine.assets",))


@pytest.mark.parametrize("module", ["engine.server", "bridge.cli"])
def test_importing_loads_no_model_framework(module: str) -> None:
    code = f"import sys, {module}; print(*sorted({set(FRAMEWORKS)!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == ""


def test_scripts_in_python_import_the_standard_library_and_their_host_only() -> None:
    hosts = {"Live", "_Framework", "ableton"}
    for path in sorted((ROOT / "daw_scripts").rglob("*.py")):
        roots = {module.split(".")[0] for module in imports_of(path)}
        assert roots - STANDARD - hosts <= {path.parts[len(ROOT.parts) + 1], "daw_scripts"}, path
