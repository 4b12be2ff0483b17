"""Runs Deezer's own TensorFlow graph, out of its checkpoint, and keeps every 997th sample of what it makes.

    python -m tests.golden.make_spleeter FOLDER_OF_MODEL_META

Needs TensorFlow 2 and nothing of AuxSend.
"""

import sys
from pathlib import Path

import numpy as np
import tensorflow as tf  # type: ignore[import-untyped, import-not-found, unused-ignore]

from tests.golden.mix import synthetic_mix

HOP_SAMPLES = 1024
# What the graph needs before a segment, so that its 512 frames are those of one segment of ours.
LEADING_SAMPLES = 3 * HOP_SAMPLES
SEGMENT_SAMPLES = 509 * HOP_SAMPLES
STRIDE = 997
OUTPUTS = {"vocals": "strided_slice_13:0", "accompaniment": "strided_slice_23:0"}


def main(folder: Path) -> None:
    """Writes tests/golden/spleeter_2stems.npz."""
    tf.compat.v1.disable_eager_execution()
    mix = np.pad(synthetic_mix(SEGMENT_SAMPLES), ((0, 0), (LEADING_SAMPLES, 0))).T
    with tf.compat.v1.Session() as session:
        saver = tf.compat.v1.train.import_meta_graph(str(folder / "model.meta"), clear_devices=True)
        saver.restore(session, str(folder / "model"))
        stems = session.run(OUTPUTS, {"waveform:0": mix})
    kept = {name: stem[LEADING_SAMPLES::STRIDE].T for name, stem in stems.items()}
    energies = {
        f"{name}_energy": np.square(stem[LEADING_SAMPLES:]).sum(axis=0, dtype=np.float64)
        for name, stem in stems.items()
    }
    np.savez_compressed(Path(__file__).with_name("spleeter_2stems.npz"), **kept, **energies)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
