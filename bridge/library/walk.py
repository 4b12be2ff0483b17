"""Audio files below a folder, in a fixed order, whatever the folder holds.

Links to folders are followed, after all that is really there, and no folder is entered twice: a link that leads back up
ends nothing. Hidden files and folders are passed over, and so are macOS's `__MACOSX` and `._kick.wav`, which look like
audio and are not.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bridge.library.store import Trouble

AUDIO_SUFFIXES = (".wav", ".flac", ".aif", ".aiff", ".ogg", ".mp3", ".m4a")


@dataclass(frozen=True)
class FoundFile:
    """An audio file, not yet looked into."""

    path: str
    size_bytes: int
    mtime_ns: int


def walk(folder: Path) -> Iterator[FoundFile | Trouble]:
    """Yields the audio files below a folder, and what could not be looked at; what vanishes meanwhile is not there."""
    visited: set[tuple[int, int]] = set()
    waiting, links = [str(folder)], list[str]()
    while waiting or links:
        is_real = bool(waiting)
        path = waiting.pop() if is_real else links.pop(0)
        try:
            place = os.stat(path)  # noqa: PTH116 - paths are text here: a Path for each costs more than the walk
            if (place.st_dev, place.st_ino) in visited:
                continue
            visited.add((place.st_dev, place.st_ino))
            with os.scandir(path) as entries:
                inside = sorted(entries, key=lambda entry: entry.name)
        except FileNotFoundError:
            continue
        except OSError as error:
            yield Trouble(_readable(path), f"The folder cannot be read: {error.strerror}.")
            continue
        folders = [entry for entry in inside if _is_folder(entry)]
        waiting += [entry.path for entry in reversed(folders) if not entry.is_symlink()]
        links += [entry.path for entry in folders if entry.is_symlink()]
        for entry in inside:
            if found := _look_at(entry):
                yield found


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    if entry.name.startswith(".") or entry.name == "__MACOSX":
        return False
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def _look_at(entry: "os.DirEntry[str]") -> FoundFile | Trouble | None:
    """Returns an audio file, or why it cannot be one; None for anything else."""
    if entry.name.startswith(".") or not entry.name.lower().endswith(AUDIO_SUFFIXES):
        return None
    if not _is_text(entry.path):
        return Trouble(_readable(entry.path), "The name is no valid text; rename the file.")
    try:
        if not entry.is_file():
            dangles = entry.is_symlink() and not entry.is_dir()
            return (
                Trouble(entry.path, "The link leads nowhere; remove it, or bring its file back.") if dangles else None
            )
        status = entry.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        return Trouble(entry.path, f"The file cannot be looked at: {error.strerror}.")
    return FoundFile(entry.path, status.st_size, status.st_mtime_ns)


def _is_text(path: str) -> bool:
    """Returns whether a path is Unicode; on Linux it may be any bytes."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _readable(path: str) -> str:
    """Returns a path as text that can be shown and stored."""
    return path.encode(errors="surrogateescape").decode(errors="backslashreplace")
