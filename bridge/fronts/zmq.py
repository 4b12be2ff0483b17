"""Two sockets on loopback: ZeroMQ for programs, and plain TCP for hosts that have nothing better.

ZeroMQ (ROUTER; clients are DEALER or REQ): a message is one request, with the bridge's `token` in it.
TCP: lines of JSON. The first is `{"v": 1, "token": "..."}`; it is answered with `{"v": 1, "state": "ready"}`, and every
further one is a request. A wrong token, or a line without end, ends the connection.

Both answer with the job, and go on with every change of a job that was asked for over that connection, until it ends. A
client that comes back sends its request again, and hears of the job as it stands.
"""

import asyncio
import json
import logging
from dataclasses import dataclass, field
from typing import Any

import zmq
import zmq.asyncio

from bridge.errors import BridgeError, RequestRefused
from bridge.fronts.requests import Answer, answer_bytes, check_token, refusal
from bridge.service import Service
from bridge.store import BridgeJob
from bridge.verbs import LARGEST_REQUEST_BYTES, VERSION, decode

log = logging.getLogger(__name__)

LONGEST_GREETING_BYTES = 4096
MOST_UNSENT = 10_000
CROWD = 1000  # so many unsent answers, and requests wait
SEND_SEC = 2.0
MOST_CLIENTS = 1000

Envelope = tuple[bytes, ...]
"""The frames before a message, which say to whom it goes."""


class ZmqFront:
    """Serves both sockets."""

    def __init__(self, service: Service, token: str) -> None:
        self._service = service
        self._token = token
        self._context = zmq.asyncio.Context()
        self._messages = self._context.socket(zmq.ROUTER)
        self._stream = self._context.socket(zmq.STREAM)
        self._lines: dict[bytes, _Lines] = {}
        self._followers: dict[str, set[tuple[bool, Envelope]]] = {}
        self._unsent: asyncio.Queue[tuple[bool, list[bytes]]] = asyncio.Queue(MOST_UNSENT)

    def start(self) -> dict[str, int]:
        """Binds both sockets and returns their ports by name."""
        self._messages.setsockopt(zmq.MAXMSGSIZE, LARGEST_REQUEST_BYTES)
        for socket in (self._messages, self._stream):
            socket.setsockopt(zmq.LINGER, 0)
            socket.setsockopt(zmq.SNDHWM, MOST_UNSENT)
            socket.bind("tcp://127.0.0.1:*")
        self._service.listen(self)
        return {"zmq_port": _port_of(self._messages), "tcp_port": _port_of(self._stream)}

    async def run(self) -> None:
        """Takes requests until it is cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                for work in (self._receive_messages(), self._receive_stream(), self._send()):
                    group.create_task(work)
        finally:
            self._context.destroy(linger=0)

    def changed(self, job: BridgeJob) -> None:
        """Tells a job to those who asked for it."""
        followers = self._followers.pop(job.id, set()) if job.has_ended else self._followers.get(job.id, set())
        for is_line, envelope in followers:
            self._put(is_line, envelope, job.document())

    def forgotten(self, job_id: str) -> None:
        """Nobody is told of it any more."""
        self._followers.pop(job_id, None)

    def _put(self, is_line: bool, envelope: Envelope, document: dict[str, Any]) -> None:
        message = json.dumps(document, ensure_ascii=False).encode() + (b"\n" if is_line else b"")
        try:
            self._unsent.put_nowait((is_line, [*envelope, message]))
        except asyncio.QueueFull:  # nobody reads; whoever still wants to know asks again
            log.warning("an answer was dropped: %d wait to be sent", MOST_UNSENT)

    def _close(self, peer: bytes) -> None:
        """Ends a TCP connection after what was put before."""
        self._lines.pop(peer, None)
        with_end: tuple[bool, list[bytes]] = (True, [peer, b""])
        if not self._unsent.full():
            self._unsent.put_nowait(with_end)

    def _reply(self, is_line: bool, envelope: Envelope, answer: Answer) -> None:
        if answer.error is None and self._service.knows(answer.job.id) and not answer.job.has_ended:
            self._followers.setdefault(answer.job.id, set()).add((is_line, envelope))
        self._put(is_line, envelope, answer.document)

    async def _send(self) -> None:
        while True:
            is_line, frames = await self._unsent.get()
            socket = self._stream if is_line else self._messages
            try:
                async with asyncio.timeout(SEND_SEC):  # wait_for could swallow the end of this task (Python 3.11)
                    await socket.send_multipart(frames)
            except (zmq.ZMQError, TimeoutError):  # the client has gone, or reads nothing
                if is_line:
                    self._lines.pop(frames[0], None)

    async def _give_way(self) -> None:
        """Lets other work have its turn, and waits while clients are slow to read."""
        await asyncio.sleep(0)
        while self._unsent.qsize() > CROWD:
            await asyncio.sleep(0.005)

    async def _receive_messages(self) -> None:
        while True:
            *envelope, content = await self._messages.recv_multipart()
            self._reply(False, tuple(envelope), answer_bytes(self._service, content, self._token))
            await self._give_way()

    async def _receive_stream(self) -> None:
        while True:
            peer, content = await self._stream.recv_multipart()
            if content:
                self._receive(peer, content)
            elif peer in self._lines:  # an empty message says that a client has come or gone
                self._gone(peer)
            elif len(self._lines) < MOST_CLIENTS:
                self._lines[peer] = _Lines()
            else:
                self._close(peer)
            await self._give_way()

    def _gone(self, peer: bytes) -> None:
        del self._lines[peer]
        for job_id, followers in self._followers.items():
            followers.discard((True, (peer,)))
            if not followers:
                self._service.left_alone(job_id)

    def _receive(self, peer: bytes, content: bytes) -> None:
        lines = self._lines.get(peer)
        if lines is None:  # closed, with bytes still on the way
            return
        for line in lines.feed(content):
            if lines.is_trusted:
                self._reply(True, (peer,), answer_bytes(self._service, line))
            elif not self._greet(peer, lines, line):
                return
        if lines.is_too_long:
            self._refuse(peer, RequestRefused(f"A line is longer than {lines.longest_bytes} bytes."))

    def _greet(self, peer: bytes, lines: "_Lines", line: bytes) -> bool:
        """Returns whether the first line carried the token."""
        try:
            value = decode(line)
            check_token(value.get("token") if isinstance(value, dict) else None, self._token)
        except BridgeError as error:
            self._refuse(peer, error)
            return False
        lines.is_trusted = True
        self._put(True, (peer,), {"v": VERSION, "state": "ready"})
        return True

    def _refuse(self, peer: bytes, error: BridgeError) -> None:
        self._put(True, (peer,), refusal(None, error).document)
        self._close(peer)


@dataclass
class _Lines:
    """Bytes of one connection, and whether its first line was right."""

    is_trusted: bool = False
    rest: bytearray = field(default_factory=bytearray)

    @property
    def longest_bytes(self) -> int:
        """The longest line that is read."""
        return LARGEST_REQUEST_BYTES if self.is_trusted else LONGEST_GREETING_BYTES

    @property
    def is_too_long(self) -> bool:
        """Whether a line has no end where the longest one has."""
        return len(self.rest) > self.longest_bytes

    def feed(self, content: bytes) -> list[bytes]:
        """Returns the lines that `content` completes."""
        *ended, rest = content.split(b"\n")
        if ended:
            ended[0] = bytes(self.rest) + ended[0]
            self.rest.clear()
        self.rest += rest
        return [line for line in ended if line.strip()]


def _port_of(socket: "zmq.asyncio.Socket") -> int:
    return int(str(socket.get_string(zmq.LAST_ENDPOINT)).rpartition(":")[2])
