"""Weights that a user has already, in a folder.

A file is found by the name of its weights: `955717e8.safetensors`; with a checksum in its name it is held to that
checksum: `955717e8-d11ef62d….safetensors`, which is how the store names its own files, so that its folder can be
copied to a machine without a network; or `955717e8-8726e21a.th`, the form in which demucs published its models before,
as torch keeps them in its own cache.
"""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from engine.backends.base import Report
from engine.errors import WeightsUnavailable
from engine.weights.digest import verify_sha256
from engine.weights.progress import DOWNLOAD_FRACTION


@dataclass(frozen=True)
class LocalFolder:
    """A folder that is searched for the weights called `name`."""

    folder: Path
    name: str
    is_remote = False
    download_bytes = 0

    @property
    def label(self) -> str:
        """What a person calls it."""
        return f"folder {self.folder}"

    def fetch(self, work: Path, report: Report) -> Path:
        """Returns a copy of the folder's file, converted if it is not safetensors. See `Source.fetch`."""
        try:
            found, checksum = self._find()
            report(DOWNLOAD_FRACTION, f"Copying {found}")
            copy = shutil.copyfile(found, work / f"copy{found.suffix}")
        except OSError as error:
            raise WeightsUnavailable(
                f"cannot be read or copied ({error.strerror}); look at its permissions."
            ) from error
        verify_sha256(copy, checksum, str(found))
        if copy.suffix == ".safetensors":
            return copy
        from engine.backends.demucs_checkpoint import convert

        target = work / "converted.safetensors"
        convert(copy, target)
        return target

    def _find(self) -> tuple[Path, str]:
        """Returns the file, and the beginning of its sha256 as its name says; a checksum is better than none."""
        pattern = re.compile(re.escape(self.name) + r"(?:-([0-9a-f]{8,64}))?\.(?:safetensors|th)")
        names = sorted(path.name for path in self.folder.iterdir()) if self.folder.is_dir() else []
        matches = [match for match in map(pattern.fullmatch, names) if match]
        if not matches:
            raise WeightsUnavailable(f"has no {self.name}.safetensors and no {self.name}-CHECKSUM.th.")
        best = max(matches, key=lambda match: (match[0].endswith(".safetensors"), bool(match[1])))
        return self.folder / best[0], best[1] or ""
