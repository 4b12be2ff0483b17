"""musicnn: what taggers must do with any weights, and what the original makes with the real ones."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.audio import Samples
from engine.backends import REGISTRY
from engine.backends.base import Recording
from engine.backends.musicnn import MusicnnBackend, convert
from engine.errors import JobCancelled, WeightsCorrupt
from engine.weights.safetensors_file import write_safetensors
from engine.weights.store import WeightStore
from tests.engine.backends.test_musicnn_network import random_state
from tests.engine.backends.test_tf_checkpoint import write_checkpoint
from tests.golden.mix import synthetic_mix

GOLDEN = Path(__file__).parents[2] / "golden" / "musicnn.npz"
ORACLE = Path(__file__).parents[3].parent / "shared/data/oracles/musicnn"
MODELS = ("MTT_musicnn", "MSD_musicnn")
# Two runtimes add the same numbers in another order: 1e-6 was seen from equal patches.
PATCH_TOLERANCE = 1e-5
# The original's clock adds up rounding errors, which moves one sample in 160 by up to 1e-4: 4e-5 was seen.
FILE_TOLERANCE = 5e-4


def ignore(fraction: float, message: str) -> None:
    """Hears no progress."""


def recording(samples: Samples, sample_rate_hz: int = 16_000) -> Recording:
    blocks = (samples[:, start : start + 30_000] for start in range(0, samples.shape[1], 30_000))
    return Recording(blocks, sample_rate_hz, samples.shape[1])


def noise(seconds: float, seed: int) -> Samples:
    return np.random.default_rng(seed).uniform(-0.5, 0.5, (1, round(16_000 * seconds))).astype(np.float32)


@pytest.fixture(scope="module")
def random_backend(tmp_path_factory: pytest.TempPathFactory) -> MusicnnBackend:
    path = tmp_path_factory.mktemp("weights") / "musicnn.safetensors"
    write_safetensors(path, {name: tensor.numpy() for name, tensor in random_state().items()}, {})
    return MusicnnBackend(REGISTRY["MTT_musicnn"], {"MTT_musicnn": path}, "cpu")


@pytest.fixture(scope="module", params=MODELS)
def backend(request: pytest.FixtureRequest, weight_store: WeightStore) -> MusicnnBackend:
    card = REGISTRY[request.param]
    return MusicnnBackend(card, {card.name: weight_store.fetch(card.name, ignore)}, "cpu")


def test_recordings_of_all_lengths_share_batches_and_do_not_mix(random_backend: MusicnnBackend) -> None:
    audio = [noise(seconds, seed) for seed, seconds in enumerate([0.1, 7, 3, 0.00007, 10])]
    together = list(random_backend.tag([recording(samples) for samples in audio], ignore))
    assert [len(tagging.taggram) for tagging in together] == [1, 2, 1, 1, 3]
    for samples, tagging in zip(audio, together, strict=True):
        (alone,) = random_backend.tag([recording(samples)], ignore)
        np.testing.assert_allclose(tagging.taggram, alone.taggram, rtol=0, atol=PATCH_TOLERANCE)
        np.testing.assert_allclose(tagging.embedding, alone.embedding, rtol=0, atol=PATCH_TOLERANCE)


def test_scores_are_the_mean_over_windows_and_embeddings_have_length_1(random_backend: MusicnnBackend) -> None:
    (tagging,) = random_backend.tag([recording(noise(7, 0))], ignore)
    np.testing.assert_allclose(tagging.scores, (tagging.taggram[0] + tagging.taggram[1]) / 2, atol=1e-6)
    assert tagging.embedding.shape == (random_backend.embedding_size,)
    assert abs(np.linalg.norm(tagging.embedding) - 1) < 1e-5
    assert tagging.window_sec == 2.992


def test_silence_has_scores_and_no_recordings_have_none(random_backend: MusicnnBackend) -> None:
    (tagging,) = random_backend.tag([recording(np.zeros((2, 1), np.float32))], ignore)
    assert np.isfinite(tagging.taggram).all()
    assert np.isfinite(tagging.embedding).all()
    assert list(random_backend.tag([], ignore)) == []


def test_recordings_are_read_when_their_turn_comes(random_backend: MusicnnBackend) -> None:
    opened = []

    def blocks(number: int) -> Iterator[Samples]:
        opened.append(number)
        yield noise(3, number)

    recordings = [Recording(blocks(number), 16_000, 48_000) for number in range(200)]
    next(iter(random_backend.tag(recordings, ignore)))
    assert len(opened) < 100


def test_progress_rises_to_1_and_a_cancelled_job_stops(random_backend: MusicnnBackend) -> None:
    fractions: list[float] = []
    list(random_backend.tag([recording(noise(30, 0))], lambda fraction, message: fractions.append(fraction)))
    assert fractions == sorted(fractions)
    assert fractions[-1] > 0.95

    def stop(fraction: float, message: str) -> None:
        raise JobCancelled("stopped")

    with pytest.raises(JobCancelled):
        list(random_backend.tag([recording(noise(30, 0))], stop))


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    write_safetensors(path, {"x": np.zeros(1, np.float32)}, {})
    with pytest.raises(WeightsCorrupt, match=r"other\.safetensors"):
        MusicnnBackend(REGISTRY["MTT_musicnn"], {"MTT_musicnn": path}, "cpu")


def test_a_checkpoint_of_another_model_is_refused(tmp_path: Path) -> None:
    write_checkpoint(tmp_path / "other", {"conv2d/kernel": np.zeros((5, 5, 2, 16), np.float32)}, shard_count=1)
    for path in list(tmp_path.iterdir()):
        path.rename(path.with_name(path.name.removeprefix("other")))
    with pytest.raises(WeightsCorrupt, match="not one of musicnn's models"):
        convert(tmp_path, tmp_path / "out.safetensors")


@pytest.mark.weights
def test_makes_what_the_original_graph_makes_of_our_signal(backend: MusicnnBackend) -> None:
    golden = np.load(GOLDEN)
    samples = synthetic_mix(len(golden["patches"]) * 187 * 256).mean(axis=0, keepdims=True)
    (tagging,) = backend.tag([recording(samples)], ignore)
    np.testing.assert_allclose(tagging.taggram, golden[f"{backend.card.name}_taggram"], rtol=0, atol=FILE_TOLERANCE)
    scores, penultimate = backend.score(golden["patches"])
    np.testing.assert_allclose(scores, golden[f"{backend.card.name}_taggram"], rtol=0, atol=PATCH_TOLERANCE)
    np.testing.assert_allclose(penultimate, golden[f"{backend.card.name}_penultimate"], rtol=0, atol=PATCH_TOLERANCE)


@pytest.mark.weights
@pytest.mark.skipif(not ORACLE.is_dir(), reason="the original package's output is in a folder beside the checkout")
def test_makes_what_the_original_package_makes_of_a_real_song(backend: MusicnnBackend) -> None:
    theirs = np.load(ORACLE / f"fma_000140_folk__{backend.card.name}.npz")
    assert tuple(theirs["tags"]) == backend.card.outputs
    samples, rate_hz = soundfile.read(ORACLE / "fma_000140_folk.wav", dtype="float32", always_2d=True)
    (tagging,) = backend.tag([recording(samples.T, rate_hz)], ignore)
    np.testing.assert_allclose(tagging.taggram, theirs["taggram"], rtol=0, atol=FILE_TOLERANCE)
    scores, penultimate = backend.score(np.load(ORACLE / "fma_000140_folk__frontend.npz")["patches"])
    np.testing.assert_allclose(scores, theirs["taggram"], rtol=0, atol=PATCH_TOLERANCE)
    # The package repeats the penultimate layer of the first window for all others.
    np.testing.assert_allclose(penultimate[0], theirs["penultimate"][0], rtol=0, atol=PATCH_TOLERANCE)
