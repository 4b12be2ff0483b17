"""The two sockets: requests over ZeroMQ and over lines of TCP, and what they refuse."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zmq

from tests.bridge.running_bridge import WAIT_SEC, Bridge, request, split_request, wait_for


class Line:
    """A TCP client as a DAW script is one."""

    def __init__(self, bridge: Bridge) -> None:
        self.socket = socket.create_connection(("127.0.0.1", bridge.place["tcp_port"]), WAIT_SEC)
        self.file = self.socket.makefile("rb")

    def greet(self, bridge: Bridge) -> None:
        """Shows the token."""
        self.send({"v": 1, "token": bridge.token})
        assert self.receive() == {"v": 1, "state": "ready"}

    def send(self, document: object) -> None:
        self.socket.sendall(json.dumps(document).encode() + b"\n")

    def receive(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.file.readline())
        return found

    def is_closed(self) -> bool:
        try:
            return self.file.readline() == b""
        except ConnectionError:
            return True

    def close(self) -> None:
        self.file.close()
        self.socket.close()


@pytest.fixture
def line(bridge: Bridge) -> Iterator[Line]:
    """A connection that has shown the token."""
    line = Line(bridge)
    line.greet(bridge)
    yield line
    line.close()


@pytest.fixture
def dealer(bridge: Bridge) -> Iterator[zmq.Socket[bytes]]:
    with zmq.Context() as context, context.socket(zmq.DEALER) as dealer:
        dealer.setsockopt(zmq.RCVTIMEO, int(WAIT_SEC * 1000))
        dealer.setsockopt(zmq.LINGER, 0)
        dealer.connect(f"tcp://127.0.0.1:{bridge.place['zmq_port']}")
        yield dealer


def test_a_line_is_answered_and_followed_to_the_job_s_end(line: Line, tmp_path: Path) -> None:
    asked = split_request(tmp_path / "missing.wav", tmp_path)
    line.send(asked)
    states = [line.receive()]
    while states[-1]["state"] in ("queued", "running"):
        states.append(line.receive())
    assert {job["id"] for job in states} == {asked["id"]}
    assert states[0]["state"] == "queued"
    assert states[-1]["error"]["reason"] == "INVALID_AUDIO"


def test_lines_may_come_in_pieces_and_several_at_once(line: Line) -> None:
    first, second = request("status"), request("status")
    text = json.dumps(first).encode() + b"\n" + json.dumps(second).encode() + b"\n"
    for at in range(0, len(text), 7):
        line.socket.sendall(text[at : at + 7])
    assert [line.receive()["id"], line.receive()["id"]] == [first["id"], second["id"]]


@pytest.mark.parametrize(
    "greeting", [{"v": 1}, {"v": 1, "token": "wrong"}, {"v": 1, "token": 7}, [], request("status"), {"token": "é"}]
)
def test_without_the_token_nothing_is_done_and_the_connection_ends(bridge: Bridge, greeting: object) -> None:
    line = Line(bridge)
    line.send(greeting)
    assert line.receive()["error"]["reason"] == "BAD_TOKEN"
    assert line.is_closed()
    line.close()


def test_a_listening_ends_with_its_connection_and_takes_no_order_with_it(bridge: Bridge, line: Line) -> None:
    first = Line(bridge)
    first.greet(bridge)
    listening, again = (request("listen", {"wait_sec": 60}, host="live") for _ in range(2))
    first.send(listening)
    while first.receive()["state"] != "running":
        pass
    first.close()
    wait_for(lambda: bridge.http("GET", f"/v1/jobs/{listening['id']}")[1]["state"] == "cancelled", "it to end")
    line.send(request("order", {"deed": "split", "host": "live"}))
    assert line.receive()["result"] == {"host": "live"}
    line.send(again)
    while not (heard := line.receive())["result"]:
        assert heard["state"] in ("queued", "running")
    assert heard["result"] == {"deed": "split"}


def test_a_line_of_100_mb_ends_its_connection_and_nothing_else(bridge: Bridge, line: Line) -> None:
    block = b"x" * 1_000_000
    try:
        for _ in range(100):
            line.socket.sendall(block)
    except ConnectionError:
        pass
    else:
        assert line.receive()["error"]["reason"] == "INVALID_REQUEST"
    assert bridge.is_alive()
    assert resident_mb(bridge) < 150


def test_an_endless_greeting_ends_its_connection(bridge: Bridge) -> None:
    line = Line(bridge)
    line.socket.sendall(b"x" * 5000)
    assert "longer than 4096" in line.receive()["error"]["message"]
    assert line.is_closed()
    line.close()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"nonsense", "INVALID_REQUEST"),
        (b'{"v": 1', "INVALID_REQUEST"),
        (json.dumps(request("exec")).encode(), "UNKNOWN_VERB"),
        (json.dumps(request("status") | {"v": 3}).encode(), "WRONG_VERSION"),
        (json.dumps(request("split", {"folder": "relative"})).encode(), "INVALID_REQUEST"),
    ],
)
def test_a_bad_line_is_refused_and_the_next_one_answered(line: Line, text: bytes, reason: str) -> None:
    line.socket.sendall(text + b"\n")
    assert line.receive()["error"]["reason"] == reason
    line.send(request("status"))
    assert line.receive()["state"] == "done"


def test_ten_thousand_lines_at_once_are_all_answered(line: Line) -> None:
    line.socket.sendall(b"".join(json.dumps(request("status")).encode() + b"\n" for _ in range(10_000)))
    assert [line.receive()["state"] for _ in range(10_000)] == ["done"] * 10_000


def test_a_message_is_answered_and_followed(bridge: Bridge, dealer: "zmq.Socket[bytes]", tmp_path: Path) -> None:
    asked = split_request(tmp_path / "missing.wav", tmp_path)
    dealer.send(json.dumps(asked | {"token": bridge.token}).encode())
    job = json.loads(dealer.recv())
    while job["state"] in ("queued", "running"):
        job = json.loads(dealer.recv())
    assert (job["id"], job["error"]["reason"]) == (asked["id"], "INVALID_AUDIO")
    assert bridge.token not in (bridge.state / f"spool/jobs/{asked['id']}.json").read_text()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"token": "wrong"}, "BAD_TOKEN"),
        ({}, "BAD_TOKEN"),
        ({"verb": "exec"}, "UNKNOWN_VERB"),
        ({"v": 0}, "WRONG_VERSION"),
    ],
)
def test_a_bad_message_is_refused(
    bridge: Bridge, dealer: "zmq.Socket[bytes]", changes: dict[str, Any], reason: str
) -> None:
    token = {} if reason == "BAD_TOKEN" else {"token": bridge.token}
    dealer.send(json.dumps(request("status") | token | changes).encode())
    assert json.loads(dealer.recv())["error"]["reason"] == reason


def test_half_a_message_is_refused(dealer: "zmq.Socket[bytes]") -> None:
    dealer.send(b'{"v": 1, "id"')
    assert json.loads(dealer.recv())["error"]["reason"] == "INVALID_REQUEST"


def test_a_message_of_100_mb_ends_its_connection_and_nothing_else(bridge: Bridge, dealer: "zmq.Socket[bytes]") -> None:
    dealer.send(b"x" * 100_000_000)
    with zmq.Context() as context, context.socket(zmq.REQ) as other:
        other.setsockopt(zmq.RCVTIMEO, int(WAIT_SEC * 1000))
        other.connect(f"tcp://127.0.0.1:{bridge.place['zmq_port']}")
        other.send(json.dumps(request("status") | {"token": bridge.token}).encode())
        assert json.loads(other.recv())["state"] == "done"
    assert resident_mb(bridge) < 150


def test_ten_thousand_messages_at_once_are_answered_or_refused(
    bridge: Bridge, dealer: "zmq.Socket[bytes]", tmp_path: Path
) -> None:
    dealer.setsockopt(zmq.SNDTIMEO, int(WAIT_SEC * 1000))
    wanted = set()
    for number in range(10_000):
        verb = "split" if number % 10 == 0 else "status"
        asked = split_request(tmp_path / "missing.wav", tmp_path) if verb == "split" else request("status")
        dealer.send(json.dumps(asked | {"token": bridge.token}).encode())
        wanted.add(asked["id"])
        while dealer.poll(0):
            wanted.discard(json.loads(dealer.recv())["id"])
    while wanted:
        wanted.discard(json.loads(dealer.recv())["id"])
    assert bridge.is_alive()


def resident_mb(bridge: Bridge) -> float:
    pages = int(Path(f"/proc/{bridge.process.pid}/statm").read_text().split()[1])
    return pages * 4096 / 1e6
