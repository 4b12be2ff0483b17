"""Runs the original's TensorFlow graphs, out of its checkpoints, on patches that librosa makes of the golden signal.

    python -m tests.golden.make_musicnn FOLDER_OF_THE_UNPACKED_WHEEL

Needs TensorFlow 2 and librosa, and nothing of AuxSend. The signal is taken as 16 kHz, so that no converter is involved.
"""

import sys
from pathlib import Path
from typing import Any

import librosa
import numpy as np
import tensorflow as tf  # type: ignore[import-untyped, import-not-found, unused-ignore]
from numpy.typing import NDArray

from tests.golden.mix import synthetic_mix

PATCH_COUNT = 3
PATCH_FRAMES = 187
HOP_SAMPLES = 256
OUTPUTS = {"taggram": "model/Sigmoid:0", "penultimate": "model/batch_normalization_10/batchnorm/add_1:0"}
MODELS = ("MTT_musicnn", "MSD_musicnn")


def make_patches() -> NDArray[np.float32]:
    """Returns the patches, shape (PATCH_COUNT, PATCH_FRAMES, 96)."""
    signal = synthetic_mix(PATCH_COUNT * PATCH_FRAMES * HOP_SAMPLES).mean(axis=0)
    power = librosa.feature.melspectrogram(
        y=signal, sr=16_000, n_fft=512, hop_length=HOP_SAMPLES, n_mels=96, pad_mode="reflect"
    )
    log_power = np.log10(10_000 * power.T.astype(np.float16).astype(np.float32) + 1)
    patches: NDArray[np.float32] = log_power[: PATCH_COUNT * PATCH_FRAMES].reshape(PATCH_COUNT, PATCH_FRAMES, 96)
    return patches


def run(folder: Path, patches: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """Returns the scores and the penultimate layer of the graph in `folder`."""
    meta = tf.compat.v1.MetaGraphDef()
    meta.ParseFromString((folder / ".meta").read_bytes())
    # The nodes that trained it are of a TensorFlow too old for today's.
    wanted = [*(name.split(":")[0] for name in OUTPUTS.values()), meta.saver_def.restore_op_name]
    graph_def = tf.compat.v1.graph_util.extract_sub_graph(meta.graph_def, wanted)
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        tf.import_graph_def(graph_def, name="")
        session.run(meta.saver_def.restore_op_name, {meta.saver_def.filename_tensor_name: f"{folder}/"})
        return dict(session.run(OUTPUTS, {"model/Placeholder:0": patches, "model/Placeholder_2:0": False}))


def main(folder: Path) -> None:
    """Writes tests/golden/musicnn.npz."""
    patches = make_patches()
    arrays: dict[str, Any] = {
        f"{model}_{name}": array for model in MODELS for name, array in run(folder / model, patches).items()
    }
    np.savez_compressed(Path(__file__).with_name("musicnn.npz"), patches=patches, **arrays)


if __name__ == "__main__":
    main(Path(sys.argv[1]) / "musicnn")
