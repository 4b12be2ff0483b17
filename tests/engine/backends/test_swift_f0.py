"""SwiftF0: the published graph's numbers, and tones whose pitch is known."""

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.backends.swift_f0 import HOP_SAMPLES, SAMPLE_RATE_HZ, SwiftF0, convert, load
from engine.errors import WeightsCorrupt
from engine.weights.safetensors_file import write_safetensors
from engine.weights.store import WeightStore
from tests.golden.mix import sung_phrase

GOLDEN = Path(__file__).parents[2] / "golden" / "swift_f0.npz"
STRIDE = 7


@pytest.fixture(scope="module")
def network(weight_store: WeightStore) -> SwiftF0:
    return load(weight_store.fetch("swift-f0", lambda fraction, message: None))


@pytest.mark.weights
def test_finds_what_the_published_graph_finds(network: SwiftF0) -> None:
    phrase = sung_phrase(SAMPLE_RATE_HZ)
    with torch.inference_mode():
        pitch_hz, confidence = network(torch.from_numpy(phrase[: len(phrase) // HOP_SAMPLES * HOP_SAMPLES]))
    golden = np.load(GOLDEN)
    # Two runtimes add the same numbers in another order: 2e-6 was seen.
    np.testing.assert_allclose(confidence[::STRIDE], golden["confidence"], rtol=0, atol=1e-4)
    np.testing.assert_allclose(pitch_hz[::STRIDE], golden["pitch_hz"], rtol=1e-4)


@pytest.mark.weights
@pytest.mark.parametrize("frequency_hz", [60.0, 220.0, 441.0, 1500.0])
def test_a_tone_has_its_pitch(network: SwiftF0, frequency_hz: float) -> None:
    phase = 2 * np.pi * frequency_hz * np.arange(SAMPLE_RATE_HZ // HOP_SAMPLES * HOP_SAMPLES) / SAMPLE_RATE_HZ
    partials = [np.sin(k * phase) / k for k in range(1, 6) if k * frequency_hz < SAMPLE_RATE_HZ / 2]
    tone = torch.from_numpy(0.2 * np.sum(partials, axis=0)).float()
    with torch.inference_mode():
        pitch_hz, confidence = network(tone)
    cents = 1200 * torch.log2(pitch_hz[10:-10] / frequency_hz)
    assert cents.abs().max() < 20
    assert confidence[10:-10].min() > 0.5


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    write_safetensors(path, {"x": np.zeros(1, np.float32)}, {})
    with pytest.raises(WeightsCorrupt, match=r"other\.safetensors"):
        load(path)


def test_a_graph_of_another_model_is_refused(tmp_path: Path) -> None:
    import onnx

    onnx.save(onnx.helper.make_model(onnx.helper.make_graph([], "other", [], [])), str(tmp_path / "model.onnx"))
    with pytest.raises(WeightsCorrupt, match="not the SwiftF0 that is expected"):
        convert(tmp_path, tmp_path / "out.safetensors")
