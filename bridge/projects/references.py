"""Which audio files the DAW projects below a folder use, and where those are now.

REAPER's `.RPP` is read line by line and not as a tree: most of a large project is the plug-ins' base64, and all that
counts stands on one kind of line, `FILE "kick.wav"`, inside `<SOURCE`. Copies that a DAW keeps by itself are passed
over: Live's folder `Backup`, and REAPER's `.RPP-bak`.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from bridge.projects import als
from bridge.projects.als_file_reference import FileReference

SUFFIXES = (".rpp", ".als")
BACKUPS = "backup"
PROJECT_DEPTH = 4
"""How many folders above a set its relative paths may start."""
_FILE_LINE = re.compile(r"""\s*FILE\s+(?:"([^"]*)"|'([^']*)'|`([^`]*)`|(\S+))""")


@dataclass(frozen=True)
class Project:
    """A project and the files that it refers to."""

    path: Path
    found: tuple[Path, ...]
    """Those that are on this machine."""
    missing: tuple[str, ...]
    """Names of the others."""


def find_projects(folder: Path) -> Iterator[Path]:
    """Yields the projects below a folder, or the project itself if it is one, in a fixed order."""
    if folder.is_file():
        yield folder
        return
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name.lower() != BACKUPS)
        yield from (
            Path(place, name) for name in sorted(names) if name.lower().endswith(SUFFIXES) and not name.startswith(".")
        )


def read_project(path: Path) -> Project:
    """Returns what a project refers to.

    Raises:
        ValueError: it is no project, or damaged.
        OSError: it cannot be read.
    """
    references = als.read_references(path) if path.suffix.lower() == ".als" else _rpp_references(path)
    found, missing = dict[Path, None](), dict[str, None]()
    for reference in references:
        place = next((place for place in _places(reference, path.parent) if place.is_file()), None)
        if place is not None:
            found[place] = None
        elif name := PureWindowsPath(reference.path or reference.relative_path).name:
            missing[name] = None
    return Project(path, tuple(found), tuple(missing))


def _rpp_references(path: Path) -> Iterator[FileReference]:
    """Yields the files of a REAPER project.

    Raises:
        ValueError: it is none.
    """
    with path.open(encoding="utf-8", errors="surrogateescape") as lines:
        if not next(lines, "").startswith("<REAPER_PROJECT"):
            raise ValueError(f"“{path}” is no REAPER project.")
        is_source = False
        for line in lines:
            start = line.lstrip()[:7]
            if start.startswith("<"):
                is_source = start == "<SOURCE"
            elif start.startswith(">"):
                is_source = False
            elif is_source and (match := _FILE_LINE.match(line)):
                name = next(filter(None, match.groups()), "")
                yield FileReference(name, name)


def _places(reference: FileReference, folder: Path) -> Iterator[Path]:
    """Yields where a file may be: where it was, then relative to the project or to a folder above it."""
    if reference.path and (Path(reference.path).is_absolute()):
        yield Path(reference.path)
    relative = reference.relative_path
    if not relative or PureWindowsPath(relative).is_absolute() or Path(relative).is_absolute():
        return
    inner = Path(*PureWindowsPath(relative).parts)  # reads both kinds of slashes
    for above in (folder, *folder.parents)[:PROJECT_DEPTH]:
        yield Path(os.path.normpath(above / inner))
