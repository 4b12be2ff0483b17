"""Audio files: exact round trips in every encoding, and one clear sentence for each kind of unusable file."""

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from engine.audio import AudioFormat, SampleEncoding
from engine.audio_file import AudioWriter, probe, read_blocks, scan
from engine.errors import InvalidAudio

RATE_HZ = 44_100


def noise(count: int = RATE_HZ, channels: int = 2) -> NDArray[np.float64]:
    return np.random.default_rng(0).uniform(-0.9, 0.9, (count, channels))


def write_wav(path: Path, audio: NDArray[np.float64], rate_hz: int = RATE_HZ, subtype: str = "PCM_16") -> Path:
    soundfile.write(path, audio, rate_hz, subtype=subtype)
    return path


def read_all(path: Path) -> NDArray[np.float64]:
    return np.concatenate(list(read_blocks(path, 1_000)), axis=-1)


@pytest.mark.parametrize("channel_count", [1, 2])
@pytest.mark.parametrize(
    ("media_type", "encoding"),
    [("audio/wav", encoding) for encoding in SampleEncoding]
    + [("audio/flac", SampleEncoding.PCM_16), ("audio/flac", SampleEncoding.PCM_24)],
)
def test_what_is_written_is_read(tmp_path: Path, media_type: str, encoding: SampleEncoding, channel_count: int) -> None:
    audio_format = AudioFormat(48_000, channel_count, 10_007, encoding)
    rng = np.random.default_rng(0)
    samples: NDArray[np.int32] | NDArray[np.float64]
    if encoding.integer_bits is None:
        samples = rng.uniform(-2, 2, (channel_count, 10_007))
        if encoding is SampleEncoding.FLOAT_32:
            samples = samples.astype(np.float32).astype(np.float64)
        expected = samples
    else:
        step = 1 << (32 - encoding.integer_bits)
        samples = (rng.integers(-(2**31), 2**31, (channel_count, 10_007)) // step * step).astype(np.int32)
        expected = samples / 2.0**31

    with AudioWriter(tmp_path / "stem", audio_format, media_type) as writer:
        for start in range(0, 10_007, 3_000):
            writer.write(samples[:, start : start + 3_000])

    assert scan(tmp_path / "stem") == audio_format
    np.testing.assert_array_equal(read_all(tmp_path / "stem"), expected)


def test_more_than_4_gb_is_written_as_rf64(tmp_path: Path) -> None:
    long = AudioFormat(96_000, 2, 96_000 * 3_600 * 4, SampleEncoding.PCM_24)
    with AudioWriter(tmp_path / "stem.wav", long, "audio/wav") as writer:
        writer.write(np.zeros((2, 96_000), np.int32))
    assert (tmp_path / "stem.wav").read_bytes()[:4] == b"RF64"
    assert scan(tmp_path / "stem.wav").sample_count == 96_000


@pytest.mark.parametrize(
    ("subtype", "encoding"),
    [("PCM_U8", SampleEncoding.PCM_16), ("ULAW", SampleEncoding.PCM_24), ("PCM_32", SampleEncoding.PCM_32)],
)
def test_encodings_that_hold_what_a_wav_has(tmp_path: Path, subtype: str, encoding: SampleEncoding) -> None:
    assert probe(write_wav(tmp_path / "a.wav", noise(), subtype=subtype)).encoding is encoding


@pytest.mark.parametrize("suffix", ["mp3", "ogg"])
def test_lossy_audio_is_kept_in_24_bits(tmp_path: Path, suffix: str) -> None:
    soundfile.write(tmp_path / f"a.{suffix}", noise(), RATE_HZ)
    assert scan(tmp_path / f"a.{suffix}") == AudioFormat(RATE_HZ, 2, RATE_HZ, SampleEncoding.PCM_24)


@pytest.mark.parametrize("size", [0, 0xFFFF_FFFF, 0x7FFF_FFFF])
def test_a_streamed_wav_whose_size_was_never_filled_in(tmp_path: Path, size: int) -> None:
    expected = read_all(write_wav(tmp_path / "a.wav", noise()))
    content = bytearray((tmp_path / "a.wav").read_bytes())
    place = content.index(b"data") + 4
    content[place : place + 4] = content[4:8] = struct.pack("<I", size)
    (tmp_path / "a.wav").write_bytes(content)

    assert scan(tmp_path / "a.wav").sample_count == RATE_HZ
    np.testing.assert_array_equal(read_all(tmp_path / "a.wav"), expected)


@pytest.mark.parametrize("suffix", ["wav", "aiff", "flac", "mp3"])
def test_a_file_that_was_cut_short(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    soundfile.write(path, noise(3 * RATE_HZ), RATE_HZ)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(InvalidAudio, match="cut short"):
        scan(path)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [0, RATE_HZ - 1])
def test_samples_that_are_not_numbers(tmp_path: Path, value: float, place: int) -> None:
    audio = noise()
    audio[place, 1] = value
    with pytest.raises(InvalidAudio, match=r"NaN.*export it again"):
        scan(write_wav(tmp_path / "a.wav", audio, subtype="FLOAT"))


@pytest.mark.parametrize(
    ("count", "channels", "rate_hz", "message"),
    [
        (RATE_HZ, 8, RATE_HZ, "8 channels; mix it down"),
        (RATE_HZ, 2, 8_000, "8,000 Hz; convert it"),
        (RATE_HZ * 4, 2, 192_000, "192,000 Hz; convert it"),
        (1, 2, RATE_HZ, r"too short: 1 samples.*4,410 samples"),
        (4_409, 1, RATE_HZ, "too short"),
        (0, 2, RATE_HZ, "holds no samples"),
    ],
)
def test_audio_that_cannot_be_separated(tmp_path: Path, count: int, channels: int, rate_hz: int, message: str) -> None:
    with pytest.raises(InvalidAudio, match=message):
        probe(write_wav(tmp_path / "a.wav", noise(count, channels), rate_hz))


@pytest.mark.parametrize(
    ("content", "message"), [(b"", "empty"), (b"Dear diary, " * 99, "not audio"), (b"RIFF\0\0\0\0WAVE", "not audio")]
)
def test_files_that_are_not_audio(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(InvalidAudio, match=message):
        probe(tmp_path / "a.wav")


def test_a_flac_of_unknown_length(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    soundfile.write(path, noise(), RATE_HZ)
    content = bytearray(path.read_bytes())
    # The 36 bits of STREAMINFO that count the samples, after 8 bytes of magic and block header and 13.5 of its own.
    content[21] &= 0xF0
    content[22:26] = bytes(4)
    path.write_bytes(content)
    with pytest.raises(InvalidAudio, match="does not say how long"):
        probe(path)
