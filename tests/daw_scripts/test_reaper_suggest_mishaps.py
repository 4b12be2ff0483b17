"""Suggestions that cannot be had or put in: a sentence, and a project that is as it was."""

from pathlib import Path

import pytest

from tests.daw_scripts.conftest import NewStudio, Studio
from tests.daw_scripts.interpreters import LUA
from tests.daw_scripts.reaper import ESC
from tests.daw_scripts.stand_in import sample_row
from tests.daw_scripts.test_reaper_suggest import ENTER, SPACE, ask, suggest, write_sample


def check_untouched(studio: Studio) -> None:
    """Checks that nothing was put in, and that Esc ends the script."""
    assert studio.track_count() == 1
    assert studio.reaper.project()["undo"] == []
    studio.reaper.press(ESC)
    assert studio.reaper.tick() == 0


@LUA
def test_an_empty_library_is_named(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    suggest(studio)
    assert "add folders with “auxsend library add FOLDER”" in studio.reaper.words()
    assert "Cancel" not in studio.reaper.words()
    check_untouched(studio)


@LUA
@pytest.mark.parametrize("key", [ENTER, SPACE])
def test_a_file_that_is_gone_since_is_named(new_studio: NewStudio, lua: str, key: int) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    path = write_sample(studio)
    suggest(studio, sample_row(path))
    path.unlink()
    studio.reaper.press(key)
    assert "The file of “Loop é” is gone" in studio.reaper.words()
    assert studio.reaper.do("figures")["heard"] == []
    check_untouched(studio)


@LUA
def test_a_sample_whose_audio_nobody_has_is_named(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    notice = "The engine no longer has the audio of “Loop é”."
    suggest(studio, sample_row(None), notices=[notice])
    assert notice in studio.reaper.words()
    studio.reaper.press(ENTER)
    assert "Nobody has the audio of “Loop é” any more" in studio.reaper.words()
    check_untouched(studio)


@LUA
def test_a_file_that_is_no_audio_is_named(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    path: Path = studio.folder / "broken.wav"
    path.write_bytes(b"no audio at all")
    suggest(studio, sample_row(path))
    studio.reaper.press(ENTER)
    assert "The file of “Loop é” cannot be read here" in studio.reaper.words()
    check_untouched(studio)


@LUA
@pytest.mark.parametrize(
    "result", [{"rows": 7}, {"rows": [{"name": "x"}]}, {"rows": [sample_row(None, playrate=0)]}, {"surprise": 1}]
)
def test_a_result_from_another_age_is_named(new_studio: NewStudio, lua: str, result: dict[str, object]) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    request = ask(studio)
    studio.bridge.say(request, "done", result=result)
    studio.reaper.wait(0.5)
    assert "run “auxsend install” again" in studio.reaper.words()
    check_untouched(studio)


@LUA
def test_no_bridge_is_named_and_a_bridge_that_comes_is_asked(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.bridge.stop()
    studio.add_item_on_new_track()
    studio.reaper.run("suggest samples")
    studio.reaper.wait(1)
    assert "Starting the AuxSend bridge" in studio.reaper.words()
    studio.bridge.live()
    studio.reaper.wait(1)
    studio.bridge.take_one("suggest")
    studio.bridge.stop()
    studio.reaper.wait(17)
    assert "The AuxSend bridge stopped" in studio.reaper.words()
    check_untouched(studio)


@LUA
def test_a_refusal_of_the_engine_is_read_in_its_own_words(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    request = ask(studio)
    studio.bridge.fail(request, "ENGINE_UNREACHABLE", "The engine studio.local does not answer.")
    studio.reaper.wait(0.5)
    assert "The engine studio.local does not answer." in studio.reaper.words()
    check_untouched(studio)


@LUA
@pytest.mark.parametrize("way", ["Esc", "Cancel", "the window is closed"])
def test_closing_the_window_cancels_what_was_asked(new_studio: NewStudio, lua: str, way: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    request = ask(studio)
    if way == "Cancel":
        studio.reaper.click("Cancel")
    elif way == "Esc":
        studio.reaper.press(ESC)
    else:
        studio.reaper.do("close_window")
        studio.reaper.tick(2)
    assert studio.bridge.take_one("cancel")["params"] == {"job": request["id"]}
    studio.bridge.say(request, "cancelled")
    studio.reaper.wait(0.5)
    assert studio.reaper.tick() == 0
    assert studio.track_count() == 1


@LUA
def test_a_use_that_cannot_be_told_holds_nothing_up(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    suggest(studio, sample_row(write_sample(studio)))
    studio.reaper.press(ENTER)
    studio.bridge.fail(studio.bridge.take_one("use"), "ENGINE_UNREACHABLE", "It does not answer.")
    studio.reaper.wait(0.5)
    assert studio.reaper.tick() == 0
    assert studio.track_count() == 2


@LUA
@pytest.mark.parametrize(
    ("answer", "sentence"), [(None, None), ("  ", "Select an audio item, or say in words")], ids=["cancelled", "empty"]
)
def test_no_words_and_nothing_selected(
    new_studio: NewStudio, lua: str, answer: str | None, sentence: str | None
) -> None:
    studio = new_studio(lua)
    studio.reaper.do("set_up", {} if answer is None else {"answer": answer})
    studio.reaper.run("suggest samples")
    running = studio.reaper.tick(2)
    assert (sentence in studio.reaper.words()) if sentence else running == 0
    assert studio.bridge.take() == []


@LUA
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"notes": []}, "is a MIDI item: choose an audio item"),
        ({"stretch_markers": 2}, "has stretch markers"),
        ({"has_take": False}, "has nothing to play"),
    ],
    ids=["MIDI", "stretch markers", "empty"],
)
def test_an_item_that_cannot_be_sent_says_why(
    new_studio: NewStudio, lua: str, fields: dict[str, object], sentence: str
) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track(**fields)
    studio.reaper.run("suggest samples")
    studio.reaper.tick(2)
    assert sentence in studio.reaper.words()
    assert studio.bridge.take() == []
    check_untouched(studio)
