"""What the header of a WAV or AIFF file promises, against what the file holds.

libsndfile reads a file that was cut short as if it ended there on purpose, and one whose size was never filled in as
if it held nothing. Both formats are lists of chunks, each a four-letter name, a size and a body; the walk below finds
the one that holds the audio.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal, cast

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_SIZE_UNKNOWN = 0x7FFF_0000
"""Writers that stream put a size from here on (0xFFFFFFFF, sox 0x7FFFF...) where they do not know it yet, or 0."""
_AUDIO_CHUNKS = (b"data", b"SSND")


@dataclass(frozen=True)
class _AudioChunk:
    start: int
    """Where its body begins in the file; its size stands in the four bytes before."""
    promised_bytes: int
    """Size of its body; 0 where the header does not know."""
    file_bytes: int
    form: bytes


def missing_bytes(path: Path) -> int:
    """Returns how many bytes of audio the header promises beyond the end of the file; 0 for other formats."""
    chunk = _find_audio_chunk(path)
    return max(0, chunk.start + chunk.promised_bytes - chunk.file_bytes) if chunk else 0


@contextmanager
def readable(path: Path) -> Iterator[Path | BinaryIO]:
    """Gives what libsndfile can open: the path, or the open file seen with its audio's size filled in."""
    chunk = _find_audio_chunk(path)
    if chunk is None or chunk.form != b"RIFF" or chunk.promised_bytes or chunk.start == chunk.file_bytes:
        yield path
    else:
        size = min(chunk.file_bytes - chunk.start, 0xFFFF_FFFF)
        with _Overlaid(path, chunk.start - 4, size.to_bytes(4, "little")) as file:
            yield cast(BinaryIO, file)


def _find_audio_chunk(path: Path) -> _AudioChunk | None:
    with path.open("rb") as file:
        form, _, kind = file.read(4), file.read(4), file.read(4)
        order: Literal["little", "big"] = "big" if form == b"FORM" else "little"
        if kind not in (b"WAVE", b"AIFF", b"AIFC"):
            return None
        long_size = 0
        while len(header := file.read(8)) == 8:
            name, size = header[:4], int.from_bytes(header[4:], order)
            start = file.tell()
            if name in _AUDIO_CHUNKS:
                return _AudioChunk(start, size if size < _SIZE_UNKNOWN else long_size, path.stat().st_size, form)
            if name == b"ds64":
                # RF64 keeps the 64-bit size of its audio here, after that of the whole file.
                long_size = int.from_bytes(file.read(16)[8:], "little")
            file.seek(start + size + size % 2)
    return None


class _Overlaid(io.FileIO):
    """A file some bytes of which read as others."""

    def __init__(self, path: Path, position: int, overlay: bytes) -> None:
        super().__init__(path)
        self._position = position
        self._overlay = overlay

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        start = self.tell()
        view = memoryview(buffer).cast("B")
        count = super().readinto(view) or 0
        for position, byte in enumerate(self._overlay, self._position - start):
            if 0 <= position < count:
                view[position] = byte
        return count
