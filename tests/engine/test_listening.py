"""Levels and noise from signals whose answer is known, and when a model does not suit."""

from pathlib import Path

import numpy as np
import pytest

from engine.errors import JobCancelled
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
    assert sound.loudest_db == pytest.approx(20 * np.log10(0.5 / np.sqrt(2)), abs=0.01)
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


def test_silence_between_tones_is_no_noise(write_wav: WriteWav, deaf: Worker) -> None:
    samples = np.pad(tones(2.0), ((0, 0), (0, 10 * 44_100)))
    assert not heard(write_wav(samples=samples), deaf).is_noise


def test_channels_that_cancel_each_other_are_heard(write_wav: WriteWav, deaf: Worker) -> None:
    tone = tones(2.0, channel_count=1)
    sound = heard(write_wav(samples=np.concatenate([tone, -tone])), deaf)
    assert not sound.is_silent
    assert 0 <= sound.flatness < 0.1


def test_one_soft_note_in_a_long_silence_is_heard(write_wav: WriteWav, deaf: Worker) -> None:
    samples = np.zeros((1, 120 * 11_025), dtype=np.float32)
    samples[:, 660_000:671_025] = 0.005 * np.sin(0.2 * np.arange(11_025))  # -49 dB for one second of two minutes
    sound = heard(write_wav(samples=samples, sample_rate_hz=11_025), deaf)
    assert not sound.is_silent
    assert sound.thirds_sec == pytest.approx((60.0, 60.0), abs=6.0)


def test_a_constant_offset_is_silence(write_wav: WriteWav, deaf: Worker) -> None:
    assert heard(write_wav(samples=np.full((1, 44_100), 0.01, dtype=np.float32)), deaf).is_silent


@pytest.mark.parametrize("after", [0, 3, 20])
def test_listening_stops_when_it_is_told_to(write_wav: WriteWav, deaf: Worker, after: int) -> None:
    path = write_wav(samples=np.tile(tones(1.0), 20))
    calls: list[float] = []

    def report(fraction: float, message: str) -> None:
        calls.append(fraction)
        if len(calls) > after:
            raise JobCancelled("The job was cancelled.")

    with pytest.raises(JobCancelled):
        listen(path, deaf, report)
    assert calls == sorted(calls)


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
