"""How long a musician waits: from the start of `auxsend continue` to its first candidate, with the engine running.

The command is a process of its own, as in a terminal, so the start of Python counts. What it says is read as it comes:
the first candidate is said while the others are still being written. Every run asks for another seed, so that none is
answered from the cache; the first one, which loads the model, does not count.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.generation import Prompt
from engine.midi_file import write_midi

RUNS = 7
_COMMAND = [sys.executable, "-P", "-c", "from bridge.cli import main; main()", "continue"]
_TOKEN = "benchmark"
_FIRST, _END = "Candidate 1 of", "candidates of"


@contextmanager
def running_engine(home: Path) -> Iterator[dict[str, str]]:
    """Yields the environment in which commands use an engine that runs."""
    environment = os.environ | {"AUXSEND_HOME": str(home), "AUXSEND_TOKEN": _TOKEN}
    command = [sys.executable, "-P", "-m", "engine", "--port", "0", "--ready-line", "--exit-with-stdin", "--offline"]
    with subprocess.Popen(
        [*command, "--log-level", "ERROR"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield environment | {"AUXSEND_ENGINE": json.loads(process.stdout.readline())["address"]}
        process.stdin.close()


def waited_sec(midi: Path, seed: int, environment: dict[str, str]) -> tuple[float, float]:
    """Returns the seconds until a command says its first candidate, and until it has ended."""
    began = time.perf_counter()
    options = ["--bars", "4", "--candidates", "4", "--seed", str(seed), "--force", "-o", str(midi.with_name("out.mid"))]
    first_sec = 0.0
    with subprocess.Popen(
        [*_COMMAND, str(midi), *options], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            # Candidates that are finished faster than one is told come with the end.
            if not first_sec and (_FIRST in line or _END in line):
                first_sec = time.perf_counter() - began
    if process.returncode:
        raise SystemExit("".join(said))
    return first_sec, time.perf_counter() - began


def print_waits(prompt: Prompt) -> None:
    """Prints medians and worst of several runs on one prompt."""
    with tempfile.TemporaryDirectory() as name, running_engine(Path(name) / "home") as environment:
        midi = Path(name) / "prompt.mid"
        write_midi(midi, prompt.tracks, prompt.tempo_map)
        waited_sec(midi, RUNS, environment)
        waits = [waited_sec(midi, seed, environment) for seed in range(RUNS)]
    print(f"auxsend continue, 4 candidates of 4 bars, engine running; {RUNS} runs")
    for what, seconds in zip(("first candidate", "end"), zip(*waits, strict=True), strict=True):
        print(f"{what:18} median {statistics.median(seconds):5.2f} s  worst {max(seconds):5.2f} s")
