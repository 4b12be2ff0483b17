"""What the library's calls say to an engine and make of its answers, seen from inside an engine of a few lines.

What holds for every engine is in `test_library_contract.py`.
"""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bridge.client import EngineClient
from bridge.errors import AssetLost
from bridge.jobs import run_job
from bridge.library.modes import Mode
from bridge.library.sample import Entry, Query, Use, UseKind, Wanted
from bridge.library_client import LibraryClient
from bridge.midi.key import parse_key
from tests.bridge.fake_engine import FakeEngine, serve

NAMES = ("bass loop Am 92", "clap", "kick", "pad loop 140", "snare")


def digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(assets={digest(name): name.encode() for name in NAMES})


@pytest.fixture
async def library(engine: FakeEngine) -> AsyncIterator[LibraryClient]:
    """A library that holds the named samples."""
    async with serve(engine) as address, EngineClient(address, patience_sec=1.0) as client:
        library = LibraryClient(client)
        entries = [Entry(digest(name), name, ("Drums", "João é")) for name in NAMES]
        await run_job(client, lambda: library.index(entries, "request-1"), lambda event: None)
        yield library


async def test_why_a_sample_cannot_be_read_is_told(engine: FakeEngine, library: LibraryClient) -> None:
    engine.unreadable[digest("clap")] = "It is noise."
    entries = [Entry(digest(name), name, ()) for name in ("clap", "kick")]
    job = await run_job(library.engine, lambda: library.index(entries, "request-2"), lambda event: None)
    assert job.indexing is not None
    assert job.indexing.unreadable == {digest("clap"): "It is noise."}


async def test_tags_that_say_something_are_read(library: LibraryClient) -> None:
    (sample,), _ = await library.find(Wanted("bass"))
    assert sample.tags == ("drums", "techno")  # the strongest first, and none that the models do not hear


async def test_a_query_goes_over_the_wire_as_it_is_meant(engine: FakeEngine, library: LibraryClient) -> None:
    query = Query(
        (digest("kick"),), "warm", Mode.COMPLEMENT, 2, parse_key("F#m"), 92.0, ("loop",), ("calm",),
        (digest("snare"),), (digest("clap"),), (digest("pad loop 140"),), 0.5, "project", "ana",
    )  # fmt: skip
    suggestions = await library.suggest(query)
    assert [found.sample.name for found in suggestions] == ["bass loop Am 92", "snare"]
    assert suggestions[0].reasons == ("same key",)
    (request,) = engine.queries
    assert (request.mode, request.page_size, request.text, request.variety) == (2, 2, "warm", 0.5)
    assert (request.key.tonic, request.key.mode, request.quarter_bpm) == (6, "minor", 92.0)
    assert (request.user_id, request.project_id, list(request.tags)) == ("ana", "project", ["calm"])
    assert list(request.liked_sample_ids) == [digest("snare")]


async def test_uses_go_over_the_wire_as_they_are_meant(engine: FakeEngine, library: LibraryClient) -> None:
    uses = [Use(digest("kick"), "p", UseKind.INSERTED, "ana", 1.5), Use(digest("snare"), "p", UseKind.SKIPPED)]
    await library.record(uses, "r")
    first, second = engine.uses["r"]
    assert (first.kind, first.use_time.ToNanoseconds(), second.kind) == (1, 1_500_000_000, 3)
    assert not second.HasField("use_time")


async def test_the_map_comes_in_pages(library: LibraryClient) -> None:
    found = await library.map()
    assert [point.sample_id for point in found.points] == sorted(map(digest, NAMES))
    assert {point.cluster_id for point in found.points} == {-1, 0}
    assert [cluster.name for cluster in found.clusters] == ["drums, techno"]


async def test_a_sample_is_fetched_once(library: LibraryClient, engine: FakeEngine, tmp_path: Path) -> None:
    (sample,), _ = await library.find(Wanted("kick"))
    path = await library.fetch(sample, tmp_path)
    assert await library.fetch(sample, tmp_path) == path
    assert engine.count("DownloadAsset from 0") == 1
    engine.assets.clear()
    with pytest.raises(AssetLost, match="kick"):
        await library.fetch(sample, tmp_path)
