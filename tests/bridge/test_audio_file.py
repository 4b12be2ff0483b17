"""Opening, cutting and decoding the user's files: every sample where it was, no bit lost."""

import hashlib
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile as sf

from bridge import errors
from bridge.audio_file import BLOCK_SAMPLES, Song, copy_range, hash_file, open_song, range_samples

RATE_HZ = 44_100
IMPULSES = (1000, 44_100, 131_077)
SAMPLE_COUNT = 133_077  # no multiple of any codec's frame


def _copy(song: Song, first: int, last: int, folder: Path) -> Path:
    target = folder / f"copy{song.copy_suffix}"
    fractions = list(copy_range(song, first, last, target))
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    return target


@pytest.mark.parametrize(
    ("suffix", "subtype", "media_type", "copy_subtype"),
    [
        ("wav", "PCM_U8", "audio/wav", "PCM_16"),
        ("wav", "PCM_16", "audio/wav", "PCM_16"),
        ("aiff", "PCM_24", "audio/aiff", "PCM_24"),
        ("wav", "PCM_32", "audio/wav", "PCM_32"),
        ("flac", "PCM_24", "audio/flac", "PCM_24"),
        ("wav", "FLOAT", "audio/wav", "FLOAT"),
        ("wav", "DOUBLE", "audio/wav", "DOUBLE"),
        ("caf", "PCM_24", "", "PCM_24"),
        ("ogg", "VORBIS", "audio/ogg", "FLOAT"),
        ("mp3", "MPEG_LAYER_III", "audio/mpeg", "FLOAT"),
    ],
)
def test_a_cut_holds_exactly_the_samples_of_the_whole(
    tmp_path: Path, suffix: str, subtype: str, media_type: str, copy_subtype: str
) -> None:
    path = tmp_path / f"song.{suffix}"
    noise = np.random.default_rng(1).uniform(-0.9, 0.9, (3 * BLOCK_SAMPLES, 2))
    sf.write(path, noise, RATE_HZ, subtype=subtype)
    song = open_song(path)
    assert (song.media_type, song.copy_subtype) == (media_type, copy_subtype)
    first, last = BLOCK_SAMPLES - 7, 2 * BLOCK_SAMPLES + 11
    dtype = "float32" if copy_subtype == "FLOAT" else "float64"
    whole, _ = sf.read(path, dtype=dtype)
    part, _ = sf.read(_copy(song, first, last, tmp_path), dtype=dtype)
    np.testing.assert_array_equal(part, whole[first:last])


def _encode(path: Path, codec: str, sample_format: str) -> None:
    """Writes impulses over a tone with PyAV's encoder."""
    samples = 0.1 * np.sin(2 * np.pi * 440 * np.arange(SAMPLE_COUNT) / RATE_HZ)
    samples[list(IMPULSES)] = 0.9
    stereo = np.stack((samples, samples))
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=RATE_HZ)
        stream.layout = "stereo"
        for start in range(0, SAMPLE_COUNT, 1024):
            block = stereo[:, start : start + 1024]
            block = block.astype(np.float32) if sample_format == "fltp" else (block * 32_767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format=sample_format, layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, start, Fraction(1, RATE_HZ)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


@pytest.mark.parametrize(("codec", "sample_format"), [("aac", "fltp"), ("alac", "s16p")])
def test_m4a_has_its_own_length_and_no_encoder_delay(tmp_path: Path, codec: str, sample_format: str) -> None:
    path = tmp_path / "song.m4a"
    _encode(path, codec, sample_format)
    song = open_song(path)
    assert (song.sample_count, song.sample_rate_hz, song.channel_count) == (SAMPLE_COUNT, RATE_HZ, 2)
    assert song.media_type == ""
    samples, _ = sf.read(_copy(song, 0, song.sample_count, tmp_path))
    assert len(samples) == SAMPLE_COUNT
    for place in IMPULSES:
        start = place - 900
        assert start + np.abs(samples[start : place + 900, 0]).argmax() == place


def test_a_cut_of_an_m4a_is_the_same_as_in_the_whole(tmp_path: Path) -> None:
    path = tmp_path / "song.m4a"
    _encode(path, "aac", "fltp")
    song = open_song(path)
    whole, _ = sf.read(_copy(song, 0, song.sample_count, tmp_path))
    part, _ = sf.read(_copy(song, 50_000, 90_001, tmp_path))
    np.testing.assert_array_equal(part, whole[50_000:90_001])


def test_a_film_without_sound_is_no_song(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(errors.AudioRefused, match="is not audio"):
        open_song(path)


@pytest.mark.parametrize("name", ["song.raw", "song.wav", "song.m4a", "song"])
def test_junk_is_no_song_whatever_its_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"\x00\x01junk" * 1000)
    with pytest.raises(errors.AudioRefused, match="is not audio"):
        open_song(path)


@pytest.mark.parametrize("suffix", ["flac", "mp3"])
def test_a_file_that_ends_before_the_cut_does_is_called_damaged(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"song.{suffix}"
    sf.write(path, np.random.default_rng(1).uniform(-0.9, 0.9, 200_000), RATE_HZ)
    path.write_bytes(path.read_bytes()[: 2 * path.stat().st_size // 3])
    with pytest.raises(errors.AudioRefused, match="damaged or cut short"):
        _copy(open_song(path), 0, 200_000, tmp_path)


@pytest.mark.parametrize(
    ("range_sec", "samples"),
    [((0.5, 1.25), (24_000, 60_000)), ((0.50001, None), (24_000, 96_000)), ((0.0, 2.0), (0, 96_000))],
)
def test_a_range_in_samples(tmp_path: Path, range_sec: tuple[float, float | None], samples: tuple[int, int]) -> None:
    song = Song(tmp_path, 48_000, 2, 96_000, "audio/wav", "PCM_16")
    assert range_samples(song, range_sec) == samples


def test_hashing(tmp_path: Path) -> None:
    path = tmp_path / "song"
    path.write_bytes(b"abc" * 1_000_000)
    digest = hashlib.sha256()
    assert list(hash_file(path, digest))[-1] == 1.0
    assert digest.hexdigest() == hashlib.sha256(path.read_bytes()).hexdigest()
