"""A real Ardour beside a stand-in bridge, with the scripts installed and excerpts of a real song at hand."""

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
import soundfile

from tests.bridge.conftest import auxsend_command, auxsend_environment
from tests.daw_scripts.ardour.host import Ardour, missing_programs, virtual_display
from tests.daw_scripts.ardour.studio import DIALOGS_SLOT, add_scripts, install
from tests.daw_scripts.stand_in import StandIn
from tests.songs import excerpt

SAMPLE_RATE_HZ = 44_100
WAIT_SEC = 15.0
AHEAD_SEC = -3600.0
"""Age of a stand-in's sign of life that no test outlasts."""

WriteExcerpt = Callable[..., Path]
StartArdour = Callable[..., Ardour]
Found = TypeVar("Found")


@pytest.fixture(scope="session")
def display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A screen that nobody sees; skips where Ardour cannot be run at all."""
    missing = missing_programs()
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)} (Debian's packages ardour and xvfb)")
    with virtual_display(tmp_path_factory.mktemp("display") / "xvfb.log") as name:
        yield name


@pytest.fixture(scope="module")
def start_ardour(display: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartArdour]:
    """Starts an Ardour with the scripts as `auxsend` installs them for a home, or beside a spool with no bridge."""
    started: list[Ardour] = []

    def start(home: Path | None = None) -> Ardour:
        ardour = Ardour(tmp_path_factory.mktemp("Größe é"), sample_rate_hz=SAMPLE_RATE_HZ)
        started.append(ardour)
        ardour.prepare()
        if home:
            command = auxsend_command("install", "ardour", "--path", ardour.config_folder)
            subprocess.run(command, env=auxsend_environment(home), check=True, timeout=60)
            ardour.environment["AUXSEND_HOME"] = str(home)
        else:
            install(ardour, ardour.folder / "spool")
        add_scripts(ardour)
        ardour.start(display)
        ardour.choose(DIALOGS_SLOT)
        return ardour

    yield start
    for ardour in started:
        ardour.stop()


@pytest.fixture(scope="module")
def ardour(start_ardour: StartArdour) -> Ardour:
    """The Ardour that the tests of a module share."""
    return start_ardour()


@pytest.fixture
def bridge(ardour: Ardour) -> StandIn:
    """A stand-in bridge that is up."""
    stand_in = StandIn(ardour.folder / "spool", host="ardour")
    stand_in.live(AHEAD_SEC)
    return stand_in


@pytest.fixture
def write_excerpt(tmp_path: Path) -> WriteExcerpt:
    """Writes seconds out of a real song and returns the file's path."""

    def write(name: str = "song é.wav", start_sec: float = 40.0, length_sec: float = 6.0, channels: int = 2) -> Path:
        samples, rate_hz = excerpt("sectoid/*/song.ogg", start_sec, length_sec)
        path = tmp_path / name
        soundfile.write(path, np.ascontiguousarray(samples[:channels].T), rate_hz, subtype="PCM_16")
        return path

    return write


def wait_for(look: Callable[[], Found | None], what: str, timeout_sec: float = WAIT_SEC) -> Found:
    """Returns what `look` finds, as soon as it finds something."""
    deadline = time.monotonic() + timeout_sec
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"no {what} within {timeout_sec} s"
        time.sleep(0.02)
