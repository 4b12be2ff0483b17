"""What stands before the panel lets through its own page, and nothing else, with a sentence."""

from pathlib import Path
from typing import Any

import pytest

from bridge.panel.guard import Guard
from bridge.panel.sessions import Sessions

PORT = 40_123
HOST = f"127.0.0.1:{PORT}"
Headers = dict[str, str] | list[tuple[str, str]]


class Inside:
    """What is guarded: it says what reached it."""

    def __init__(self) -> None:
        self.paths: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.paths.append(scope["path"])
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x-inside", b"yes")]})
        await send({"type": "http.response.body", "body": b"inside"})


class Door:
    """A guard and what comes to it."""

    def __init__(self, folder: Path) -> None:
        self.sessions = Sessions(folder / "panel.json")
        self.inside = Inside()
        self.guard = Guard(self.inside, self.sessions, PORT)

    async def ask(
        self,
        path: str = "/",
        headers: Headers | None = None,
        *,
        query: str = "",
        kind: str = "http",
        method: str = "GET",
    ) -> tuple[dict[str, Any], str]:
        """Returns the first message of the answer, and its text."""
        sent: list[Any] = []
        names = headers if isinstance(headers, list) else list(({"host": HOST} | (headers or {})).items())

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            raise AssertionError("the guard reads no body")

        scope = {
            "type": kind, "method": method, "path": path, "raw_path": path.encode(), "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in names],
        }  # fmt: skip
        await self.guard(scope, receive, send)
        return sent[0], b"".join(message.get("body", b"") for message in sent).decode()

    async def cookie(self) -> str:
        """Returns the cookie that a code is swapped for."""
        answer, _ = await self.ask("/enter", query=f"code={self.sessions.new_code()}")
        return str(dict(answer["headers"])[b"set-cookie"].decode()).partition(";")[0]


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path)


async def test_a_code_becomes_a_cookie_that_only_this_site_gets(door: Door) -> None:
    code = door.sessions.new_code()
    answer, text = await door.ask("/enter", query=f"code={code}")
    headers = dict(answer["headers"])
    assert (answer["status"], headers[b"location"], text) == (303, b"/", "")
    assert {b"HttpOnly", b"SameSite=Strict", b"Path=/"} <= set(headers[b"set-cookie"].split(b"; "))
    again, sentence = await door.ask("/enter", query=f"code={code}")
    assert again["status"] == 403
    assert b"set-cookie" not in dict(again["headers"])
    assert "used already" in sentence


@pytest.mark.parametrize("query", ["", "code=", "code=guessed", "code=%FF%FE"])
async def test_no_code_no_cookie(door: Door, query: str) -> None:
    answer, sentence = await door.ask("/enter", query=query)
    assert answer["status"] == 403
    assert sentence.endswith("open the panel with “auxsend panel” or from your DAW.\n")


@pytest.mark.parametrize("kind", ["http", "websocket"])
async def test_with_the_cookie_it_opens(door: Door, kind: str) -> None:
    answer, _ = await door.ask("/", {"cookie": await door.cookie(), "origin": f"http://{HOST}"}, kind=kind)
    assert answer["type"] in ("http.response.start", "websocket.accept")
    assert door.inside.paths == ["/"]


@pytest.mark.parametrize("name", ["localhost", "[::1]"])
async def test_other_names_of_this_machine_are_as_good(door: Door, name: str) -> None:
    await door.ask("/", {"cookie": await door.cookie(), "host": f"{name}:{PORT}"})
    assert door.inside.paths == ["/"]


FOREIGN: list[dict[str, str]] = [
    {"cookie": ""},
    {"cookie": f"auxsend_{PORT}=guessed"},
    {"cookie": "auxsend_40124=TOKEN"},
    {"host": "panel.attacker.example"},
    {"host": f"panel.attacker.example:{PORT}"},
    {"host": f"127.0.0.1.attacker.example:{PORT}"},
    {"host": "127.0.0.1"},
    {"host": "127.0.0.1:80"},
    {"host": ""},
    {"origin": "http://attacker.example"},
    {"origin": "http://127.0.0.1:8080"},
    {"origin": f"https://{HOST}"},
    {"origin": "null"},
    {"origin": ""},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
]


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize("changes", FOREIGN, ids=str)
async def test_what_is_foreign_is_refused(door: Door, changes: dict[str, str], kind: str) -> None:
    cookie = await door.cookie()
    changed = {name: value.replace("TOKEN", cookie.partition("=")[2]) for name, value in changes.items()}
    answer, sentence = await door.ask("/", {"cookie": cookie} | changed, kind=kind)
    assert door.inside.paths == []
    if kind == "http":
        assert answer["status"] in (401, 403)
        assert sentence.endswith(".\n")
    else:
        assert answer["type"] == "websocket.close"


@pytest.mark.parametrize("name", ["host", "origin", "sec-fetch-site"])
async def test_a_header_that_is_there_twice_is_refused(door: Door, name: str) -> None:
    good = {"host": HOST, "origin": f"http://{HOST}", "sec-fetch-site": "same-origin", "cookie": await door.cookie()}
    answer, _ = await door.ask("/", [*good.items(), (name, "attacker.example")])
    assert answer["status"] == 400
    assert door.inside.paths == []


@pytest.mark.parametrize(
    "path", ["/media/../secret", "/assets/..%2f..%2fetc/passwd", "/assets/%2e%2e/x", "/assets/..\\x", "/a\0b"]
)
async def test_no_path_leads_up(door: Door, path: str) -> None:
    answer, _ = await door.ask(path, {"cookie": await door.cookie()})
    assert answer["status"] == 404
    assert door.inside.paths == []


async def test_every_answer_forbids_what_comes_from_elsewhere(door: Door) -> None:
    for cookie in (await door.cookie(), "none"):
        answer, _ = await door.ask("/", {"cookie": cookie})
        headers = dict(answer["headers"])
        policy = headers[b"content-security-policy"].decode()
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "*" not in policy
        assert headers[b"referrer-policy"] == b"no-referrer"
        assert headers[b"x-content-type-options"] == b"nosniff"


async def test_the_door_takes_nothing_but_get(door: Door) -> None:
    code = door.sessions.new_code()
    answer, _ = await door.ask("/enter", query=f"code={code}", method="POST")
    assert answer["status"] == 405
    assert door.sessions.open(code)
