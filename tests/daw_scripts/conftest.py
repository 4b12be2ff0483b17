"""A fake REAPER beside a stand-in bridge, with the scripts installed in a folder whose name is not ASCII."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.daw_scripts.interpreters import SCRIPTS
from tests.daw_scripts.playback import write_song
from tests.daw_scripts.reaper import Reaper
from tests.daw_scripts.stand_in import StandIn

COMMAND = "/opt/Mein Ordner/auxsend"


@dataclass(frozen=True)
class Studio:
    """What a test of the scripts needs at hand."""

    reaper: Reaper
    bridge: StandIn
    folder: Path
    scripts: Path

    def add_track(self, name: str = "Take 1", **values: float) -> str:
        guid: str = self.reaper.do("add_track", {"name": name, "values": values})
        return guid

    def add_item(self, track: str, **fields: Any) -> str:
        """Adds a selected item of 1.25 s at 2 s, half a second into a song of 3 s, unless `fields` say otherwise."""
        song = fields.pop("song", None) or write_song(self.folder / "Média" / "João é.wav")
        values = {"D_POSITION": 2.0, "D_LENGTH": 1.25, "B_LOOPSRC": 0, "B_UISEL": 1} | fields.pop("values", {})
        take = {"D_STARTOFFS": 0.5} | fields.pop("take", {})
        item = {"track": track, "file": str(song), "name": "Verse “é”", "values": values, "take": take} | fields
        guid: str = self.reaper.do("add_item", item)
        return guid

    def add_item_on_new_track(self, **fields: Any) -> str:
        return self.add_item(self.add_track(), **fields)

    def track_count(self, project: int = 0) -> int:
        return len(self.reaper.tracks(project))

    def ask_to_split(self) -> dict[str, Any]:
        """Starts the action on what is selected; returns the request that reaches the bridge."""
        self.reaper.run("split to stems")
        self.reaper.tick(3)
        return self.bridge.take_one("split")

    def ask_to_transcribe(self) -> dict[str, Any]:
        """Starts the other action on what is selected; returns the request that reaches the bridge."""
        self.reaper.run("transcribe to MIDI track")
        self.reaper.tick(3)
        return self.bridge.take_one("transcribe")

    def finish(self, request: dict[str, Any]) -> None:
        """Ends a job with stems, and gives the script time to see it."""
        self.bridge.finish(request)
        self.reaper.wait(1)


NewStudio = Callable[..., Studio]


def install(folder: Path, spool: Path, command: str | None = COMMAND) -> Path:
    """Copies the scripts and says where the spool is; returns the folder of the actions."""
    shutil.copytree(SCRIPTS / "reaper", folder / "reaper")
    shutil.copytree(SCRIPTS / "shared", folder / "shared")
    lines = [f"spool = [[{spool}]]", "version = 1"] + ([f"command = [[{command}]]"] if command else [])
    (folder / "reaper" / "auxsend_location.lua").write_text(f"return {{ {', '.join(lines)} }}", encoding="utf-8")
    return folder / "reaper"


@pytest.fixture
def new_studio(tmp_path: Path) -> Iterator[NewStudio]:
    opened: list[Reaper] = []

    def build(lua: str, command: str | None = COMMAND) -> Studio:
        spool = tmp_path / "état" / "spool"
        scripts = install(tmp_path / "Scripts é" / "AuxSend", spool, command)
        reaper = Reaper(lua, scripts)
        opened.append(reaper)
        bridge = StandIn(spool)
        bridge.live()
        path = tmp_path / "Mein Lied.RPP"
        reaper.do("new_project", {"path": str(path), "media_folder": str(tmp_path / "Média")})
        return Studio(reaper, bridge, tmp_path, scripts)

    yield build
    for reaper in opened:
        reaper.__exit__(None, None, None)
