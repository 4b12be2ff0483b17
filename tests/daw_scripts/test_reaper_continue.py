"""Continue this melody: REAPER's scripts on a fake REAPER, beside a stand-in bridge."""

from typing import Any

import pytest
import rpp

from tests.daw_scripts.conftest import NewStudio, Studio
from tests.daw_scripts.interpreters import LUA
from tests.daw_scripts.reaper import ESC
from tests.daw_scripts.stand_in import note_track
from tests.daw_scripts.transcribing import GLIDE, HALF_A_TICK_SEC

SOURCE = [{"pitch": 60, "velocity": 100, "first_ppq": 0, "last_ppq": 960, "channel": 0}]
FIRST = [[60, 100, 0.0, 0.5], [64, 80, 0.5003, 0.25], [67, 90, 2.0, 0.5]]
SECOND = [[72, 70, 0.25, 1.0]]
BEGIN_SEC = 4.0
"""Where the new item begins: the source item lies at 2 s, the stand-in's continuation 2 s after that."""


def add_melody(studio: Studio, track: str | None = None, **values: float) -> str:
    return studio.add_item(track or studio.add_track(), notes=SOURCE, values=values)


def ask(studio: Studio) -> dict[str, Any]:
    studio.reaper.run("continue this melody")
    studio.reaper.tick(3)
    return studio.bridge.take_one("continue")


def asked(studio: Studio, **values: float) -> dict[str, Any]:
    """Returns what is asked for a new melody, at 2 s if `values` do not say otherwise."""
    add_melody(studio, None, **values)
    params: dict[str, Any] = ask(studio)["params"]
    return params


def melody(*notes: list[Any]) -> list[dict[str, Any]]:
    return [note_track("melody", list(notes))]


def continued(studio: Studio, *candidates: list[dict[str, Any]], **fields: Any) -> list[dict[str, Any]]:
    """Continues a melody at 2 s; returns the tracks."""
    add_melody(studio)
    studio.bridge.finish_continuation(ask(studio), *candidates, **fields)
    studio.reaper.wait(1)
    return studio.reaper.tracks()


def check_take(take: dict[str, Any], notes: list[list[float]], position_sec: float = BEGIN_SEC) -> None:
    """Checks that a take's notes sound when they should, to half a tick."""
    found = [(note["pitch"], note["velocity"]) for note in take["notes"]]
    assert found == [(pitch, velocity) for pitch, velocity, _, _ in notes]
    for note, (_, _, onset_sec, duration_sec) in zip(take["notes"], notes, strict=True):
        assert note["onset_sec"] == pytest.approx(position_sec + onset_sec, abs=HALF_A_TICK_SEC)
        assert note["end_sec"] == pytest.approx(position_sec + onset_sec + duration_sec, abs=HALF_A_TICK_SEC)


@LUA
def test_a_steady_tempo_is_told_from_the_items_bar_on(new_studio: NewStudio, lua: str) -> None:
    params = asked(new_studio(lua))
    assert params["tempos"] == [{"time_sec": 0, "quarter_bpm": 120}]
    assert params["time_signatures"] == [{"time_sec": 0, "numerator": 4, "denominator": 4}]
    assert (params["length_sec"], params["bars"], params["model"]) == (1.25, 4, "")


@LUA
def test_the_bar_that_an_item_begins_in_and_later_changes_are_told(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    tempo = [
        {"time_sec": 0, "bpm": 60, "numerator": 6, "denominator": 8},  # bars of 3 s
        {"time_sec": 4.5, "bpm": 120},  # in the middle of a bar, which so ends at 5.25 s
        {"time_sec": 8.25, "bpm": 90, "numerator": 3, "denominator": 4},
    ]
    studio.reaper.do("set_tempo", tempo)
    params = asked(studio, D_POSITION=4.0)
    assert params["tempos"] == [
        {"time_sec": -1, "quarter_bpm": 60},
        {"time_sec": 0.5, "quarter_bpm": 120},
        {"time_sec": 4.25, "quarter_bpm": 90},
    ]
    assert params["time_signatures"] == [
        {"time_sec": -1, "numerator": 6, "denominator": 8}, {"time_sec": 4.25, "numerator": 3, "denominator": 4},
    ]  # fmt: skip


@LUA
def test_an_item_that_rounding_puts_before_its_bar_line_begins_there(new_studio: NewStudio, lua: str) -> None:
    params = asked(new_studio(lua), D_POSITION=2.0 - 1e-9)
    assert params["time_signatures"][0]["time_sec"] == pytest.approx(0, abs=1e-8)
    assert params["time_signatures"][0]["time_sec"] <= 0
    assert params["tempos"][0]["time_sec"] <= 0


@LUA
def test_a_gliding_tempo_is_told_in_steps_that_hold_its_quarters(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.reaper.do("set_tempo", GLIDE)
    tempos = [(change["time_sec"] + 2.0, change["quarter_bpm"]) for change in asked(studio)["tempos"]]
    glide = [change for change in tempos if change[0] < 2.6 - 1e-6]
    ends = [*(time_sec for time_sec, _ in glide[1:]), 2.6]
    quarters = sum((end - begin) * bpm / 60 for (begin, bpm), end in zip(glide, ends, strict=True))
    assert len(glide) >= 4
    assert glide[0][0] == pytest.approx(0)
    assert quarters == pytest.approx((70 + 150) / 2 * 2.6 / 60)  # evenly in time from 70 to 150
    assert [bpm for _, bpm in glide] == sorted(bpm for _, bpm in glide)
    later = tempos[len(glide) :]
    assert [time_sec for time_sec, _ in later] == pytest.approx([2.6, 2.9])
    assert [bpm for _, bpm in later] == [150, 61]


TEMPO_MAPS: dict[str, list[dict[str, Any]]] = {
    "steady": [],
    "a change inside both items": [
        {"time_sec": 0, "bpm": 97.3},
        {"time_sec": 2.6, "bpm": 141.1},
        {"time_sec": 4.7, "bpm": 83},
    ],
    "a glide through both items": [{"time_sec": 0, "bpm": 70, "is_linear": True}, {"time_sec": 8, "bpm": 150}],
}


@LUA
@pytest.mark.parametrize("tempo", TEMPO_MAPS.values(), ids=TEMPO_MAPS.keys())
def test_candidates_are_takes_of_one_item_after_the_melody(
    new_studio: NewStudio, lua: str, tempo: list[dict[str, Any]]
) -> None:
    studio = new_studio(lua)
    studio.reaper.do("set_tempo", tempo)
    (track,) = continued(studio, melody(*FIRST), melody(*SECOND))
    source, item = track["items"]
    assert source["values"]["D_POSITION"] == 2.0
    values = item["values"]
    assert (values["D_POSITION"], values["D_LENGTH"], values["B_LOOPSRC"]) == (BEGIN_SEC, 2.5, 0)
    assert [take["name"] for take in item["takes"]] == ["continuation 1 (0.77)", "continuation 2 (0.76)"]
    check_take(item["takes"][0], FIRST)
    check_take(item["takes"][1], SECOND)
    assert item["take"] == item["takes"][0], "the best one is active"
    assert item["notes"] == "Key: A minor."
    assert studio.reaper.tick() == 0, "nothing is left to read"


@LUA
def test_all_of_it_is_one_undo_step(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    (before,) = continued(studio, melody(*FIRST), melody(*SECOND))
    assert studio.reaper.project()["undo"] == ["AuxSend: continue this melody"]
    studio.reaper.do("undo")
    (after,) = studio.reaper.tracks()
    assert after["items"] == before["items"][:1]


@LUA
def test_parts_share_a_take_and_have_channels_of_their_own(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    parts = [
        note_track("melody", [[72, 90, 0.0, 0.5]], program=40),
        note_track("chords", [[60, 70, 0.0, 2.0], [64, 70, 0.0, 2.0]]),
        note_track("bass", [[36, 80, 0.0, 2.0]], program=32),
    ]
    (track,) = continued(studio, parts)
    (take,) = track["items"][1]["takes"]
    found = {(note["channel"], note["pitch"]) for note in take["notes"]}
    assert found == {(0, 72), (1, 60), (1, 64), (2, 36)}
    assert take["messages"] == [], "the track's instrument keeps its sound"


@LUA
def test_what_lies_there_already_stays_and_the_new_item_goes_below(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    track = studio.add_track("Lead")
    studio.add_item(track, name="Chorus", values={"D_POSITION": 6.0, "B_UISEL": 0})
    add_melody(studio, track)
    studio.add_track("Drums")
    studio.bridge.finish_continuation(ask(studio), melody(*FIRST))
    studio.reaper.wait(1)
    lead, new, drums = studio.reaper.tracks()
    assert [track["name"] for track in (lead, new, drums)] == ["Lead", "Verse “é”", "Drums"]
    assert [item["take"]["name"] for item in lead["items"]] == ["Chorus", "Verse “é”"]
    check_take(new["items"][0]["take"], FIRST)


@LUA
def test_the_user_chooses_bars_and_a_track_apart(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.reaper.run("jobs")
    studio.reaper.wait(0.2)
    assert "A continuation has 4 bars and goes on the item's track." in studio.reaper.words()
    studio.reaper.click("Bars")
    studio.reaper.click("Other track")
    assert "A continuation has 8 bars and goes on a track of its own." in studio.reaper.words()
    studio.reaper.press(ESC)
    add_melody(studio)
    request = ask(studio)
    assert request["params"]["bars"] == 8
    studio.bridge.finish_continuation(request, melody(*FIRST))
    studio.reaper.wait(1)
    source, new = studio.reaper.tracks()
    assert len(source["items"]) == 1
    check_take(new["items"][0]["take"], FIRST)


def insert_kept(studio: Studio, button: str) -> None:
    studio.reaper.press(ESC)
    studio.reaper.run("jobs")
    studio.reaper.wait(0.2)
    assert "Verse “é” (continuation)" in studio.reaper.words()
    studio.reaper.click(button)


@LUA
def test_a_moved_items_continuation_is_kept_and_follows_it(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    item = add_melody(studio)
    request = ask(studio)
    studio.reaper.do("edit_item", {"guid": item, "values": {"D_POSITION": 8.0}})
    studio.bridge.finish_continuation(request, melody(*FIRST), melody(*SECOND))
    studio.reaper.wait(1)
    assert "the item was moved or edited meanwhile: the result is kept" in studio.reaper.words()
    assert len(studio.reaper.tracks()[0]["items"]) == 1
    insert_kept(studio, "Insert at item")
    _, new = studio.reaper.tracks()[0]["items"]
    check_take(new["takes"][1], SECOND, 10.0)


@LUA
def test_a_deleted_items_continuation_can_go_to_the_cursor(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    item = add_melody(studio)
    request = ask(studio)
    studio.reaper.do("delete_item", item)
    studio.bridge.finish_continuation(request, melody(*FIRST))
    studio.reaper.wait(1)
    assert "the item is gone: the result is kept" in studio.reaper.words()
    studio.reaper.do("set_cursor", 11.5)
    insert_kept(studio, "Insert at cursor")
    check_take(studio.reaper.tracks()[0]["items"][0]["take"], FIRST, 11.5)


@LUA
def test_a_note_that_no_midi_knows_takes_all_back(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    (track,) = continued(studio, melody(*FIRST), melody([128, 90, 0.0, 0.5]))
    assert len(track["items"]) == 1
    assert studio.reaper.project()["undo"] == []
    assert "could not be added" in studio.reaper.words()
    assert "the result is kept" in studio.reaper.words()


@LUA
@pytest.mark.parametrize(
    "fields", [{"candidates": "none"}, {"candidates": [{"score": 1}]}, {"begin_sec": None}, {"length_sec": 0}]
)
def test_a_result_from_another_age_is_kept_and_named(new_studio: NewStudio, lua: str, fields: dict[str, Any]) -> None:
    studio = new_studio(lua)
    (track,) = continued(studio, melody(*FIRST), **fields)
    assert len(track["items"]) == 1
    assert "run “auxsend install” again" in studio.reaper.words()


@LUA
def test_a_continuation_without_notes_is_said(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    (track,) = continued(studio, melody())
    assert len(track["items"]) == 1
    assert "no continuation of “Verse “é”” has notes" in studio.reaper.words()


@LUA
def test_a_saved_project_has_the_takes(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    continued(studio, melody([60, 100, 0.5, 0.25]), melody([64, 80, 1.0, 0.125]))
    item = rpp.loads(studio.reaper.do("rpp", 0)).find("TRACK").findall("ITEM")[1]
    sources = item.findall("SOURCE")
    assert [row[1:] for row in sources[0] if row[0] == "E"] == [  # at 120 bpm a second has 1920 ticks
        ["960", "90", "3c", "64"], ["480", "80", "3c", "00"], ["3360", "b0", "7b", "00"],
    ]  # fmt: skip
    assert [row[1:] for row in sources[1] if row[0] == "E"] == [
        ["1920", "90", "40", "50"], ["240", "80", "40", "00"], ["2640", "b0", "7b", "00"],
    ]  # fmt: skip
    assert [row for row in item if row == "TAKE"] == ["TAKE"], "the first take has no line of its own"
