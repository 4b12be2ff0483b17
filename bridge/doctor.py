"""What AuxSend needs on this machine: each thing with its state and, where something is wrong, what to do.

Frameworks are looked at in a child process, so that a damaged installation, which may crash on import, is a finding
and not the end of the doctor.
"""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from bridge.connection import open_engine
from bridge.errors import BridgeError
from bridge.settings import Folders, Settings

OLDEST_PYTHON = (3, 11)
PROBE_SEC = 120.0
ROOM_BYTES = 2_000_000_000  # weights of the default model, with room for assets
_PROBE = """
import json, torch
cuda = [torch.cuda.get_device_name(n) for n in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
mps = getattr(torch.backends, "mps", None)
print(json.dumps({"version": torch.__version__, "cuda": cuda, "mps": bool(mps and mps.is_available()),
                  "threads": torch.get_num_threads()}))
"""
_PACKAGES = ("demucs", "safetensors", "soxr", "onnx")


class State(Enum):
    """How a thing is."""

    OK = "ok"
    ADVICE = "advice"
    """Works; could be better."""
    MISSING = "missing"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    state: State
    detail: str
    advice: str = ""
    """What to do; empty when all is well."""


def check_python() -> Finding:
    """Looks at the Python that runs this."""
    detail = f"{sys.version.split()[0]} at {sys.executable}"
    if sys.version_info < OLDEST_PYTHON:
        return Finding("python", State.MISSING, detail, "Install Python 3.11 or newer.")
    return Finding("python", State.OK, detail)


def check_torch(is_needed: bool) -> list[Finding]:
    """Looks at torch and its devices, in a child process; without a local engine neither is needed."""
    state = State.MISSING if is_needed else State.ADVICE
    install = "Run pip install 'auxsend[engine]', or use an engine elsewhere with --engine."
    if not is_needed:
        install = "Not needed while AUXSEND_ENGINE or the configuration names an engine elsewhere."
    try:
        probe = subprocess.run([sys.executable, "-P", "-c", _PROBE], capture_output=True, text=True, timeout=PROBE_SEC)
    except subprocess.TimeoutExpired:
        return [Finding("torch", state, f"did not load in {PROBE_SEC:.0f} s", "Reinstall torch.")]
    if probe.returncode < 0:
        return [Finding("torch", state, f"crashes on import (signal {-probe.returncode})", "Reinstall torch.")]
    if probe.returncode:
        last_line = (probe.stderr.strip().splitlines() or ["no message"])[-1]
        return [Finding("torch", state, last_line, install)]
    facts = json.loads(probe.stdout.splitlines()[-1])
    return [Finding("torch", State.OK, facts["version"]), _device(facts)]


def _device(facts: dict[str, object]) -> Finding:
    cuda = facts["cuda"]
    if isinstance(cuda, list) and cuda:
        return Finding("device", State.OK, ", ".join(f"cuda:{n} {name}" for n, name in enumerate(cuda)))
    if facts["mps"]:
        return Finding("device", State.OK, "mps")
    return Finding(
        "device",
        State.ADVICE,
        f"cpu, {facts['threads']} threads",
        "Works; for speed, run “auxsend engine” on a machine with a GPU and name it with --engine.",
    )


def check_packages(is_needed: bool) -> Finding:
    """Looks at the engine's other packages, without importing them."""
    from importlib.metadata import PackageNotFoundError, version

    found, missing = [], []
    for package in _PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            missing.append(package)
    if missing:
        state = State.MISSING if is_needed else State.ADVICE
        return Finding("packages", state, f"without {', '.join(missing)}", "Run pip install 'auxsend[engine]'.")
    return Finding("packages", State.OK, ", ".join(found))


def check_disk(folder: Path) -> Finding:
    """Looks at the room where weights and assets go."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free_bytes = shutil.disk_usage(existing).free
    detail = f"{free_bytes / 1e9:.1f} GB free at {existing}"
    if free_bytes < ROOM_BYTES:
        return Finding("disk", State.ADVICE, detail, f"Make room: {ROOM_BYTES / 1e9:.0f} GB are comfortable.")
    return Finding("disk", State.OK, detail)


async def check_engine(settings: Settings, folders: Folders) -> list[Finding]:
    """Reaches the engine, or starts one, and asks it for its models."""
    where = settings.engine or f"started here (log: {folders.state / 'engine.log'})"
    try:
        async with open_engine(settings, folders.state) as client:
            models = await client.list_models()
    except BridgeError as error:
        return [Finding("engine", State.MISSING, where, error.message)]
    findings = [Finding("engine", State.OK, where)]
    for model in models:
        if model.is_default and model.is_installed:
            findings.append(Finding("weights", State.OK, f"{model.name} is installed, runs on {model.device}"))
        elif model.is_default:
            state = State.MISSING if settings.offline else State.ADVICE
            size = f" ({model.download_bytes / 1e6:.0f} MB)" if model.download_bytes else ""
            advice = f"Fetched at first use{size}; to do it now: auxsend models fetch {model.name}."
            findings.append(Finding("weights", state, f"{model.name} is not installed", advice))
    return findings
