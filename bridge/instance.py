"""One bridge per user: a lock that dies with its process, a token that only the user can read, and where to find it."""

import contextlib
import hashlib
import hmac
import json
import logging
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from bridge.errors import BridgeRunning

log = logging.getLogger(__name__)

LOCK_NAME = "bridge.lock"
TOKEN_NAME = "bridge.token"
PLACE_NAME = "bridge.json"


@contextmanager
def only_instance(state_folder: Path) -> Iterator[None]:
    """Holds the lock of a state folder.

    Raises:
        BridgeRunning: another process holds it.
    """
    with locked(state_folder / LOCK_NAME) as is_ours:
        if not is_ours:
            raise BridgeRunning(
                f"A bridge runs already for this user, as process {running_pid(state_folder) or 'unknown'}; "
                "stop it with “auxsend bridge --stop”."
            )
        yield


@contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Holds a lock file for as long as this process lives and stays inside; yields whether it could be had."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        yield _lock(file)


def is_held(state_folder: Path) -> bool:
    """Returns whether there is a bridge: one that is ending has no place any more, and keeps others out still."""
    with (state_folder / LOCK_NAME).open("a+", encoding="utf-8") as file:
        return not _lock(file)


def running_pid(state_folder: Path) -> int | None:
    """Returns the process id of the bridge that serves, or None."""
    try:
        return int(read_place(state_folder)["pid"]) if is_held(state_folder) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def read_token(state_folder: Path) -> str:
    """Returns the bridge's token, made at first use and kept, in a file that only its user can read."""
    path = state_folder / TOKEN_NAME
    with contextlib.suppress(FileNotFoundError):
        path.chmod(0o600)
        if token := path.read_text(encoding="utf-8").strip():
            return token
    token = secrets.token_urlsafe(32)
    write_private(path, token)
    return token


def engine_token(token: str) -> str:
    """Returns what the bridge's own engine expects: whoever has the bridge's token can tell, and not the other way."""
    return hmac.new(token.encode(), b"engine", hashlib.sha256).hexdigest()


def read_place(state_folder: Path) -> dict[str, Any]:
    """Returns what the running bridge says of itself; empty if there is none."""
    try:
        place = json.loads((state_folder / PLACE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return place if isinstance(place, dict) else {}


@contextmanager
def announced(folder: Path, place: dict[str, Any]) -> Iterator[None]:
    """Says in `bridge.json` under which ports the bridge is found, for as long as it runs.

    Raises:
        OSError: the folder cannot be written.
    """
    write_private(folder / PLACE_NAME, json.dumps({"v": 1, "pid": os.getpid()} | place))
    try:
        yield
    finally:
        (folder / PLACE_NAME).unlink(missing_ok=True)


@contextmanager
def announced_to_extension(folder: str, place: dict[str, Any]) -> Iterator[None]:
    """Says the same, with the token, in the folder that Live lets its extension read; a missing one is passed over."""
    with contextlib.ExitStack() as stack:
        if folder:
            try:
                stack.enter_context(announced(Path(folder).expanduser(), place))
            except OSError as error:
                log.warning("Live's extension is not told where the bridge is: %s", error)
        yield


def write_private(path: Path, text: str) -> None:
    """Writes a file, whole or not at all, that nobody but its user can ever have read."""
    temporary = path.with_name(f"{path.name}.tmp")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)


def _lock(file: TextIO) -> bool:
    """Returns whether the file could be locked for this process; closing it, or dying, lets it go."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
