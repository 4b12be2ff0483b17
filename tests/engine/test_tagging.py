"""Describing files, with a tagger whose answers are known, and with the real ones."""

import math
from pathlib import Path

import numpy as np
import pytest

from engine.audio import Samples
from engine.errors import EngineError, InvalidAudio, JobCancelled, ModelNotFound
from engine.jobs.records import Lane
from engine.tagging import STANDARD_MODELS, AudioDescription, describe_files, plan_tagging
from engine.weights.store import WeightStore
from engine.worker import Worker
from tests.conftest import WriteWav, tones
from tests.engine.measurements.signals import RATE_HZ, clicks, kick

FAKE = ("fake-tags",)


def silent(fraction: float, message: str) -> None:
    """Hears no progress."""


@pytest.fixture
def worker(tmp_path: Path) -> Worker:
    """A worker without any weights."""
    return Worker("cpu", Lane.DEVICE, WeightStore(tmp_path / "weights", is_offline=True), 1)


def described(paths: list[Path], worker: Worker) -> list[AudioDescription]:
    found = list(describe_files(paths, FAKE, worker, silent))
    assert not [error for error in found if isinstance(error, EngineError)]
    return [description for description in found if isinstance(description, AudioDescription)]


def test_files_are_described_in_order_by_what_they_are(write_wav: WriteWav, worker: Worker) -> None:
    sounds: list[Samples] = [kick(), clicks(125, 16), 0.5 * tones(1.0), np.zeros((2, 4), np.float32)]
    paths = [write_wav(f"{number}.wav", sound) for number, sound in enumerate(sounds)]
    drum, loop, tone, silence = described(paths, worker)
    assert (drum.measurements.kind, drum.quarter_bpm, drum.key) == ("one-shot/kick", 0, None)
    assert loop.measurements.kind == "loop"
    assert loop.quarter_bpm == pytest.approx(125, rel=1e-4)
    assert loop.measurements.duration_sec == pytest.approx(16 * 60 / 125, abs=1e-4)
    assert tone.taggings["fake-tags"].scores[0] == pytest.approx(float(np.abs(sounds[2]).max()), abs=1e-4)
    assert silence.measurements.loudness_lufs == -math.inf
    assert (silence.quarter_bpm, silence.key) == (0, None)


def test_what_cannot_be_read_gives_an_error_in_its_place(write_wav: WriteWav, worker: Worker, tmp_path: Path) -> None:
    nan = np.full((1, RATE_HZ), 0.1, np.float32)
    nan[0, 20_000] = math.nan
    (tmp_path / "text.wav").write_text("no audio")
    (tmp_path / "empty.wav").touch()
    broken = [
        write_wav("nan.wav", nan, subtype="FLOAT"),
        *(tmp_path / name for name in ("text.wav", "empty.wav", "missing.wav")),
        tmp_path,
    ]
    good = write_wav()
    found = list(describe_files([good, *broken, good], FAKE, worker, silent))
    assert [isinstance(one, InvalidAudio) for one in found] == [False, *[True] * len(broken), False]
    assert "NaN" in str(found[1])
    assert "cannot be opened" in str(found[4])


def test_only_broken_files_give_only_errors(tmp_path: Path, worker: Worker) -> None:
    (found,) = describe_files([tmp_path / "missing.wav"], FAKE, worker, silent)
    assert isinstance(found, InvalidAudio)
    assert list(describe_files([], FAKE, worker, silent)) == []


def test_a_long_track_is_described_as_a_short_file_is(write_wav: WriteWav, worker: Worker) -> None:
    # The networks for beats and chords are out of reach here, so a track's tempo comes from its onsets.
    track = clicks(120, 120)
    long, short = described([write_wav("long.wav", track), write_wav("short.wav", track[:, : 8 * RATE_HZ])], worker)
    assert (long.measurements.kind, short.measurements.kind) == ("track", "loop")
    assert len(long.taggings["fake-tags"].taggram) == 60
    np.testing.assert_allclose(long.taggings["fake-tags"].taggram[:8], short.taggings["fake-tags"].taggram)
    assert long.quarter_bpm == pytest.approx(120, rel=0.02)


def test_more_files_than_a_group_has(write_wav: WriteWav, worker: Worker) -> None:
    paths = [write_wav(f"{level}.wav", np.full((1, 4410), level / 200, np.float32)) for level in range(1, 140)]
    levels = [found.taggings["fake-tags"].scores[0] for found in described(paths, worker)]
    np.testing.assert_allclose(levels, np.arange(1, 140) / 200, atol=1e-4)


def test_progress_grows_to_1_and_cancelling_stops_the_work(write_wav: WriteWav, worker: Worker) -> None:
    fractions: list[float] = []
    paths = [write_wav("a.wav"), write_wav("b.wav", clicks(120, 90))]
    list(describe_files(paths, FAKE, worker, lambda fraction, message: fractions.append(fraction)))
    assert fractions == sorted(fractions)
    assert 0.9 < fractions[-1] <= 1

    def cancel(fraction: float, message: str) -> None:
        if fraction > 0.5:
            raise JobCancelled("Stopped.")

    with pytest.raises(JobCancelled):
        list(describe_files(paths, FAKE, worker, cancel))


def test_models_are_those_named_or_the_standard_ones(tmp_path: Path) -> None:
    weights = WeightStore(tmp_path, is_offline=True)
    assert plan_tagging((), weights) == STANDARD_MODELS
    assert plan_tagging(("fake-tags", "MSD_musicnn", "fake-tags"), weights) == ("fake-tags", "MSD_musicnn")
    with pytest.raises(ModelNotFound, match="MTT_musicnn"):
        plan_tagging(("htdemucs",), weights)


@pytest.mark.weights
def test_real_models_describe_a_real_kind_of_music(write_wav: WriteWav, weight_store: WeightStore) -> None:
    from tests.golden.piano import piano_phrase

    worker = Worker("cpu", Lane.DEVICE, weight_store, 10**9)
    path = write_wav(samples=piano_phrase(12.0), sample_rate_hz=44_100)
    (found,) = describe_files([path], STANDARD_MODELS, worker, silent)
    assert isinstance(found, AudioDescription)
    assert [len(tagging.scores) for tagging in found.taggings.values()] == [50, 50]
    assert list(found.taggings) == list(STANDARD_MODELS)
