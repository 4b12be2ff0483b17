"""sha256 of files."""

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
    actual = sha256_of(path)
    if not actual.startswith(expected):
        raise WeightsCorrupt(
            f"{label} has the sha256 {actual[:16]}… where {expected[:16]}… is expected, so it is not used. Fetch it "
            "again; if it stays so, do not trust where it comes from.",
            sha256=actual,
            expected_sha256=expected,
        )
