"""The library's verbs as scripts ask for them: rows with files, in time with the project."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bridge.clip import Clip
from bridge.errors import AudioRefused, RequestRefused
from bridge.events import Event, Notice
from bridge.library import answers
from bridge.library.place import LibraryPlace
from bridge.library.rows import playrate, project_id
from bridge.library.sample import Sample, UseKind
from bridge.library_verbs import Search, Suggest, UseSample
from tests.bridge.fake_engine import FakeEngine
from tests.bridge.library.conftest import Connect, MakeSample, digest_of

Put = Callable[..., Awaitable[str]]


def unheard(event: Event) -> None:
    assert not isinstance(event, Notice), event


def sample(kind: str = "loop", quarter_bpm: float = 92.0) -> Sample:
    return Sample("id", "name", (), kind, None, quarter_bpm, 4.0, -14.0, 0.5, ())


async def test_rows_say_what_why_where_and_how_fast(
    put: Put, connect: Connect, place: LibraryPlace, make_sample: MakeSample
) -> None:
    loop, item = make_sample("loop Am 96.wav"), make_sample("item.wav")
    loop_id = await put(loop)
    order = Suggest(Clip(item, length_sec=0.1), project_bpm=120.0)
    (row,) = (await answers.suggest(order, connect, unheard, place))["rows"]
    assert (row["sample"], row["name"], row["path"]) == (loop_id, "loop Am 96", str(loop))
    assert (row["kind"], row["key"], row["bpm"]) == ("loop", "A minor", 96.0)
    assert row["why"] == ["same key"]
    assert row["playrate"] == 1.25
    assert row["length_sec"] == pytest.approx(2.0 / 1.25)


async def test_an_item_that_plays_all_of_its_source_is_asked_about_as_that_file(
    put: Put, engine: FakeEngine, connect: Connect, place: LibraryPlace, make_sample: MakeSample
) -> None:
    kick, clap = make_sample("kick.wav"), make_sample("clap.wav")
    await put(kick)
    await put(clap)
    rows = (await answers.suggest(Suggest(Clip(kick, length_sec=0.1)), connect, unheard, place))["rows"]
    assert [row["name"] for row in rows] == ["clap"]
    assert engine.count("UploadAsset") == 0
    assert list(engine.queries[0].asset_sha256s) == [digest_of(kick)]


@pytest.mark.parametrize(
    "changes",
    [{"length_sec": 0.05}, {"is_reversed": True}, {"is_looped": True, "length_sec": 0.3}, {"start_offset_sec": -0.05}],
)
async def test_any_other_item_is_sent_as_it_plays(
    changes: dict[str, Any], engine: FakeEngine, connect: Connect, place: LibraryPlace, make_sample: MakeSample
) -> None:
    item = make_sample("item.wav")
    order = Suggest(Clip(item, **({"length_sec": 0.1} | changes)))
    assert await answers.suggest(order, connect, unheard, place) == {"rows": []}
    (sent,) = engine.queries[0].asset_sha256s
    assert sent != digest_of(item)
    assert sent in engine.assets


async def test_what_is_asked_reaches_the_engine(engine: FakeEngine, connect: Connect, place: LibraryPlace) -> None:
    order = Suggest(
        text="warm pad", key="F#m", quarter_bpm=90, kinds=("loop",), liked=("a" * 64,), excluded=("b" * 64,),
        project="/songs/a.RPP", variety=0.5, count=3,
    )  # fmt: skip
    await answers.suggest(order, connect, unheard, place)
    (request,) = engine.queries
    assert (request.text, request.key.tonic, request.quarter_bpm, request.page_size) == ("warm pad", 6, 90.0, 3)
    assert (request.user_id, request.project_id) == ("ana", project_id("/songs/a.RPP"))
    assert list(request.excluded_sample_ids) == ["b" * 64]


async def test_a_sample_of_somebody_else_is_fetched(
    put: Put, connect: Connect, place: LibraryPlace, make_sample: MakeSample
) -> None:
    theirs = make_sample("their kick.wav")
    await put(theirs, is_here=False)
    (row,) = (await answers.search(Search("kick"), connect, unheard, place))["rows"]
    fetched = Path(row["path"])
    assert fetched.read_bytes() == theirs.read_bytes()
    assert fetched.is_relative_to(place.samples)
    (row,) = (await answers.search(Search("kick", is_fetched=False), connect, unheard, place))["rows"]
    assert row["path"] is None


async def test_a_sample_that_is_nowhere_keeps_its_row_and_a_notice_says_so(
    put: Put, engine: FakeEngine, connect: Connect, place: LibraryPlace, make_sample: MakeSample
) -> None:
    path = make_sample("kick.wav")
    await put(path)
    path.unlink()
    engine.assets.clear()
    notices: list[Event] = []
    result = await answers.search(Search(), connect, notices.append, place)
    assert [row["path"] for row in result["rows"]] == [None]
    assert result["total_count"] == 1
    assert [event.message for event in notices if isinstance(event, Notice)] == [
        "The engine no longer has the audio of “kick”; scan the library that holds it."
    ]


async def test_the_same_use_counts_once(engine: FakeEngine, connect: Connect, place: LibraryPlace) -> None:
    order = UseSample("a" * 64, "/songs/a.RPP")
    assert await answers.record_use(order, "request-1", connect, unheard, place) == {"recorded_count": 1}
    assert await answers.record_use(order, "request-2", connect, unheard, place) == {"recorded_count": 0}
    ((use,), ()) = engine.uses.values()
    assert (use.sample_id, use.project_id, use.user_id, use.kind) == ("a" * 64, project_id("/songs/a.RPP"), "ana", 1)
    assert use.HasField("use_time")


async def test_requests_that_ask_for_nothing_are_refused(connect: Connect, place: LibraryPlace, tmp_path: Path) -> None:
    with pytest.raises(RequestRefused, match="Select an item"):
        await answers.suggest(Suggest(), connect, unheard, place)
    with pytest.raises(RequestRefused, match="no key"):
        await answers.suggest(Suggest(text="x", key="H"), connect, unheard, place)
    with pytest.raises(RequestRefused, match="project"):
        await answers.record_use(UseSample("a" * 64, "", UseKind.KEPT), "request-1", connect, unheard, place)
    with pytest.raises(AudioRefused):
        await answers.suggest(Suggest(Clip(tmp_path / "none.wav", 1.0)), connect, unheard, place)


@pytest.mark.parametrize(
    ("sample_bpm", "project_bpm", "rate"),
    [(92, 92, 1.0), (96, 120, 1.25), (70, 140, 1.0), (140, 70, 1.0), (90, 170, 17 / 18), (0, 120, 1.0), (92, 0, 1.0)],
)
def test_a_loop_is_brought_into_time_by_the_nearest_way(sample_bpm: float, project_bpm: float, rate: float) -> None:
    assert playrate(sample(quarter_bpm=sample_bpm), project_bpm) == pytest.approx(rate)


def test_a_one_shot_keeps_its_speed() -> None:
    assert playrate(sample("one-shot/kick", 92.0), 120.0) == 1.0


def test_a_project_is_known_by_a_name_that_tells_nothing() -> None:
    assert project_id("/home/ana/secret.RPP") == project_id("/home/ana/secret.RPP")
    assert project_id("/home/ana/secret.RPP") != project_id("/home/ana/other.RPP")
    assert "secret" not in project_id("/home/ana/secret.RPP")
    assert project_id("") == ""
