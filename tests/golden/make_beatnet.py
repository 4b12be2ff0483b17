"""Runs BeatNet's own networks on madmom's features, and keeps what they say together.

    python -m tests.golden.make_beatnet FOLDER

FOLDER is BeatNet's wheel, unpacked. The features come from madmom-infer, which is madmom's code for Python of today.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from madmom_infer.audio.signal import FramedSignalProcessor, SignalProcessor  # type: ignore[import-not-found, unused-ignore]
from madmom_infer.audio.spectrogram import (  # type: ignore[import-not-found, unused-ignore]
    FilteredSpectrogramProcessor,
    LogarithmicSpectrogramProcessor,
    SpectrogramDifferenceProcessor,
)
from madmom_infer.audio.stft import ShortTimeFourierTransformProcessor  # type: ignore[import-not-found, unused-ignore]
from numpy.typing import NDArray

from tests.golden.mix import synthetic_mix

SAMPLE_COUNT = 10 * 22_050


def features(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Returns what BeatNet's log_spect.py has madmom compute, shape (frames, 272)."""
    steps = (
        SignalProcessor(num_channels=1, sample_rate=22_050),
        FramedSignalProcessor(frame_size=1411, hop_size=441),
        ShortTimeFourierTransformProcessor(),
        FilteredSpectrogramProcessor(num_bands=24, fmin=30, fmax=17_000, norm_filters=True),
        LogarithmicSpectrogramProcessor(mul=1, add=1),
        SpectrogramDifferenceProcessor(diff_ratio=0.5, positive_diffs=True, stack_diffs=np.hstack),
    )
    result = samples
    for step in steps:
        result = step(result)
    return np.asarray(result)


def main(folder: Path) -> None:
    """Writes tests/golden/beatnet.npz."""
    sys.path.insert(0, str(folder))
    from BeatNet.model import BDA  # type: ignore[import-not-found, unused-ignore]

    found = features(synthetic_mix(SAMPLE_COUNT).mean(axis=0))
    networks = []
    for number in (1, 2, 3):
        network = BDA(272, 150, 2, "cpu")
        path = folder / "BeatNet" / "models" / f"model_{number}_weights.pt"
        network.load_state_dict(torch.load(path, weights_only=True), strict=False)
        network.eval()
        with torch.no_grad(), torch.backends.mkldnn.flags(enabled=False):
            scores = network(torch.from_numpy(found)[None])[0]
            networks.append(network.final_pred(scores).numpy().T)
    target = Path(__file__).with_name("beatnet.npz")
    np.savez_compressed(target, features=found[::25], probabilities=np.stack(networks)[:, ::5])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
