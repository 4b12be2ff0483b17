"""`auxsend panel`: opens the panel in the browser, and starts a bridge for it where none runs."""

from pathlib import Path
from typing import Annotated

import typer

START_SEC = 60.0
ANSWER_SEC = 10.0
PAUSE_SEC = 0.05


def panel(
    is_opened: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the browser, or print the link.", show_default=False)
    ] = True,
) -> None:
    """Open the panel in the browser: it shows what goes with what is selected in the DAW."""
    import webbrowser

    from bridge.settings import user_folders

    state_folder = user_folders().state
    port = _bridge_port(state_folder)
    url = _ask_for_link(port, state_folder)
    if is_opened and webbrowser.open(url):
        typer.echo("The panel opens in the browser.", err=True)
        return
    typer.echo("Open this link within two minutes; it is good once.", err=True)
    typer.echo(url)


def _bridge_port(state_folder: Path) -> int:
    """Returns the port of the bridge's HTTP front; the bridge is started if none runs, and goes on after this command.

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
            return int(place["http_port"])
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


def _ask_for_link(port: int, state_folder: Path) -> str:
    """Returns what the bridge answers to the verb `panel`.

    Raises:
        BridgeError: it refuses, or does not answer.
    """
    import http.client
    import json
    import uuid

    from bridge.errors import BridgeError
    from bridge.instance import read_token
    from bridge.verbs import VERSION

    request = {"v": VERSION, "id": f"cli-{uuid.uuid4()}", "host": "cli", "verb": "panel"}
    headers = {"authorization": f"Bearer {read_token(state_folder)}"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SEC)
    try:
        connection.request("POST", "/v1/requests", json.dumps(request), headers)
        answer = json.loads(connection.getresponse().read())
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise BridgeError("The bridge does not answer; stop it with “auxsend bridge --stop” and try again.") from error
    finally:
        connection.close()
    if answer["error"]:
        raise BridgeError(answer["error"]["message"])
    return str(answer["result"]["url"])
