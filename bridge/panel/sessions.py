"""Who may see the panel: one-time codes, and the sessions that they open.

A code is good for one use within two minutes; it opens a session, whose token is the browser's cookie. Sessions outlive
the bridge, so that a page that stays open finds the next one: `panel.json` in the state folder, which only its user can
read, holds the digests of their tokens (whoever reads it cannot become one of them) and the port.
"""

import hashlib
import json
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from bridge.instance import write_private

CODE_SEC = 120.0
SESSION_SEC = 30 * 24 * 3600.0
MOST_CODES = 32
MOST_SESSIONS = 16  # then the oldest ends: browsers and profiles of one person


class Sessions:
    """The codes and sessions of one user.

    Args:
        path: the file that outlives the bridge.
        now_sec: the clock, in seconds since 1970.
    """

    def __init__(self, path: Path, now_sec: Callable[[], float] = time.time) -> None:
        self._path = path
        self._now_sec = now_sec
        self._codes: dict[str, float] = {}
        self._port, self._sessions = _read(path)

    @property
    def port(self) -> int:
        """The port that the panel had last; 0 if it was never opened."""
        return self._port

    def remember_port(self, port: int) -> None:
        """Keeps the port for the next bridge."""
        self._port = port
        self._write()

    def new_code(self) -> str:
        """Returns a code that opens one session within two minutes."""
        now_sec = self._now_sec()
        self._codes = {key: end_sec for key, end_sec in self._codes.items() if end_sec > now_sec}
        while len(self._codes) >= MOST_CODES:
            del self._codes[next(iter(self._codes))]
        code = secrets.token_urlsafe(24)
        self._codes[_digest(code)] = now_sec + CODE_SEC
        return code

    def open(self, code: str) -> str | None:
        """Returns the token of a new session, or None if the code was used, is too old, or never was one."""
        end_sec = self._codes.pop(_digest(code), 0.0)
        if end_sec <= self._now_sec():
            return None
        token = secrets.token_urlsafe(32)
        while len(self._sessions) >= MOST_SESSIONS:
            del self._sessions[min(self._sessions, key=lambda key: self._sessions[key])]
        self._sessions[_digest(token)] = self._now_sec()
        self._write()
        return token

    def knows(self, token: str) -> bool:
        """Returns whether a session has this token."""
        opened_sec = self._sessions.get(_digest(token))
        return opened_sec is not None and self._now_sec() - opened_sec < SESSION_SEC

    def _write(self) -> None:
        write_private(self._path, json.dumps({"port": self._port, "sessions": self._sessions}))


def _digest(secret: str) -> str:
    """Returns what a secret is looked up by: the time that takes tells nothing about the secret."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def _read(path: Path) -> tuple[int, dict[str, float]]:
    """Returns port and sessions; none where the file is missing or damaged, for then a new link is all it takes."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return int(document["port"]), {str(key): float(value) for key, value in document["sessions"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return 0, {}
