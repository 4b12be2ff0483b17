"""The package transkun, loaded once in a process of its own and called as its command calls it.

Its modules import torchaudio, for one function whose result the checkpoint replaces, and its command setuptools'
pkg_resources, to find the checkpoint; neither is installed here. A module with that one function stands in for the
first, and the checkpoint is given by its path. Reading the audio and loading the model are left out of the times.
"""

import json
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from benchmarks.separation import Cost
from engine.audio import Samples
from engine.notes import ControlChange, Note, NoteTrack, by_onset

_CHILD = """
import json, sys, time, types, warnings
warnings.simplefilter("ignore")
import numpy, torch
torchaudio = types.ModuleType("torchaudio")
torchaudio.functional = types.SimpleNamespace(
    melscale_fbanks=lambda n_freqs, n_mels, **rest: torch.zeros(n_freqs, n_mels)
)
sys.modules["torchaudio"] = torchaudio
import moduleconf
folder = sys.argv[1]
configuration = moduleconf.parseFromFile(folder + "/2.0.conf")["Model"]
model = configuration.module.TransKun(conf=configuration.config)
model.load_state_dict(torch.load(folder + "/2.0.pt", map_location="cpu", weights_only=True)["state_dict"])
model.eval()
torch.set_grad_enabled(False)
torch.set_num_threads(int(sys.argv[2]))
print("ready", flush=True)
for line in sys.stdin:
    samples = torch.from_numpy(numpy.load(line.strip()))
    wall, cpu = time.perf_counter(), time.process_time()
    notes = model.transcribe(samples)
    cost = time.perf_counter() - wall, time.process_time() - cpu
    print(json.dumps([cost, [[n.pitch, n.velocity, n.start, n.end] for n in notes]]), flush=True)
"""


class TranskunPeer:
    """The package in its process."""

    def __init__(self, thread_count: int) -> None:
        command = [sys.executable, "-c", _CHILD, str(pretrained_folder()), str(thread_count)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._line()

    def transcribe(self, samples: Samples) -> tuple[NoteTrack, Cost]:
        """Returns the notes and pedals of (channels, samples) at 44.1 kHz, and what they cost."""
        assert self._process.stdin is not None
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "samples.npy"
            np.save(path, samples.T)
            self._process.stdin.write(f"{path}\n")
            self._process.stdin.flush()
            cost, rows = json.loads(self._line())
        return _to_track(rows), Cost(*cost)

    def close(self) -> None:
        """Ends the process."""
        self._process.communicate()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("The package transkun has ended; what it said stands above.")
        return line


def pretrained_folder() -> Path:
    """Returns the folder of the checkpoint inside the installed package."""
    spec = find_spec("transkun")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "pretrained"


def _to_track(rows: list[tuple[int, int, float, float]]) -> NoteTrack:
    """Returns what the package would write as MIDI; pedals have negative pitches there."""
    notes = by_onset(Note(pitch, velocity, start, end - start) for pitch, velocity, start, end in rows if pitch > 0)
    changes = [
        change
        for pitch, velocity, start, end in rows
        if pitch < 0
        for change in (ControlChange(-pitch, velocity, start), ControlChange(-pitch, 0, end))
    ]
    changes.sort(key=lambda change: (change.time_sec, change.number, change.value))
    return NoteTrack(name="piano", notes=notes, control_changes=tuple(changes))
