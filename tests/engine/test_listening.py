"""Levels and noise from signals whose answer is known, and when a model does not suit."""

from pathlib import Path

import numpy as np
import pytest

from engine.jobs.records import Lane
from engine.listening import VOICE_SCORE, Sound, listen, misfit_warning
from engine.weights.store import WeightStore
from engine.worker import Worker
from tests.conftest import WriteWav, tones


@pytest.fixture
def deaf(tmp_path: Path) -> Worker:
    """A worker that can fetch no weights, and so has no tagger."""
    return Worker("cpu", Lane.DEVICE, WeightStore(tmp_path / "weights", is_offline=True), 1)


def heard(path: Path, worker: Worker) -> Sound:
    return listen(path, worker, lambda fraction, message: None)


def test_levels_are_those_of_the_signal(write_wav: WriteWav, deaf: Worker) -> None:
    sine = (0.5 * np.sin(2 * np.pi * 440 * np.arange(88_200) / 44_100)).astype(np.float32)
    sound = heard(write_wav(samples=np.stack([sine, sine])), deaf)
    assert sound.rms_db == pytest.approx(20 * np.log10(0.5 / np.sqrt(2)), abs=0.01)
    assert not sound.is_clipped
    assert not sound.is_noise
    assert sound.tags == {}


def test_silence_is_silent(write_wav: WriteWav, deaf: Worker) -> None:
    assert heard(write_wav(samples=np.zeros((1, 44_100), dtype=np.float32)), deaf).is_silent
    assert not heard(write_wav("tones.wav", samples=0.01 * tones(1.0)), deaf).is_silent


def test_clipping_is_noticed(write_wav: WriteWav, deaf: Worker) -> None:
    assert heard(write_wav(samples=np.clip(4 * tones(1.0), -1, 1)), deaf).is_clipped


def test_noise_is_noise_and_tones_are_not(write_wav: WriteWav, deaf: Worker) -> None:
    noise = np.random.default_rng(2).normal(0, 0.1, (1, 88_200)).astype(np.float32)
    assert heard(write_wav("noise.wav", samples=noise), deaf).is_noise
    assert not heard(write_wav("tones.wav", samples=tones(2.0)), deaf).is_noise


def test_a_short_sound_is_heard_too(write_wav: WriteWav, deaf: Worker) -> None:
    assert not heard(write_wav(samples=tones(0.12)), deaf).is_silent


@pytest.mark.weights
def test_a_real_voice_sounds_like_one(weight_store: WeightStore) -> None:
    from tests.songs import voice

    worker = Worker("cpu", Lane.DEVICE, weight_store, 1)
    sound = heard(voice(), worker)
    assert sound.voice_score > VOICE_SCORE
    assert not sound.is_percussive
    assert "voice" in misfit_warning(sound, "piano")


def of_tags(**tags: float) -> Sound:
    return Sound(-20.0, 0.0, 0.01, tags)


DRUMS = of_tags(drums=0.5, piano=0.1)
STRINGS = of_tags(drums=0.01, violin=0.6)


@pytest.mark.parametrize(
    ("sound", "model", "word"),
    [
        (DRUMS, "piano", "drums"),
        (DRUMS, "voice", "drums"),
        (STRINGS, "drums", "No drums"),
        (Sound(-20.0, 0.0, 0.5, {}), "voice", "noise"),
        (DRUMS, "drums", ""),
        (DRUMS, "full", ""),
        (STRINGS, "basic-pitch", ""),
        (Sound(-20.0, 0.0, 0.01, {}), "piano", ""),
    ],
)
def test_a_model_that_does_not_suit_is_warned_of(sound: Sound, model: str, word: str) -> None:
    warning = misfit_warning(sound, model)
    assert (word in warning) if word else (warning == "")
