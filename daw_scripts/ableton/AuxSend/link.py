"""The connection to the bridge: plain TCP to this machine, never waited for, made again by itself.

    away --(a port and a token are known)--> opening --(the bridge says “ready”)--> ready
      ^                                         |                                     |
      '------ pause: 0.5 s, doubling to 10 s <--'-------------------------------------'

The socket does not block, so connecting, sending and receiving return at once with what there is: at most TICK_BYTES of
it. A bridge that takes the connection and says nothing is left after ANSWER_SEC; one that was ready, after SILENCE_SEC,
which is longer than an open `listen` ever stays unanswered. A change of state is one line in Live's log, and a bridge
that stays away is none.
"""

from __future__ import annotations

import contextlib
import errno
import json
import socket
import sys
import time
from typing import TYPE_CHECKING, Any

from .lines import Reader
from .location import Address
from .words import say

if TYPE_CHECKING:
    from collections.abc import Callable

PIECE_BYTES = 65536
TICK_BYTES = 4 * PIECE_BYTES
SHORTEST_PAUSE_SEC = 0.5
LONGEST_PAUSE_SEC = 10.0
ANSWER_SEC = 5.0
SILENCE_SEC = 45.0
CONNECTING = {0, errno.EINPROGRESS, errno.EWOULDBLOCK, getattr(errno, "WSAEWOULDBLOCK", 0)}
SO_NOSIGPIPE = 0x1022  # macOS: a peer that has gone is an error, and never a signal that could end Live
STEADY_SEC = 10.0
"""A connection that lasted so long was a good one: after it, the bridge is looked for without delay."""


class Link:
    """One connection to the bridge, or the lack of it."""

    def __init__(
        self,
        find: Callable[[], Address | None],
        log: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._find = find
        self._log = log
        self._clock = clock
        self._socket: socket.socket | None = None
        self._reader = Reader()
        self._unsent = bytearray()
        self._pause_sec = SHORTEST_PAUSE_SEC
        self._due_sec = self._heard_sec = self._ready_sec = 0.0
        self._said = ""
        self.is_ready = False
        self.received_bytes = self.sent_bytes = 0
        """Over this connection."""

    def send(self, document: dict[str, Any]) -> None:
        """Sends a request in this tick and the next ones; it is dropped where there is no connection."""
        if self.is_ready:
            self._unsent += json.dumps(document).encode() + b"\n"

    def hurry(self) -> None:
        """Looks for the bridge in the next tick instead of after a pause."""
        self._due_sec = self._clock()

    def tick(self) -> list[dict[str, Any]]:
        """Does a tick's share of talking and returns what the bridge said."""
        now = self._clock()
        if self._socket is None:
            if now >= self._due_sec:
                self._open(now)
            return []
        try:
            return self._talk(self._socket, now)
        except OSError:
            self._leave("gone" if self.is_ready else "away")
        except ValueError:
            self._leave("nonsense")
        return []

    def end(self) -> None:
        """Sends what the socket takes at once of what waits, and ends the connection for good."""
        with contextlib.suppress(OSError):
            if self._socket is not None:
                self._give(self._socket)
        self._close()

    def _close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self.is_ready = False

    def _open(self, now: float) -> None:
        address = self._find()
        if address is None:
            self._leave("away")
            return
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setblocking(False)
        if sys.platform == "darwin":
            self._socket.setsockopt(socket.SOL_SOCKET, SO_NOSIGPIPE, 1)
        if self._socket.connect_ex(("127.0.0.1", address.port)) not in CONNECTING:
            self._leave("away")
            return
        self._reader, self._heard_sec = Reader(), now
        self.received_bytes = self.sent_bytes = 0
        self._unsent = bytearray(json.dumps({"v": 1, "token": address.token}).encode() + b"\n")

    def _talk(self, connection: socket.socket, now: float) -> list[dict[str, Any]]:
        self._give(connection)
        self._fetch(connection, now)
        said = self._reader.take()
        if said and not self.is_ready and not self._is_welcome(said.pop(0), now):
            return []
        if self._reader.is_idle and now - self._heard_sec > (SILENCE_SEC if self.is_ready else ANSWER_SEC):
            self._leave("silent")
        return said

    def _give(self, connection: socket.socket) -> None:
        try:
            if self._unsent:
                sent = connection.send(bytes(self._unsent[:PIECE_BYTES]))
                del self._unsent[:sent]
                self.sent_bytes += sent
        except OSError as error:
            _unless_pending(error)

    def _fetch(self, connection: socket.socket, now: float) -> None:
        enough_bytes = self.received_bytes + TICK_BYTES
        try:
            while self.received_bytes < enough_bytes and not self._reader.is_full:
                content = connection.recv(min(PIECE_BYTES, enough_bytes - self.received_bytes))
                if not content:
                    raise ConnectionError("closed")
                self.received_bytes += len(content)
                self._heard_sec = now
                self._reader.feed(content)
        except OSError as error:
            _unless_pending(error)

    def _is_welcome(self, said: dict[str, Any], now: float) -> bool:
        if said.get("state") != "ready":
            error = said.get("error")
            self._leave("refused", error.get("message", "") if isinstance(error, dict) else "")
            return False
        self.is_ready, self._ready_sec = True, now
        self._tell(say("connected"))
        return True

    def _leave(self, key: str, *values: str) -> None:
        now = self._clock()
        if self.is_ready and now - self._ready_sec > STEADY_SEC:
            self._pause_sec = SHORTEST_PAUSE_SEC
        self._close()
        self._due_sec = now + self._pause_sec
        self._pause_sec = min(2 * self._pause_sec, LONGEST_PAUSE_SEC)
        self._tell(say(key, *values))

    def _tell(self, sentence: str) -> None:
        if sentence != self._said:
            self._said = sentence
            self._log(sentence)


def _unless_pending(error: OSError) -> None:
    """Returns if nothing is there yet, or the connection is still being made; what else there is, it raises."""
    if not isinstance(error, (BlockingIOError, InterruptedError)) and error.errno != errno.ENOTCONN:
        raise error
