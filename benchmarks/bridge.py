"""What the bridge costs: the time that it adds to a split, how soon it is ready, and what it takes while it idles.

    python -m benchmarks.bridge [--audio song.wav] [--model htdemucs] [--clip-sec 15]

Added is everything between a request file in the spool and the finished files in the project that is not the model's
own run on its device: noticing the request, cutting, hashing, sending, the engine's reading of it, receiving, writing,
and telling the script. Each run splits another window of the audio, so that nothing comes from a cache, and the model
is loaded before. The median counts; of several starts, the fastest. Linux only: sizes and times of the process are read
from /proc.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import soundfile

from bridge.demo.player import PIECE, render
from bridge.local_engine import LocalEngine, run_engine
from bridge.settings import Settings

RUNS = 5
STARTS = 5
IDLE_SEC = 20.0
POLL_SEC = 0.005
WAIT_SEC = 3600.0
STEP_SEC = 0.37  # from one run's window to the next


@dataclass(frozen=True)
class Bridge:
    """A bridge that runs, and how long it took to be ready."""

    process: subprocess.Popen[bytes]
    spool: Path
    ready_sec: float

    def resident_mb(self) -> float:
        """Returns the size of the process in memory."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def cpu_sec(self) -> float:
        """Returns the processor time that it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def split(self, params: dict[str, Any]) -> tuple[float, dict[str, Any]]:
        """Returns the seconds from the request to the result, and the result."""
        job_id = f"bench-{uuid.uuid4()}"
        request = self.spool / "requests" / f"{job_id}.json"
        content = json.dumps({"v": 1, "id": job_id, "host": "benchmark", "verb": "split", "params": params})
        started_sec = time.perf_counter()
        request.with_suffix(".tmp").write_text(content)
        request.with_suffix(".tmp").rename(request)
        while time.perf_counter() - started_sec < WAIT_SEC:
            job = _read(self.spool / "jobs" / f"{job_id}.json")
            if job.get("state") == "done":
                return time.perf_counter() - started_sec, job["result"]
            if job.get("state") in ("failed", "cancelled"):
                sys.exit(job["message"])
            time.sleep(POLL_SEC)
        sys.exit(f"No result after {WAIT_SEC:.0f} s.")


@contextmanager
def running_bridge(home: Path, engine: LocalEngine) -> Iterator[Bridge]:
    """Yields a bridge that is ready."""
    variables = {"AUXSEND_HOME": str(home), "AUXSEND_ENGINE": engine.address, "AUXSEND_TOKEN": engine.token}
    spool = home / "state/spool"
    started_sec = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-P", "-m", "bridge"], env=os.environ | variables)
    try:
        while _read(spool / "bridge.json").get("pid") != process.pid:
            time.sleep(POLL_SEC)
        yield Bridge(process, spool, time.perf_counter() - started_sec)
    finally:
        process.terminate()
        process.wait()


def start_sec(home: Path, engine: LocalEngine) -> float:
    """Returns how long a bridge takes to be ready."""
    with running_bridge(home, engine) as bridge:
        return bridge.ready_sec


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


def added_shares(bridge: Bridge, audio: Path, model: str, clip_sec: float, folder: Path) -> list[tuple[float, float]]:
    """Returns, for every run, the seconds that were added and those that the model ran."""
    found = []
    for run in range(RUNS + 1):
        clip = {"file": str(audio), "start_offset_sec": run * STEP_SEC, "length_sec": clip_sec}
        params = {"clip": clip, "name": f"run {run}", "folder": str(folder), "model": model}
        total_sec, result = bridge.split(params)
        run_sec = result["samples"] / result["sample_rate_hz"] / result["realtime_factor"]
        if run:  # the first one loads the model
            found.append((total_sec - run_sec, run_sec))
    return found


async def measure(arguments: argparse.Namespace, folder: Path) -> None:
    """Prints all figures."""
    audio = arguments.audio
    if audio is None:
        audio = folder / "piece.wav"
        render(PIECE, audio)
    needed_sec = arguments.clip_sec + RUNS * STEP_SEC
    if soundfile.info(audio).duration < needed_sec:
        sys.exit(f"“{audio}” is too short; it must last {needed_sec:.1f} s, or --clip-sec must be less.")
    async with run_engine(Settings(), folder) as engine:
        ready_sec = min(start_sec(folder / "home", engine) for _ in range(STARTS))  # other work only ever adds
        with running_bridge(folder / "home", engine) as bridge:
            before_sec = bridge.cpu_sec()
            await asyncio.sleep(IDLE_SEC)
            idle_share = (bridge.cpu_sec() - before_sec) / IDLE_SEC
            print(f"ready after {ready_sec:.2f} s (at most 1 s wanted)")
            print(f"resident while idle {bridge.resident_mb():.0f} MB (at most 120 MB wanted)")
            print(f"processor while idle {idle_share:.2%} of one core (under 1 % wanted)", flush=True)
            runs = await asyncio.to_thread(
                added_shares, bridge, audio.absolute(), arguments.model, arguments.clip_sec, folder
            )
            added_sec, run_sec = (statistics.median(column) for column in zip(*runs, strict=True))
            share = statistics.median(added / run for added, run in runs)
            print(f"clip of {arguments.clip_sec:g} s, {arguments.model}: the model ran {run_sec:.2f} s")
            print(f"added {added_sec * 1000:.0f} ms, {share:.2%} of the model's time (at most 5 % wanted)")
            print(f"resident after {RUNS + 1} splits {bridge.resident_mb():.0f} MB")


def main() -> None:
    """Reads the arguments and measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--audio", type=Path, help="a song; without it, the piece of the demo")
    parser.add_argument("--model", default="htdemucs")
    parser.add_argument("--clip-sec", type=float, default=15.0)
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(parser.parse_args(), Path(folder)))


if __name__ == "__main__":
    main()
