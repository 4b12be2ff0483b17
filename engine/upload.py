"""One upload: bytes are appended to a part, hashed on the way, and become an asset only when size and digest fit."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from engine.errors import InvalidArgument

if TYPE_CHECKING:
    from engine.assets import Asset


class Upload:
    """An upload under way: append chunks, then commit. `engine.assets.AssetStore.upload` makes it."""

    def __init__(
        self, file: BinaryIO, part: Path, size_bytes: int, sha256: str, install: "Callable[[], Asset]"
    ) -> None:
        self._file = file
        self._part = part
        self._size_bytes = size_bytes
        self._sha256 = sha256
        self._install = install
        self._hash = file_hash(part)
        self._written_bytes = part.stat().st_size

    def append(self, chunks: Sequence[bytes]) -> None:
        """Writes and hashes the next chunks.

        Raises:
            InvalidArgument: more bytes than the header promised; the part is forgotten.
        """
        self._written_bytes += sum(map(len, chunks))
        if self._written_bytes > self._size_bytes:
            self._part.unlink()
            raise InvalidArgument(
                f"More bytes arrived than the {self._size_bytes} that the header promised; upload the asset again.",
                field="size_bytes",
            )
        for chunk in chunks:
            self._file.write(chunk)
            self._hash.update(chunk)

    def commit(self) -> "Asset":
        """Returns the asset, verified and in place.

        Raises:
            InvalidArgument: bytes are missing (the part is kept for resuming), or the digest differs (it is forgotten).
        """
        if self._written_bytes < self._size_bytes:
            raise InvalidArgument(
                f"Only {self._written_bytes} of {self._size_bytes} bytes arrived; resume the upload from there.",
                field="size_bytes",
            )
        if self._hash.hexdigest() != self._sha256:
            self._part.unlink()
            raise InvalidArgument(
                "The bytes that arrived do not have the digest that the header promised; upload the asset again.",
                field="sha256",
            )
        return self._install()


def file_hash(path: Path) -> "hashlib._Hash":
    """Returns the SHA-256 state after all bytes of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256")
