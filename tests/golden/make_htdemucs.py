"""Runs HTDemucs's ONNX graph in onnxruntime, and keeps every 1999th sample of what it makes.

    python -m tests.golden.make_htdemucs HTDEMUCS_ONNX

The graph leaves the Fourier transforms to its user; demucs' own are used, which have no weights.
"""

import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from demucs.htdemucs import HTDemucs

from tests.golden.mix import synthetic_mix

SEGMENT_SAMPLES = 343_980
STRIDE = 1999


def main(onnx_path: Path) -> None:
    """Writes tests/golden/htdemucs_955717e8.npz."""
    transforms = HTDemucs(sources=["drums", "bass", "other", "vocals"], segment=Fraction(39, 5), bottom_channels=512)
    mix = torch.from_numpy(synthetic_mix(SEGMENT_SAMPLES))[None]
    spectrum = transforms._spec(mix)
    magnitude = transforms._magnitude(spectrum)
    session = onnxruntime.InferenceSession(str(onnx_path))
    names = [entry.name for entry in session.get_inputs()]
    masks, waveforms = session.run(None, dict(zip(names, (mix.numpy(), magnitude.numpy()), strict=True)))
    masked = transforms._mask(spectrum, torch.from_numpy(masks))
    stems = waveforms[0] + transforms._ispec(masked, SEGMENT_SAMPLES)[0].numpy()
    np.savez_compressed(
        Path(__file__).with_name("htdemucs_955717e8.npz"),
        stems=stems[..., ::STRIDE],
        energy=np.square(stems).sum(axis=-1, dtype=np.float64),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
