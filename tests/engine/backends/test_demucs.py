"""demucs' models in our pipeline give what demucs gives, and refuse what is not theirs."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from demucs.apply import apply_model
from demucs.hf import load_safetensors_model
from numpy.typing import NDArray

from engine.audio import Samples
from engine.audio_file import probe
from engine.backends import REGISTRY, load_separator
from engine.errors import WeightsCorrupt
from engine.separation import Quality, Residual, plan_order, separate_file
from engine.weights.safetensors_file import write_safetensors
from engine.weights.store import WeightStore
from tests.engine.backends.random_weights import write_random_weights
from tests.songs import SONGS, excerpt

FLOOR_DB = 60.0
"""What is promised; float32 rounding alone would allow more than 100 dB."""


def sdr_db(reference: NDArray[np.float32], estimate: NDArray[np.float32]) -> float:
    """Returns the ratio of the reference's energy to that of the difference."""
    error = np.square((reference - estimate).astype(np.float64)).sum()
    return float(10 * np.log10(np.square(reference.astype(np.float64)).sum() / max(error, 1e-30)))


def ours(mix: Samples, rate_hz: int, name: str, paths: dict[str, Path], folder: Path) -> Samples:
    """Returns the stems out of the files that the pipeline writes, shape (stems, 2, samples)."""
    source = folder / "mix.wav"
    soundfile.write(source, mix.T, rate_hz, subtype="FLOAT")
    card = REGISTRY[name]
    order = plan_order(card, probe(source), (), Quality.BALANCED, Residual.NONE, "audio/wav", None)
    stems = separate_file(source, load_separator(card, paths, "cpu"), order, folder, lambda fraction, message: None)
    return np.array([soundfile.read(stem.path, dtype="float32", always_2d=True)[0].T for stem in stems])


def theirs(mix: Samples, path: Path) -> Samples:
    """Returns demucs' own stems, shape (stems, 2, samples)."""
    with torch.no_grad():
        stems = apply_model(load_safetensors_model(path), torch.from_numpy(mix)[None], shifts=0, overlap=0.25)
    samples: Samples = stems[0].numpy()
    return samples


@pytest.mark.weights
@pytest.mark.parametrize("song", SONGS)
def test_stems_of_a_real_song_are_those_of_demucs(song: str, weight_store: WeightStore, tmp_path: Path) -> None:
    mix, rate_hz = excerpt(song, start_sec=60, length_sec=13)
    path = weight_store.fetch("955717e8", lambda fraction, message: None)
    mine = ours(mix, rate_hz, "htdemucs", {"955717e8": path}, tmp_path)
    for stem, reference, estimate in zip(REGISTRY["htdemucs"].outputs, theirs(mix, path), mine, strict=True):
        assert sdr_db(reference, estimate) >= FLOOR_DB, stem


@pytest.mark.parametrize("name", ["htdemucs_6s", "hdemucs_mmi"])
@pytest.mark.parametrize("sample_count", [44_100 * 3, 44_100 // 2, 100_001])
def test_any_length_and_model_gives_what_demucs_gives(name: str, sample_count: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    mix = (0.1 * rng.standard_normal((2, sample_count))).astype(np.float32)
    paths = write_random_weights(REGISTRY[name], tmp_path)
    mine = ours(mix, 44_100, name, paths, tmp_path)
    reference = theirs(mix, next(iter(paths.values())))
    if name == "hdemucs_mmi":  # its bag says 44 s a segment: the whole of this audio is one
        with torch.no_grad():
            model = load_safetensors_model(next(iter(paths.values())))
            reference = apply_model(model, torch.from_numpy(mix)[None], shifts=0, segment=44)[0].numpy()
    assert sdr_db(reference, mine) >= FLOOR_DB


def test_a_file_that_names_other_code_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "955717e8.safetensors"
    metadata = {"klass": "os.system", "args": json.dumps(["false"]), "kwargs": "{}"}
    write_safetensors(path, {"x": np.zeros(1, np.float32)}, metadata)
    with pytest.raises(WeightsCorrupt, match="do not hold a demucs model"):
        load_separator(REGISTRY["htdemucs"], {"955717e8": path}, "cpu")


def test_a_model_for_other_stems_is_refused(tmp_path: Path) -> None:
    paths = write_random_weights(REGISTRY["htdemucs_6s"], tmp_path)
    with pytest.raises(WeightsCorrupt, match="guitar"):
        load_separator(REGISTRY["htdemucs"], {"955717e8": paths["5c90dfd2"]}, "cpu")


def test_a_file_that_is_damaged_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "955717e8.safetensors"
    path.write_bytes(b"\x10\0\0\0\0\0\0\0 not json at all ")
    with pytest.raises(WeightsCorrupt, match="fetched again"):
        load_separator(REGISTRY["htdemucs"], {"955717e8": path}, "cpu")


def test_a_fine_tuned_bag_runs_only_the_models_that_the_stems_need(tmp_path: Path) -> None:
    card = REGISTRY["htdemucs_ft"]
    backend = load_separator(card, write_random_weights(card, tmp_path), "cpu")
    segment = np.full((2, backend.plan.padded_samples(44_100)), 0.1, np.float32)
    runs: list[str] = []
    hook = torch.nn.modules.module.register_module_forward_hook(
        lambda module, given, got: runs.append(type(module).__name__)
    )
    try:
        backend.predict([segment], ("vocals",))
        assert runs.count("HTDemucs") == 1
        backend.predict([segment], card.outputs)
        assert runs.count("HTDemucs") == 5
    finally:
        hook.remove()
