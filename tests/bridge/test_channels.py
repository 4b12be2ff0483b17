"""Channel modes: the right samples, and not a bit of them lost on the way to the engine."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from bridge.audio_file import copy_range, open_song
from bridge.channels import ChannelMode, pick_channels

STEREO = np.array([[1, 10], [2, 21], [-3, 30]], dtype=np.float64)


@pytest.mark.parametrize(
    ("mode", "heard"),
    [
        (ChannelMode.NORMAL, [[1, 10], [2, 21], [-3, 30]]),
        (ChannelMode.REVERSE_STEREO, [[10, 1], [21, 2], [30, -3]]),
        (ChannelMode.MONO_MIX, [[5.5], [11.5], [13.5]]),
        (ChannelMode.LEFT, [[1], [2], [-3]]),
        (ChannelMode.RIGHT, [[10], [21], [30]]),
    ],
)
def test_each_mode_is_heard(mode: ChannelMode, heard: list[list[float]]) -> None:
    assert pick_channels(mode, STEREO).tolist() == heard


@pytest.mark.parametrize("mode", ChannelMode)
def test_mono_has_one_channel_in_every_mode(mode: ChannelMode) -> None:
    assert pick_channels(mode, STEREO[:, :1]).tolist() == [[1], [2], [-3]]


@pytest.mark.parametrize(("subtype", "kept"), [("PCM_16", "PCM_24"), ("PCM_24", "PCM_32"), ("FLOAT", "FLOAT")])
def test_the_mono_mix_of_a_file_keeps_its_half_steps(tmp_path: Path, subtype: str, kept: str) -> None:
    step = {"PCM_16": 1 << 16, "PCM_24": 1 << 8, "FLOAT": 1 << 9}[subtype]
    rng = np.random.default_rng(7)
    loud = rng.integers(-(1 << 31) // step, (1 << 31) // step, (70_000, 2)) * step
    loud[0] = (-(1 << 31), -(1 << 31))
    content = loud / (1 << 31) if subtype == "FLOAT" else loud.astype(np.int32)
    sf.write(tmp_path / "stereo.wav", content, 48_000, subtype=subtype)
    song = open_song(tmp_path / "stereo.wav")
    copy = tmp_path / f"copy{song.heard_through(ChannelMode.MONO_MIX).copy_suffix}"
    assert list(copy_range(song, 100, 70_000, copy, ChannelMode.MONO_MIX))[-1] == 1
    found, rate_hz = sf.read(copy, dtype="float64", always_2d=True)
    assert (rate_hz, sf.info(copy).subtype) == (48_000, kept)
    assert np.array_equal(found[:, 0], loud[100:].sum(axis=1) / 2 / (1 << 31))


@pytest.mark.parametrize("suffix", ["wav", "flac", "aiff", "ogg"])
def test_a_range_has_the_samples_that_reading_from_the_beginning_has(tmp_path: Path, suffix: str) -> None:
    noise = np.random.default_rng(3).uniform(-0.5, 0.5, (150_000, 2))
    sf.write(tmp_path / f"song.{suffix}", noise, 44_100)
    song = open_song(tmp_path / f"song.{suffix}")
    copy = tmp_path / f"copy{song.copy_suffix}"
    list(copy_range(song, 120_001, 140_001, copy, ChannelMode.LEFT))
    whole, _ = sf.read(song.path, dtype="float32")
    assert np.array_equal(sf.read(copy, dtype="float32")[0], whole[120_001:140_001, 0])
