"""A bridge or an engine that is away, late or too old: nothing waits, nothing is lost, and the user reads why."""

from tests.daw_scripts.conftest import COMMAND, NewStudio
from tests.daw_scripts.interpreters import LUA
from tests.daw_scripts.reaper import ESC
from tests.daw_scripts.stand_in import NOT_AVAILABLE


@LUA
def test_a_bridge_that_is_down_is_started(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.bridge.stop()
    studio.add_item_on_new_track()
    studio.reaper.run("split to stems")
    studio.reaper.wait(1)
    assert "Starting the AuxSend bridge" in studio.reaper.words()
    assert studio.reaper.do("figures")["commands"] == [f'"{COMMAND}" bridge']
    assert studio.bridge.take() == []
    studio.bridge.live()
    studio.reaper.wait(1)
    studio.finish(studio.bridge.take_one("split"))
    assert studio.track_count() == 6
    assert len(studio.reaper.do("figures")["commands"]) == 1


@LUA
def test_a_bridge_that_does_not_start_is_named_after_15_seconds(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.bridge.stop()
    studio.add_item_on_new_track()
    studio.reaper.run("split to stems")
    studio.reaper.wait(14)
    assert "Starting the AuxSend bridge" in studio.reaper.words()
    studio.reaper.wait(2)
    assert f"did not start within 15 seconds: run “{COMMAND} bridge”" in studio.reaper.words()
    assert studio.bridge.take() == []
    assert studio.reaper.tick() == 1, "the sentence stays until it was read"
    studio.reaper.press(ESC)
    assert studio.reaper.tick() == 0


@LUA
def test_without_an_installed_command_the_user_is_told_at_once(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua, command=None)
    studio.bridge.stop()
    studio.add_item_on_new_track()
    studio.reaper.run("split to stems")
    studio.reaper.wait(0.5)
    assert "start it with “auxsend bridge” in a terminal" in studio.reaper.words()


@LUA
def test_a_bridge_that_was_killed_is_started_again_and_the_job_goes_on(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    request = studio.ask_to_split()
    studio.bridge.say(request, "running", fraction=0.2, message="Separating")
    studio.reaper.wait(1)
    studio.bridge.live(age_sec=60)  # killed: its file stays and grows old
    studio.reaper.wait(2)
    assert studio.reaper.do("figures")["commands"] == [f'"{COMMAND}" bridge']
    studio.bridge.live()
    studio.finish(request)
    assert studio.track_count() == 6
    assert studio.bridge.take_one("forget")["params"] == {"job": request["id"]}


@LUA
def test_a_bridge_that_stays_away_loses_no_job(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    item = studio.add_item_on_new_track()
    request = studio.ask_to_split()
    studio.bridge.stop()
    studio.reaper.wait(17)
    assert "nothing of this job is lost" in studio.reaper.words()
    studio.reaper.press(ESC)
    studio.bridge.live()
    studio.bridge.finish(request)
    studio.reaper.do("edit_item", {"guid": item, "values": {"B_UISEL": 0}})
    studio.reaper.run("split to stems")  # nothing is selected: only what was left is taken up
    studio.reaper.wait(1)
    assert studio.track_count() == 6


@LUA
def test_a_bridge_of_another_version_is_named(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.bridge.live(verbs=["status"])
    studio.add_item_on_new_track()
    studio.reaper.run("split to stems")
    studio.reaper.wait(1)
    assert "update AuxSend" in studio.reaper.words()


@LUA
def test_a_bridge_that_never_answers_holds_nothing_up(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    for i in range(8):
        studio.add_item_on_new_track(name=f"item {i}")
    studio.reaper.run("split to stems")
    for _ in range(65):
        studio.bridge.live()
        studio.reaper.wait(1)
    assert len(studio.bridge.take()) >= 8
    assert "The bridge says nothing of this job" in studio.reaper.words()
    figures = studio.reaper.do("figures")
    assert figures["longest_tick_sec"] < 0.005
    print(f"longest tick {1e3 * figures['longest_tick_sec']:.2f} ms, start {1e3 * figures['start_sec']:.2f} ms")


@LUA
def test_a_spool_that_cannot_be_written_is_named(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    (studio.bridge.spool / "requests").rmdir()
    studio.add_item_on_new_track()
    studio.reaper.run("split to stems")
    studio.reaper.wait(0.5)
    assert "The request could not be given to the bridge" in studio.reaper.words()


@LUA
def test_half_written_files_are_read_again_later(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    request = studio.ask_to_split()
    job = studio.bridge.spool / "jobs" / f"{request['id']}.json"
    for content in (b"", b'{"v":1,"state":"do', b"\xff\xfe", b"[]", b'{"v":2,"state":"done"}', b'{"v":1,"state":7}'):
        job.write_bytes(content)
        (studio.bridge.spool / "bridge.json").write_bytes(content)
        studio.reaper.wait(0.4)
    studio.bridge.live()
    studio.finish(request)
    assert studio.track_count() == 6


@LUA
def test_a_failed_job_says_why_in_the_engines_words(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    request = studio.ask_to_split()
    sentence = "The engine studio.local:50551 does not answer; check that it runs."
    studio.bridge.fail(request, "ENGINE_DOWN", sentence)
    studio.reaper.wait(1)
    assert sentence in studio.reaper.words()
    assert studio.track_count() == 1
    assert studio.reaper.project()["undo"] == []
    studio.bridge.take_one("forget")


@LUA
def test_a_verb_that_the_engine_lacks_says_so(new_studio: NewStudio, lua: str) -> None:
    studio = new_studio(lua)
    studio.add_item_on_new_track()
    request = studio.ask_to_transcribe()
    assert request["params"]["clip"]["length_sec"] == 1.25
    studio.bridge.fail(request, "NOT_AVAILABLE", NOT_AVAILABLE)
    studio.reaper.wait(1)
    assert NOT_AVAILABLE in studio.reaper.words()
