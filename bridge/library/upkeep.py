"""The library's upkeep, whole: find files, look into them, tell the engine; learn what is used together."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from bridge.core import Connect
from bridge.errors import RequestRefused
from bridge.events import Report
from bridge.library.index import Indexed, changes_of, index
from bridge.library.learn import Learnt, ProjectUses, find_uses, teach
from bridge.library.place import LibraryPlace
from bridge.library.scan import Scanned, add_folders, only_scan, scan
from bridge.library.store import LibraryStore
from bridge.library_client import LibraryClient


@dataclass(frozen=True)
class EngineWay:
    """The way to the engine, and whether one is there already."""

    connect: Connect
    is_running: Callable[[], Awaitable[bool]]
    """An engine that would have to be started is not started for nothing."""


async def update(
    place: LibraryPlace, new_folders: list[Path], way: EngineWay | None, report: Report
) -> tuple[Scanned, Indexed]:
    """Scans new folders, or the whole library where there are none, and tells the engine what has changed.

    Args:
        place: where the library is.
        new_folders: folders to add.
        way: to the engine; None tells it nothing, which the next update makes good.
        report: hears how far it is.

    Raises:
        BridgeBusy: another scan runs.
        RequestRefused: there is no such folder, or nothing to scan.
        BridgeError: anything else in `bridge.errors`; what was done until then stays done.
    """
    with only_scan(place.database), LibraryStore(place.database) as store:
        folders = add_folders(store, new_folders) if new_folders else store.folders()
        if not folders:
            raise RequestRefused("The library has no folder yet; add one with “auxsend library add DIR”.")
        scanned = await scan(store, folders, report)
        return scanned, await _tell(store, way, report)


async def remove(place: LibraryPlace, folders: list[Path], way: EngineWay, report: Report) -> tuple[int, Indexed]:
    """Takes folders out of the library and returns how many files those had, and what the engine was told.

    Raises:
        RequestRefused: one is not a folder of the library; then nothing is removed.
        BridgeError: anything else in `bridge.errors`; the next update makes good what the engine was not told.
    """
    with only_scan(place.database), LibraryStore(place.database) as store:
        known = store.folders()
        paths = [_known(folder, known) for folder in folders]
        count = sum(store.remove_folder(path) for path in paths)
        return count, await _tell(store, way, report)


async def learn(place: LibraryPlace, folder: Path, way: EngineWay, report: Report, *, is_adding: bool) -> Learnt:
    """Learns from the projects below a folder and returns what was learnt.

    Args:
        place: where the library is.
        folder: where the projects lie.
        way: to the engine.
        report: hears how far it is.
        is_adding: whether the folders of the projects' files that are not in the library are added to it first.

    Raises:
        RequestRefused: there is no such folder, or no project in it.
        BridgeError: anything else in `bridge.errors`.
    """
    with LibraryStore(place.database) as store:
        found, learnt = await _read_projects(folder, store, report)
        if is_adding and learnt.outside:
            await update(place, sorted({path.parent for path in learnt.outside}), way, report)
            found, learnt = await _read_projects(folder, store, report)
        if learnt.uses:
            async with way.connect() as engine:
                learnt.new_uses = await teach(found, LibraryClient(engine), place)
        return learnt


async def _read_projects(folder: Path, store: LibraryStore, report: Report) -> tuple[list[ProjectUses], Learnt]:
    """Returns the uses in each project, giving way to other work after each."""
    learnt, found = Learnt(), []
    for uses in find_uses(folder, store, learnt, report):
        found.append(uses)
        await asyncio.sleep(0)
    return found, learnt


async def _tell(store: LibraryStore, way: EngineWay | None, report: Report) -> Indexed:
    if way is None or not (changes_of(store) or await way.is_running()):
        return Indexed()
    async with way.connect() as engine:
        return await index(store, LibraryClient(engine), report)


def _known(folder: Path, known: list[str]) -> str:
    """Returns the library's folder that is meant; it need not exist any more.

    Raises:
        RequestRefused: none is.
    """
    for path in (str(folder.resolve()), str(folder.absolute())):
        if path in known:
            return path
    raise RequestRefused(f"“{folder}” is no folder of the library; it has {', '.join(known) or 'none'}.")
