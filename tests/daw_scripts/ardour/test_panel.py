"""The panel's hand in a real Ardour, beside a stand-in bridge: what it tells, and what it does on orders."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.daw_scripts.ardour.conftest import StartArdour, WriteExcerpt, wait_for
from tests.daw_scripts.ardour.host import Ardour
from tests.daw_scripts.ardour.steps import (
    POSITION,
    TRIM_END,
    TRIM_START,
    TWO_TICKS_SEC,
    shown,
    trimmed_region,
    undo,
)
from tests.daw_scripts.ardour.studio import SLOTS, said
from tests.daw_scripts.ardour.test_suggest import PLAYHEAD, locate, row, select_track, write_sample
from tests.daw_scripts.stand_in import STEMS, StandIn, note_track

RATE_HZ = 44_100
TONE_HZ = 440.0
URL = "http://127.0.0.1:8123/open?code=a-B_9"


@pytest.fixture(scope="module")
def ardour(start_ardour: StartArdour, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ardour]:
    """An Ardour whose system has a browser that writes down what it opens."""
    programs = tmp_path_factory.mktemp("programs")
    browser = programs / "xdg-open"
    browser.write_text(f'#!/bin/sh\necho "$1" >> "{programs.parent}/opened.txt"\n')
    browser.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
        yield start_ardour()


class Panel:
    """The bridge's side of the panel."""

    def __init__(self, bridge: StandIn) -> None:
        self.told: list[dict[str, Any]] = []
        """The selections that the script has told."""
        self._bridge = bridge
        self._listening: dict[str, Any] | None = None
        self._others: list[dict[str, Any]] = []

    def asked(self, verb: str) -> dict[str, Any]:
        """Returns the next request of a verb, once it is there."""

        def look() -> dict[str, Any] | None:
            self._hear()
            found = [request for request in self._others if request["verb"] == verb]
            return found[0] if found else None

        request = wait_for(look, f"a {verb}", 60.0)
        self._others.remove(request)
        return request

    def selection(self, name: str) -> dict[str, Any]:
        """Returns what was told last, once it is of that name."""

        def look() -> dict[str, Any] | None:
            self._hear()
            return self.told[-1] if self.told and self.told[-1]["name"] == name else None

        return wait_for(look, f"the selection of {name}")

    def order(self, deed: str, **payload: Any) -> None:
        """Ends the script's listening with an order."""

        def is_listening() -> bool:
            before = self._listening
            time.sleep(TWO_TICKS_SEC)  # a script that has waited too long for an answer listens anew
            self._hear()
            return before is not None and before is self._listening

        wait_for(is_listening, "the script to listen")
        assert self._listening is not None
        self._bridge.say(self._listening, "done", result={"deed": deed} | payload)
        self._listening = None

    def _hear(self) -> None:
        for request in self._bridge.take():
            if request["verb"] == "select":
                self.told.append(request["params"])
            elif request["verb"] == "listen":
                self._listening = request
                self._bridge.say(request, "running")
            else:
                self._others.append(request)


def test_a_selection_is_told_and_what_is_ordered_is_done(
    ardour: Ardour,
    bridge: StandIn,
    write_excerpt: WriteExcerpt,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    song = write_excerpt()
    region = trimmed_region(ardour, song, "Verse é")
    locate(ardour)
    panel = Panel(bridge)
    ardour.choose(SLOTS["panel"])
    bridge.say(panel.asked("panel"), "done", result={"url": URL})
    opened = tmp_path_factory.getbasetemp() / "opened.txt"
    wait_for(lambda: opened.exists() and opened.read_text() == f"{URL}\n", "the browser")
    told = panel.selection("Verse é")
    assert told["clip"] == {
        "file": str(song), "section": None, "start_offset_sec": pytest.approx(TRIM_START / RATE_HZ),
        "length_sec": pytest.approx((TRIM_END - TRIM_START) / RATE_HZ), "playrate": 1.0, "is_reversed": False,
        "channel_mode": "normal", "is_looped": False,
    }  # fmt: skip
    assert told["project"] == str(ardour.session_folder / "take one.ardour")
    assert (told["folder"], told["quarter_bpm"], told["key"]) == (str(ardour.session_folder), 120.0, "")
    rows = [row(write_sample(tmp_path, "Clap", 1), "Clap"), row(write_tone(tmp_path), "Pad", semitones=3)]
    panel.order("insert_samples", rows=rows, project_bpm=0)
    uses = [panel.asked("use") for _ in rows]
    assert [(use["params"]["sample"], use["params"]["kind"]) for use in uses] == [
        (each["sample"], "inserted") for each in rows
    ]
    after = shown(ardour)
    assert [(name, after[name].regions[0].position) for name in ("Clap", "Pad")] == [
        ("Clap", PLAYHEAD), ("Pad", PLAYHEAD),
    ]  # fmt: skip
    assert strongest_hz(after["Pad"].regions[0].files[0]) == pytest.approx(TONE_HZ * 2 ** (3 / 12), rel=0.005)
    undo(ardour)
    assert list(shown(ardour)) == ["Verse é"], "both in one step"
    region.select()
    panel.order("split")
    split = panel.asked("split")
    bridge.finish(split)
    wait_for(lambda: panel.asked("forget"), "the stems")
    select_track(ardour, "Verse é")  # an audio track, which takes no notes
    job = {"id": "panel-00000001", "verb": "continue", "context": None, "result": continuation()}
    panel.order("insert_job", job=job)
    panel.order("insert_job", job={"id": "panel-00000002", "verb": "tag", "context": None, "result": {}})
    wait_for(lambda: "run “auxsend install” again" in said(ardour), "the sentence")
    tracks = shown(ardour)
    assert [tracks[f"Verse é {stem}"].regions[0].position for stem in STEMS] == [POSITION + TRIM_START] * len(STEMS)
    (midi,) = tracks["melodies"].midi
    assert (midi.position, [note.pitch for note in midi.notes]) == (PLAYHEAD, [60])


def write_tone(folder: Path) -> Path:
    time_sec = np.arange(2 * RATE_HZ) / RATE_HZ
    soundfile.write(folder / "Pad.wav", 0.3 * np.sin(2 * np.pi * TONE_HZ * time_sec)[:, None].repeat(2, 1), RATE_HZ)
    return folder / "Pad.wav"


def strongest_hz(file: Path) -> float:
    samples, rate_hz = soundfile.read(file, always_2d=True)
    left = samples[: 2 * rate_hz, 0]
    return float(np.abs(np.fft.rfft(left)).argmax() * rate_hz / len(left))


def continuation() -> dict[str, Any]:
    """Returns a result that the panel itself has asked for."""
    return {
        "candidates": [{"score": 0.5, "tracks": [note_track("melody", [[60, 100, 0.0, 0.5]])]}], "begin_sec": 2.0,
        "length_sec": 2.0, "key": "A minor", "midi_file": "/music/melodies.mid", "notices": [],
    }  # fmt: skip
