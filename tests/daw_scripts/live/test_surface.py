"""The control surface: what it says, which clip it takes, and what begins an action."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.daw_scripts.fake_live.application import forwarded
from tests.daw_scripts.fake_live.host import FakeLive
from tests.daw_scripts.live.conftest import Studio
from tests.daw_scripts.live.stand_in import StandIn, tick
from tests.daw_scripts.playback import write_song

MARKERS = ((0.0, 0.0), (1.0, 2.0), (2.0, 3.0), (2.03125, 3.03125))


def test_live_finds_the_functions_that_it_calls(studio: Studio) -> None:
    surface = studio.live.surface
    surface.refresh_state()
    surface.connect_script_instances([surface])
    assert not surface.can_lock_to_devices()
    assert (surface.suggest_input_port(), surface.suggest_output_port()) == ("", "")
    assert (surface.suggest_map_mode(1, 0), surface.suggest_needs_takeover(1, 0)) == (0, True)
    assert not surface.supports_pad_translation()


@pytest.mark.parametrize(("note", "verb"), [(60, "split"), (62, "transcribe"), (65, "suggest")])
def test_a_midi_note_begins_an_action(studio: Studio, clip_file: Path, note: int, verb: str) -> None:
    assert forwarded == [(15, 60), (15, 62), (15, 64), (15, 65)]
    studio.live.add_audio(studio.live.add_track(), clip_file)
    studio.live.press(note, channel=1)
    studio.live.press(note + 12)
    studio.go(2)
    assert not studio.bridge.asked(verb)
    studio.live.press(note)
    studio.go(2)
    assert len(studio.bridge.asked(verb)) == 1
    assert "“Take”" in studio.said


def test_several_messages_may_come_at_once(studio: Studio, clip_file: Path) -> None:
    studio.live.add_audio(studio.live.add_track(), clip_file)
    studio.live.surface.receive_midi_chunk(((0x9F, 60, 1), (0xBF, 1, 1), (0x9F, 62, 100)))
    studio.go(3)
    assert [len(studio.bridge.asked(verb)) for verb in ("split", "transcribe")] == [1, 1]


def test_the_clip_in_detail_view_is_taken_or_else_the_one_in_the_highlighted_slot(
    studio: Studio, clip_file: Path
) -> None:
    song = studio.live.song
    track = studio.live.add_track()
    other = studio.live.add_audio(track, write_song(studio.folder / "Other.wav"), slot=2)
    shown = studio.live.add_audio(track, clip_file)
    song.view.selected_track, song.view.selected_scene = track, song.scenes[2]
    assert studio.ask("split")["params"]["name"] == shown.name
    song.view.detail_clip = None
    assert studio.ask("split")["params"]["name"] == other.name
    song.view.selected_scene = song.scenes[1]
    studio.order("split")
    assert "Nothing is selected" in studio.said


def test_clips_that_cannot_be_taken_are_named_with_what_to_do(studio: Studio, clip_file: Path) -> None:
    track = studio.live.add_track()
    tune = studio.live.add_midi(studio.live.add_track("Lead", is_midi=True), [(60, 0.0, 1.0)])
    tune.name = "Tune"
    studio.order("split")
    assert "“Tune” is a MIDI clip: choose an audio clip." in studio.said
    refused: dict[str, dict[str, Any]] = {
        "stop first": {"is_recording": True},
        "plays no part of its file": {"start": 5.0, "end": 6.0},
        "repeats its loop 151 times": {
            "markers": MARKERS, "slot": None, "at": 8.0, "looping": True, "start": 0.0, "loop_start": 0.0,
            "loop_end": 0.5, "extent_beats": 76.0,
        },
        "has no file": {"sample_length": -1},
    }  # fmt: skip
    for slot, (sentence, fields) in enumerate(refused.items()):
        studio.live.add_audio(track, clip_file, **{"slot": slot, **fields})
        studio.order("split")
        assert sentence in studio.said
    assert not studio.bridge.asked("split")


def test_warp_markers_that_live_itself_contradicts_are_not_guessed_at(
    studio: Studio, clip_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = studio.live.add_audio(studio.live.add_track(), clip_file, markers=MARKERS, start=0.0, end=4.0)
    exact = type(clip).beat_to_sample_time
    monkeypatch.setattr(type(clip), "beat_to_sample_time", lambda self, beat, /: exact(self, beat) + 3 * (beat > 3))
    studio.order("split")
    assert "disagree: set one at its start and its end, or consolidate it." in studio.said
    clip._end = 3.0
    studio.ask("split")


def test_what_live_says_of_beats_outside_the_file_does_not_matter(
    studio: Studio, clip_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = studio.live.add_audio(studio.live.add_track(), clip_file, markers=MARKERS, start=-2.0, end=9.0)
    exact = type(clip).beat_to_sample_time
    monkeypatch.setattr(
        type(clip), "beat_to_sample_time", lambda self, beat, /: min(max(exact(self, beat), 0), self.sample_length)
    )
    window = studio.ask("split")["params"]["clip"]
    assert (window["start_offset_sec"], window["length_sec"]) == (0.0, 3.0)


def test_what_the_engine_has_to_say_is_shown_with_the_result(studio: Studio, clip_file: Path) -> None:
    studio.live.add_audio(studio.live.add_track(), clip_file)
    request = studio.ask("split")
    stems = [{"name": "vocals", "file": str(clip_file)}]
    studio.bridge.finish(request, {"stems": stems, "notices": ["For research only."]})
    studio.go(6)
    assert studio.live.handle.messages[-1] == "AuxSend: The stems of “Take” are on 1 new tracks. For research only."


def test_where_results_go(studio: Studio, clip_file: Path) -> None:
    studio.live.add_audio(studio.live.add_track(), clip_file)
    project = studio.folder / "Mein Lied Project"
    project.mkdir()
    studio.live.song._file_path = str(project / "Mein Lied.als")
    assert studio.ask("split")["params"]["folder"] == str(project)
    (project / "Samples").mkdir()
    assert studio.ask("split")["params"]["folder"] == str(project / "Samples")


def test_progress_is_shown_now_and_then_and_failures_as_they_are_told(studio: Studio, clip_file: Path) -> None:
    studio.live.add_audio(studio.live.add_track(), clip_file)
    request = studio.ask("split")
    for percent in range(100):
        studio.bridge.tell(request, "running", fraction=percent / 100)
    studio.go(3)
    assert len([text for text in studio.live.handle.messages if "%" in text]) == 9
    studio.bridge.tell(request, "failed", error={"reason": "ENGINE_BUSY", "message": "Later."})
    studio.go()
    assert "“Take”: Later." in studio.said
    cancelled = studio.ask("split")
    studio.bridge.tell(cancelled, "cancelled")
    studio.go()
    assert "was cancelled" in studio.said


def test_a_job_is_asked_for_again_when_the_bridge_is_back(studio: Studio, clip_file: Path) -> None:
    studio.live.add_audio(studio.live.add_track(), clip_file)
    request = studio.ask("split")
    studio.bridge.stop()
    studio.go(3)
    studio.bridge.start()
    studio.live.surface._link.hurry()
    studio.go(5)
    latest = studio.bridge.asked("listen")[-1]
    assert {"job": latest["id"]} not in [cancel["params"] for cancel in studio.bridge.asked("cancel")]
    assert len(studio.bridge.asked("cancel")) == 1  # of the one that the lost connection has left
    again = studio.bridge.asked("split")[-1]
    assert again == request
    assert studio.bridge.asked("split").count(request) == 2
    assert studio.bridge.asked("select")[-1]["params"]["name"] == "Take"


def test_without_a_bridge_an_action_waits_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clip_file_maker: Callable[[], Path]
) -> None:
    monkeypatch.setenv("AUXSEND_HOME", str(tmp_path / "home"))
    live = FakeLive()
    live.add_audio(live.add_track(), clip_file_maker())
    live.tick(20)
    live.press(60)
    live.tick(5)
    assert "“Take” waits for the bridge: start it with “auxsend bridge”." in live.handle.messages[-1]
    assert len(live.handle.log) == 1
    bridge = StandIn(tmp_path / "home/state")
    live.surface._link.hurry()
    for _ in range(5):
        tick(live.tick, live.surface._link, bridge)
    assert len(bridge.asked("split")) == 1
    live.surface.disconnect()
    bridge.stop()


@pytest.fixture
def clip_file_maker(tmp_path: Path) -> Callable[[], Path]:
    return lambda: write_song(tmp_path / "Take.wav")


def test_an_order_starts_the_bridge_where_the_installation_says_how(
    script: Callable[[str], Any], tmp_path: Path
) -> None:
    location = script("location")
    assert not location.start_bridge(tmp_path)
    command = tmp_path / "auxsend"
    command.write_text(f'#!/bin/sh\necho "$@" > "{tmp_path}/asked"\n')
    command.chmod(0o755)
    (tmp_path / "auxsend_location.json").write_text(json.dumps({"state": "/é", "command": str(command)}))
    assert location.start_bridge(tmp_path)
    location.children[-1].wait(20)
    assert (tmp_path / "asked").read_text() == "bridge\n"
    assert location.state_folder(tmp_path) == Path("/é")
    (tmp_path / "auxsend_location.json").write_text(json.dumps({"command": str(tmp_path / "none")}))
    assert not location.start_bridge(tmp_path)


def test_a_fault_is_logged_once_and_the_script_goes_on(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(studio.live.surface._selecting, "tick", fail)
    for _ in range(50):
        studio.live.surface.update_display()
    faults = [line for line in studio.live.handle.log if "Traceback" in line]
    assert len(faults) == 1
    studio.live.handle.log.remove(faults[0])


def test_when_it_is_taken_away_nothing_of_it_stays(studio: Studio, clip_file: Path) -> None:
    studio.live.add_audio(studio.live.add_track(), clip_file)
    request = studio.ask("split")
    studio.bridge.finish(request, {"stems": [{"name": "vocals", "file": str(clip_file)}]})
    studio.go(1)
    assert len(studio.live.song.tracks) == 2  # half way in
    studio.live.surface.disconnect()
    studio.bridge.pump()
    assert len(studio.live.song.tracks) == 1
    listen = studio.bridge.asked("listen")[-1]
    assert studio.bridge.asked("cancel")[0]["params"] == {"job": listen["id"]}
    assert studio.live.song._history.open is None
    assert not any(studio.live.song.view._listeners.values())


def test_settings_are_the_users(studio: Studio, tmp_path: Path) -> None:
    import importlib

    settings = importlib.import_module("AuxSend.settings")
    (tmp_path / "auxsend_settings.json").write_text(
        '{"channel": 1, "notes": {"36": "split", "x": "split", "200": "split", "37": "dance"}, "bars": "8",'
        ' "mute_source": false, "model": "fake"}'
    )
    chosen = settings.load_settings(tmp_path)
    assert (chosen.channel, chosen.notes, chosen.bars, chosen.mute_source) == (1, {36: "split"}, 4, False)
    assert chosen.model == "fake"
