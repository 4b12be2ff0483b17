"""Where a library is on this machine, and whose uses of its samples are recorded."""

from dataclasses import dataclass
from pathlib import Path

from bridge.settings import Folders, Settings


@dataclass(frozen=True)
class LibraryPlace:
    """What everything that works with the library needs to know of this machine."""

    database: Path
    samples: Path
    """Where samples lie that were fetched from the engine."""
    user: str = ""

    @classmethod
    def of(cls, folders: Folders, settings: Settings) -> "LibraryPlace":
        """Returns this user's library."""
        return cls(folders.library_file, folders.samples, settings.user)
