"""How fast we separate beside the demucs command: same weights, same song, same run; what both give is compared too.

    python -m benchmarks.separation --audio song.wav [--runs 3]

Loading the model is left out on both sides: the demucs side calls what its command calls, `demucs.apply.apply_model`
with the command's overlap of 0.25 and no random shift, in a process of its own that knows nothing of our settings; ours
is the whole pipeline, decoding and writing the stems included. The two take turns.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from benchmarks.true_stems import sdr_db
from engine.audio_file import probe
from engine.backends import REGISTRY, load_separator
from engine.separation import Quality, Residual, plan_order, separate_file
from engine.settings import default_folders
from engine.weights.store import WeightStore

MODEL = "htdemucs"

_PEER = """
import sys, time
import numpy, soundfile, torch
from demucs.apply import apply_model
from demucs.hf import load_safetensors_model
model = load_safetensors_model(sys.argv[1])
mix = torch.from_numpy(soundfile.read(sys.argv[2], dtype="float32", always_2d=True)[0].T.copy())
print("ready", flush=True)
for _ in sys.stdin:
    wall, cpu = time.perf_counter(), time.process_time()
    with torch.no_grad():
        stems = apply_model(model, mix[None], shifts=0, overlap=0.25)[0]
    print(time.perf_counter() - wall, time.process_time() - cpu, flush=True)
    numpy.save(sys.argv[3], stems.numpy())
"""


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock, and seconds of processor time, which other work on the machine disturbs less."""

    wall_sec: float
    cpu_sec: float


class Peer:
    """demucs, loaded in a process of its own."""

    def __init__(self, weights: Path, audio: Path, output: Path) -> None:
        command = [sys.executable, "-c", _PEER, str(weights), str(audio), str(output)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._line()

    def run(self) -> Cost:
        """Returns what one separation costs."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        wall_sec, cpu_sec = map(float, self._line().split())
        return Cost(wall_sec, cpu_sec)

    def close(self) -> None:
        """Ends the process, after it has written its stems."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


def show(what: str, pairs: Sequence[tuple[float, float]]) -> None:
    """Prints the median ratio of pairs of seconds, theirs and ours, and its range."""
    ratios = [theirs / ours for theirs, ours in pairs]
    print(f"{what}: ours is {statistics.median(ratios):.2f} times as fast ({min(ratios):.2f} to {max(ratios):.2f})")


def measure(audio: Path, runs: int) -> None:
    """Prints seconds, ratio and agreement."""
    card = REGISTRY[MODEL]
    store = WeightStore(default_folders()[1], is_offline=False)
    paths = {name: store.fetch(name, lambda fraction, message: None) for name in card.weights}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        mix = folder / "mix.wav"
        samples, rate_hz = soundfile.read(audio, dtype="float32", always_2d=True)
        soundfile.write(mix, samples, rate_hz, subtype="FLOAT")
        peer = Peer(paths[card.weights[0]], mix, folder / "theirs.npy")
        backend = load_separator(card, paths, "cpu")
        theirs_costs, our_costs = [], []
        for run in range(runs):
            theirs_costs.append(peer.run())
            output = folder / f"run{run}"
            output.mkdir()
            wall_sec, cpu_sec = time.perf_counter(), time.process_time()
            order = plan_order(card, probe(mix), (), Quality.BALANCED, Residual.NONE, "audio/wav", None)
            stems = separate_file(mix, backend, order, output, lambda fraction, message: None)
            our_costs.append(Cost(time.perf_counter() - wall_sec, time.process_time() - cpu_sec))
            print(f"run {run + 1}: demucs {theirs_costs[-1]}, ours {our_costs[-1]}", flush=True)
        peer.close()
        theirs = np.load(folder / "theirs.npy")
        print(f"{len(samples) / rate_hz:.0f} s of audio")
        show("on the clock", [(a.wall_sec, b.wall_sec) for a, b in zip(theirs_costs, our_costs, strict=True)])
        show("in processor time", [(a.cpu_sec, b.cpu_sec) for a, b in zip(theirs_costs, our_costs, strict=True)])
        for stem, reference in zip(stems, theirs, strict=True):
            mine = soundfile.read(stem.path, dtype="float32", always_2d=True)[0].T
            print(f"SDR of ours against theirs, {stem.name}: {sdr_db(reference, mine):.1f} dB")


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--audio", type=Path, required=True, help="a song of 60 s or more at 44.1 kHz")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    measure(options.audio, options.runs)


if __name__ == "__main__":
    main()
