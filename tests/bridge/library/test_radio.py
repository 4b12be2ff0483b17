"""The endless queue, its playlists, and the map's picture."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bridge.library.map_picture import MOST_NAMES, draw_library
from bridge.library.place import LibraryPlace
from bridge.library.playlist import playlist
from bridge.library.radio import Radio
from bridge.library.rows import Row
from bridge.library.sample import Cluster, LibraryMap, MapPoint, Query, Sample, Suggestion
from bridge.library.suggest import song_parcel
from bridge.library_client import LibraryClient
from tests.bridge.fake_engine import FakeEngine
from tests.bridge.library.conftest import Connect, MakeSample

Put = Callable[..., Awaitable[str]]
NAMES = tuple("abcdefghij")


@pytest.fixture
async def radio(connect: Connect, place: LibraryPlace, put: Put, make_sample: MakeSample) -> AsyncIterator[Radio]:
    """A queue on a library of ten samples."""
    for name in NAMES:
        await put(make_sample(f"{name}.wav"))
    async with song_parcel(make_sample("seed.wav")) as file, connect() as client:
        yield Radio(Query(tags=("calm",)), file, LibraryClient(client), place, lambda event: None)


async def test_it_goes_on_until_nothing_is_left_and_repeats_nothing(radio: Radio, engine: FakeEngine) -> None:
    assert [row.sample.name async for row in radio.rows()] == list(NAMES)
    assert engine.count("UploadAsset") == 1
    assert all(list(request.tags) == ["calm"] for request in engine.queries)


async def test_what_was_kept_and_skipped_has_a_say_in_what_follows(radio: Radio, engine: FakeEngine) -> None:
    rows = radio.rows()
    first, second = await anext(rows), await anext(rows)
    await radio.keep(first)
    await radio.skip(second)
    while (row := await anext(rows)).sample.name != "e":  # of the next hand
        assert row.path is not None
    await rows.aclose()
    request = engine.queries[-1]
    assert list(request.liked_sample_ids) == [first.sample.id]
    assert list(request.disliked_sample_ids) == [second.sample.id]
    assert len(request.excluded_sample_ids) == 4
    assert request.variety > 0
    (kept,), (skipped,) = engine.uses.values()
    assert (kept.kind, skipped.kind) == (2, 3)
    assert kept.project_id == skipped.project_id != ""


def row(name: str, path: Path | None) -> Row:
    return Row(Suggestion(Sample("a" * 64, name, (), "loop", None, 0.0, 4.6, -14.0, 0.5, ()), 1.0, ()), path)


def test_a_playlist_has_what_is_here() -> None:
    rows = [row("pad\nwarm", Path("/music/é pad.wav")), row("away", None)]
    assert playlist(rows) == "#EXTM3U\n#EXTINF:5,pad warm\n/music/é pad.wav\n"


@pytest.mark.parametrize("cluster_count", [0, 3, MOST_NAMES + 6])
def test_maps_of_any_size_are_drawn(cluster_count: int, tmp_path: Path) -> None:
    points = tuple(
        MapPoint(f"{number:064x}", number / 100, (7 * number % 100) / 100, number % (cluster_count + 1) - 1)
        for number in range(100 if cluster_count else 0)
    )
    clusters = tuple(
        Cluster(number, f"drums, techno, a very long name {number}", 25) for number in range(cluster_count)
    )
    draw_library(LibraryMap(points, clusters), tmp_path / "map.png")
    assert (tmp_path / "map.png").read_bytes()[:4] == b"\x89PNG"
