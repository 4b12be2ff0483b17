"""Weights that AuxSend made itself and carries in its own package."""

import shutil
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from engine.backends.base import Report
from engine.errors import WeightsUnavailable
from engine.weights.digest import verify_sha256
from engine.weights.progress import DOWNLOAD_FRACTION

_FOLDER = resources.files("engine.backends") / "shipped"
_OF_OURS = " of AuxSend"


@dataclass(frozen=True)
class ShippedFile:
    """A file in the folder engine/backends/shipped; needs no network."""

    file_name: str
    sha256: str
    is_remote = False
    download_bytes = 0

    @property
    def label(self) -> str:
        """What a person calls it."""
        return f"file {self.file_name}{_OF_OURS}"

    def replaces(self, label: str, sha256: str) -> bool:
        """Returns whether what was installed from `label` came with an earlier AuxSend: then this takes its place."""
        return label.endswith(_OF_OURS) and sha256 != self.sha256

    def fetch(self, work: Path, report: Report) -> Path:
        """Returns a copy of the file. See `Source.fetch`."""
        report(DOWNLOAD_FRACTION, f"Copying {self.file_name}")
        copy = work / self.file_name
        try:
            with resources.as_file(_FOLDER / self.file_name) as shipped:
                shutil.copyfile(shipped, copy)
        except OSError as error:
            raise WeightsUnavailable("is missing: this installation is not whole; install AuxSend again.") from error
        verify_sha256(copy, self.sha256, f"The {self.label}")
        return copy
