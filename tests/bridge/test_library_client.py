"""The library's calls against an engine that keeps samples in a dictionary."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bridge import library_client
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


async def test_indexing_says_what_it_did(engine: FakeEngine, library: LibraryClient) -> None:
    engine.unreadable[digest("clap")] = "It is noise."
    entries = [Entry(digest(name), name, ()) for name in ("clap", "kick")]
    job = await run_job(library.engine, lambda: library.index(entries, "request-2"), lambda event: None)
    assert job.indexing is not None
    assert job.indexing.indexed_count == 1
    assert job.indexing.unreadable == {digest("clap"): "It is noise."}


async def test_a_sample_that_was_not_sent_is_said_to_be_lost(library: LibraryClient) -> None:
    with pytest.raises(AssetLost):
        await library.index([Entry(digest("never sent"), "x", ())], "request-3")


async def test_a_sample_is_read_whole(library: LibraryClient) -> None:
    (sample,), total_count = await library.find(Wanted("bass"))
    assert total_count == 1
    assert (sample.id, sample.name, sample.folders) == (
        digest("bass loop Am 92"),
        "bass loop Am 92",
        ("Drums", "João é"),
    )
    assert (sample.kind, sample.quarter_bpm, sample.key) == ("loop", 92.0, parse_key("Am"))
    assert sample.tags == ("drums", "techno")  # the strongest first, and none that the models do not hear


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
    assert await library.known([digest(name) for name in asked]) == {digest(name) for name in asked if name in NAMES}


async def test_removed_samples_are_gone_and_counted_once(library: LibraryClient) -> None:
    ids = [digest("kick"), digest("unknown")]
    assert await library.remove(ids) == 1
    assert await library.remove(ids) == 0
    assert {sample.name for sample in (await library.find(Wanted()))[0]} == set(NAMES) - {"kick"}


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


async def test_uses_count_once_per_request(engine: FakeEngine, library: LibraryClient) -> None:
    uses = [Use(digest("kick"), "p", UseKind.INSERTED, "ana", 1.5), Use(digest("snare"), "p", UseKind.SKIPPED)]
    assert await library.record(uses, "r") == 2
    assert await library.record(uses, "r") == 0
    first, second = engine.uses["r"]
    assert (first.kind, first.use_time.ToNanoseconds(), second.kind) == (1, 1_500_000_000, 3)
    assert not second.HasField("use_time")


async def test_the_map_comes_in_pages(library: LibraryClient) -> None:
    found = await library.map()
    assert [point.sample_id for point in found.points] == sorted(map(digest, NAMES))
    assert {point.cluster_id for point in found.points} == {-1, 0}
    assert [cluster.name for cluster in found.clusters] == ["drums, techno"]


async def test_a_sample_is_fetched_once_under_its_own_name(
    library: LibraryClient, engine: FakeEngine, tmp_path: Path
) -> None:
    (sample,), _ = await library.find(Wanted("kick"))
    path = await library.fetch(sample, tmp_path)
    assert path.read_bytes() == b"kick"
    assert path.stem == "kick"
    assert await library.fetch(sample, tmp_path) == path
    assert engine.count("DownloadAsset from 0") == 1
    engine.assets.clear()
    with pytest.raises(AssetLost, match="kick"):
        await library.fetch(sample, tmp_path)


async def test_a_query_without_its_audio_is_refused_as_lost(library: LibraryClient) -> None:
    with pytest.raises(AssetLost):
        await library.suggest(Query((digest("never sent"),)))
