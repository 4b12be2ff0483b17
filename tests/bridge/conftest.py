"""A real engine process with the fake model, the real command line, and songs of many kinds."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

LONGEST_SONG_SEC = 30.0
COMMAND_SEC = 300
TOKEN = "a token for tests"


@dataclass(frozen=True)
class Done:
    """A command line that has ended."""

    code: int
    out: str
    err: str

    @property
    def result(self) -> dict[str, object]:
        """The object on the last line of standard output."""
        found: dict[str, object] = json.loads(self.out.splitlines()[-1])
        return found


Auxsend = Callable[..., Done]


def auxsend_command(*arguments: object) -> list[str]:
    return [sys.executable, "-P", "-c", "from bridge.cli import main; main()", *map(str, arguments)]


def auxsend_environment(home: Path, **variables: str) -> dict[str, str]:
    foreign = ("AUXSEND_", "COLUMNS", "FORCE_COLOR")
    mine = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
    return mine | {"AUXSEND_HOME": str(home), "COLUMNS": "200", "NO_COLOR": "1"} | variables


@pytest.fixture(scope="session")
def engine_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An engine that outlives the tests; its address."""
    home = tmp_path_factory.mktemp("engine-home")
    command = [
        *(sys.executable, "-P", "-m", "engine", "--port", "0", "--ready-line", "--exit-with-stdin", "--offline"),
        *("--device", "cpu", "--max-audio-sec", str(LONGEST_SONG_SEC)),
    ]
    with (
        (home / "engine.log").open("wb") as log,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
            env=auxsend_environment(home, AUXSEND_TOKEN=TOKEN),
        ) as process,
    ):  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["address"]
        process.stdin.close()
        process.wait(20)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where this test's command line keeps what is its own."""
    return tmp_path / "auxsend-home"


@pytest.fixture
def auxsend(engine_address: str, home: Path, tmp_path: Path) -> Auxsend:
    """Runs the command line, with the engine that outlives the tests, in the test's folder."""

    def run(*arguments: object, **variables: str) -> Done:
        environment = {"AUXSEND_ENGINE": engine_address, "AUXSEND_TOKEN": TOKEN} | variables
        done = subprocess.run(
            auxsend_command(*arguments),
            capture_output=True,
            encoding="utf-8",
            cwd=tmp_path,
            env=auxsend_environment(home, **environment),
            timeout=COMMAND_SEC,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return run


def files_below(folder: Path) -> set[str]:
    """Returns every file and folder below `folder`, hidden ones too."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*")} if folder.exists() else set()
