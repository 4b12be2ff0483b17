"""The installed script in a fake Live, with the real bridge and an engine that runs the fake models: the whole way."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from bridge.deeds import Deed
from bridge.errors import EngineUnreachable, RequestRefused
from bridge.installation import install
from bridge.ordering import order
from tests.bridge.conftest import TOKEN, auxsend_command, auxsend_environment, engine_address
from tests.bridge.running_bridge import Bridge, running
from tests.daw_scripts.fake_live.clip import Clip
from tests.daw_scripts.fake_live.host import FakeLive
from tests.daw_scripts.fake_live.song import state_of
from tests.daw_scripts.playback import write_song

__all__ = ["engine_address"]  # a fixture

MARKERS = ((0.1, -1.0), (0.5, 0.0), (1.2, 1.5), (1.9, 2.75), (2.4, 4.5), (2.41, 4.52))
SETTINGS = '{"model": "fake", "transcription_model": "fake-notes", "melody_model": "fake-melody"}'


@pytest.fixture(scope="module")
def bridge(engine_address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bridge]:
    with running(tmp_path_factory.mktemp("bridge"), AUXSEND_ENGINE=engine_address, AUXSEND_TOKEN=TOKEN) as bridge:
        yield bridge


@pytest.fixture(scope="module")
def script(bridge: Bridge, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script as `auxsend install live` puts it into a User Library."""
    library = tmp_path_factory.mktemp("Musik é") / "User Library"
    library.mkdir()
    target = install("live", library, bridge.state / "spool")
    (target / "auxsend_settings.json").write_text(SETTINGS)
    return target


@pytest.fixture
def live(script: Path, bridge: Bridge) -> Iterator[FakeLive]:
    live = FakeLive(script)
    live.tick_until(lambda: live.surface._link.is_ready, "the bridge")
    live.tick(2)
    yield live
    live.surface.disconnect()


def heard(clips: list[Clip], beat: float) -> Any:
    """Returns what clips play together at a beat of their own: the sample that is nearest."""
    total = np.zeros(2)
    for clip in clips:
        samples = soundfile.read(clip.file_path, always_2d=True)[0]
        total += samples[round(clip.beat_to_sample_time(beat))]
    return total


def test_stems_of_a_warped_loop_sum_to_it_at_every_beat(live: FakeLive, bridge: Bridge, tmp_path: Path) -> None:
    live.song._is_auto_warped = True
    song = write_song(tmp_path / "João é.wav", 48_000)
    clip = live.add_audio(
        live.add_track(), song, markers=MARKERS, looping=True, start=0.5, end=4.0, loop_start=1.0, loop_end=3.0
    )
    before = state_of(live.song)
    live.tick_until(lambda: is_taken(bridge, Deed.SPLIT), "the order to be taken")
    live.tick_until(lambda: "on 4 new tracks" in live.said, "stems")
    stems = [track.clip_slots[0].clip for track in list(live.song.tracks)[1:]]
    assert {stem.name for stem in stems} == {f"João é – {name}" for name in ("drums", "bass", "other", "vocals")}
    source = soundfile.read(song)[0]
    for beat in np.linspace(0.5, 2.999, 200):
        nearby = source[round(clip.beat_to_sample_time(beat)) + np.arange(-1, 2)]
        assert np.min(np.max(np.abs(nearby - heard(stems, beat)), axis=1)) <= 10 ** (-90 / 20)
    live.undo()
    assert state_of(live.song) == before


def is_taken(bridge: Bridge, deed: Deed) -> bool:
    """Returns whether an order, as `auxsend live` gives it, is taken; the first `listen` may be on its way."""
    try:
        return order(bridge.state, "live", deed) == "live"
    except RequestRefused:
        return False


def test_notes_lie_where_the_clip_plays_them(live: FakeLive, tmp_path: Path) -> None:
    """The fake model writes a note at every whole second of what it hears."""
    live.add_audio(
        live.add_track(), write_song(tmp_path / "Take.wav"), slot=None, at=8.0,
        markers=((0.0, 0.0), (1.0, 2.0), (2.0, 3.0), (2.03125, 3.03125)), start=1.0, end=4.0,
    )  # fmt: skip
    live.press(62)
    live.tick_until(lambda: len(live.song.tracks) == 2, "notes")
    live.tick(2)
    (clip,) = live.song.tracks[1].arrangement_clips
    onsets = [note.start_time for note in clip.get_notes_extended(0, 128, 0.0, 100.0)]
    assert (clip.start_time, clip.end_time) == (8.0, 11.0)
    # 0.5 s is beat 1, where the clip begins; 1.5 and 2.5 s are beats 2.5 and 3.5.
    assert onsets == pytest.approx([0.0, 1.5, 2.5], abs=1e-3)


def test_a_melody_goes_on_at_the_next_bar_line(live: FakeLive) -> None:
    live.song._signature, live.song._tempo = (3, 4), 90.0
    track = live.add_track("Lead", is_midi=True)
    live.add_midi(track, [(60 + i, float(i), 1.0) for i in range(4)], slot=None, at=4.0)
    live.press(64)
    live.tick_until(lambda: "4 continuations" in live.said, "melodies")
    best = track.arrangement_clips[1]
    assert (best.start_time, best.end_time) == (9.0, 21.0)  # four bars of 3/4
    onsets = [note.start_time for note in best.get_notes_extended(0, 128, 0.0, 100.0)]
    assert onsets == pytest.approx(list(range(12)), abs=1e-3)  # the fake model writes a note on every beat
    assert sum(slot.has_clip for slot in track.clip_slots) == 3


def test_the_command_line_orders_too(live: FakeLive, bridge: Bridge) -> None:
    live.tick_until(lambda: is_taken(bridge, Deed.SPLIT), "the script to listen")
    done = subprocess.run(
        auxsend_command("live", "suggest"), capture_output=True, encoding="utf-8", env=auxsend_environment(bridge.home)
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Live looks for samples that go with the selected clip.")
    live.tick_until(lambda: live.said.count("Nothing is selected") == 2, "both orders")


def test_an_order_for_who_does_not_listen_is_refused(bridge: Bridge, tmp_path: Path) -> None:
    with pytest.raises(RequestRefused, match="“live 9” does not listen"):
        order(bridge.state, "live 9", Deed.SPLIT)
    with pytest.raises(EngineUnreachable, match="No bridge runs"):
        order(tmp_path, "live", Deed.SPLIT)
