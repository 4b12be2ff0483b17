"""REST: answers, and all that must not get through."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from tests.bridge.running_bridge import WAIT_SEC, Bridge, request, split_request, wait_for


def post(bridge: Bridge, document: dict[str, Any], **headers: str) -> tuple[int, dict[str, Any]]:
    return bridge.http("POST", "/v1/requests", json.dumps(document).encode(), **headers)


def raw(bridge: Bridge, content: bytes) -> bytes:
    """What comes back for bytes that no HTTP library would send."""
    with socket.create_connection(("127.0.0.1", bridge.place["http_port"]), WAIT_SEC) as connection:
        connection.settimeout(WAIT_SEC)
        answer = b""
        try:
            connection.sendall(content)
            while block := connection.recv(65_536):
                answer += block
        except ConnectionError:
            pass
        return answer


def test_health_needs_no_token(bridge: Bridge) -> None:
    status, document = bridge.http("GET", "/v1/health", authorization="")
    assert (status, document["state"]) == (200, "serving")


def test_a_request_and_its_job(bridge: Bridge, tmp_path: Path) -> None:
    asked = split_request(tmp_path / "missing.wav", tmp_path)
    status, job = post(bridge, asked)
    assert (status, job["id"]) == (200, asked["id"])
    job = wait_for(lambda: ended(bridge, asked["id"]), "the job to end")
    assert job["error"]["reason"] == "INVALID_AUDIO"
    assert asked["id"] in [known["id"] for known in bridge.http("GET", "/v1/jobs")[1]["jobs"]]


def ended(bridge: Bridge, job_id: str) -> dict[str, Any] | None:
    job = bridge.http("GET", f"/v1/jobs/{job_id}")[1]
    return job if job["state"] == "failed" else None


@pytest.mark.parametrize("path", ["/v1/jobs", "/v1/jobs/x", "/v1/nothing"])
@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer wrong", "Basic abc"])
def test_without_the_token_nothing_is_told(bridge: Bridge, path: str, authorization: str) -> None:
    status, document = bridge.http("GET", path, authorization=authorization)
    assert (status, document["error"]["reason"]) == (401, "BAD_TOKEN")


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "127.0.0.1.evil.example:80"},
        {"host": "["},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
    ],
)
def test_other_sites_are_refused_even_with_the_token(bridge: Bridge, headers: dict[str, str]) -> None:
    assert bridge.http("GET", "/v1/jobs", b"", **headers)[0] == 403
    assert bridge.http("GET", "/v1/health", b"", **headers)[0] == 403


def test_a_page_of_the_bridge_itself_may_ask(bridge: Bridge) -> None:
    port = bridge.place["http_port"]
    assert bridge.http("GET", "/v1/jobs", origin=f"http://127.0.0.1:{port}")[0] == 200
    assert bridge.http("GET", "/v1/jobs", host=f"localhost:{port}", origin=f"http://localhost:{port}")[0] == 200


@pytest.mark.parametrize(
    ("document", "status", "reason"),
    [
        (request("exec"), 400, "UNKNOWN_VERB"),
        (request("status") | {"v": 2}, 400, "WRONG_VERSION"),
        (request("cancel", {"job": "unknown"}), 404, "UNKNOWN_JOB"),
        (request("split", {"folder": "../.."}), 400, "INVALID_REQUEST"),
    ],
)
def test_bad_requests(bridge: Bridge, document: dict[str, Any], status: int, reason: str) -> None:
    found, answer = post(bridge, document)
    assert (found, answer["error"]["reason"]) == (status, reason)
    assert answer["id"] == document["id"]


def test_half_a_document_is_refused(bridge: Bridge) -> None:
    assert bridge.http("POST", "/v1/requests", b'{"v": 1, "id"')[0] == 400


def test_paths_that_are_not_there(bridge: Bridge) -> None:
    assert bridge.http("GET", "/v1/jobs/never-asked")[0] == 404
    assert bridge.http("GET", "/etc/passwd")[0] == 404
    assert bridge.http("DELETE", "/v1/jobs")[0] == 404


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / SPDY/3\r\n\r\n", b"400"),
        (b"GET /v1/health HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", b"400"),
        (b"GET /v1/health HTTP/1.1\r\n\r\n", b"403"),
        (b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n", b"431"),
        (b"POST /v1/requests HTTP/1.1\r\nhost: localhost\r\n\r\n", b"411"),
        (b"POST /v1/requests HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n\r\n", b"411"),
        (b"POST /v1/requests HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n", b"411"),
        (b"POST /v1/requests HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100000000\r\n\r\n", b"413"),
        (b"POST /v1/requests HTTP/1.1\r\nhost: localhost\r\ncontent-length: " + b"9" * 5000 + b"\r\n\r\n", b"413"),
    ],
)
def test_what_is_hardly_http_is_refused(bridge: Bridge, content: bytes, status: bytes) -> None:
    assert raw(bridge, content).startswith(b"HTTP/1.1 " + status)


def test_a_line_of_100_mb_is_not_kept(bridge: Bridge) -> None:
    assert raw(bridge, b"GET /" + b"a" * 100_000_000)[:12] in (b"HTTP/1.1 431", b"")
    assert bridge.is_alive()


def test_silent_and_broken_connections_do_not_keep_others_out(bridge: Bridge) -> None:
    silent = [socket.create_connection(("127.0.0.1", bridge.place["http_port"])) for _ in range(150)]
    assert bridge.is_alive()
    for connection in silent:
        connection.sendall(b"POST /v1/requests HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n1")
        connection.close()
    assert bridge.is_alive()


def test_many_requests_one_after_another(bridge: Bridge) -> None:
    assert {post(bridge, request("status"))[0] for _ in range(300)} == {200}
