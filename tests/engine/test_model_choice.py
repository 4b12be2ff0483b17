"""What "auto" decides, as a table; and where the energy of sounds with known stems falls."""

from pathlib import Path

import numpy as np
import pytest

from engine.backends import REGISTRY, load_separator
from engine.model_choice import FULL, choose_by_shares, stem_shares
from tests.conftest import WriteWav

PIANO = {"piano": 0.4, "guitar": 0.5}


@pytest.mark.parametrize(
    ("drums", "bass", "other", "vocals", "tags", "model"),
    [
        (1.0, 0.0, 0.0, 0.0, {}, "drums"),
        (0.9, 0.02, 0.05, 0.03, PIANO, "drums"),
        (0.0, 0.0, 0.05, 0.95, {}, "voice"),
        (0.0, 0.0, 1.0, 0.0, PIANO, "piano"),
        (0.0, 0.2, 0.8, 0.0, PIANO, "piano"),
        (0.0, 0.0, 1.0, 0.0, {"guitar": 0.6}, "basic-pitch"),
        (0.0, 0.0, 1.0, 0.0, {}, "basic-pitch"),
        (0.0, 0.95, 0.05, 0.0, PIANO, "basic-pitch"),
        (0.0, 0.3, 0.6, 0.08, {}, "basic-pitch"),
        (0.2, 0.3, 0.4, 0.1, PIANO, FULL),
        (0.0, 0.1, 0.6, 0.3, PIANO, FULL),
        (0.05, 0.9, 0.05, 0.0, {}, FULL),
    ],
)
def test_the_shares_of_the_stems_and_the_piano_tag_decide(
    drums: float, bass: float, other: float, vocals: float, tags: dict[str, float], model: str
) -> None:
    choice = choose_by_shares({"drums": drums, "bass": bass, "other": other, "vocals": vocals}, tags)
    assert choice.model == model
    assert f"“{model}”" in choice.message


@pytest.mark.parametrize("seconds", [0.5, 3.0, 7.0])
def test_shares_are_of_energy_whatever_the_length(write_wav: WriteWav, seconds: float) -> None:
    rng = np.random.default_rng(1)
    path: Path = write_wav(
        samples=rng.uniform(-0.3, 0.3, (1, round(seconds * 48_000))).astype(np.float32), sample_rate_hz=48_000
    )
    fake = load_separator(REGISTRY["fake"], {}, "cpu")  # its stems are the mix at these gains
    gains = {"drums": 0.5, "bass": 0.25, "other": 0.125, "vocals": 0.125}
    total = sum(gain**2 for gain in gains.values())
    shares = stem_shares(path, (seconds / 3, seconds * 2 / 3), fake, lambda fraction, message: None)
    assert shares == pytest.approx({stem: gain**2 / total for stem, gain in gains.items()}, abs=1e-6)


def test_silence_has_no_shares(write_wav: WriteWav) -> None:
    path = write_wav(samples=np.zeros((2, 44_100), dtype=np.float32))
    fake = load_separator(REGISTRY["fake"], {}, "cpu")
    assert set(stem_shares(path, (0.5,), fake, lambda fraction, message: None).values()) == {0.0}
