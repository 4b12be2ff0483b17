"""`auxsend panel`: opens the panel in the browser, and starts a bridge for it where none runs."""

from pathlib import Path
from typing import Annotated

import typer

START_SEC = 60.0
PAUSE_SEC = 0.05


def panel(
    is_opened: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the browser, or print the link.", show_default=False)
    ] = True,
) -> None:
    """Open the panel in the browser: it shows what goes with what is selected in the DAW."""
    import webbrowser

    from bridge.asking import ask_bridge
    from bridge.settings import user_folders

    state_folder = user_folders().state
    _have_bridge(state_folder)
    url = str(ask_bridge(state_folder, "panel", {})["url"])
    if is_opened and webbrowser.open(url):
        typer.echo("The panel opens in the browser.", err=True)
        return
    typer.echo("Open this link within two minutes; it is good once.", err=True)
    typer.echo(url)


def _have_bridge(state_folder: Path) -> None:
    """Returns when a bridge can be asked: one is started if none runs, and goes on after this command.

    Raises:
        BridgeError: it does not start.
    """
    import time

    from bridge.errors import BridgeError
    from bridge.instance import read_place, running_pid

    if running_pid(state_folder) is None:
        _start_bridge()
    deadline_sec = time.monotonic() + START_SEC
    while time.monotonic() < deadline_sec:
        place = read_place(state_folder)
        if "http_port" in place and running_pid(state_folder) == place.get("pid"):
            return
        time.sleep(PAUSE_SEC)
    raise BridgeError(f"The bridge does not start; {state_folder / 'bridge.log'} says why.")


def _start_bridge() -> None:
    import subprocess
    import sys

    is_windows = sys.platform == "win32"
    subprocess.Popen(
        [sys.executable, "-P", "-m", "bridge"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=not is_windows,
        creationflags=getattr(subprocess, "DETACHED_PROCESS", 0) if is_windows else 0,
    )
