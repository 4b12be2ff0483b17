"""Notes of an item, continued: in its own seconds, whatever bar of the project it begins in.

The engine is a real one with the fake generator, which writes a note on every beat.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import mido
import pytest

from bridge.client import EngineClient
from bridge.continue_verb import Continue
from bridge.errors import OutputUnwritable, RequestRefused
from bridge.item_continue import continue_item
from bridge.verbs import read_request
from tests.conftest import RunEngine


def rows(first_sec: float = 0.0, count: int = 8) -> list[dict[str, Any]]:
    """Returns quarter notes at 120."""
    return [
        {"pitch": 60 + number, "velocity": 90, "onset_sec": first_sec + number / 2, "duration_sec": 0.5}
        for number in range(count)
    ]


def order(folder: Path, **params: Any) -> Continue:
    """Returns what the bridge reads of a request."""
    names = {"notes": rows(), "name": "tune: 1", "folder": str(folder), "model": "fake-melody"} | params
    found: Continue = read_request({"v": 1, "id": "test-12345", "verb": "continue", "params": names}).params
    return found


@pytest.fixture
async def result(run_engine: RunEngine, tmp_path: Path) -> AsyncIterator[Any]:
    """Continues notes and returns the result."""
    async with run_engine() as engine:

        @asynccontextmanager
        async def connect() -> AsyncIterator[EngineClient]:
            async with EngineClient(engine.address) as client:
                yield client

        async def go_on(folder: Path = tmp_path, **params: Any) -> dict[str, Any]:
            request_id = f"request {sorted(params.items())}"  # as a script does: another wish is another request
            return await continue_item(order(folder, **params), request_id, connect, lambda event: None)

        yield go_on


def onsets(document: dict[str, Any]) -> list[float]:
    (track,) = document["candidates"][0]["tracks"]
    return [round(row[2], 6) for row in track["notes"]]


async def test_the_new_item_begins_at_the_bar_line_after_the_old_one(result: Any, tmp_path: Path) -> None:
    document = await result(bars=2, key="A minor", candidates=3, program=73)
    assert (document["begin_sec"], document["length_sec"], document["bars"]) == (4.0, 4.0, 2)
    assert (document["key"], document["time_signature"]) == ("A minor", [4, 4])
    assert len(document["candidates"]) == 3
    assert document["candidates"][0]["tracks"][0]["program"] == 73
    assert onsets(document) == [number / 2 for number in range(8)]
    file = Path(document["midi_file"])
    assert file.parent == tmp_path / "AuxSend"
    assert file.name.startswith("tune_ 1 ")
    assert len(mido.MidiFile(file).tracks) == 1 + 3
    assert (await result(bars=2, key="A minor", candidates=3, program=73))["midi_file"] == document["midi_file"]


async def test_bars_are_the_projects_where_the_item_begins_within_one(result: Any) -> None:
    metre = {"numerator": 4, "denominator": 4}
    document = await result(time_signatures=[{"time_sec": -0.5} | metre], notes=rows(count=7))
    assert document["begin_sec"] == pytest.approx(3.5)
    inside = await result(time_signatures=[{"time_sec": -1.5} | metre], notes=rows(count=7))
    assert inside["begin_sec"] == pytest.approx(4.5)


async def test_tempos_before_the_item_and_within_the_answer_are_followed(result: Any) -> None:
    tempos = [
        {"time_sec": time_sec, "quarter_bpm": bpm} for time_sec, bpm in ((-9.0, 200.0), (-3.0, 120.0), (5.0, 60.0))
    ]
    document = await result(tempos=tempos, bars=1)
    assert document["begin_sec"] == pytest.approx(4.0)
    assert onsets(document) == [0.0, 0.5, 1.0, 2.0]
    assert document["length_sec"] == pytest.approx(3.0)


async def test_another_metre_has_other_bars(result: Any) -> None:
    metre = [{"time_sec": 0.0, "numerator": 7, "denominator": 8}]
    document = await result(time_signatures=metre, bars=1)
    assert document["begin_sec"] == pytest.approx(5.25)
    assert onsets(document) == [number / 4 for number in range(7)]


async def test_notes_outside_of_the_item_are_not_heard(result: Any) -> None:
    assert (await result(notes=rows(-4.0, 17), length_sec=2.0))["begin_sec"] == pytest.approx(2.0)


async def test_constraints_are_kept(result: Any) -> None:
    rules = {"key_rule": "strict", "scale": "C E♭ G", "lowest_pitch": 60, "highest_pitch": 72, "notes_per_bar": 8}
    document = await result(bars=1, max_polyphony=1, stays_in_bars=True, rings_over=True, **rules)
    (track,) = document["candidates"][0]["tracks"]
    assert {row[0] for row in track["notes"]} <= {60, 63, 67, 72}
    assert 6 <= len(track["notes"]) <= 10
    with pytest.raises(RequestRefused, match="“H” is no note"):
        await result(scale="C H")


async def test_other_modes_stand_where_the_item_does(result: Any) -> None:
    filled = await result(mode="fill", first_bar=2, last_bar=2, chords="Am")
    assert (filled["begin_sec"], filled["bars"]) == (2.0, 1)
    led = await result(mode="accompany")
    assert led["begin_sec"] == 0.0
    assert [track["name"] for track in led["candidates"][0]["tracks"]] == ["chords", "bass"]
    assert onsets(await result(mode="vary", kept="contour")) == [number / 2 for number in range(8)]


async def test_what_cannot_be_gone_on_from_is_refused_and_leaves_nothing(result: Any, tmp_path: Path) -> None:
    with pytest.raises(RequestRefused, match="has no notes"):
        await result(notes=[])
    with pytest.raises(RequestRefused, match="has no notes"):
        await result(notes=rows(5.0), length_sec=4.0)
    late = [{"time_sec": 1.0, "numerator": 4, "denominator": 4}]
    with pytest.raises(RequestRefused, match="at or before the item's beginning"):
        await result(time_signatures=late)
    with pytest.raises(RequestRefused, match="no metre of 4/3"):
        await result(time_signatures=[{"time_sec": 0.0, "numerator": 4, "denominator": 3}])
    with pytest.raises(RequestRefused, match="Bars 2 to 9 are not in"):
        await result(mode="fill", first_bar=2, last_bar=9)
    with pytest.raises(OutputUnwritable, match="save the project"):
        await result(folder=tmp_path / "nowhere")
    assert not list(tmp_path.glob("AuxSend*"))


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"notes": 7}, "“params.notes” must be a list of at most 10000 objects"),
        ({"notes": [7]}, "“params.notes[0]” must be an object"),
        ({"notes": [*rows(count=1), {"pitch": 60}]}, "“params.notes[1].velocity” is missing"),
        ({"notes": [rows()[0] | {"pitch": 128}]}, "“params.notes[0].pitch” must be at most 127"),
        ({"notes": [rows()[0] | {"pitch": -1}]}, "“params.notes[0].pitch” must be at least 0"),
        ({"notes": [rows()[0] | {"is_loud": True}]}, "“params.notes[0].is_loud” is not known"),
        ({"bars": 65}, "“params.bars” must be at most 64"),
        ({"mode": "shuffle"}, "“params.mode” must be one of continue, vary, fill, accompany"),
    ],
)
def test_params_that_cannot_be_meant(tmp_path: Path, params: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RequestRefused) as refusal:
        order(tmp_path, **params)
    assert sentence in refusal.value.message
