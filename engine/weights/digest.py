"""Checksums of files."""

import hashlib
from pathlib import Path

from engine.errors import WeightsCorrupt


def sha256_of(path: Path) -> str:
    """Returns the sha256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify_sha256(path: Path, expected: str, label: str) -> None:
    """Checks that the sha256 of a file begins with `expected`; a person calls the file `label`.

    Raises:
        WeightsCorrupt: it does not.
    """
    _compare(sha256_of(path), expected, "sha256", label)


def verify_git_id(path: Path, expected: str, label: str) -> None:
    """Checks that git would give a file this id: the SHA-1 of "blob", its length and its bytes.

    Raises:
        WeightsCorrupt: it would not.
    """
    content = path.read_bytes()
    blob = b"blob %d\0%b" % (len(content), content)
    _compare(hashlib.sha1(blob, usedforsecurity=False).hexdigest(), expected, "git id", label)


def _compare(actual: str, expected: str, kind: str, label: str) -> None:
    if not actual.startswith(expected):
        raise WeightsCorrupt(
            f"{label} has the {kind} {actual[:16]}… where {expected[:16]}… is expected, so it is not used. Fetch it "
            "again; if it stays so, do not trust where it comes from.",
            actual=actual,
            expected=expected,
        )
