"""REAPER's scripts with the real bridge and a real engine that runs the fake model: the whole way, without REAPER."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.bridge.conftest import TOKEN, engine_address
from tests.bridge.running_bridge import Bridge, running, start_bridge
from tests.daw_scripts.conftest import Studio, install
from tests.daw_scripts.interpreters import LUA
from tests.daw_scripts.playback import play_between_samples, play_item, residual_db, write_song
from tests.daw_scripts.reaper import Reaper
from tests.daw_scripts.stand_in import StandIn

__all__ = ["engine_address"]  # a fixture

WAIT_SEC = 30.0
ONE_LUA = pytest.mark.parametrize("lua", LUA.args[1][-1:])
STEMS = ["drums", "bass", "other", "vocals"]


@pytest.fixture(scope="module")
def bridge(engine_address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bridge]:
    with running(tmp_path_factory.mktemp("bridge"), AUXSEND_ENGINE=engine_address, AUXSEND_TOKEN=TOKEN) as bridge:
        yield bridge


@pytest.fixture
def open_studio(tmp_path: Path) -> Iterator[Callable[[str, Bridge], Studio]]:
    opened: list[Reaper] = []

    def build(lua: str, bridge: Bridge) -> Studio:
        spool = bridge.state / "spool"
        scripts = install(tmp_path / "Scripts é", spool)
        reaper = Reaper(lua, scripts)
        opened.append(reaper)
        media = tmp_path / "Média 1"
        reaper.do("new_project", {"path": str(tmp_path / "Lied.RPP"), "media_folder": str(media)})
        reaper.do("set_ext_state", {"key": "model", "value": "fake"})
        return Studio(reaper, StandIn(spool), tmp_path, scripts)

    yield build
    for reaper in opened:
        reaper.__exit__(None, None, None)


def _tick_until(studio: Studio, is_there: Callable[[], Any], what: str) -> None:
    deadline = time.monotonic() + WAIT_SEC
    while not is_there():
        assert time.monotonic() < deadline, f"waited in vain for {what}; the window says: {studio.reaper.words()}"
        studio.reaper.tick()
        time.sleep(0.02)


def _has_stems(studio: Studio) -> bool:
    return len(studio.reaper.tracks()) > 1


ITEMS: dict[str, tuple[int, dict[str, Any]]] = {
    "trimmed": (44_100, {}),
    "playrate 1.5, 48 kHz": (48_000, {"take": {"D_PLAYRATE": 1.5}}),
    "reversed, 96 kHz": (96_000, {"sections": [{"is_reversed": True}]}),
    "looped section": (44_100, {"sections": [{"offset_sec": 0.4, "length_sec": 0.7}], "values": {"B_LOOPSRC": 1}}),
    "begins before its source": (48_000, {"take": {"D_STARTOFFS": -0.25}}),
    "mono mix": (44_100, {"take": {"I_CHANMODE": 2}}),
    "channels swapped": (44_100, {"take": {"I_CHANMODE": 1}}),
}


@LUA
@pytest.mark.parametrize(("sample_rate_hz", "fields"), ITEMS.values(), ids=ITEMS.keys())
def test_stems_null_against_the_item(
    open_studio: Callable[[str, Bridge], Studio], bridge: Bridge, lua: str, sample_rate_hz: int, fields: dict[str, Any]
) -> None:
    studio = open_studio(lua, bridge)
    song = write_song(studio.folder / "João é.wav", sample_rate_hz)
    studio.add_item(studio.add_track(), song=song, **fields)
    studio.reaper.run("split to stems")
    _tick_until(studio, lambda: _has_stems(studio), "stems")
    source, folder, *stems = studio.reaper.tracks()
    assert folder["name"] == "Verse “é” stems"
    assert sorted(track["name"] for track in stems) == sorted(STEMS)
    items = [track["items"][0] for track in stems]
    assert residual_db(items, play_item(source["items"][0])) <= -90
    assert {item["values"]["D_POSITION"] for item in items} == {2.0}
    _tick_until(studio, lambda: not list((bridge.state / "spool" / "jobs").iterdir()), "the job to be forgotten")


@LUA
@pytest.mark.parametrize("fraction", [0.3, 0.7])
def test_an_item_trimmed_between_two_samples_stays_at_its_place(
    open_studio: Callable[[str, Bridge], Studio], bridge: Bridge, lua: str, fraction: float
) -> None:
    studio = open_studio(lua, bridge)
    song = write_song(studio.folder / "song.wav")
    take = {"D_STARTOFFS": (22_050 + fraction) / 44_100}
    studio.add_item(studio.add_track(), song=song, values={"D_LENGTH": 50_000 / 44_100}, take=take)
    studio.reaper.run("split to stems")
    _tick_until(studio, lambda: _has_stems(studio), "stems")
    source, _, *stems = studio.reaper.tracks()
    total = np.sum([play_between_samples(track["items"][0]) for track in stems], axis=0)
    assert np.max(np.abs(total - play_between_samples(source["items"][0]))) <= 10 ** (-90 / 20)
    for track in stems:
        assert track["items"][0]["take"]["values"]["D_STARTOFFS"] * 44_100 == pytest.approx(fraction, abs=1e-6)


@LUA
def test_a_killed_bridge_goes_on_where_it_was(
    open_studio: Callable[[str, Bridge], Studio],
    engine_address: str,
    tmp_path: Path,
    lua: str,
) -> None:
    variables = {"AUXSEND_ENGINE": engine_address, "AUXSEND_TOKEN": TOKEN}
    bridge = start_bridge(tmp_path / "home", **variables)
    studio = open_studio(lua, bridge)
    studio.add_item(studio.add_track())
    studio.reaper.run("split to stems")
    studio.reaper.tick(3)
    bridge.kill()
    assert bridge.process.stderr is not None
    bridge.process.stderr.close()
    with running(tmp_path / "home", **variables):
        _tick_until(studio, lambda: _has_stems(studio), "stems")
    assert len(studio.reaper.tracks()) == 6


@ONE_LUA  # the bridge tries for 15 s
def test_an_engine_that_is_down_is_named(
    open_studio: Callable[[str, Bridge], Studio], tmp_path: Path, lua: str
) -> None:
    with running(tmp_path / "home", AUXSEND_ENGINE="127.0.0.1:9", AUXSEND_TOKEN=TOKEN) as bridge:
        studio = open_studio(lua, bridge)
        studio.add_item(studio.add_track())
        studio.reaper.run("split to stems")
        _tick_until(studio, lambda: "127.0.0.1:9" in studio.reaper.words(), "the sentence")
        assert not _has_stems(studio)


NOTES: dict[str, tuple[dict[str, Any], list[float]]] = {
    "trimmed": ({"values": {"D_LENGTH": 2.2}}, [0.0, 1.0, 2.0]),
    "playrate 1.25": ({"take": {"D_PLAYRATE": 1.25}, "values": {"D_LENGTH": 2.0}}, [0.0, 0.8, 1.6]),
    "begins before its source": ({"take": {"D_STARTOFFS": -1.5}, "values": {"D_LENGTH": 3.0}}, [1.0, 2.0]),
}


@LUA
@pytest.mark.parametrize(("fields", "onsets_sec"), NOTES.values(), ids=NOTES.keys())
def test_notes_of_an_item_lie_where_it_plays_them(
    open_studio: Callable[[str, Bridge], Studio],
    bridge: Bridge,
    lua: str,
    fields: dict[str, Any],
    onsets_sec: list[float],
) -> None:
    studio = open_studio(lua, bridge)
    studio.reaper.do("set_ext_state", {"key": "transcription_model", "value": "fake-notes"})
    studio.reaper.do("set_tempo", [{"time_sec": 0, "bpm": 80, "is_linear": True}, {"time_sec": 9, "bpm": 160}])
    studio.add_item(studio.add_track(), **fields)
    studio.reaper.run("transcribe to MIDI track")
    _tick_until(studio, lambda: len(studio.reaper.tracks()) > 1, "notes")
    _, track = studio.reaper.tracks()
    assert track["name"] == "Verse “é” - Fake"
    notes = track["items"][0]["take"]["notes"]
    assert {note["pitch"] for note in notes} == {60}
    assert [note["onset_sec"] - 2.0 for note in notes] == pytest.approx(onsets_sec, abs=0.001)


@LUA
def test_a_melody_goes_on_at_the_projects_next_bar_line(
    open_studio: Callable[[str, Bridge], Studio], bridge: Bridge, lua: str
) -> None:
    studio = open_studio(lua, bridge)
    studio.reaper.do("set_ext_state", {"key": "melody_model", "value": "fake-melody"})
    # Bars of 3/4 at 90: of 2 s from 0 s on; the item begins with the second beat of the second bar.
    tempo = [{"time_sec": 0, "bpm": 90, "numerator": 3, "denominator": 4}, {"time_sec": 6, "bpm": 180}]
    studio.reaper.do("set_tempo", tempo)
    notes = [{"pitch": 60 + i, "velocity": 90, "first_ppq": 960 * i, "last_ppq": 960 * (i + 1)} for i in range(4)]
    values = {"D_POSITION": 2 + 2 / 3, "D_LENGTH": 8 / 3}
    studio.add_item(studio.add_track(), name="Tune", notes=notes, values=values)
    studio.reaper.run("continue this melody")
    _tick_until(studio, lambda: len(studio.reaper.tracks()[0]["items"]) > 1, "melodies")
    (track,) = studio.reaper.tracks()
    new = track["items"][1]
    assert new["values"]["D_POSITION"] == pytest.approx(6)
    assert new["values"]["D_LENGTH"] == pytest.approx(4)  # four bars at 180
    assert len(new["takes"]) == 4
    for take in new["takes"]:
        onsets = [note["onset_sec"] for note in take["notes"]]
        assert onsets == pytest.approx(
            [6 + beat / 3 for beat in range(12)], abs=0.001
        )  # it writes a note on every beat


@LUA
def test_a_file_that_is_no_audio_is_refused_with_a_sentence(
    open_studio: Callable[[str, Bridge], Studio], bridge: Bridge, lua: str
) -> None:
    studio = open_studio(lua, bridge)
    song = write_song(studio.folder / "song.wav")
    studio.add_item(studio.add_track(), song=song)
    song.write_bytes(b"no audio at all")
    studio.reaper.run("split to stems")
    _tick_until(studio, lambda: "song.wav" in studio.reaper.words(), "the sentence")
    assert not _has_stems(studio)
