"""What stands before the panel: every request, of HTTP and of the websocket, passes here first.

A browser lets any page that the user visits send requests to this machine, and a name that an attacker owns may point
to it. So a request must name this machine as its host, must not come from another page, and must carry the cookie of a
session. `/enter?code=CODE` is the one door to such a cookie (see `bridge.panel.sessions`).

The policy that goes with every answer lets a page load from nowhere else. Inline scripts and `eval` it has to allow:
the page's framework starts with the one and compiles its templates with the other.
"""

import urllib.parse
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from bridge.panel.sessions import SESSION_SEC, Sessions

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

DOOR = "/enter"
MAKE_A_LINK = "open the panel with “auxsend panel” or from your DAW."
_SAFE_SITES = ("same-origin", "none")  # “none”: typed, a bookmark, or opened by a program


class _Refused(Exception):
    """Raised for a request that goes no further."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


class Guard:
    """Lets through what comes from the panel's own page in a browser that was given a session."""

    def __init__(self, app: App, sessions: Sessions, port: int) -> None:
        self._app = app
        self._sessions = sessions
        self._hosts = tuple(f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]"))
        self._cookie = f"auxsend_{port}"  # browsers give a cookie to every port of a host
        self._headers = _safe_headers(self._hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] not in ("http", "websocket"):
            raise RuntimeError(f"the panel's server knows no {scope['type']}")
        try:
            headers = _headers_of(scope)
            self._check_origin(scope, headers)
            if scope["type"] == "http" and scope["path"] == DOOR:
                await self._enter(scope, send)
                return
            self._check_session(headers)
        except _Refused as refused:
            await self._refuse(scope, send, refused)
            return
        await self._app(scope, receive, self._with_headers(send))

    def _check_origin(self, scope: Scope, headers: dict[str, str]) -> None:
        host = headers.get("host", "").lower()
        if host not in self._hosts:
            raise _Refused(403, "The panel answers to 127.0.0.1 and localhost only.")
        if headers.get("origin", f"http://{host}").lower() != f"http://{host}":
            raise _Refused(403, "The panel answers no pages of other sites.")
        if headers.get("sec-fetch-site", "none") not in _SAFE_SITES and scope["path"] != DOOR:
            raise _Refused(403, "The panel answers no pages of other sites.")
        if not _is_plain_path(scope):
            raise _Refused(404, "There is no such page.")

    def _check_session(self, headers: dict[str, str]) -> None:
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(self._cookie)
        except CookieError:
            cookie = None
        if cookie is None or not self._sessions.knows(cookie.value):
            raise _Refused(401, f"This browser has no session: {MAKE_A_LINK}")

    async def _enter(self, scope: Scope, send: Send) -> None:
        """Gives a session for a code and leads to the page, whose address holds no secret."""
        if scope["method"] != "GET":
            raise _Refused(405, "A link is opened with GET.")
        query = urllib.parse.parse_qs(scope["query_string"].decode("latin-1"))
        token = self._sessions.open(query.get("code", [""])[0])
        if token is None:
            raise _Refused(403, f"This link was used already, or is older than two minutes: {MAKE_A_LINK}")
        cookie = f"{self._cookie}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={SESSION_SEC:.0f}"
        headers = [(b"location", b"/"), (b"set-cookie", cookie.encode()), (b"content-length", b"0")]
        start = {"type": "http.response.start", "status": 303, "headers": headers}
        await self._with_headers(send)(start)
        await send({"type": "http.response.body", "body": b""})

    async def _refuse(self, scope: Scope, send: Send, refused: _Refused) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": refused.sentence})
            return
        body = f"{refused.sentence}\n".encode()
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
        await self._with_headers(send)({"type": "http.response.start", "status": refused.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _with_headers(self, send: Send) -> Send:
        async def send_with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *self._headers]}
            await send(message)

        return send_with_headers


def _headers_of(scope: Scope) -> dict[str, str]:
    """Returns the headers by name.

    Raises:
        _Refused: one that decides about trust is there twice, so that two readers may read it differently.
    """
    headers: dict[str, str] = {}
    for key, value in scope["headers"]:
        name = key.decode("latin-1").lower()
        if name in headers and name in ("host", "origin", "sec-fetch-site"):
            raise _Refused(400, f"The header “{name}” is there twice.")
        joint = "; " if name == "cookie" else ", "
        headers[name] = joint.join(filter(None, [headers.get(name), value.decode("latin-1")]))
    return headers


def _is_plain_path(scope: Scope) -> bool:
    """Returns whether a path means what it says: no way up in it, however it is written."""
    raw = scope.get("raw_path", b"").decode("latin-1")
    for path in (scope["path"], raw, urllib.parse.unquote(scope["path"])):
        if ".." in path or "\\" in path or "\0" in path:
            return False
    return True


def _safe_headers(hosts: tuple[str, ...]) -> list[tuple[bytes, bytes]]:
    sockets = " ".join(f"ws://{host}" for host in hosts if not host.startswith("["))  # browsers know no such source
    policy = (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        f"img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self' blob: {sockets}; "
        "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    return [
        (b"content-security-policy", policy.encode()),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"permissions-policy", b"microphone=(self), camera=(), geolocation=()"),
        (b"referrer-policy", b"no-referrer"),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
    ]
