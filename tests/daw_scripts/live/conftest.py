"""The Remote Script in a fake Live, beside a stand-in for the bridge."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.daw_scripts.fake_live.host import FakeLive
from tests.daw_scripts.live.stand_in import StandIn, tick
from tests.daw_scripts.playback import write_song

STEMS = ("vocals", "drums", "bass", "other")


@dataclass
class Studio:
    """What a test of the script needs at hand."""

    live: FakeLive
    bridge: StandIn
    folder: Path

    def go(self, count: int = 1) -> None:
        """Lets so many ticks go by, with a bridge that answers in between."""
        for _ in range(count):
            tick(self.live.tick, self.live.surface._link, self.bridge)

    def connect(self) -> None:
        self.go(4)
        assert self.bridge.asked("listen"), self.live.handle.log

    def order(self, deed: str, **payload: Any) -> None:
        """Orders something through the open `listen`."""
        self.bridge.finish(self.bridge.asked("listen")[-1], {"deed": deed} | payload)
        self.go(3)

    def ask(self, verb: str) -> dict[str, Any]:
        """Orders an action and returns the request that it makes."""
        before = len(self.bridge.asked(verb))
        self.order(verb)
        assert len(self.bridge.asked(verb)) == before + 1, self.live.handle.messages
        return self.bridge.asked(verb)[-1]

    def split(self) -> list[Path]:
        """Splits the selected clip and returns the files of its stems."""
        request = self.ask("split")
        files = write_stems(self.folder / "stems", request["params"]["clip"])
        self.bridge.finish(request, {"stems": [{"name": file.stem, "file": str(file)} for file in files]})
        self.go(40)
        return files

    @property
    def said(self) -> str:
        """Everything that the status bar has shown."""
        return self.live.said


def write_stems(folder: Path, clip: dict[str, Any]) -> list[Path]:
    """Writes stems of exactly a clip's window, in its file's sample rate."""
    rate_hz = soundfile.info(clip["file"]).samplerate
    folder.mkdir(exist_ok=True)
    samples = np.zeros((round(clip["length_sec"] * rate_hz), 2))
    for name in STEMS:
        soundfile.write(folder / f"{name}.wav", samples, rate_hz, subtype="FLOAT")
    return [folder / f"{name}.wav" for name in STEMS]


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    """A Live that is connected to a bridge."""
    monkeypatch.setenv("AUXSEND_HOME", str(tmp_path / "home"))
    bridge = StandIn(tmp_path / "home/state")
    studio = Studio(FakeLive(), bridge, tmp_path)
    studio.connect()
    yield studio
    studio.live.surface.disconnect()
    bridge.stop()


@pytest.fixture
def script() -> Callable[[str], Any]:
    """Returns a module of the script by its name."""
    import importlib

    from tests.daw_scripts.fake_live.module import load_script

    load_script()
    return lambda name: importlib.import_module(f"AuxSend.{name}")


@pytest.fixture
def clip_file(studio: Studio) -> Path:
    """A recording that a clip may play."""
    return write_song(studio.folder / "Take.wav")
