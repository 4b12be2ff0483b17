"""How the peak memory of engine and command line together grows with the length of the song.

    python -m benchmarks.memory [--minutes 2 60] [--model fake]

Writes noise of each length, splits it with the real command, and reads the peak resident size of the command and of the
engine that it starts. The growth is the figure; the real models add the same to every length.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile

SAMPLE_RATE_HZ = 44_100
POLL_SEC = 0.2


def write_noise(path: Path, minutes: float) -> None:
    """Writes stereo noise of a quarter of full scale, 16 bit, minute by minute."""
    rng = np.random.default_rng(0)
    with soundfile.SoundFile(path, "w", SAMPLE_RATE_HZ, 2, "PCM_16") as file:
        for _ in range(round(minutes)):
            file.write(rng.uniform(-0.25, 0.25, (60 * SAMPLE_RATE_HZ, 2)))


def peak_bytes(pid: int) -> int:
    """Returns the largest resident size that a process has had; 0 if it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


def children(pid: int) -> list[int]:
    """Returns the direct children of a process; none if it has ended."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def split_peak_bytes(song: Path, folder: Path, model: str) -> int:
    """Returns the sum of the peaks of the command and its engine while they split the song."""
    command = [str(Path(sys.executable).with_name("auxsend")), "split", str(song), "-o", str(folder), "--model", model]
    environment = os.environ | {"AUXSEND_HOME": str(folder.parent / "home")}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peaks: dict[int, int] = {}
    while process.poll() is None:
        for pid in [process.pid, *children(process.pid)]:
            peaks[pid] = max(peaks.get(pid, 0), peak_bytes(pid))
        time.sleep(POLL_SEC)
    if process.returncode:
        raise SystemExit(f"the split ended with exit status {process.returncode}")
    return sum(peaks.values())


def main() -> None:
    """Prints the peak for each length, and the growth from the first to the last."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, nargs="+", default=[2, 60])
    parser.add_argument("--model", default="fake")
    options = parser.parse_args()
    peaks = []
    for minutes in options.minutes:
        with tempfile.TemporaryDirectory() as folder:
            song = Path(folder) / "noise.wav"
            write_noise(song, minutes)
            peaks.append(split_peak_bytes(song, Path(folder) / "stems", options.model))
            print(f"{minutes:5.0f} min  peak {peaks[-1] / 1e6:7.0f} MB")
    print(f"growth     {(peaks[-1] - peaks[0]) / 1e6:7.0f} MB")


if __name__ == "__main__":
    main()
