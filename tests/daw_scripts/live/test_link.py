"""The connection to the bridge: never waited for, a bounded amount of work in a tick, made again by itself."""

import json
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.daw_scripts.live.stand_in import StandIn, tick

Script = Callable[[str], Any]


class Clock:
    """Seconds that pass when a test says so."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


class Line:
    """A link to a stand-in, its clock, and what it wrote into Live's log."""

    def __init__(self, script: Script, state: Path) -> None:
        module, location = script("link"), script("location")
        self.module, self.lines = module, script("lines")
        self.bridge, self.clock, self.log = StandIn(state), Clock(), list[str]()
        self.link = module.Link(lambda: location.bridge_address(), self.log.append, self.clock)

    def tick(self, sec: float = 0.1) -> list[dict[str, Any]]:
        self.clock.now += sec
        said: list[dict[str, Any]] = tick(self.link.tick, self.link, self.bridge)
        return said

    def connect(self) -> None:
        for _ in range(4):
            self.tick()
        assert self.link.is_ready


@pytest.fixture
def line(script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    monkeypatch.setenv("AUXSEND_HOME", str(tmp_path))
    line = Line(script, tmp_path / "state")
    yield line
    line.link.end()
    line.bridge.stop()


def test_it_greets_with_the_token_and_says_so_once(line: Line) -> None:
    line.connect()
    for _ in range(20):
        assert line.tick() == []
    assert line.log == ["Connected to the bridge."]


def test_a_bridge_that_is_away_is_one_line_and_looked_for_with_longer_and_longer_pauses(line: Line) -> None:
    (line.bridge.state / "bridge.json").unlink()
    tries: list[float] = []
    find = line.link._find

    def find_and_count() -> Any:
        tries.append(line.clock.now)
        return find()

    line.link._find = find_and_count
    for _ in range(1200):
        line.tick()
    pauses = [round(later - earlier, 1) for earlier, later in pairwise(tries)]
    assert pauses[:5] == pytest.approx([0.5, 1.0, 2.0, 4.0, 8.0], abs=0.11)
    assert set(pauses[5:]) <= {10.0, 10.1}
    assert len(line.log) == 1


def test_it_comes_back_when_the_bridge_does(line: Line) -> None:
    line.connect()
    line.clock.now += 20
    line.bridge.stop()
    for _ in range(30):
        line.tick()
    assert not line.link.is_ready
    line.bridge.start()
    for _ in range(60):
        line.tick()
    assert line.link.is_ready
    assert line.log == [
        "Connected to the bridge.",
        "The bridge has gone; looking for it again and again.",
        "No bridge answers; looking for it again and again. Start it with “auxsend bridge”.",
        "Connected to the bridge.",
    ]


def test_a_bridge_that_never_answers_is_left_and_tried_again(line: Line) -> None:
    line.bridge.is_polite = False
    for _ in range(600):
        line.tick()
    assert line.log == ["The bridge says nothing; looking for it again."]
    assert 3 <= line.bridge.connection_count <= 9


def test_a_bridge_that_falls_silent_is_left(line: Line) -> None:
    line.connect()
    for _ in range(440):
        line.tick()
    assert line.link.is_ready
    line.tick(2)
    line.tick(2)
    assert not line.link.is_ready


def test_a_wrong_token_is_named(line: Line, tmp_path: Path) -> None:
    line.bridge.is_polite = False
    line.tick()
    line.tick()
    line.bridge.say({"v": 1, "state": "failed", "error": {"reason": "BAD_TOKEN", "message": "Not this token."}})
    line.tick()
    assert line.log == ["The bridge refuses this script: Not this token."]


@pytest.mark.parametrize("content", [b"no JSON\n", b"[1]\n", b"\xff\xfe\n", b'{"a": NaN]\n'])
def test_nonsense_ends_the_connection(line: Line, content: bytes) -> None:
    line.connect()
    line.bridge.say(content)
    line.tick()
    assert line.log[-1] == "The bridge sent what cannot be read; looking for it again."
    assert not line.link.is_ready


def test_half_a_line_waits_for_its_other_half(line: Line) -> None:
    line.connect()
    content = json.dumps({"id": "é"}, ensure_ascii=False).encode() + b"\n"
    for at in range(len(content) - 1):
        line.bridge.say(content[at : at + 1])
        assert line.tick() == []
    line.bridge.say(content[-1:])
    assert line.tick() == [{"id": "é"}]


def test_ten_megabytes_of_answers_come_a_bounded_part_in_each_tick(line: Line) -> None:
    line.connect()
    content = (json.dumps({"id": "x" * 1000}) + "\n").encode()
    count = 10_000_000 // len(content)
    pending, heard = content * count, 0
    assert line.bridge.connection is not None
    for _ in range(5000):
        try:
            sent = line.bridge.connection.send(pending[:1_000_000])
            pending = pending[sent:]
        except BlockingIOError:
            pass
        before_bytes = line.link.received_bytes
        said = line.tick()
        heard += len(said)
        assert line.link.received_bytes - before_bytes <= line.module.TICK_BYTES
        assert len(said) <= line.lines.TICK_CHARS / len(content) + 1
        if heard == count:
            break
    assert heard == count
    assert line.log == ["Connected to the bridge."]


def test_a_line_without_end_is_no_answer(line: Line) -> None:
    line.connect()
    for _ in range(90):
        if not line.link.is_ready:
            break
        line.bridge.say(b"x" * 60_000)
        line.tick()
    assert line.log[-1] == "The bridge sent what cannot be read; looking for it again."


def test_a_long_answer_is_read_in_steps_of_many_ticks(line: Line) -> None:
    line.connect()
    rows = [[60, 100, number / 7, 0.25] for number in range(5000)]
    job = {"id": "x", "result": {"tracks": [{"name": "Piano [“é”]", "notes": rows}], "is_cached": False, "key": None}}
    content = json.dumps(job).encode() + b"\n"
    ticks, said = 0, []
    for at in range(0, len(content), 30_000):
        line.bridge.say(content[at : at + 30_000])
        said += line.tick()
    while not said:
        said += line.tick()
        ticks += 1
    assert said == [job]
    assert ticks == pytest.approx(len(rows) / line.lines.TICK_STEPS, abs=2)


@pytest.mark.parametrize(
    "text",
    ['{"a": [1, 2, {"b": []}], "c": "]}[{", "d": {}, "e": [[1.5e3, -2], ["x"]], "f": null}', " [ ] ", '"text"', "{}"],
)
def test_reading_in_steps_reads_what_json_reads(script: Script, text: str) -> None:
    assert _drive(script("json_steps").read_steps(text)) == json.loads(text)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1,", '{"a" 1}', '{"a": 1,}', "[1 2]", "{1: 2}", "[] x", "[" * 50 + "{}" + "]" * 50, '{"a": tru}'],
)
def test_what_is_no_json_is_refused(script: Script, text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of two modules
        _drive(script("json_steps").read_steps(text))


def _drive(steps: Any) -> Any:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def test_a_request_that_does_not_fit_into_the_socket_goes_out_in_the_next_ticks(line: Line) -> None:
    line.connect()
    line.link.send({"verb": "continue", "text": "x" * 900_000})
    deadline = time.monotonic() + 10
    while not line.bridge.requests and time.monotonic() < deadline:
        line.tick(0)
    assert len(line.bridge.requests[0]["text"]) == 900_000
