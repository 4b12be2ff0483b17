"""Real songs for tests: two out of Debian's packages fretsonfire-songs-sectoid and fretsonfire-songs-muldjord."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.audio import Samples

FOLDER = Path("/usr/share/games/fretsonfire/data/songs")
SONGS = ("muldjord/armygeddon/song.ogg", "sectoid/*/song.ogg")


def excerpt(pattern: str, start_sec: float, length_sec: float) -> tuple[Samples, int]:
    """Returns a stereo excerpt, shape (2, samples), and its rate; skips the test where the package is not installed."""
    paths = sorted(FOLDER.glob(pattern))
    if not paths:
        pytest.skip("the Debian packages fretsonfire-songs-sectoid and -muldjord are not installed")
    with soundfile.SoundFile(paths[0]) as song:
        song.seek(round(start_sec * song.samplerate))
        samples = song.read(round(length_sec * song.samplerate), dtype="float32", always_2d=True).T
        return np.ascontiguousarray(samples), song.samplerate


def voice() -> Path:
    """Returns a recording of one singer with notes, vocadito_1 (CC BY 4.0); skips the test where it is not at hand."""
    path = Path(__file__).parents[2] / "shared/data/vocadito/vocadito_1.wav"
    if not path.exists():
        pytest.skip("vocadito_1.wav is not beside this checkout")
    return path
