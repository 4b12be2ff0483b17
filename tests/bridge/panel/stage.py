"""A bridge process, a library of small sounds, an engine of a few lines, and what a DAW and a browser see of them."""

import asyncio
import hashlib
import http.client
import io
import json
import math
import threading
import time
import urllib.parse
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import soundfile as sf

from bridge.library.store import File, LibraryStore
from tests.bridge.fake_engine import FakeEngine, serve
from tests.bridge.fake_library import described
from tests.bridge.running_bridge import Bridge, request, running, wait_for

SAMPLE_RATE_HZ = 22_050
SOUNDS = (
    "loop Am 92", "loop Am 120", "loop 100", "loop dusty breakbeat 90", "loop Am 140 strings", "loop shaker 124",
    "kick deep", "kick short", "snare tight", "hat open", "clap wide", "rim", "tom low", "stab Am",
)  # fmt: skip


@contextmanager
def served_engine(engine: FakeEngine) -> Iterator[str]:
    """Serves a fake engine from a thread of its own and yields its address."""
    loop = asyncio.new_event_loop()
    address: Future[str] = Future()

    async def run() -> None:
        async with serve(engine) as place:
            address.set_result(place)
            await stop.wait()

    stop = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    try:
        yield address.result(20)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(20)
        loop.close()


def write_sounds(folder: Path, names: tuple[str, ...] = SOUNDS) -> dict[str, Path]:
    """Writes a short sound per name and returns their files by id."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {}
    for number, name in enumerate(names):
        time_sec = np.arange(round(1.5 * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
        beats = 1 + number % 5 if "loop" in name else 0.5
        envelope = np.exp(-6 * ((time_sec * beats) % 1))
        tone = 0.5 * envelope * np.sin(2 * math.pi * (110 + 40 * number) * time_sec)
        path = folder / f"{name}.wav"
        sf.write(path, tone.astype(np.float32), SAMPLE_RATE_HZ, "PCM_16")
        paths[hashlib.sha256(path.read_bytes()).hexdigest()] = path
    return paths


def fill_library(home: Path, engine: FakeEngine, paths: dict[str, Path]) -> None:
    """Makes the bridge in `home` and the engine know samples, as a scan would have."""
    with LibraryStore(home / "data/bridge/library.sqlite") as store:
        for sample_id, path in paths.items():
            stat = path.stat()
            store.add_folder(str(path.parent))
            store.save_files([File(str(path), str(path.parent), stat.st_size, stat.st_mtime_ns, sample_id, 1.5)])
            engine.library[sample_id] = described(
                SimpleNamespace(asset_sha256=sample_id, name=path.stem, folders=["Drums"])
            )


@dataclass
class Host:
    """A DAW's script, as the bridge hears it through its spool."""

    bridge: Bridge
    name: str = "reaper"
    listening: str = field(default="", repr=False)

    def select(self, song: Path, name: str = "Bass line", **changes: Any) -> None:
        """Tells that an item is selected."""
        params = {"clip": {"file": str(song), "length_sec": 1.0}, "name": name, "project": "/music/Song.RPP"} | changes
        self._post(request("select", params, host=self.name))

    def listen(self) -> None:
        """Opens a `listen`, and so connects the host."""
        document = request("listen", {"wait_sec": 60}, host=self.name)
        self.listening = str(document["id"])
        self._post(document)

    def leave(self) -> None:
        """Ends the `listen`."""
        self._post(request("cancel", {"job": self.listening}))

    def order(self) -> dict[str, Any]:
        """Returns what the host was ordered to do."""

        def look() -> dict[str, Any] | None:
            job = self.bridge.http("GET", f"/v1/jobs/{self.listening}")[1]
            return job["result"] if job["state"] == "done" else None

        found: dict[str, Any] = wait_for(look, "an order")
        return found

    def _post(self, document: dict[str, Any]) -> None:
        status, answer = self.bridge.http("POST", "/v1/requests", json.dumps(document).encode())
        assert status == 200, answer


@dataclass
class Stage:
    """All of it."""

    bridge: Bridge
    engine: FakeEngine = field(default_factory=FakeEngine)
    sounds: dict[str, Path] = field(default_factory=dict)

    def link(self) -> str:
        """Returns a link that opens the panel."""
        return str(self.ask("panel")["url"])

    def ask(self, verb: str, **params: Any) -> dict[str, Any]:
        """Returns what the bridge answers at once."""
        status, answer = self.bridge.http("POST", "/v1/requests", json.dumps(request(verb, params)).encode())
        assert status == 200, answer
        result: dict[str, Any] = answer["result"]
        return result

    def host(self, name: str = "reaper") -> Host:
        """Returns a DAW."""
        return Host(self.bridge, name)


@contextmanager
def staged_panel(folder: Path) -> Iterator[Stage]:
    """Yields a bridge whose panel was never opened."""
    engine = FakeEngine()
    sounds = write_sounds(folder / "sounds")
    fill_library(folder / "home", engine, sounds)
    with served_engine(engine) as address, running(folder / "home", AUXSEND_ENGINE=address) as bridge:
        yield Stage(bridge, engine, sounds)


@contextmanager
def lonely_bridge(folder: Path) -> Iterator[Bridge]:
    """Yields a bridge with no library, whose engine is away."""
    with running(folder / "home", AUXSEND_ENGINE="127.0.0.1:9") as bridge:
        yield bridge


def open_session(url: str) -> str:
    """Opens a link as a browser does, and returns the cookie that it is given."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    connection.request("GET", f"{parts.path}?{parts.query}")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status == 303, answer.status
    return str(answer.getheader("set-cookie")).partition(";")[0]


@contextmanager
def crowded(stage: Stage, names: Iterable[str]) -> Iterator[None]:
    """Fills the engine's library with a short sound for every name, none of which is on this machine."""
    before = dict(stage.engine.library)
    for number, name in enumerate(names):
        audio = one_shot(number)
        sample_id = hashlib.sha256(audio).hexdigest()
        entry = SimpleNamespace(asset_sha256=sample_id, name=name, folders=["Crowd"])
        stage.engine.library[sample_id] = described(entry)
        stage.engine.assets[sample_id] = audio
    yield
    stage.engine.library.clear()
    stage.engine.library.update(before)


def one_shot(number: int) -> bytes:
    """Returns a WAV file of a short click that is unlike all others."""
    file = io.BytesIO()
    samples = np.exp(-np.arange(400) / 40) * np.sin(np.arange(400) * (0.1 + number / 2000))
    sf.write(file, samples, 8000, "PCM_16", format="WAV")
    return file.getvalue()


def elapsed_ms(begin_sec: float) -> float:
    """Returns how long ago a moment of the monotonic clock was."""
    return 1000 * (time.monotonic() - begin_sec)
