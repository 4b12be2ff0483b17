"""BeatNet: the original's features and probabilities, and pulses whose beats and bars are known."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.audio import Samples
from engine.backends import REGISTRY
from engine.backends.beatnet import BeatNetBackend
from engine.backends.log_filterbank import log_filterbank
from engine.errors import WeightsCorrupt
from engine.weights.safetensors_file import write_safetensors
from engine.weights.store import WeightStore
from tests.engine.backends.pulses import drums, waltz
from tests.golden.mix import synthetic_mix

CARD = REGISTRY["beatnet"]
GOLDEN = Path(__file__).parents[2] / "golden" / "beatnet.npz"
SAMPLE_COUNT = 10 * 22_050
# madmom takes its spectra in float64: 4e-7 was seen at levels of up to 1.8, and three networks make 2e-6 of it.
FEATURE_TOLERANCE = 4e-6
PROBABILITY_TOLERANCE = 2e-5


@pytest.fixture(scope="module")
def backend(weight_store: WeightStore) -> BeatNetBackend:
    return BeatNetBackend(CARD, {"beatnet": weight_store.fetch("beatnet", silent)}, "cpu")


def silent(fraction: float, message: str) -> None:
    pass


def find(backend: BeatNetBackend, samples: Samples) -> tuple[NDArray[np.float64], list[int]]:
    beats = backend.find_beats([samples], samples.shape[-1], silent)
    return np.array([beat.time_sec for beat in beats]), [beat.bar_position for beat in beats]


def test_features_are_madmoms() -> None:
    features = np.concatenate(list(log_filterbank([synthetic_mix(SAMPLE_COUNT)], SAMPLE_COUNT)))
    assert features.shape == (500, 272)
    np.testing.assert_allclose(features[::25], np.load(GOLDEN)["features"], atol=FEATURE_TOLERANCE)


@pytest.mark.weights
def test_probabilities_are_those_of_the_original_networks(backend: BeatNetBackend) -> None:
    networks = np.load(GOLDEN)["probabilities"].astype(np.float64)  # shape (networks, frames, beat or downbeat)
    neither = 1 - networks.sum(axis=-1, keepdims=True)
    mean = np.exp(np.log(np.maximum(np.concatenate([networks, neither], axis=-1), 1e-12) + 1e-6).mean(axis=0))
    found = backend.beat_probabilities([synthetic_mix(SAMPLE_COUNT)], SAMPLE_COUNT, silent)
    expected = (mean / mean.sum(axis=-1, keepdims=True))[:, :2]
    np.testing.assert_allclose(found[::5], expected, atol=PROBABILITY_TOLERANCE)


@pytest.mark.weights
@pytest.mark.parametrize(("metre", "play"), [(4, drums), (3, drums), (3, waltz)])
def test_beats_are_found_within_20_ms_and_bars_have_their_metre(
    backend: BeatNetBackend, metre: int, play: Callable[..., Samples]
) -> None:
    exact = 0.5 + 0.5 * np.arange(32)
    times_sec, positions = find(backend, play(exact, metre))
    assert max(np.abs(times_sec - time).min() for time in exact) < 0.02
    assert max(positions) == metre
    settled = positions[4:28]
    assert settled == [(settled[0] - 1 + i) % metre + 1 for i in range(24)]


@pytest.mark.weights
def test_downbeats_of_four_are_the_accented_ones(backend: BeatNetBackend) -> None:
    exact = 0.5 + 0.5 * np.arange(32)
    times_sec, positions = find(backend, drums(exact, 4))
    downbeats = times_sec[np.array(positions) == 1]
    np.testing.assert_allclose(downbeats[:8], exact[::4], atol=0.02)


@pytest.mark.weights
@pytest.mark.parametrize(
    "exact",
    [
        pytest.param(np.concatenate([0.5 + 0.6 * np.arange(20), 12.5 + 60 / 140 * np.arange(32)]), id="jump"),
        pytest.param(0.5 + np.cumsum(60 / np.linspace(90, 150, 60)), id="ramp"),
    ],
)
def test_beats_follow_the_tempo(backend: BeatNetBackend, exact: NDArray[np.float64]) -> None:
    times_sec, _ = find(backend, drums(exact, 4))
    assert max(np.abs(times_sec - time).min() for time in exact) < 0.02
    assert len(times_sec) <= len(exact) + 2


@pytest.mark.weights
@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(np.zeros(5 * 22_050), id="silence"),
        pytest.param(np.random.default_rng(0).standard_normal(10 * 22_050) * 0.1, id="noise"),
        pytest.param(np.sin(0.1 * np.arange(10 * 22_050)), id="a steady tone"),
    ],
)
def test_nothing_is_found_where_nothing_pulsates(backend: BeatNetBackend, sound: NDArray[np.float64]) -> None:
    assert backend.find_beats([sound.astype(np.float32)[None]], len(sound), silent) == ()


def test_weights_of_another_model_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    write_safetensors(path, {"model_1.conv1.bias": np.zeros(2, dtype=np.float32)}, {})
    with pytest.raises(WeightsCorrupt, match="fetch it again"):
        BeatNetBackend(CARD, {"beatnet": path}, "cpu")
