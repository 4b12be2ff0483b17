"""The spool against scripts that write nonsense, halves, too much, or too many."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bridge.fronts.spool import SpoolFront
from tests.bridge.running_bridge import Bridge, new_id, request, split_request, wait_for


@pytest.mark.parametrize(
    ("content", "reason", "sentence"),
    [
        (b"", "INVALID_REQUEST", "not JSON"),
        (b'{"v": 1, "id": "half-of-a-fi', "INVALID_REQUEST", "cut off"),
        (b"[1, 2]", "INVALID_REQUEST", "JSON object"),
        (b"[" * 200_000, "INVALID_REQUEST", "not JSON"),
        (b'"' + b"x" * 100_000_000 + b'"', "INVALID_REQUEST", "larger than"),
    ],
)
def test_what_is_no_request_fails_under_its_file_s_name_and_is_put_aside(
    bridge: Bridge, content: bytes, reason: str, sentence: str
) -> None:
    job_id = bridge.put(content)
    job = bridge.wait(job_id)
    assert (job["state"], job["error"]["reason"]) == ("failed", reason)
    assert sentence in job["error"]["message"]
    wait_for(lambda: (bridge.state / f"spool/rejected/{job_id}.json").exists(), "the request to be put aside")
    assert not (bridge.state / f"spool/requests/{job_id}.json").exists()
    (bridge.state / f"spool/rejected/{job_id}.json").unlink()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"verb": "format_disk"}, "UNKNOWN_VERB"),
        ({"v": 99}, "WRONG_VERSION"),
        ({"params": {}}, "INVALID_REQUEST"),
        ({"params": {"job": "x", "context": [1]}, "verb": "cancel"}, "UNKNOWN_JOB"),
        ({"params": {"clip": {"file": "../x", "length_sec": 1}, "name": "", "folder": "/tmp"}}, "INVALID_REQUEST"),
    ],
)
def test_a_request_that_cannot_be_meant_fails_under_its_id(
    bridge: Bridge, changes: dict[str, Any], reason: str
) -> None:
    asked = request("split") | changes
    job = bridge.ask(asked)
    assert job["error"]["reason"] == reason
    assert job["context"] == asked["params"].get("context")


def test_a_name_that_is_no_id_leaves_nothing_but_the_rejected_file(bridge: Bridge) -> None:
    bridge.put(b"{}", name="..hidden")
    wait_for(lambda: (bridge.state / "spool/rejected/..hidden.json").exists(), "the request to be put aside")
    assert not (bridge.state / "spool/jobs/..hidden.json").exists()


def test_a_folder_in_place_of_a_request_is_put_aside(bridge: Bridge) -> None:
    job_id = new_id()
    (bridge.state / f"spool/requests/{job_id}.json").mkdir()
    assert bridge.wait(job_id)["state"] == "failed"
    (bridge.state / f"spool/rejected/{job_id}.json").rmdir()


def test_a_refusal_does_not_hide_the_job_that_has_the_id(bridge: Bridge, tmp_path: Path) -> None:
    asked = split_request(tmp_path / "none.wav", tmp_path)
    first = bridge.ask(asked)
    bridge.put(asked | {"verb": "transcribe", "params": {**asked["params"], "model": "piano"}})
    wait_for(lambda: (bridge.state / f"spool/rejected/{asked['id']}.json").exists(), "the request to be put aside")
    assert bridge.job(asked["id"]) == first


def test_ten_thousand_requests_at_once_are_answered_or_refused(bridge: Bridge, tmp_path: Path) -> None:
    asked = [split_request(tmp_path / "none.wav", tmp_path) for _ in range(10_000)]
    for document in asked:
        bridge.put(document)
    status = request("status")
    assert bridge.ask(status)["state"] == "done"
    found = [bridge.wait(document["id"]) for document in asked]
    reasons = [job["error"]["reason"] for job in found]
    assert set(reasons) == {"INVALID_AUDIO", "BRIDGE_BUSY"}
    assert reasons.count("INVALID_AUDIO") >= 256
    wait_for(lambda: not list((bridge.state / "spool/requests").iterdir()), "the requests to be taken away")
    assert bridge.ask(request("status"))["result"]["job_count"] >= reasons.count("INVALID_AUDIO")


def test_the_heart_beats(bridge: Bridge) -> None:
    def heart() -> Any:
        return json.loads((bridge.state / "spool/bridge.json").read_text())

    before = heart()
    assert before["v"] == 1
    assert before["pid"] == bridge.process.pid
    assert "split" in before["verbs"]
    wait_for(lambda: heart()["time"] >= before["time"] + 1.5, "the next heartbeat")


async def test_where_changes_cannot_be_watched_the_folder_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> object:
        raise OSError("no more watches")

    monkeypatch.setattr("watchfiles.awatch", fails)
    wakes = SpoolFront(tmp_path, service=None, version="0")._wakes()  # type: ignore[arg-type]
    wake_count = 0
    async with asyncio.timeout(10):
        async for _ in wakes:
            wake_count += 1
            if wake_count == 3:
                break
    assert wake_count == 3
