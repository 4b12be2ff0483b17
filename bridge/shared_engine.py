"""The running bridge's engine, for commands: a model that one of them has loaded is there for all, and for the DAW.

A command asks the bridge, over its ZeroMQ socket, where its engine is, and waits while that starts. From then on it
talks to the engine as to one of its own: the bridge is not in the way of audio, progress or Ctrl-C. The engine wants a
token that both sides derive from the bridge's own, which lies in a file that only its user can read.

Whatever is not as it should be (no bridge, another version, other settings, no answer) means: no shared engine, and the
command starts one for itself.
"""

import asyncio
import json
import time
import uuid
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bridge.errors import EngineUnreachable
from bridge.instance import engine_token, read_place, read_token, running_pid
from bridge.local_engine import START_SEC
from bridge.settings import Settings
from bridge.verbs import VERSION, Engine

ANSWER_SEC = 2.0
PAUSE_SEC = 0.05


@dataclass(frozen=True)
class SharedEngine:
    """Where the bridge's engine is."""

    address: str
    token: str
    pid: int
    """The bridge's, not the engine's."""
    state_folder: Path

    def check(self) -> None:
        """Returns if the bridge still runs.

        Raises:
            EngineUnreachable: it does not, and so neither does its engine.
        """
        if running_pid(self.state_folder) != self.pid:
            raise EngineUnreachable(
                "The bridge was stopped in the middle of the work, and its engine with it; nothing was written. "
                "Run the command again."
            )


async def find_shared_engine(settings: Settings, state_folder: Path) -> SharedEngine | None:
    """Returns the bridge's engine once it is ready, or None where a command must start its own."""
    pid = running_pid(state_folder)
    place = read_place(state_folder)
    port = place.get("zmq_port")
    if pid is None or port is None or place.get("version") != version("auxsend"):
        return None
    token = read_token(state_folder)
    address = await _ask(int(port), token, Engine.of(settings))
    return SharedEngine(address, engine_token(token), pid, state_folder) if address else None


async def _ask(port: int, token: str, engine: Engine) -> str:
    """Returns the address that the bridge gives, waiting while its engine starts; empty if it gives none."""
    import zmq.asyncio

    with zmq.asyncio.Context() as context, context.socket(zmq.DEALER) as socket:
        socket.setsockopt(zmq.LINGER, 0)
        socket.connect(f"tcp://127.0.0.1:{port}")
        deadline = time.monotonic() + START_SEC
        while time.monotonic() < deadline:
            request = {"v": VERSION, "id": f"cli-{uuid.uuid4()}", "host": "cli", "verb": "engine", "token": token}
            await socket.send(json.dumps(request | {"params": asdict(engine)}).encode())
            try:
                answer: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), ANSWER_SEC))
            except TimeoutError:
                return ""
            if answer["state"] != "done":
                return ""
            if answer["result"]["address"]:
                return str(answer["result"]["address"])
            await asyncio.sleep(PAUSE_SEC)
    return ""
