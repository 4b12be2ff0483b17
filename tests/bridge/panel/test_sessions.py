"""Codes that are good once, and sessions that outlive a bridge."""

import json
from pathlib import Path

import pytest

from bridge.panel.sessions import CODE_SEC, MOST_CODES, MOST_SESSIONS, SESSION_SEC, Sessions


class Clock:
    def __init__(self) -> None:
        self.now_sec = 1_000_000.0

    def __call__(self) -> float:
        return self.now_sec


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(tmp_path: Path, clock: Clock) -> Sessions:
    return Sessions(tmp_path / "panel.json", clock)


def opened(sessions: Sessions) -> str:
    token = sessions.open(sessions.new_code())
    assert token
    return token


def test_a_code_opens_one_session_once(sessions: Sessions) -> None:
    code = sessions.new_code()
    token = sessions.open(code)
    assert token
    assert sessions.knows(token)
    assert sessions.open(code) is None


def test_a_code_is_good_for_two_minutes(sessions: Sessions, clock: Clock) -> None:
    early, late = sessions.new_code(), sessions.new_code()
    clock.now_sec += CODE_SEC - 1
    assert sessions.open(early)
    clock.now_sec += 1
    assert sessions.open(late) is None


@pytest.mark.parametrize("code", ["", "guessed", "\udce9", "é"])
def test_what_never_was_a_code_opens_nothing(sessions: Sessions, code: str) -> None:
    sessions.new_code()
    assert sessions.open(code) is None
    assert not sessions.knows(code)


def test_a_code_is_no_session(sessions: Sessions) -> None:
    assert not sessions.knows(sessions.new_code())


def test_sessions_and_port_outlive_the_bridge_and_codes_do_not(
    tmp_path: Path, sessions: Sessions, clock: Clock
) -> None:
    sessions.remember_port(12_345)
    token, code = opened(sessions), sessions.new_code()
    later = Sessions(tmp_path / "panel.json", clock)
    assert later.port == 12_345
    assert later.knows(token)
    assert later.open(code) is None


def test_what_is_kept_makes_nobody_a_session_and_is_read_by_its_user_only(tmp_path: Path, sessions: Sessions) -> None:
    token = opened(sessions)
    path = tmp_path / "panel.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert token not in path.read_text()
    assert not any(sessions.knows(kept) for kept in json.loads(path.read_text())["sessions"])


def test_sessions_end(sessions: Sessions, clock: Clock) -> None:
    token = opened(sessions)
    clock.now_sec += SESSION_SEC
    assert not sessions.knows(token)


def test_there_are_never_many_codes_and_sessions(sessions: Sessions, clock: Clock) -> None:
    first_code = sessions.new_code()
    for _ in range(MOST_CODES):
        last_code = sessions.new_code()
    assert sessions.open(first_code) is None
    first = sessions.open(last_code)
    assert first
    for _ in range(MOST_SESSIONS):
        clock.now_sec += 1
        last = opened(sessions)
    assert not sessions.knows(first)
    assert sessions.knows(last)


@pytest.mark.parametrize("text", ["", "no json", "[]", '{"port": "x", "sessions": {}}', '{"port": 1, "sessions": [1]}'])
def test_a_damaged_file_is_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "panel.json").write_text(text)
    sessions = Sessions(tmp_path / "panel.json")
    assert sessions.port == 0
    assert opened(sessions)
