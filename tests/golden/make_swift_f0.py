"""Runs SwiftF0's published graph in onnxruntime, and keeps every 7th frame of what it finds.

    python -m tests.golden.make_swift_f0 model.onnx

Needs onnxruntime and nothing of AuxSend.
"""

import sys
from pathlib import Path

import numpy as np
import onnxruntime

from tests.golden.mix import sung_phrase

STRIDE = 7
LOWEST_HZ, HIGHEST_HZ = 46.875, 2093.75


def main(graph: Path) -> None:
    """Writes tests/golden/swift_f0.npz."""
    session = onnxruntime.InferenceSession(str(graph), providers=["CPUExecutionProvider"])
    limits = {"fmin": np.array(LOWEST_HZ, np.float32), "fmax": np.array(HIGHEST_HZ, np.float32)}
    pitch_hz, confidence = session.run(["pitch", "confidence"], {"audio": sung_phrase(16_000)[None], **limits})
    np.savez_compressed(
        Path(__file__).with_name("swift_f0.npz"), pitch_hz=pitch_hz[0, ::STRIDE], confidence=confidence[0, ::STRIDE]
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
