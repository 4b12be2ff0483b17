"""A real bridge process, and a host's view of it: the spool, TCP, ZeroMQ and HTTP."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.settings import default_folders
from tests.bridge.conftest import auxsend_environment

WAIT_SEC = 30.0


def wait_for(look: Callable[[], Any], what: str) -> Any:
    """Returns the first true thing that `look` returns."""
    deadline = time.monotonic() + WAIT_SEC
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.01)
    raise AssertionError(f"waited in vain for {what}")


def new_id() -> str:
    return f"test-{uuid.uuid4()}"


def request(verb: str, params: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    return {"v": 1, "id": new_id(), "host": "test", "verb": verb, "params": params or {}} | changes


def split_request(song: Path, folder: Path, length_sec: float = 1.0, **changes: Any) -> dict[str, Any]:
    clip_names = ("start_offset_sec", "playrate", "is_reversed", "channel_mode", "section", "is_looped", "gain")
    clip = {"file": str(song), "length_sec": length_sec} | {
        key: changes.pop(key) for key in clip_names if key in changes
    }
    return request("split", {"clip": clip, "name": "take", "folder": str(folder), "model": "fake"} | changes)


def home_with_weights(home: Path) -> Path:
    """Returns a new home of AuxSend that has the weights that were fetched before, and nothing else."""
    (home / "cache").mkdir(parents=True)
    (home / "cache/weights").symlink_to(default_folders()[1])
    return home


@dataclass
class Bridge:
    """A bridge process and its state folder."""

    home: Path
    process: subprocess.Popen[bytes] = field(repr=False)

    @property
    def state(self) -> Path:
        return self.home / "state"

    @property
    def place(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.state / "bridge.json").read_text())
        return found

    @property
    def token(self) -> str:
        return (self.state / "bridge.token").read_text()

    def put(self, document: dict[str, Any] | bytes, name: str = "") -> str:
        """Puts a request into the spool as a script does and returns its id."""
        content = document if isinstance(document, bytes) else json.dumps(document).encode()
        job_id = name or (document["id"] if isinstance(document, dict) else new_id())
        path = self.state / "spool/requests" / f"{job_id}.json"
        path.with_suffix(".json.tmp").write_bytes(content)
        path.with_suffix(".json.tmp").rename(path)
        return job_id

    def job(self, job_id: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = json.loads((self.state / "spool/jobs" / f"{job_id}.json").read_text())
        except FileNotFoundError:
            return None
        return found

    def wait(self, job_id: str, *states: str) -> dict[str, Any]:
        """Returns the job once it is in one of `states`, or has ended where none are named."""

        def look() -> dict[str, Any] | None:
            job = self.job(job_id)
            return job if job and job["state"] in (states or ("done", "failed", "cancelled")) else None

        found: dict[str, Any] = wait_for(look, f"{job_id} to be {states or 'over'}; it is {self.job(job_id)}")
        return found

    def ask(self, document: dict[str, Any] | bytes) -> dict[str, Any]:
        """Returns the end of a request that goes through the spool."""
        return self.wait(self.put(document))

    def http(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.place["http_port"], timeout=WAIT_SEC)
        names = {"authorization": f"Bearer {self.token}"} | {
            key.replace("_", "-"): value for key, value in headers.items()
        }
        connection.request(method, path, body, {key: value for key, value in names.items() if value})
        answer = connection.getresponse()
        found: dict[str, Any] = json.loads(answer.read())
        connection.close()
        return answer.status, found

    def is_alive(self) -> bool:
        return self.process.poll() is None and self.http("GET", "/v1/health")[0] == 200

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(WAIT_SEC)


def start_bridge(home: Path, **variables: str) -> Bridge:
    """Starts a bridge and returns it when it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "bridge"],
        env=auxsend_environment(home, **variables),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    bridge = Bridge(home, process)

    def is_ready() -> bool:
        assert process.poll() is None, process.stderr and process.stderr.read()
        try:
            heart = json.loads((bridge.state / "spool/bridge.json").read_text())
            return bool(heart["pid"] == process.pid and bridge.place["pid"] == process.pid)
        except FileNotFoundError:
            return False

    wait_for(is_ready, "the bridge to be ready")
    return bridge


@contextmanager
def running(home: Path, **variables: str) -> Iterator[Bridge]:
    """Yields a bridge and stops it."""
    bridge = start_bridge(home, **variables)
    try:
        yield bridge
    finally:
        if bridge.process.poll() is None:
            os.kill(bridge.process.pid, signal.SIGTERM)
        bridge.process.wait(WAIT_SEC)
        assert bridge.process.stderr is not None
        bridge.process.stderr.close()


def children(bridge: Bridge) -> list[int]:
    """Returns the processes that the bridge has started and that have not ended."""
    pid = bridge.process.pid
    texts = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    return [int(child) for text in texts for child in text.split() if "Z" not in _state_of(int(child))]


def _state_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "Z"
