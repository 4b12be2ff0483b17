"""`auxsend install` and `auxsend uninstall`: the scripts of a DAW."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class HostName(StrEnum):
    """A DAW that there are scripts for."""

    REAPER = "reaper"
    ARDOUR = "ardour"
    LIVE = "live"


HostArgument = Annotated[HostName, typer.Argument(metavar="reaper|ardour|live", show_default=False)]
PathOption = Annotated[
    Path | None,
    typer.Option(
        "--path",
        "--folder",
        metavar="DIR",
        help="Where the DAW keeps its settings; for Live, the User Library.",
        show_default="its usual place",
    ),
]


def install(
    host: HostArgument,
    path: PathOption = None,
    is_forced: Annotated[bool, typer.Option("--force", help="Replace files that you have changed.")] = False,
) -> None:
    """Put the scripts of a DAW into place, and say what to do next."""
    from bridge.installation import HOSTS, settings_folder
    from bridge.installation import install as put
    from bridge.settings import user_folders

    folder = path or settings_folder(host)
    target = put(host, folder.absolute(), user_folders().state / "spool", is_forced=is_forced)
    typer.echo(f"The scripts for {HOSTS[host].title} are installed.\n{HOSTS[host].next_step.format(folder=target)}")


def uninstall(host: HostArgument, path: PathOption = None) -> None:
    """Remove the scripts that `install` put there, and nothing else."""
    from bridge.installation import HOSTS, settings_folder
    from bridge.installation import uninstall as take_away

    kept = take_away(host, (path or settings_folder(host)).absolute())
    typer.echo(f"The scripts for {HOSTS[host].title} are removed.")
    for file in kept:
        typer.echo(f"Left, because you have changed it: {file}")
