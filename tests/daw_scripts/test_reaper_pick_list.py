"""The list of suggested samples in REAPER: chosen by keys and mouse, heard, asked for more like one of them or less."""

from typing import Any

from tests.daw_scripts.conftest import NewStudio, Studio
from tests.daw_scripts.interpreters import LUA
from tests.daw_scripts.reaper import ESC
from tests.daw_scripts.stand_in import sample_row
from tests.daw_scripts.test_reaper_suggest import DOWN, ENTER, SPACE, UP, suggest, write_sample


def three_rows(studio: Studio) -> list[dict[str, Any]]:
    path = write_sample(studio)
    return [sample_row(path, name) for name in ("First", "Second", "Third")]


@LUA
def test_arrows_choose_and_the_mouse_too(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    suggest(studio, *three_rows(studio))
    for key in (UP, DOWN, DOWN, DOWN, UP):
        studio.reaper.press(key)
    studio.reaper.press(ENTER)
    assert studio.reaper.tracks()[-1]["name"] == "Second"
    studio.bridge.take()
    suggest(studio, *three_rows(studio))
    studio.reaper.click("Third")
    studio.reaper.click("Insert (Enter)")
    assert studio.reaper.tracks()[-1]["name"] == "Third"


@LUA
def test_a_double_click_inserts_and_two_slow_clicks_do_not(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    suggest(studio, *three_rows(studio))
    studio.reaper.click("Second")
    studio.reaper.wait(1)
    studio.reaper.click("Second")
    assert studio.track_count() == 1
    studio.reaper.click("Second")
    assert studio.reaper.tracks()[-1]["name"] == "Second"


@LUA
def test_a_long_list_scrolls_with_the_choice(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    path = write_sample(studio)
    suggest(studio, *(sample_row(path, f"number {i}") for i in range(20)))
    assert "number 9 " in studio.reaper.words()
    assert "number 10" not in studio.reaper.words()
    for _ in range(12):
        studio.reaper.press(DOWN)
    assert "number 12" in studio.reaper.words()
    assert "number 2 " not in studio.reaper.words()
    studio.reaper.press(ENTER)
    assert studio.reaper.tracks()[-1]["name"] == "number 12"


@LUA
def test_more_like_this_asks_again_and_never_for_what_was_shown(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    rows = three_rows(studio)
    ids = [row["sample"] for row in rows]
    suggest(studio, *rows)
    studio.reaper.press(DOWN)
    studio.reaper.press(ord("M"))
    use, request = studio.bridge.take()
    assert (use["params"]["sample"], use["params"]["kind"]) == (ids[1], "kept")
    assert {key: request["params"][key] for key in ("liked", "disliked", "excluded")} == {
        "liked": [ids[1]], "disliked": [], "excluded": ids,
    }  # fmt: skip
    studio.bridge.suggest(request, sample_row(write_sample(studio), "Fourth"))
    studio.reaper.wait(0.5)
    assert "Fourth" in studio.reaper.words()
    assert "First" not in studio.reaper.words()


@LUA
def test_not_this_takes_it_away_and_an_empty_list_asks_anew(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    rows = three_rows(studio)[:2]
    suggest(studio, *rows)
    studio.reaper.press(ord("n"))
    assert "First" not in studio.reaper.words()
    assert studio.bridge.take_one("use")["params"]["kind"] == "skipped"
    studio.reaper.press(ord("n"))
    _, request = studio.bridge.take()
    assert request["params"]["disliked"] == [row["sample"] for row in rows]
    studio.bridge.suggest(request)
    studio.reaper.wait(0.5)
    assert "There is nothing more that fits." in studio.reaper.words()
    studio.reaper.press(ENTER)
    studio.reaper.press(ESC)
    assert studio.track_count() == 1


@LUA
def test_a_sample_can_be_heard_at_its_tempo_with_sws(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.reaper.do("set_up", {"has_sws": True})
    studio.add_item_on_new_track()
    rows = [sample_row(write_sample(studio, f"{name}.wav"), name) for name in ("A", "B")]
    suggest(studio, *rows)
    studio.reaper.press(SPACE)
    studio.reaper.press(SPACE)
    studio.reaper.press(SPACE)
    studio.reaper.press(DOWN)
    studio.reaper.press(SPACE)
    studio.reaper.press(ESC)
    first, second = ({"path": row["path"], "by": "sws"} for row in rows)
    plays, stops = {"playrate": 1.25}, {"is_stopped": True}
    assert studio.reaper.do("figures")["heard"] == [
        first | plays, first | stops, first | plays, first | stops, second | plays, second | stops,
    ]  # fmt: skip


@LUA
def test_without_sws_the_media_explorer_plays_it(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    row = sample_row(write_sample(studio))
    suggest(studio, row)
    studio.reaper.press(SPACE)
    assert studio.reaper.do("figures")["heard"] == [{"path": row["path"], "by": "explorer"}]
