"""What the bridge expects of an engine's library: of the one of a few lines that other tests use, and of the real one.

The real engine's samples are measured as ever, but their tags and embeddings are made up, which needs no weights.
"""

import asyncio
import hashlib
import io
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from bridge import library_client
from bridge.client import EngineClient
from bridge.codec import Job
from bridge.errors import AssetLost
from bridge.jobs import run_job
from bridge.library.modes import Mode
from bridge.library.sample import Entry, Query, Use, UseKind, Wanted
from bridge.library_client import LibraryClient
from bridge.midi.key import parse_key
from engine.library import indexing
from engine.server import build
from engine.settings import Settings
from tests.bridge.fake_engine import FakeEngine, serve
from tests.engine.library.stand_in import describe_without_weights

NAMES = ("bass loop Am 92", "clap", "kick", "pad loop 140", "snare")
NO_AUDIO = b"no audio at all"


def sound(name: str) -> bytes:
    """Returns a short sound as a file, a different one for each name."""
    file = io.BytesIO()
    sf.write(file, np.random.default_rng(list(name.encode())).uniform(-0.5, 0.5, 2205), 22_050, format="WAV")
    return file.getvalue()


SOUNDS = {name: sound(name) for name in NAMES}


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


IDS = {name: digest(content) for name, content in SOUNDS.items()}


@pytest.fixture(scope="module")
def real_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a real engine is, which runs in a thread of this process."""
    folder = tmp_path_factory.mktemp("engine")
    settings = Settings(
        data_folder=folder / "data", weights_folder=folder / "weights", port=0, device="cpu", is_offline=True,
        grace_sec=1.0,
    )  # fmt: skip
    started, found, loop = threading.Event(), list[str](), asyncio.new_event_loop()

    async def run() -> None:
        engine = build(settings)
        await engine.start()
        found.append(engine.address)
        started.set()
        await stop.wait()
        await engine.stop()

    stop = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(indexing, "describe_files", describe_without_weights)
        thread.start()
        assert started.wait(20)
        yield found[0]
        loop.call_soon_threadsafe(stop.set)
        thread.join(20)
    loop.close()


@pytest.fixture(params=["a few lines", "real"])
async def address(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """Where an engine is."""
    if request.param == "real":
        yield request.getfixturevalue("real_address")
        return
    async with serve(FakeEngine(unreadable={digest(NO_AUDIO): "It is no audio."})) as fake_address:
        yield fake_address


@pytest.fixture
async def library(address: str, tmp_path: Path) -> AsyncIterator[LibraryClient]:
    """A library that holds the named samples, whatever a test before has made of it."""
    async with EngineClient(address, patience_sec=1.0) as client:
        for content in (*SOUNDS.values(), NO_AUDIO):
            (tmp_path / "upload").write_bytes(content)
            await client.upload(tmp_path / "upload", digest(content), "audio/wav", lambda sent: None)
        library = LibraryClient(client)
        await index(library, [Entry(IDS[name], name, ("Drums", "João é")) for name in NAMES])
        yield library


async def index(library: LibraryClient, entries: list[Entry]) -> Job:
    request_id = digest(repr((entries, id(library))).encode())
    return await run_job(library.engine, lambda: library.index(entries, request_id), lambda event: None)


async def test_indexing_says_what_it_did(library: LibraryClient) -> None:
    job = await index(library, [Entry(digest(NO_AUDIO), "noise", ()), Entry(IDS["kick"], "boom", ())])
    assert job.indexing is not None
    assert job.indexing.indexed_count == 1
    assert job.indexing.unreadable.keys() == {digest(NO_AUDIO)}
    assert all(reason.endswith(".") for reason in job.indexing.unreadable.values())
    assert (await library.find(Wanted(sample_ids=(IDS["kick"],))))[0][0].name == "boom"


async def test_a_sample_that_was_not_sent_is_said_to_be_lost(library: LibraryClient) -> None:
    with pytest.raises(AssetLost):
        await library.index([Entry(digest(b"never sent"), "x", ())], "never sent")


async def test_a_sample_is_read_whole(library: LibraryClient) -> None:
    (sample,), total_count = await library.find(Wanted("bass"))
    assert total_count == 1
    assert (sample.id, sample.name, sample.folders) == (IDS["bass loop Am 92"], "bass loop Am 92", ("Drums", "João é"))
    assert (sample.kind, sample.quarter_bpm) == ("loop", 92.0)
    key = parse_key("Am")
    assert key is not None
    assert sample.key is not None
    assert sample.key.name == key.name
    assert sample.duration_sec > 0
    assert sample.tags


async def test_kinds_are_limits(library: LibraryClient) -> None:
    samples, total_count = await library.find(Wanted(kinds=("loop",)))
    assert [sample.name for sample in samples] == ["bass loop Am 92", "pad loop 140"]
    assert total_count == 2


async def test_pages_are_put_together(library: LibraryClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_client, "PAGE_SIZE", 2)
    samples, total_count = await library.find(Wanted(count=4))
    assert [sample.name for sample in samples] == sorted(NAMES)[:4]
    assert total_count == 5


async def test_a_page_begins_anywhere(library: LibraryClient) -> None:
    samples, total_count = await library.page(Wanted(count=2), skip=3)
    assert [sample.name for sample in samples] == sorted(NAMES)[3:]
    assert total_count == 5
    assert await library.page(Wanted(), skip=9) == ([], 5)


@pytest.mark.parametrize("asked", [NAMES, ("kick", "unknown", "snare"), ("unknown",), ()])
async def test_the_engine_says_which_samples_it_has(library: LibraryClient, asked: tuple[str, ...]) -> None:
    ids = [IDS.get(name, digest(name.encode())) for name in asked]
    assert await library.known(ids) == set(ids) & set(IDS.values())


async def test_without_a_model_that_knows_text_nothing_waits_for_it(library: LibraryClient) -> None:
    assert await library.unheard(list(IDS.values())) == set()


async def test_removed_samples_are_gone_and_counted_once(library: LibraryClient) -> None:
    ids = [IDS["kick"], digest(b"unknown")]
    assert await library.remove(ids) == 1
    assert await library.remove(ids) == 0
    assert {sample.name for sample in (await library.find(Wanted()))[0]} == set(NAMES) - {"kick"}


async def test_suggestions_leave_out_what_is_known_and_what_is_not_wanted(library: LibraryClient) -> None:
    query = Query(
        (IDS["kick"],), mode=Mode.SIMILAR, count=10, disliked_ids=(IDS["clap"],), excluded_ids=(IDS["pad loop 140"],)
    )
    suggestions = await library.suggest(query)
    assert {found.sample.name for found in suggestions} == {"bass loop Am 92", "snare"}
    assert len(await library.suggest(Query((IDS["kick"],), mode=Mode.SIMILAR, count=1))) == 1


async def test_a_query_without_its_audio_is_refused_as_lost(library: LibraryClient) -> None:
    with pytest.raises(AssetLost):
        await library.suggest(Query((digest(b"never sent"),)))


async def test_uses_count_once_however_often_they_are_told(library: LibraryClient) -> None:
    uses = [Use(IDS["kick"], "p", UseKind.INSERTED, "ana", 1.5), Use(IDS["snare"], "p", UseKind.SKIPPED)]
    assert await library.record(uses, "first") == 2
    assert await library.record(uses, "first") == 2  # a retry gets the same answer
    assert await library.record(uses, "second") == 0


async def test_the_map_has_every_sample_once(library: LibraryClient) -> None:
    found = await library.map()
    assert sorted(point.sample_id for point in found.points) == sorted(IDS.values())
    assert all(0 <= place <= 1 for point in found.points for place in (point.x, point.y))
    assert {point.cluster_id for point in found.points} <= {-1, *(cluster.id for cluster in found.clusters)}


async def test_a_sample_is_fetched_under_its_own_name(library: LibraryClient, tmp_path: Path) -> None:
    (sample,), _ = await library.find(Wanted(sample_ids=(IDS["kick"],)))
    path = await library.fetch(sample, tmp_path)
    assert (path.read_bytes(), path.name) == (SOUNDS["kick"], "kick.wav")
    assert await library.fetch(sample, tmp_path) == path
