"""Package clients that misbehave on purpose."""

import sys
from pathlib import Path


class StandIns:
    """Programs that stand in for npm, pip and the hub's client, written in Python."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def npm(self, code: str) -> None:
        """Puts an `npm` on the PATH that runs `code`."""
        self._program("npm", code)

    def pip(self, code: str) -> None:
        """Makes `python -m pip` run `code`."""
        self._module("pip/__main__.py", code)

    def hub(self, code: str) -> None:
        """Makes `import huggingface_hub` run `code`."""
        self._module("huggingface_hub.py", code)

    def _program(self, name: str, code: str) -> None:
        path = self._folder / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!{sys.executable}\n{code}")
        path.chmod(0o755)

    def _module(self, name: str, code: str) -> None:
        path = self._folder / "modules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(code)
