"""Audio files: what they hold, their samples in blocks, and writing them, through libsndfile.

Samples are read as float64, which holds every encoding exactly, integers of 32 bits included. Reading and writing go
block by block, so that a file's length costs no memory. libsndfile is loaded on first use.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from engine.audio import AudioFormat, SampleEncoding
from engine.audio_header import missing_bytes, readable
from engine.errors import InvalidAudio, StorageFull

BLOCK_SAMPLES = 65_536
MIN_RATE_HZ = 11_025
MAX_RATE_HZ = 96_000
MIN_DURATION_SEC = 0.1
MAX_CHANNELS = 2

_WAV_MAX_BYTES = 0xFFFF_0000
"""What a plain WAV file's 32-bit sizes can count, less room for its header."""
_UNKNOWN_COUNT = 2**62
"""libsndfile's count for a FLAC file that does not say how long it is is larger than this."""


def probe(path: Path, min_duration_sec: float = MIN_DURATION_SEC) -> AudioFormat:
    """Returns what the file's header says, without decoding the audio.

    Args:
        path: the file.
        min_duration_sec: what is shorter is refused.

    Raises:
        InvalidAudio: it is not audio, cut short, or not of a kind that can be separated.
    """
    import soundfile

    size_bytes = path.stat().st_size
    if size_bytes == 0:
        raise InvalidAudio("The audio file is empty (0 bytes); export it again.")
    try:
        with readable(path) as source:
            info = soundfile.info(source)
    except soundfile.LibsndfileError as error:
        raise InvalidAudio(
            "The file is not audio that this engine can read; export it as WAV, FLAC, AIFF, OGG or MP3."
        ) from error
    if missing := missing_bytes(path):
        raise InvalidAudio(f"The audio file is cut short: {missing:,} bytes are missing at its end; export it again.")
    _check(info.frames, info.channels, info.samplerate, min_duration_sec)
    return AudioFormat(info.samplerate, info.channels, info.frames, _encoding_of(info.subtype))


def require_duration(sample_count: int, rate_hz: int, min_duration_sec: float = MIN_DURATION_SEC) -> None:
    """Returns if the audio is long enough.

    Raises:
        InvalidAudio: it is not.
    """
    if sample_count < min_duration_sec * rate_hz:
        raise InvalidAudio(
            f"The audio is too short: {sample_count:,} samples, where {min_duration_sec} s "
            f"({int(np.ceil(min_duration_sec * rate_hz)):,} samples) are the least; select more of it."
        )


def scan(path: Path, min_duration_sec: float = MIN_DURATION_SEC) -> AudioFormat:
    """Returns what the file holds, after decoding all of it once. Arguments as in `probe`.

    Raises:
        InvalidAudio: as `probe`; also for damaged content and for samples that are not numbers.
    """
    audio_format = probe(path, min_duration_sec)
    for block in read_blocks(path):
        if not np.isfinite(block).all():
            raise InvalidAudio("The audio has samples that are not numbers (NaN) or infinite; export it again.")
    return audio_format


class AudioReader:
    """Reads one audio file from its beginning on; use as a context manager."""

    def __init__(self, path: Path) -> None:
        import soundfile

        self._damage = soundfile.LibsndfileError
        with ExitStack() as stack:
            self._file = stack.enter_context(soundfile.SoundFile(stack.enter_context(readable(path))))
            self._close = stack.pop_all().close

    def read(self, sample_count: int) -> NDArray[np.float64]:
        """Returns the next samples, shape (channels, samples), nominal range -1 to 1; fewer only at the end.

        Raises:
            InvalidAudio: the content is damaged, or ends before the header says.
        """
        position = self._file.tell()
        wanted = min(sample_count, self._file.frames - position)
        try:
            block = self._file.read(wanted, dtype="float64", always_2d=True)
        except self._damage as error:
            raise _damaged(position, self._file.samplerate) from error
        if len(block) < wanted:
            raise _damaged(position + len(block), self._file.samplerate)
        samples: NDArray[np.float64] = block.T
        return samples

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()


def read_blocks(path: Path, block_samples: int = BLOCK_SAMPLES) -> Iterator[NDArray[np.float64]]:
    """Yields the audio in consecutive blocks of shape (channels, samples), nominal range -1 to 1.

    Raises:
        InvalidAudio: as `AudioReader.read`.
    """
    with AudioReader(path) as reader:
        while (block := reader.read(block_samples)).shape[-1]:
            yield block


class AudioWriter:
    """Writes one audio file block by block; use as a context manager."""

    def __init__(self, path: Path, audio_format: AudioFormat, media_type: str) -> None:
        import soundfile

        self._file = soundfile.SoundFile(
            path,
            "w",
            samplerate=audio_format.sample_rate_hz,
            channels=audio_format.channel_count,
            format=_container(audio_format, media_type),
            subtype=audio_format.encoding.value,
        )

    def write(self, block: NDArray[np.int32] | NDArray[np.float64]) -> None:
        """Appends samples of shape (channels, samples): integers fill 32 bits from the top, floats are -1 to 1.

        Raises:
            StorageFull: the disk has no room for them.
        """
        import soundfile

        try:
            self._file.write(block.T)
        except soundfile.LibsndfileError as error:
            raise StorageFull(
                "A stem could not be written: the engine's disk is full; free some space on it."
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def _container(audio_format: AudioFormat, media_type: str) -> str:
    if media_type == "audio/flac":
        return "FLAC"
    sample_bytes = {"PCM_16": 2, "PCM_24": 3, "PCM_32": 4, "FLOAT": 4, "DOUBLE": 8}[audio_format.encoding.value]
    size_bytes = audio_format.sample_count * audio_format.channel_count * sample_bytes
    return "WAV" if size_bytes < _WAV_MAX_BYTES else "RF64"


def _encoding_of(subtype: str) -> SampleEncoding:
    """Returns what holds the samples without loss: 8 bits fit into 16, and lossy codecs are well served by 24."""
    if subtype in ("PCM_S8", "PCM_U8"):
        return SampleEncoding.PCM_16
    return SampleEncoding(subtype) if subtype in {e.value for e in SampleEncoding} else SampleEncoding.PCM_24


def _check(sample_count: int, channel_count: int, rate_hz: int, min_duration_sec: float) -> None:
    if sample_count > _UNKNOWN_COUNT:
        raise InvalidAudio("The FLAC file does not say how long it is, since it was streamed; export it again.")
    if sample_count == 0:
        raise InvalidAudio("The audio file holds no samples; export it again.")
    if channel_count > MAX_CHANNELS:
        raise InvalidAudio(f"The audio has {channel_count} channels; mix it down to stereo or mono first.")
    if not MIN_RATE_HZ <= rate_hz <= MAX_RATE_HZ:
        raise InvalidAudio(
            f"The audio has a sample rate of {rate_hz:,} Hz; convert it to between {MIN_RATE_HZ:,} and "
            f"{MAX_RATE_HZ:,} Hz, best 44,100."
        )
    require_duration(sample_count, rate_hz, min_duration_sec)


def _damaged(sample_count: int, rate_hz: int) -> InvalidAudio:
    return InvalidAudio(
        f"The audio file is cut short or damaged: it decodes up to {sample_count / rate_hz:.1f} s; export it again."
    )
