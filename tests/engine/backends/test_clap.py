"""CLAP's adapter on a small random model: texts and sounds in one space, windows, and what the files must hold."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import ClapFeatureExtractor, ClapModel

from engine.audio import Samples
from engine.backends import REGISTRY
from engine.backends.base import Recording
from engine.backends.clap import ClapBackend
from engine.errors import WeightsCorrupt
from engine.tagging import plan_tagging, text_card
from engine.weights.store import WeightStore
from tests.engine.backends.random_clap import MODEL, WORDS, write_random_clap

RATE_HZ = 48_000
CARD = REGISTRY["clap"]


def silent(fraction: float, message: str) -> None:
    """Hears no progress."""


def noise(seconds: float, seed: int = 0) -> Samples:
    return np.random.default_rng(seed).uniform(-0.3, 0.3, (1, round(RATE_HZ * seconds))).astype(np.float32)


def recording(samples: Samples) -> Recording:
    return Recording(iter([samples]), RATE_HZ, samples.shape[1])


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_random_clap(tmp_path_factory.mktemp("clap"))


@pytest.fixture(scope="module")
def backend(paths: dict[str, Path]) -> ClapBackend:
    return ClapBackend(CARD, paths, "cpu")


def test_texts_have_a_place_each_whatever_stands_beside_them(backend: ClapBackend) -> None:
    texts = ["a warm analog bass loop", "hat", "ein Käuzchen"]
    together = backend.embed_text(texts)
    assert together.shape == (3, backend.embedding_size)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for text, row in zip(texts, together, strict=True):
        np.testing.assert_allclose(backend.embed_text([text])[0], row, atol=1e-5)
    assert np.abs(together[0] - together[1]).max() > 1e-3
    assert backend.embed_text(["word " * 400]).shape == (1, backend.embedding_size)


def test_a_sound_lies_where_the_package_puts_it(backend: ClapBackend, paths: dict[str, Path]) -> None:
    samples = noise(10)
    (tagging,) = backend.tag([recording(samples)], silent)
    model = ClapModel(backend._model.config).eval()
    model.load_state_dict(load_file(paths[MODEL]))
    extractor = ClapFeatureExtractor(frequency_min=50, truncation="rand_trunc", padding="repeatpad")
    features = extractor(samples[0], sampling_rate=RATE_HZ, return_tensors="pt")
    with torch.inference_mode():
        expected = model.get_audio_features(**features).pooler_output[0].numpy()
    np.testing.assert_allclose(tagging.embedding, expected, atol=1e-5)


def test_scores_are_shares_of_the_likeness_to_all_tags(backend: ClapBackend) -> None:
    (tagging,) = backend.tag([recording(noise(3))], silent)
    np.testing.assert_allclose(tagging.taggram.sum(axis=1), 1, atol=1e-5)
    likeness = backend.embed_text([f"This is a sound of {tag}." for tag in CARD.outputs]) @ tagging.embedding
    assert list(np.argsort(likeness)) == list(np.argsort(tagging.scores))


@pytest.mark.parametrize(("seconds", "windows"), [(0.0001, 1), (10, 1), (10.5, 1), (11.5, 2), (30, 3)])
def test_windows_of_ten_seconds(backend: ClapBackend, seconds: float, windows: int) -> None:
    (tagging,) = backend.tag([recording(noise(seconds))], silent)
    assert (len(tagging.taggram), tagging.window_sec) == (windows, 10.0)


def test_files_of_something_else_are_refused(paths: dict[str, Path], tmp_path: Path) -> None:
    state = load_file(paths[MODEL])
    del state["audio_projection.linear1.weight"]
    save_file(state, tmp_path / "lacking.safetensors", {"config": "{}"})
    (tmp_path / "text.safetensors").write_text("no tensors")
    for wrong in (
        {MODEL: tmp_path / "lacking.safetensors"},
        {MODEL: tmp_path / "text.safetensors"},
        {WORDS: paths[MODEL]},
    ):
        with pytest.raises(WeightsCorrupt, match="CLAP"):
            ClapBackend(CARD, paths | wrong, "cpu")


def test_it_is_found_where_its_weights_are(paths: dict[str, Path], tmp_path: Path) -> None:
    weights = WeightStore(tmp_path, is_offline=True, local_folders=(paths[MODEL].parent,))
    assert text_card(weights) is None
    for name in CARD.weights:
        weights.fetch(name, silent)
    card = text_card(weights)
    assert card is CARD
    assert "clap" in plan_tagging((), weights)
