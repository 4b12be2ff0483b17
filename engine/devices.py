"""Which devices models run on.

A framework can die while it looks for devices (a driver that does not fit, a kernel that the machine announces but
does not allow), so that a look is taken in a child process; and only where something hints at an accelerator, since it
takes seconds.
"""

import json
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from engine.errors import InvalidArgument

_PROBE = """
import json, torch
found = [f"cuda:{i}" for i in range(torch.cuda.device_count())]
if torch.backends.mps.is_available():
    found.append("mps")
print(json.dumps(found))
"""
_PROBE_SEC = 60


def choose_devices(wanted: str) -> list[str]:
    """Returns the devices to run on, one worker each.

    Args:
        wanted: "auto" (every CUDA device, else Apple's GPU, else the processor), "cpu", "mps", or CUDA devices
        separated
            by commas ("cuda", "cuda:1", "cuda:0,cuda:1").

    Raises:
        InvalidArgument: no such device here; the message lists those that are.
    """
    if wanted == "cpu":
        return ["cpu"]
    found = _accelerators() if wanted != "auto" or _hints_at_accelerator() else []
    if wanted == "auto":
        return [name for name in found if name != "mps"] or found or ["cpu"]
    names = ["cuda:0" if name.strip() == "cuda" else name.strip() for name in wanted.split(",")]
    for name in names:
        if name not in found:
            raise InvalidArgument(
                f"There is no device “{name}” on this machine; choose among {', '.join([*found, 'cpu'])}, or auto.",
                field="device",
            )
    return names


def _hints_at_accelerator() -> bool:
    is_apple = platform.system() == "Darwin" and platform.machine() == "arm64"
    return is_apple or Path("/dev/nvidiactl").exists() or shutil.which("nvidia-smi") is not None


def _accelerators() -> list[str]:
    try:
        probe = subprocess.run(
            [sys.executable, "-c", _PROBE], capture_output=True, text=True, timeout=_PROBE_SEC, check=True
        )
        found: list[str] = json.loads(probe.stdout)
    except (subprocess.SubprocessError, ValueError):
        return []
    return found
