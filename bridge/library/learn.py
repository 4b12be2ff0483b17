"""What is used together: learnt from the projects that a user has already.

A file of a project is a sample of the library if it lies there, or if it is the same sound: DAWs copy what they use
into the project. Of a file that is not on this machine any more, the name counts, if just one sample of the library
has it. The engine counts a use once, however often it is told: learning again adds only what is new.
"""

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bridge.errors import RequestRefused
from bridge.events import Notice, Progress, Report, Step
from bridge.library.place import LibraryPlace
from bridge.library.rows import project_id
from bridge.library.sample import Use, UseKind
from bridge.library.store import LibraryStore
from bridge.library.walk import AUDIO_SUFFIXES
from bridge.library_client import LibraryClient
from bridge.projects.references import Project, find_projects, read_project

MOST_USES = 1000


@dataclass
class Learnt:
    """What was learnt."""

    projects: int = 0
    uses: int = 0
    """Samples of the library in projects, counted once per project."""
    new_uses: int = 0
    """Those of them that the engine did not know."""
    outside: set[Path] = field(default_factory=set)
    """Files of projects that are on this machine and not in the library."""
    missing: set[str] = field(default_factory=set)
    """Names of files of projects that are neither on this machine nor in the library."""
    unreadable: int = 0
    """Projects that cannot be read."""


@dataclass(frozen=True)
class ProjectUses:
    """The library's samples in one project."""

    project_id: str
    sample_ids: tuple[str, ...]
    time_sec: float
    """When the project was last saved, in seconds since 1970."""


def find_uses(folder: Path, store: LibraryStore, learnt: Learnt, report: Report) -> Iterator[ProjectUses]:
    """Yields the uses in each project below a folder, and counts in `learnt` what was seen.

    Raises:
        RequestRefused: there is no such folder, or no project in it.
    """
    if not folder.exists():
        raise RequestRefused(f"There is no folder “{folder}”; name one with projects.")
    paths = list(find_projects(folder))
    if not paths:
        raise RequestRefused(f"There is no project (.RPP, .als) below “{folder}”.")
    matcher = _Matcher(store)
    for number, path in enumerate(paths):
        report(Progress(Step.READ, number / len(paths), f"Reading {path.name}"))
        try:
            project = read_project(path)
            time_sec = path.stat().st_mtime
        except (ValueError, OSError) as error:
            learnt.unreadable += 1
            report(Notice(str(error) if isinstance(error, ValueError) else f"“{path}”: {error.strerror}."))
            continue
        sample_ids = matcher.match(project, learnt)
        learnt.projects += 1
        learnt.uses += len(sample_ids)
        yield ProjectUses(project_id(str(path.absolute())), sample_ids, time_sec)


async def teach(found: Sequence[ProjectUses], client: LibraryClient, place: LibraryPlace) -> int:
    """Tells the engine the uses in projects and returns how many were new to it: a use counts once there."""
    uses = [
        Use(sample_id, project.project_id, UseKind.INSERTED, place.user, project.time_sec)
        for project in found
        for sample_id in project.sample_ids
    ]
    parts = [uses[start : start + MOST_USES] for start in range(0, len(uses), MOST_USES)]
    return sum([await client.record(part, str(uuid.uuid4())) for part in parts])


class _Matcher:
    """Finds which sample of the library a file is."""

    def __init__(self, store: LibraryStore) -> None:
        files = [file for file in store.files() if not file.reason]
        self._by_path = {file.path: file.sha256 for file in files}
        self._ids = {file.sha256 for file in files}
        self._sizes = {file.size_bytes for file in files}
        self._by_name: dict[str, set[str]] = {}
        for file in files:
            self._by_name.setdefault(Path(file.path).name.casefold(), set()).add(file.sha256)

    def match(self, project: Project, learnt: Learnt) -> tuple[str, ...]:
        """Returns the library's samples in a project, and notes the files that are none."""
        ids: dict[str, None] = {}
        for path in project.found:
            if path.suffix.lower() not in AUDIO_SUFFIXES:
                continue
            if sample_id := self._sample_at(path):
                ids[sample_id] = None
            else:
                learnt.outside.add(path)
        for name in project.missing:
            named = self._by_name.get(name.casefold(), set())
            if len(named) == 1:
                ids |= dict.fromkeys(named)
            elif name.lower().endswith(AUDIO_SUFFIXES):
                learnt.missing.add(name)
        return tuple(ids)

    def _sample_at(self, path: Path) -> str | None:
        known = self._by_path.get(str(path)) or self._by_path.get(str(path.resolve()))
        if known:
            return known
        try:
            if path.stat().st_size not in self._sizes:  # spares the reading of long recordings
                return None
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            return None
        return sha256 if sha256 in self._ids else None
