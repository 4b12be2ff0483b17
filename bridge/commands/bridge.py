"""`auxsend bridge`: runs the bridge that DAW scripts talk to."""

import os
import signal
import time
from typing import Annotated

import typer

STOP_SEC = 15.0


def bridge(
    is_stop: Annotated[bool, typer.Option("--stop", help="Stop the bridge that runs.", show_default=False)] = False,
) -> None:
    """Run the bridge that scripts in DAWs talk to. They start it by themselves when it is not there."""
    from bridge.settings import user_folders

    folders = user_folders()
    if not is_stop:
        from bridge.daemon import run_bridge

        run_bridge(folders)
        return
    from bridge.errors import BridgeBusy
    from bridge.instance import is_held, running_pid

    pid = running_pid(folders.state)
    if pid is None:
        typer.echo("No bridge runs.")
        return
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SEC
    while is_held(folders.state) and running_pid(folders.state) in (pid, None):
        if time.monotonic() > deadline:
            raise BridgeBusy(f"The bridge was asked to stop and is still busy; wait, or end its process {pid}.")
        time.sleep(0.05)
    typer.echo("The bridge was stopped; jobs that have not ended go on when it is started again.")
