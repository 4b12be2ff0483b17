"""A stand-in for the bridge at the other end of the script's TCP connection, which does what a test says.

It runs in the test's own thread: `pump` takes what has come and sends what is due, without waiting.
"""

import contextlib
import fcntl
import json
import socket
import struct
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

TOKEN = "a token"
DELIVERY_SEC = 5.0


class StandIn:
    """A listening socket, the connection to the script, and what the script has asked for."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.requests: list[dict[str, Any]] = []
        self.is_polite = True
        """Whether it greets who brings the token."""
        self.connection: socket.socket | None = None
        self.connection_count = 0
        self.received_bytes = self.said_bytes = 0
        """Over this connection."""
        self._rest = b""
        self._server: socket.socket | None = None
        state.mkdir(parents=True, exist_ok=True)
        (state / "bridge.token").write_text(TOKEN)
        self.start()

    def start(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.setblocking(False)
        place = {"v": 1, "tcp_port": self._server.getsockname()[1]}
        (self.state / "bridge.json").write_text(json.dumps(place))

    def stop(self) -> None:
        """Goes away as a bridge that is killed: what it said of itself stays."""
        for each in (self.connection, self._server):
            if each is not None:
                each.close()
        self.connection = self._server = None

    def pump(self) -> None:
        """Takes connections and requests."""
        with contextlib.suppress(BlockingIOError):
            if self._server is not None and self.connection is None:
                self.connection, _ = self._server.accept()
                self.connection.setblocking(False)
                self.connection_count += 1
                self._rest, self.received_bytes, self.said_bytes = b"", 0, 0
        with contextlib.suppress(BlockingIOError):
            while self.connection is not None:
                content = self.connection.recv(65536)
                if not content:
                    self.connection.close()
                    self.connection = None
                    return
                self.received_bytes += len(content)
                *lines, self._rest = (self._rest + content).split(b"\n")
                for line in lines:
                    self._take(json.loads(line))

    def say(self, document: dict[str, Any] | bytes) -> None:
        content = document if isinstance(document, bytes) else json.dumps(document).encode() + b"\n"
        assert self.connection is not None
        self.connection.setblocking(True)
        self.connection.sendall(content)
        self.said_bytes += len(content)
        self.connection.setblocking(False)

    def asked(self, verb: str) -> list[dict[str, Any]]:
        """Returns the requests of a verb, oldest first."""
        return [request for request in self.requests if request["verb"] == verb]

    def tell(self, request: dict[str, Any], state: str, **fields: Any) -> None:
        """Tells how the job of a request is."""
        job = {"v": 1, "id": request["id"], "verb": request["verb"], "state": state, "fraction": 0.0} | fields
        self.say(job | {"context": request["params"].get("context")})

    def finish(self, request: dict[str, Any], result: dict[str, Any]) -> None:
        self.tell(request, "done", result={"notices": []} | result)

    def _take(self, line: dict[str, Any]) -> None:
        if "verb" in line:
            self.requests.append(line)
        elif self.is_polite:
            assert line == {"v": 1, "token": TOKEN}
            self.say({"v": 1, "state": "ready"})


def tick(step: Callable[[], Any], link: Any, bridge: StandIn) -> Any:
    """Does one tick of a script and returns what it returns; what both sides send has arrived before and after.

    A loopback delivers when the kernel comes to it, which on a busy machine is later than the next tick.
    """
    deadline = time.monotonic() + DELIVERY_SEC
    while _is_on_the_way(link, bridge) and time.monotonic() < deadline:
        time.sleep(0.0005)
    done = step()
    bridge.pump()
    while link.sent_bytes > bridge.received_bytes and bridge.connection and time.monotonic() < deadline:
        time.sleep(0.0005)
        bridge.pump()
    return done


def _is_on_the_way(link: Any, bridge: StandIn) -> bool:
    """Returns whether the bridge has said something that the script could not receive if it tried."""
    if link._socket is None or bridge.connection is None:
        return False
    there: int = struct.unpack("i", fcntl.ioctl(link._socket, termios.FIONREAD, b"\0" * 4))[0]
    return bool(link.received_bytes + there < bridge.said_bytes)
