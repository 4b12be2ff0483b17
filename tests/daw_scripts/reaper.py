"""A fake REAPER to drive from tests: a Lua process that runs our scripts unmodified and ticks when it is told to."""

import json
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.daw_scripts.interpreters import SHARED

FAKE = Path(__file__).parent / "fake_reaper"
TICK_SEC = 1 / 30
ESC = 27


class Reaper:
    """One running fake. Whatever a script does that REAPER would refuse raises AssertionError here."""

    def __init__(self, lua: str, scripts: Path) -> None:
        self._scripts = scripts
        self._process = subprocess.Popen(
            [lua, str(FAKE / "driver.lua"), f"{FAKE}/", f"{SHARED}/"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=10)
        self._process.stdout.close()

    def do(self, name: str, given: Any = None) -> Any:
        """Returns what a command of the driver answers."""
        self._write({"do": name, "with": given})
        while "ask" in (answer := self._read()):
            self._write(_do_for_fake(answer["ask"], Path(answer["path"])))
        assert "error" not in answer, answer.get("error")
        return answer["value"]

    def run(self, script: str, section: int = 0) -> None:
        """Starts an action, as from the action list."""
        self.do("run", {"path": str(self._scripts / f"AuxSend {script}.lua"), "section": section})

    def end(self, script: str) -> None:
        """Ends a running action, as its user does in the list of running scripts."""
        self.do("end_script", str(self._scripts / f"AuxSend {script}.lua"))

    def tick(self, count: int = 1, step_sec: float = TICK_SEC) -> int:
        """Lets REAPER's time go on; returns how many scripts still run."""
        running: int = self.do("tick", {"count": count, "step_sec": step_sec})
        return running

    def wait(self, time_sec: float) -> int:
        """Lets so many seconds of REAPER's time go by."""
        return self.tick(round(time_sec / TICK_SEC))

    def project(self, index: int = 0) -> dict[str, Any]:
        """Returns a project's tracks, its undo steps, and the jobs that it remembers."""
        state: dict[str, Any] = self.do("project", index)
        return state

    def tracks(self, index: int = 0) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.project(index)["tracks"]
        return found

    def words(self) -> str:
        """Returns what the window shows; lines of one sentence are joined."""
        return " ".join(self.do("texts"))

    def click(self, label: str, number: int = 1) -> None:
        self.do("click", {"label": label, "number": number})
        self.tick(3)

    def press(self, key: int) -> None:
        self.do("press_key", key)
        self.tick(2)

    def _write(self, value: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(value) + "\n")
        self._process.stdin.flush()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the fake REAPER has ended"
        answer: dict[str, Any] = json.loads(line)
        return answer


def _do_for_fake(question: str, path: Path) -> Any:
    """Does what plain Lua cannot: lists or makes a folder."""
    if question == "list":
        return sorted(entry.name for entry in path.iterdir() if entry.is_file()) if path.is_dir() else []
    path.mkdir(parents=True, exist_ok=True)
    return True
