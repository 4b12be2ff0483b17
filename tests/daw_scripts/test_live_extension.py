"""Live's extension with the real bridge and a real engine that runs the fake models: the whole way, without Live."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from tests.bridge.conftest import TOKEN, engine_address
from tests.bridge.running_bridge import running

__all__ = ["engine_address"]  # a fixture

EXTENSION = Path(__file__).parents[2] / "daw_scripts" / "ableton" / "extension"
SCRIPT = EXTENSION / "build" / "test" / "real-bridge.js"
NODE = shutil.which("node")
GAINS = {"drums": 0.5, "bass": 0.25, "other": 0.125, "vocals": 0.125}
WAIT_SEC = 100


@pytest.mark.skipif(NODE is None or not SCRIPT.exists(), reason="the extension is not built: make test-extension")
def test_stems_notes_and_melodies_come_into_the_set(engine_address: str, tmp_path: Path) -> None:
    mix = np.random.default_rng(3).uniform(-0.5, 0.5, (88_200, 2))
    for model in ("fake", "fake-notes"):
        sf.write(tmp_path / f"song {model}.wav", mix, 44_100, subtype="PCM_24")
    storage = tmp_path / "live é" / "storage"
    storage.mkdir(parents=True)
    (tmp_path / "home/config").mkdir(parents=True)
    (tmp_path / "home/config/auxsend.toml").write_text(f"live_extension = '{storage}'", encoding="utf-8")
    with running(tmp_path / "home", AUXSEND_ENGINE=engine_address, AUXSEND_TOKEN=TOKEN):
        tracks = _run_extension(tmp_path / "live é", tmp_path / "song")
    assert not (storage / "bridge.json").exists()  # it goes with the bridge

    voice, *others = tracks
    assert [clip["muted"] for clip in voice["clips"]] == [True]
    clips = {track["name"]: track["clips"] for track in others}
    assert set(clips) == {*(f"Verse é {stem}" for stem in GAINS), "Verse é Fake", "Lead"}
    for stem, gain in GAINS.items():
        (clip,) = clips[f"Verse é {stem}"]
        assert (clip["start"], clip["duration"], clip["isWarped"]) == (4, 4, False)
        found, _ = sf.read(clip["filePath"])
        np.testing.assert_allclose(found, gain * mix, atol=2**-21)  # of 24 bits
    (notes,) = clips["Verse é Fake"]
    assert (notes["start"], {pitch for pitch, _, _ in notes["notes"]}) == (4, {60})
    hook, *melodies = clips["Lead"]
    assert hook["start"] == 2
    assert [(clip["start"], clip["end"]) for clip in melodies] == [(8, 24)] * 4  # four bars from the next bar line on
    assert all([onset for _, onset, _ in clip["notes"]] == pytest.approx(range(16)) for clip in melodies)


def _run_extension(folder: Path, song: Path) -> list[dict[str, Any]]:
    """Returns the tracks of the set, having asked a bridge that is found through the extension's own folder only."""
    assert NODE is not None
    done = subprocess.run(
        [NODE, SCRIPT, folder, song],
        env=os.environ | {"NODE_PATH": str(EXTENSION / "build/test/modules"), "AUXSEND_HOME": str(folder / "none")},
        capture_output=True,
        encoding="utf-8",
        timeout=WAIT_SEC,
    )
    assert done.returncode == 0, done.stderr
    tracks: list[dict[str, Any]] = json.loads(done.stdout)
    return tracks
