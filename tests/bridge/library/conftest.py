"""A library on this machine, and an engine of a few lines that knows its samples."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from bridge.client import EngineClient
from bridge.jobs import run_job
from bridge.library.place import LibraryPlace
from bridge.library.sample import Entry
from bridge.library.store import File, LibraryStore
from bridge.library_client import LibraryClient
from tests.bridge.fake_engine import FakeEngine, serve

Connect = Callable[[], AbstractAsyncContextManager[EngineClient]]
MakeSample = Callable[..., Path]


def digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def place(tmp_path: Path) -> LibraryPlace:
    return LibraryPlace(tmp_path / "data/library.sqlite", tmp_path / "data/samples", "ana")


@pytest.fixture
def make_sample(tmp_path: Path) -> MakeSample:
    """Writes a short sound, a different one for each name, and returns its path."""

    def make(name: str, seconds: float = 0.1, subtype: str | None = None) -> Path:
        path = tmp_path / "music" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        noise = np.random.default_rng(list(name.encode())).uniform(-0.5, 0.5, round(seconds * 8000))
        sf.write(path, noise, 8000, subtype=subtype)
        return path

    return make


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
async def connect(engine: FakeEngine) -> AsyncIterator[Connect]:
    """The way to the engine."""
    async with serve(engine) as address:

        @asynccontextmanager
        async def open_client() -> AsyncIterator[EngineClient]:
            async with EngineClient(address, patience_sec=0.5) as client:
                yield client

        yield open_client


@pytest.fixture
def put(engine: FakeEngine, connect: Connect, place: LibraryPlace) -> Callable[..., Awaitable[str]]:
    """Puts a file into the engine's library, and into this machine's unless it is said to be somebody else's."""

    async def put_in(path: Path, is_here: bool = True) -> str:
        sha256 = digest_of(path)
        engine.assets[sha256] = path.read_bytes()
        async with connect() as client:
            entries = [Entry(sha256, path.stem, ())]
            await run_job(client, lambda: LibraryClient(client).index(entries, sha256), lambda event: None)
        if is_here:
            with LibraryStore(place.database) as store:
                store.save_files([File(str(path), str(path.parent), 1, 1, sha256, 0.1)])
        return sha256

    return put_in
