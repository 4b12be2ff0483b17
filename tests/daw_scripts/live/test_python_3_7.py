"""Live 11 has Python 3.7: every file is in its grammar, and where that Python is installed, the script runs on it."""

import ast
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.daw_scripts.fake_live.module import SCRIPT

# With as little of Live as it takes: all of the script is imported, ticks, hears a note and is taken away.
CODE = """
import sys
from unittest.mock import MagicMock

live = sys.modules["Live"] = MagicMock()
for name in ("Track", "Clip", "ClipSlot"):
    setattr(getattr(live, name), name, type(name, (), {}))
sys.path.insert(0, sys.argv[1])
import AuxSend

handle = MagicMock()
handle.song().view.detail_clip = handle.song().view.highlighted_clip_slot = None
surface = AuxSend.create_instance(handle)
for _ in range(3):
    surface.update_display()
surface.receive_midi((0x9F, 60, 1))
surface.update_display()
surface.disconnect()
for function in (handle.log_message, handle.show_message):
    print(*(call[0][0] for call in function.call_args_list))
"""


@pytest.mark.parametrize("path", sorted(SCRIPT.glob("*.py")), ids=lambda path: path.name)
def test_every_file_is_in_its_grammar(path: Path) -> None:
    """Annotations are never worked out, so they may be as today's."""
    tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 7))
    imported = [node.module for node in tree.body if isinstance(node, ast.ImportFrom)]
    has_annotations = any(isinstance(node, ast.FunctionDef | ast.AnnAssign) for node in ast.walk(tree))
    assert "__future__" in imported or path.name in ("__init__.py", "words.py") or not has_annotations


def find_python() -> str:
    """Returns a Python 3.7 of this machine: the one on the path, or one of pyenv's."""
    found = [Path(shutil.which("python3.7") or ""), *sorted(Path.home().glob(".pyenv/versions/3.7.*/bin/python3.7"))]
    for command in found:
        if command.is_file() and subprocess.run([command, "--version"], capture_output=True).returncode == 0:
            return str(command)
    pytest.skip("python3.7 is not installed")


def test_it_runs(tmp_path: Path) -> None:
    environment = {"AUXSEND_HOME": str(tmp_path), "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    command = [find_python(), "-c", CODE, str(SCRIPT.parent)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, timeout=60)
    assert done.stderr == ""
    log, messages = done.stdout.splitlines()
    assert log.startswith("AuxSend: No bridge answers")
    assert messages.startswith("AuxSend: Nothing is selected")
