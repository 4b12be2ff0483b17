"""What the library holds on this machine, told without asking the engine."""

import os
from dataclasses import dataclass

from bridge.library.index import changes_of
from bridge.library.names import entries_of
from bridge.library.store import LibraryStore


@dataclass(frozen=True)
class Item:
    """A file of the library, or a folder that could not be read."""

    path: str
    sample: str
    """The sample's id; empty where it cannot be read."""
    duration_sec: float
    reason: str
    """Why it cannot be read; empty where it can."""


@dataclass(frozen=True)
class FolderSummary:
    """A folder of the library."""

    path: str
    file_count: int
    is_there: bool


@dataclass(frozen=True)
class Summary:
    """The library in numbers."""

    folders: tuple[FolderSummary, ...]
    sample_count: int
    """Different sounds: copies count once."""
    indexed_count: int
    waiting_count: int
    """Samples that the engine has not been told of, or of whose end."""
    unreadable_count: int


def list_contents(store: LibraryStore) -> list[Item]:
    """Returns everything in the library's folders, by path."""
    refused = {sample_id: known.reason for sample_id, known in store.known().items() if known.reason}
    items = [
        Item(file.path, file.sha256, file.duration_sec, file.reason or refused.get(file.sha256, ""))
        for file in store.files()
    ]
    items += [Item(trouble.path, "", 0.0, trouble.reason) for trouble in store.troubles()]
    return sorted(items, key=lambda item: item.path)


def summary(store: LibraryStore) -> Summary:
    """Returns the library in numbers."""
    files, changes = store.files(), changes_of(store)
    folders = [
        FolderSummary(path, sum(file.folder == path for file in files), os.path.isdir(path))  # noqa: PTH112
        for path in store.folders()
    ]
    return Summary(
        folders=tuple(folders),
        sample_count=len(entries_of(files)),
        indexed_count=sum(not known.reason for known in store.known().values()),
        waiting_count=len(changes.new) + len(changes.gone),
        unreadable_count=sum(bool(item.reason) for item in list_contents(store)),
    )
