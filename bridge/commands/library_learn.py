"""`auxsend library learn`: which samples were used together, from the user's own projects."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.commands.options import DeviceOption, EngineOption, JsonOption, OfflineOption

if TYPE_CHECKING:
    from bridge.library.learn import Learnt


def learn(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder with REAPER and Live projects.", show_default=False)
    ],
    is_adding: Annotated[
        bool, typer.Option("--add", help="First add the folders of the projects' files that are not in the library.")
    ] = False,
    is_json: JsonOption = False,
    engine: EngineOption = None,
    device: DeviceOption = None,
    offline: OfflineOption = None,
) -> None:
    """Learn from projects (.RPP, .als) which samples go together; learning again adds only what is new."""
    from bridge.commands.library_way import engine_way, library_place
    from bridge.commands.running import Display, run_verb
    from bridge.library import upkeep
    from bridge.library.told import learnt_sentence
    from bridge.settings import load_settings, user_folders

    settings = load_settings({"engine": engine, "device": device, "offline": offline})
    with Display(user_folders()) as display:
        verb = upkeep.learn(library_place(settings), folder, engine_way(settings), display, is_adding=is_adding)
        learnt = run_verb(verb, "Stopped; what was learnt until now is kept.")
    if is_json:
        typer.echo(json.dumps(as_json(learnt)))
        return
    typer.echo(learnt_sentence(learnt))
    if learnt.outside:
        typer.echo(f"{len(learnt.outside)} of their files are not in the library; --add adds their folders.", err=True)
    if learnt.missing:
        typer.echo(f"{len(learnt.missing)} of their files are neither on this machine nor in the library.", err=True)


def as_json(learnt: "Learnt") -> dict[str, object]:
    """Returns what was learnt as `--json` prints it."""
    return {
        "projects": learnt.projects,
        "uses": learnt.uses,
        "new_uses": learnt.new_uses,
        "unreadable": learnt.unreadable,
        "outside": sorted(map(str, learnt.outside)),
        "missing": sorted(learnt.missing),
    }
