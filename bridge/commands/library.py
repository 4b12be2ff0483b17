"""`auxsend library`: the folders with samples, what is in them, and what the engine knows of it."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.commands.library_learn import learn
from bridge.commands.library_map import draw_map
from bridge.commands.library_search import search
from bridge.commands.options import DeviceOption, EngineOption, JsonOption, OfflineOption

if TYPE_CHECKING:
    pass

STOPPED = "Stopped; what was done until now is kept, and the next scan goes on from there."

app = typer.Typer(help="Keep a library of samples: add folders, scan, search, see its map.", no_args_is_help=True)
app.command("search")(search)
app.command("learn")(learn)
app.command("map")(draw_map)

FoldersArgument = Annotated[list[Path], typer.Argument(metavar="DIR...", help="Folders.", show_default=False)]
NoIndexOption = Annotated[
    bool, typer.Option("--no-index", help="Only look at the files; the next scan tells the engine.")
]


@app.command("add")
def add(
    folders: FoldersArgument,
    has_no_index: NoIndexOption = False,
    is_json: JsonOption = False,
    engine: EngineOption = None,
    device: DeviceOption = None,
    offline: OfflineOption = None,
) -> None:
    """Add folders to the library, and scan them."""
    _update(folders, has_no_index, is_json, {"engine": engine, "device": device, "offline": offline})


@app.command("scan")
def scan(
    has_no_index: NoIndexOption = False,
    is_json: JsonOption = False,
    engine: EngineOption = None,
    device: DeviceOption = None,
    offline: OfflineOption = None,
) -> None:
    """Find what is new, changed, moved or gone in the library's folders, and tell the engine."""
    _update([], has_no_index, is_json, {"engine": engine, "device": device, "offline": offline})


@app.command("remove")
def remove(
    folders: FoldersArgument,
    engine: EngineOption = None,
    device: DeviceOption = None,
    offline: OfflineOption = None,
) -> None:
    """Take folders out of the library. Their files stay where they are, and what was learnt of their use is kept."""
    from bridge.commands.library_way import engine_way, library_place
    from bridge.commands.running import Display, run_verb
    from bridge.library import upkeep
    from bridge.library.told import counted, removed_part
    from bridge.settings import load_settings, user_folders

    settings = load_settings({"engine": engine, "device": device, "offline": offline})
    with Display(user_folders()) as display:
        verb = upkeep.remove(library_place(settings), folders, engine_way(settings), display)
        count, told = run_verb(verb, STOPPED)
    typer.echo(f"{counted(count, 'file')} taken out of the library{removed_part(told)}.")


@app.command("list")
def list_files(
    is_unreadable: Annotated[bool, typer.Option("--unreadable", help="Only what cannot be read, and why.")] = False,
    is_json: JsonOption = False,
) -> None:
    """List the library's files on this machine."""
    from bridge.commands.library_way import library_place
    from bridge.library.contents import list_contents
    from bridge.library.store import LibraryStore
    from bridge.settings import load_settings

    with LibraryStore(library_place(load_settings()).database) as store:
        items = [item for item in list_contents(store) if item.reason or not is_unreadable]
    if is_json:
        typer.echo(json.dumps({"files": [asdict(item) for item in items]}))
        return
    for item in items:
        is_said = not item.reason or item.path in item.reason  # many sentences name the file themselves
        typer.echo((item.reason or item.path) if is_said else f"“{item.path}”: {item.reason}")


@app.command("status")
def status(is_json: JsonOption = False) -> None:
    """Say which folders the library has, how many samples, and whether the engine knows all of them."""
    from bridge.commands.library_way import library_place
    from bridge.library.contents import summary
    from bridge.library.store import LibraryStore
    from bridge.settings import load_settings

    with LibraryStore(library_place(load_settings()).database) as store:
        found = summary(store)
    if is_json:
        typer.echo(json.dumps(asdict(found)))
        return
    if not found.folders:
        typer.echo("The library has no folder yet; add one with “auxsend library add DIR”.")
        return
    for folder in found.folders:
        away = "" if folder.is_there else "  (not there now)"
        typer.echo(f"{folder.path}: {folder.file_count} files{away}")
    typer.echo(
        f"{found.sample_count} samples, {found.indexed_count} of them known to the engine, {found.waiting_count} to be "
        f"told at the next scan; {found.unreadable_count} files cannot be read (“auxsend library list --unreadable”)."
    )


def _update(
    folders: list[Path], has_no_index: bool, is_json: bool, flags: dict[str, str | bool | float | None]
) -> None:
    """Scans, tells the engine, and says what was found."""
    from bridge.commands.library_way import engine_way, library_place
    from bridge.commands.running import Display, run_verb
    from bridge.library import upkeep
    from bridge.library.told import scan_sentence
    from bridge.settings import load_settings, user_folders

    settings = load_settings(flags)
    with Display(user_folders()) as display:
        way = None if has_no_index else engine_way(settings)
        scanned, told = run_verb(upkeep.update(library_place(settings), folders, way, display), STOPPED)
    if is_json:
        typer.echo(json.dumps(asdict(scanned) | asdict(told)))
        return
    typer.echo(scan_sentence(scanned, told))
    if scanned.unreadable or told.refused:
        typer.echo("“auxsend library list --unreadable” says what cannot be read, and why.", err=True)
