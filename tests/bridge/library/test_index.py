"""The engine's library becomes what this machine's files are, whatever happens on the way."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bridge.errors import EngineUnreachable, RequestRefused
from bridge.events import Event, Notice
from bridge.library import index as index_module
from bridge.library.contents import list_contents, summary
from bridge.library.index import Indexed, index
from bridge.library.place import LibraryPlace
from bridge.library.store import LibraryStore
from bridge.library.upkeep import EngineWay, remove, update
from bridge.library_client import LibraryClient
from tests.bridge.fake_engine import FakeEngine
from tests.bridge.library.conftest import Connect, MakeSample, digest_of


def unheard(event: Event) -> None:
    assert not isinstance(event, Notice), event


@pytest.fixture
def way(connect: Connect) -> EngineWay:
    async def is_running() -> bool:
        return True

    return EngineWay(connect, is_running)


@pytest.fixture
async def client(connect: Connect) -> AsyncIterator[LibraryClient]:
    async with connect() as engine:
        yield LibraryClient(engine)


@pytest.fixture
def music(tmp_path: Path) -> Path:
    (tmp_path / "music").mkdir()
    return tmp_path / "music"


def names(engine: FakeEngine) -> list[str]:
    return sorted(sample.name for sample in engine.library.values())


async def test_new_samples_are_sent_and_indexed_once(
    engine: FakeEngine, place: LibraryPlace, way: EngineWay, music: Path, make_sample: MakeSample
) -> None:
    kick = make_sample("808/kick é Am 92.wav")
    shutil.copy(kick, music / "copy.wav")
    make_sample("snare.wav")
    scanned, told = await update(place, [music], way, unheard)
    assert (scanned.files, told) == (3, Indexed(indexed=2))
    assert engine.assets.keys() == engine.library.keys()
    sample = engine.library[digest_of(kick)]
    assert (sample.name, list(sample.folders)) == ("kick é Am 92", ["music", "808"])
    calls = len(engine.calls)
    assert (await update(place, [], way, unheard))[1] == Indexed()
    assert engine.calls[calls:] == ["ListSamples", "ListSamples"]  # whether they are there, and were heard


async def test_a_library_is_indexed_in_batches(
    engine: FakeEngine, place: LibraryPlace, way: EngineWay, music: Path, make_sample: MakeSample,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(index_module, "BATCH_SAMPLES", 2)
    for number in range(5):
        make_sample(f"{number}.wav")
    assert (await update(place, [music], way, unheard))[1] == Indexed(indexed=5)
    assert engine.count("IndexSamples") == 3


async def test_an_engine_that_went_away_in_between_gets_the_rest_later(
    engine: FakeEngine, place: LibraryPlace, way: EngineWay, music: Path, make_sample: MakeSample,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(index_module, "BATCH_SAMPLES", 2)
    for number in range(4):
        make_sample(f"{number}.wav")

    def go_away(event: Event) -> None:
        if engine.count("IndexSamples") == 1 and engine.library:
            engine.away_calls = 1000

    with pytest.raises(EngineUnreachable):
        await update(place, [music], way, go_away)
    engine.away_calls = 0
    assert len(engine.library) == 2
    assert (await update(place, [], way, unheard))[1] == Indexed(indexed=2)
    assert len(engine.library) == 4


async def test_a_moved_file_is_told_under_its_new_name_and_not_sent_again(
    engine: FakeEngine, place: LibraryPlace, way: EngineWay, music: Path, make_sample: MakeSample
) -> None:
    kick = make_sample("kick.wav")
    await update(place, [music], way, unheard)
    uploads = engine.count("UploadAsset")
    kick.rename(music / "boom.wav")
    assert (await update(place, [], way, unheard))[1] == Indexed(indexed=1)
    assert names(engine) == ["boom"]
    assert engine.count("UploadAsset") == uploads


async def test_a_sample_goes_with_its_last_file(
    engine: FakeEngine, place: LibraryPlace, way: EngineWay, music: Path, make_sample: MakeSample
) -> None:
    kick, snare = make_sample("kick.wav"), make_sample("snare.wav")
    shutil.copy(kick, music / "same kick.wav")
    await update(place, [music], way, unheard)
    kick.unlink()
    snare.unlink()
    assert (await update(place, [], way, unheard))[1] == Indexed(indexed=1, removed=1)  # the kick under its other name
    assert names(engine) == ["same kick"]


async def test_an_engine_that_has_lost_its_library_gets_it_again(
    engine: FakeEngine, place: LibraryPlace, way: EngineWay, music: Path, make_sample: MakeSample
) -> None:
    make_sample("kick.wav")
    make_sample("snare.wav")
    await update(place, [music], way, unheard)
    engine.library.pop(next(iter(engine.library)))
    assert (await update(place, [], way, unheard))[1] == Indexed(indexed=1)
    engine.library.clear()
    engine.assets.clear()
    assert (await update(place, [], way, unheard))[1] == Indexed(indexed=2)


async def test_an_engine_that_can_search_by_sound_since_then_hears_what_it_has(
    engine: FakeEngine, place: LibraryPlace, way: EngineWay, music: Path, make_sample: MakeSample
) -> None:
    kick, snare = make_sample("kick.wav"), make_sample("snare.wav")
    await update(place, [music], way, unheard)
    engine.unheard = {digest_of(kick)}
    engine.assets.clear()  # they have made way for others since
    assert (await update(place, [], way, unheard))[1] == Indexed(heard=1)
    assert engine.assets.keys() == {digest_of(kick)}
    assert engine.library.keys() == {digest_of(kick), digest_of(snare)}
    assert (await update(place, [], way, unheard))[1] == Indexed()


async def test_what_the_engine_cannot_read_is_listed_and_not_asked_again(
    engine: FakeEngine, place: LibraryPlace, way: EngineWay, music: Path, make_sample: MakeSample
) -> None:
    kick = make_sample("kick.wav")
    make_sample("snare.wav")
    engine.unreadable[digest_of(kick)] = "It is longer than 4 hours."
    assert (await update(place, [music], way, unheard))[1] == Indexed(indexed=1, refused=1)
    assert (await update(place, [], way, unheard))[1] == Indexed()
    with LibraryStore(place.database) as store:
        assert [item.reason for item in list_contents(store) if item.reason] == ["It is longer than 4 hours."]
        found = summary(store)
    assert (found.sample_count, found.indexed_count, found.waiting_count, found.unreadable_count) == (2, 1, 0, 1)


async def test_a_file_that_changes_while_it_is_read_waits_for_the_next_scan(
    engine: FakeEngine, place: LibraryPlace, way: EngineWay, music: Path, make_sample: MakeSample
) -> None:
    kick, snare = make_sample("kick.wav"), make_sample("snare.wav")
    await update(place, [music], None, unheard)
    kick.write_bytes(make_sample("another.wav").read_bytes())
    kick.with_name("another.wav").unlink()
    heard: list[Event] = []
    with LibraryStore(place.database) as store:
        async with way.connect() as connection:
            assert await index(store, LibraryClient(connection), heard.append) == Indexed(indexed=1)
    assert [event.message for event in heard if isinstance(event, Notice)] == [
        "“kick” has changed while it was read; the next scan takes it in."
    ]
    assert engine.library.keys() == {digest_of(snare)}
    assert (await update(place, [], way, unheard))[1] == Indexed(indexed=1)
    assert engine.library.keys() == {digest_of(snare), digest_of(kick)}


async def test_audio_that_the_engine_lost_on_the_way_is_sent_again(
    engine: FakeEngine, place: LibraryPlace, way: EngineWay, music: Path, make_sample: MakeSample
) -> None:
    make_sample("kick.wav")
    engine.forget_jobs = 1  # a restart that forgets jobs and assets
    assert (await update(place, [music], way, unheard))[1] == Indexed(indexed=1)
    assert len(engine.library) == 1


async def test_a_removed_folder_leaves_the_engine_and_stays_on_disk(
    engine: FakeEngine, place: LibraryPlace, way: EngineWay, music: Path, make_sample: MakeSample
) -> None:
    kick = make_sample("kick.wav")
    await update(place, [music], way, unheard)
    with pytest.raises(RequestRefused, match="no folder of the library"):
        await remove(place, [music / "none"], way, unheard)
    assert await remove(place, [music], way, unheard) == (1, Indexed(removed=1))
    assert engine.library == {}
    assert kick.exists()
    with pytest.raises(RequestRefused, match="library add"):
        await update(place, [], way, unheard)


async def test_an_engine_is_not_started_for_nothing(
    place: LibraryPlace, connect: Connect, engine: FakeEngine, music: Path, make_sample: MakeSample
) -> None:
    async def is_not_running() -> bool:
        return False

    way = EngineWay(connect, is_not_running)
    make_sample("kick.wav")
    await update(place, [music], way, unheard)
    calls = len(engine.calls)
    assert calls
    await update(place, [], way, unheard)
    assert len(engine.calls) == calls
