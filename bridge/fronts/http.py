"""REST on loopback: `POST /v1/requests`, `GET /v1/jobs`, `GET /v1/jobs/ID`, `GET /v1/health`.

Everything but health needs `authorization: Bearer TOKEN`. A request whose Host is not this machine, or whose Origin is
another site, is refused, so that no web page that the user happens to visit reaches the bridge through the browser.
One request per connection, no chunked bodies: what a script needs, and little that can go wrong.
"""

import asyncio
import contextlib
import json
import logging
import urllib.parse
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from bridge.errors import BridgeBusy, BridgeError, JobUnknown, TokenRefused
from bridge.fronts.requests import answer_bytes, check_token, refusal
from bridge.service import Service
from bridge.verbs import LARGEST_REQUEST_BYTES, VERSION

log = logging.getLogger(__name__)

LONGEST_HEAD_BYTES = 16_384
LONGEST_NUMBER = 9
PATIENCE_SEC = 10.0
MOST_CONNECTIONS = 200
HOSTS = ("127.0.0.1", "localhost", "::1")

_STATUSES = {
    TokenRefused: HTTPStatus.UNAUTHORIZED,
    JobUnknown: HTTPStatus.NOT_FOUND,
    BridgeBusy: HTTPStatus.SERVICE_UNAVAILABLE,
}


class _Refused(BridgeError):
    """Raised for what is wrong with the HTTP around a request."""

    reason = "INVALID_REQUEST"

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class _Call:
    """What was asked."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class HttpFront:
    """Serves REST on a free port."""

    def __init__(self, service: Service, token: str, version: str) -> None:
        self._service = service
        self._token = token
        self._version = version
        self._server: asyncio.Server | None = None
        self._connection_count = 0

    async def start(self) -> dict[str, int]:
        """Begins to listen and returns the port by name."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=LONGEST_HEAD_BYTES)
        return {"http_port": self._server.sockets[0].getsockname()[1]}

    async def run(self) -> None:
        """Serves until it is cancelled."""
        assert self._server is not None
        async with self._server:
            await self._server.serve_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connection_count += 1
        try:
            async with asyncio.timeout(PATIENCE_SEC):
                status, document = await self._answer(reader)
                writer.write(_response(status, document))
                await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            pass  # the client has gone, or says nothing
        finally:
            self._connection_count -= 1
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader) -> tuple[HTTPStatus, dict[str, Any]]:
        try:
            if self._connection_count > MOST_CONNECTIONS:
                raise _Refused(HTTPStatus.SERVICE_UNAVAILABLE, "Too many connections at once; try again later.")
            return self._route(await _read_call(reader))
        except BridgeError as error:
            return _status_of(error), refusal(None, error).document

    def _route(self, call: _Call) -> tuple[HTTPStatus, dict[str, Any]]:
        _check_site(call)
        if (call.method, call.path) == ("GET", "/v1/health"):
            return HTTPStatus.OK, {"v": VERSION, "version": self._version, "state": "serving"}
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        check_token(token if scheme.lower() == "bearer" else None, self._token)
        if (call.method, call.path) == ("POST", "/v1/requests"):
            answer = answer_bytes(self._service, call.body)
            return _status_of(answer.error) if answer.error else HTTPStatus.OK, answer.document
        if (call.method, call.path) == ("GET", "/v1/jobs"):
            return HTTPStatus.OK, {"v": VERSION, "jobs": [job.document() for job in self._service.jobs()]}
        if call.method == "GET" and call.path.startswith("/v1/jobs/"):
            return HTTPStatus.OK, self._service.find(call.path.removeprefix("/v1/jobs/")).document()
        raise _Refused(
            HTTPStatus.NOT_FOUND, "There are POST /v1/requests, GET /v1/jobs, GET /v1/jobs/ID and GET /v1/health."
        )


async def _read_call(reader: asyncio.StreamReader) -> _Call:
    """Returns the request on a connection."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.LimitOverrunError:
        raise _Refused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The request's head is too large.") from None
    first, *lines = head.removesuffix("\r\n\r\n").split("\r\n")
    method, _, rest = first.partition(" ")
    path, _, protocol = rest.partition(" ")
    if not protocol.startswith("HTTP/1.") or not path.startswith("/"):
        raise _Refused(HTTPStatus.BAD_REQUEST, "This is no HTTP/1.1 request.")
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        if name.lower() in headers:
            raise _Refused(HTTPStatus.BAD_REQUEST, f"The header {name[:64]} is there twice.")
        headers[name.lower()] = value.strip()
    body = await reader.readexactly(_body_bytes(headers)) if method == "POST" else b""
    return _Call(method, urllib.parse.unquote(path.partition("?")[0]), headers, body)


def _body_bytes(headers: dict[str, str]) -> int:
    length = headers.get("content-length", "")
    if "transfer-encoding" in headers or not (length.isascii() and length.isdigit()):
        raise _Refused(HTTPStatus.LENGTH_REQUIRED, "A request's body needs a content-length.")
    if len(length) > LONGEST_NUMBER or int(length) > LARGEST_REQUEST_BYTES:
        raise _Refused(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The request is larger than {LARGEST_REQUEST_BYTES // 1000} kB."
        )
    return int(length)


def _check_site(call: _Call) -> None:
    """Returns if the call came from a program here, and not through a web page of somebody else."""
    host = call.headers.get("host", "")
    if host.rpartition(":")[0].strip("[]") not in HOSTS and host not in HOSTS:
        raise _Refused(HTTPStatus.FORBIDDEN, "The bridge answers to 127.0.0.1 and localhost only.")
    origin = call.headers.get("origin")
    if origin is not None and origin != f"http://{host}":
        raise _Refused(HTTPStatus.FORBIDDEN, "The bridge answers no pages of other sites.")


def _status_of(error: BridgeError) -> HTTPStatus:
    if isinstance(error, _Refused):
        return error.status
    return _STATUSES.get(type(error), HTTPStatus.BAD_REQUEST)


def _response(status: HTTPStatus, document: dict[str, Any]) -> bytes:
    body = json.dumps(document, ensure_ascii=False).encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: application/json; charset=utf-8\r\n"
        f"content-length: {len(body)}\r\ncache-control: no-store\r\nx-content-type-options: nosniff\r\n"
        "connection: close\r\n\r\n"
    )
    return head.encode() + body
