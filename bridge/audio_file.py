"""What the bridge needs of the user's audio: is it audio, does it travel as it is, and an exact cut if it does not.

WAV, FLAC, AIFF, OGG and MP3 travel as they are: the engine reads them. Everything else (M4A, and what else PyAV reads),
and every range of a song, is first copied into a temporary file: FLAC for integers of up to 24 bits, WAV otherwise, so
that no bit is lost. Copies are streamed: memory does not grow with the song.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soundfile as sf

from bridge.channels import Block, ChannelMode, heard_channel_count, heard_subtype, pick_channels
from bridge.errors import AudioRefused, RequestRefused

BLOCK_SAMPLES = 1 << 16
BLOCK_BYTES = 1 << 20
_UNRECOGNISED_FORMAT, _UNSUPPORTED_ENCODING = 1, 4  # libsndfile's error codes
WAV_LIMIT_BYTES = 4_000_000_000  # beyond it, WAV's 32-bit sizes give way to RF64's

_MEDIA_TYPES = {
    "WAV": "audio/wav",
    "WAVEX": "audio/wav",
    "RF64": "audio/wav",
    "FLAC": "audio/flac",
    "AIFF": "audio/aiff",
    "OGG": "audio/ogg",
    "MP3": "audio/mpeg",
}
# In what a copy keeps every bit of a source subtype; anything else (lossy codecs) decodes to floating point.
_COPY_SUBTYPES = {
    "PCM_S8": "PCM_16",
    "PCM_U8": "PCM_16",
    "PCM_16": "PCM_16",
    "PCM_24": "PCM_24",
    "PCM_32": "PCM_32",
    "ALAC_16": "PCM_16",
    "ALAC_20": "PCM_24",
    "ALAC_24": "PCM_24",
    "ALAC_32": "PCM_32",
    "DOUBLE": "DOUBLE",
}
_DTYPES = {"PCM_16": "int16", "PCM_24": "int32", "PCM_32": "int32", "FLOAT": "float32", "DOUBLE": "float64"}
_SAMPLE_BYTES = {"PCM_16": 2, "PCM_24": 3, "PCM_32": 4, "FLOAT": 4, "DOUBLE": 8}

# Where seeking gives the very samples that reading from the beginning gives; in lossy files it does not.
_SEEKABLE = ("audio/wav", "audio/aiff", "audio/flac")


@dataclass(frozen=True)
class Song:
    """An audio file that was opened and found to be audio."""

    path: Path
    sample_rate_hz: int
    channel_count: int
    sample_count: int
    media_type: str
    """Empty when the engine does not read this kind of file."""
    copy_subtype: str
    """libsndfile's subtype in which a copy keeps every bit."""

    @property
    def duration_sec(self) -> float:
        """Length in seconds."""
        return self.sample_count / self.sample_rate_hz

    def heard_through(self, mode: ChannelMode) -> "Song":
        """The song that is left when only some of its channels are heard; it is not a file yet."""
        return replace(
            self,
            channel_count=heard_channel_count(mode, self.channel_count),
            copy_subtype=heard_subtype(mode, self.channel_count, self.copy_subtype),
        )

    @property
    def copy_suffix(self) -> str:
        """File name suffix of a copy."""
        return ".flac" if self.copy_subtype in ("PCM_16", "PCM_24") else ".wav"


def open_song(path: Path) -> Song:
    """Returns what the file's header says.

    Raises:
        AudioRefused: there is no such file, or it is empty, unreadable or not audio.
    """
    _check_readable(path)
    try:
        info = sf.info(str(path))
    except (sf.LibsndfileError, TypeError) as error:
        if not _is_unknown_to_libsndfile(error):
            raise _damaged(path) from error
        from bridge.media_file import open_media  # PyAV is loaded only for the files that need it

        return open_media(path)
    return Song(
        path=path,
        sample_rate_hz=info.samplerate,
        channel_count=info.channels,
        sample_count=info.frames,
        media_type=_MEDIA_TYPES.get(info.format, ""),
        copy_subtype=_COPY_SUBTYPES.get(info.subtype, "FLOAT"),
    )


def _check_readable(path: Path) -> None:
    try:
        if path.is_dir():
            raise AudioRefused(f"“{path}” is a folder; name one audio file in it.")
        with path.open("rb") as file:
            if not file.read(1):
                raise AudioRefused(f"“{path}” is empty; export it again.")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise AudioRefused(f"There is no file “{path}”; check the name and the folder.") from error
    except OSError as error:
        raise AudioRefused(f"“{path}” cannot be read: {error.strerror}. Check its permissions.") from error


def range_samples(song: Song, range_sec: tuple[float, float | None]) -> tuple[int, int]:
    """Returns the first sample of a range and the one after its last: each bound times the rate, rounded.

    Args:
        song: the song to cut from.
        range_sec: beginning and end in seconds; an end of None means the end of the song.

    Raises:
        RequestRefused: the range is empty or reaches beyond the song.
    """
    start_sec, end_sec = range_sec
    first = round(start_sec * song.sample_rate_hz)
    last = song.sample_count if end_sec is None else round(end_sec * song.sample_rate_hz)
    if last > song.sample_count or first >= song.sample_count:
        raise RequestRefused(
            f"The range ends beyond the song, which is {song.duration_sec:.3f} s long; choose a range inside it."
        )
    if first >= last:
        raise RequestRefused("The range is empty; its end must come after its beginning.")
    return first, last


def copy_range(
    song: Song, first: int, last: int, target: Path, mode: ChannelMode = ChannelMode.NORMAL
) -> Iterator[float]:
    """Writes samples [first, last) of the song to `target`, yielding the fraction that is done after each block.

    Raises:
        AudioRefused: the song is damaged, or ends before `last`.
    """
    heard = song.heard_through(mode)
    written = 0
    with sf.SoundFile(
        target, "w", heard.sample_rate_hz, heard.channel_count, subtype=heard.copy_subtype,
        format="FLAC" if target.suffix == ".flac" else _wav_kind(heard, last - first),
    ) as copy:  # fmt: skip
        for block in _read_range(song, first, last):
            copy.write(pick_channels(mode, block))
            written += len(block)
            yield written / (last - first)
    if written < last - first:
        raise _damaged(song.path)


def _wav_kind(song: Song, sample_count: int) -> str:
    size_bytes = sample_count * song.channel_count * _SAMPLE_BYTES[song.copy_subtype]
    return "WAV" if size_bytes < WAV_LIMIT_BYTES else "RF64"


def hash_file(path: Path, digest: "hashlib._Hash") -> Iterator[float]:
    """Feeds the file to `digest`, yielding the fraction that is done after each block."""
    size_bytes = max(1, path.stat().st_size)
    with path.open("rb") as file:
        while chunk := file.read(BLOCK_BYTES):
            digest.update(chunk)
            yield file.tell() / size_bytes


def _read_range(song: Song, first: int, last: int) -> Iterator[Block]:
    """Yields samples [first, last)."""
    try:
        with sf.SoundFile(song.path) as file:
            position = file.seek(first) if song.media_type in _SEEKABLE else 0
            yield from _clip(_read_blocks(song, file), first - position, last - position)
    except (sf.LibsndfileError, TypeError) as error:
        if not _is_unknown_to_libsndfile(error):
            raise _damaged(song.path) from error
        from bridge.media_file import read_media

        yield from _clip(read_media(song), first, last)


def _read_blocks(song: Song, file: sf.SoundFile) -> Iterator[Block]:
    """Yields the rest of an open file."""
    while len(block := file.read(BLOCK_SAMPLES, dtype=_DTYPES[song.copy_subtype], always_2d=True)):
        yield block


def _is_unknown_to_libsndfile(error: Exception) -> bool:
    """Returns whether libsndfile cannot read this kind of file at all; otherwise the file is damaged.

    soundfile raises TypeError for a name that ends in .raw, whose format libsndfile wants to be told.
    """
    return isinstance(error, TypeError) or getattr(error, "code", 0) in (_UNRECOGNISED_FORMAT, _UNSUPPORTED_ENCODING)


def _damaged(path: Path) -> AudioRefused:
    return AudioRefused(f"“{path}” is damaged or cut short; export it again.")


def _clip(blocks: Iterator[Block], first: int, last: int) -> Iterator[Block]:
    """Yields the part of consecutive blocks that lies in [first, last)."""
    position = 0
    for block in blocks:
        part = block[max(0, first - position) : max(0, last - position)]
        if len(part):
            yield np.ascontiguousarray(part)
        position += len(block)
        if position >= last:
            return
