"""A child engine that dies: known at once, and told how."""

import asyncio
import signal
import sys
import time
from pathlib import Path

import pytest

from bridge.errors import EngineUnreachable
from bridge.local_engine import LocalEngine


async def child(code: str) -> LocalEngine:
    """Returns an engine that is a few words of Python, after they were read."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", f"print(flush=True); {code}", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    await process.stdout.readline()
    return LocalEngine("127.0.0.1:1", "", Path("engine.log"), process)


async def test_an_engine_that_runs_passes() -> None:
    engine = await child("import time; time.sleep(60)")
    engine.check()
    engine.process.kill()
    await engine.process.wait()


@pytest.mark.parametrize(
    ("code", "ending"),
    [(f"import os; os.kill(os.getpid(), {signal.SIGKILL:d})", "signal 9"), ("raise SystemExit(3)", "exit code 3")],
)
async def test_the_end_of_an_engine_is_told(code: str, ending: str) -> None:
    engine = await child(code)
    time.sleep(0.5)  # keeps the event loop from hearing of it
    with pytest.raises(EngineUnreachable, match=r"stopped in the middle of the work.*Its log is engine\.log\."):
        engine.check()
    await engine.process.wait()
    with pytest.raises(EngineUnreachable, match=ending):
        engine.check()
