"""The whole way with a real engine: sounds on disk, scanned, described, found, suggested, used."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf
from numpy.typing import NDArray

from bridge.client import EngineClient
from bridge.clip import Clip
from bridge.core import Connect
from bridge.events import Event, Notice
from bridge.library import answers
from bridge.library.index import Indexed
from bridge.library.learn import Learnt, find_uses, teach
from bridge.library.modes import Mode
from bridge.library.place import LibraryPlace
from bridge.library.store import LibraryStore
from bridge.library.upkeep import EngineWay, update
from bridge.library_client import LibraryClient
from bridge.library_verbs import Search, Suggest, UseSample
from engine.settings import default_folders
from tests.bridge.projects.test_references import reaper_project
from tests.conftest import RunEngine

pytestmark = pytest.mark.weights

RATE_HZ = 44_100
BEAT_SAMPLES = RATE_HZ * 60 // 120
Sound = NDArray[np.float64]


def unheard(event: Event) -> None:
    assert not isinstance(event, Notice), event


def time_sec(seconds: float) -> Sound:
    return np.arange(round(seconds * RATE_HZ)) / RATE_HZ


def kick(pitch_hz: float) -> Sound:
    t = time_sec(0.4)
    return np.asarray(np.sin(2 * np.pi * (pitch_hz * t + 3 * (1 - np.exp(-t * 30)))) * np.exp(-t * 9))


def hat(seed: int) -> Sound:
    noise = np.diff(np.random.default_rng(seed).standard_normal(round(0.15 * RATE_HZ) + 2), 2)
    return np.asarray(noise * np.exp(-time_sec(0.15) * 40) / 4)


def groove(seed: int) -> Sound:
    """Returns two bars of kicks on the beats and hats between them, at 120 BPM."""
    bars = np.zeros(8 * BEAT_SAMPLES)
    for beat in range(8):
        for start, hit in ((beat * BEAT_SAMPLES, kick(50)), ((2 * beat + 1) * BEAT_SAMPLES // 2, hat(seed))):
            bars[start : start + len(hit)] += hit[: len(bars) - start]
    return bars


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """A dozen sounds in three folders."""
    sounds = (
        {f"Kicks/kick {number}.wav": kick(45 + 3 * number) for number in range(4)}
        | {f"Hats/hat {number}.wav": hat(number) for number in range(4)}
        | {f"Loops/groove Am 120 {number}.wav": groove(number) for number in range(4)}
    )
    for name, sound in sounds.items():
        path = tmp_path / "music" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        sf.write(path, 0.8 * sound / np.abs(sound).max(), RATE_HZ)
    return tmp_path / "music"


@pytest.fixture
async def connect(run_engine: RunEngine) -> AsyncIterator[Connect]:
    async with run_engine(weights_folder=default_folders()[1], is_offline=False) as engine:

        @asynccontextmanager
        async def open_client() -> AsyncIterator[EngineClient]:
            async with EngineClient(engine.address) as client:
                yield client

        yield open_client


@pytest.fixture
async def way(connect: Connect, music: Path, place: LibraryPlace) -> EngineWay:
    """The way to an engine that knows the sounds."""

    async def is_running() -> bool:
        return True

    way = EngineWay(connect, is_running)
    _, told = await update(place, [music], way, unheard)
    assert told == Indexed(indexed=12)
    return way


async def test_a_library_is_described_found_and_kept(way: EngineWay, music: Path, place: LibraryPlace) -> None:
    assert (await update(place, [], way, unheard))[1] == Indexed()
    rows = (await answers.search(Search("groove", count=50), way.connect, unheard, place))["rows"]
    assert {row["name"] for row in rows} == {f"groove Am 120 {number}" for number in range(4)}
    assert {(row["kind"], row["key"], row["bpm"]) for row in rows} == {("loop", "A minor", 120.0)}
    assert all(Path(row["path"]).is_file() for row in rows)
    kinds = {
        row["kind"]: row["name"].split()[0]
        for row in (await answers.search(Search(kinds=("one-shot",)), way.connect, unheard, place))["rows"]
    }
    assert kinds == {"one-shot/kick": "kick", "one-shot/hat": "hat"}
    (music / "Hats/hat 2.wav").rename(music / "Hats/tick.wav")
    (music / "Hats/hat 3.wav").unlink()
    assert (await update(place, [], way, unheard))[1] == Indexed(indexed=1, removed=1)
    found = await answers.search(Search(kinds=("one-shot/hat",)), way.connect, unheard, place)
    assert sorted(row["name"] for row in found["rows"]) == ["hat 0", "hat 1", "tick"]


async def test_suggestions_know_the_sound_and_what_was_used_with_it(
    way: EngineWay, music: Path, place: LibraryPlace, tmp_path: Path
) -> None:
    item = Clip(music / "Kicks/kick 0.wav", length_sec=0.4)

    async def ask(**order: Any) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = (await answers.suggest(Suggest(item, **order), way.connect, unheard, place))[
            "rows"
        ]
        return rows

    assert {row["name"].split()[0] for row in await ask(mode=Mode.SIMILAR, count=3)} == {"kick"}
    loops = await ask(kinds=("loop",), project_bpm=90.0)
    assert {row["name"].split()[0] for row in loops} == {"groove"}
    assert all(row["playrate"] == 0.75 and row["why"] for row in loops)

    (tmp_path / "songs").mkdir()
    for number in range(3):
        reaper_project(tmp_path / f"songs/{number}.RPP", str(item.file), str(music / "Hats/hat 2.wav"))
    with LibraryStore(place.database) as store:
        found = list(find_uses(tmp_path / "songs", store, Learnt(), unheard))
    async with way.connect() as client:
        assert await teach(found, LibraryClient(client), place) == 6
        assert await teach(found, LibraryClient(client), place) == 0
    async with asyncio.timeout(60):  # it is learnt beside other work
        while not (rows := await ask(mode=Mode.TASTE, count=1)) or rows[0]["name"] != "hat 2":
            await asyncio.sleep(0.1)
    assert any("3 projects" in reason for reason in rows[0]["why"])
    use = UseSample(rows[0]["sample"], "/songs/new.RPP")
    assert await answers.record_use(use, "request-1", way.connect, unheard, place) == {"recorded_count": 1}
