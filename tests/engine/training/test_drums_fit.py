"""Training: the loss falls, a run goes on where it stopped, thresholds are the best there are."""

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.backends.drums import THRESHOLDS, load
from engine.backends.drums_features import BAND_COUNT
from engine.backends.drums_network import CONTEXT_FRAMES, LARGE, SMALL, DrumNetwork
from engine.training.drums_batches import EXCERPT_FRAMES, random_batch
from engine.training.drums_committee import joined
from engine.training.drums_examples import Shard
from engine.training.drums_fit import Fit, Recipe, loss_of, mean_loss
from engine.training.drums_strokes import Stroke, targets
from engine.training.drums_thresholds import best_thresholds, f_measure, match_count
from engine.training.fit_files import draw_log
from engine.weights.safetensors_file import write_safetensors

FRAME_COUNT = 700
PLACES = {"kick": slice(2, 8), "snare": slice(30, 60), "closed hi-hat": slice(80, 96)}
RECIPE = Recipe(step_count=8, batch_size=2, warm_steps=2, save_steps=4, average_decay=0.5)


@pytest.fixture(scope="module")
def shards() -> dict[str, Shard]:
    """Two clips in which each drum is a flash in bands of its own."""
    rng = np.random.default_rng(0)
    bels, found = [], []
    for _ in range(2):
        frames = rng.normal(-6, 0.1, (FRAME_COUNT, BAND_COUNT)).astype(np.float16)
        strokes = []
        for number, (piece, bands) in enumerate(PLACES.items()):
            for at in range(20 + 7 * number, FRAME_COUNT - 20, 45):
                frames[at : at + 6, bands] += np.linspace(5, 1, 6)[:, None].astype(np.float16)
                strokes.append(Stroke(piece, at / 100, 90))
        bels.append(frames)
        found.append(targets(strokes, FRAME_COUNT))
    joined = type(found[0])(*(np.stack([getattr(t, name) for t in found]) for name in ("onset", "velocity", "kind")))
    return {"solo": Shard(np.stack(bels), joined)}


def test_a_frame_depends_on_its_context_and_no_more() -> None:
    torch.manual_seed(0)
    network = DrumNetwork().eval()
    bels = torch.randn(1, 400, BAND_COUNT) - 3
    changed = bels.clone()
    changed[:, 200] += 3
    with torch.inference_mode():
        differences = (network(bels).onset - network(changed).onset).abs().amax(dim=(0, 2))
    touched = torch.nonzero(differences > 1e-6).flatten()
    assert touched.min() >= 200 - CONTEXT_FRAMES
    assert touched.max() <= 200 + CONTEXT_FRAMES
    assert len(touched) > CONTEXT_FRAMES


def test_batches_keep_shapes_and_strokes(shards: dict[str, Shard]) -> None:
    batch = random_batch(np.random.default_rng(0), shards | {"other": shards["solo"]}, 12)
    assert batch.bels.shape == (12, EXCERPT_FRAMES, BAND_COUNT)
    assert batch.bels.dtype == torch.float32
    assert torch.isfinite(batch.bels).all()
    assert batch.onset.shape == batch.velocity.shape == batch.kind.shape == (12, EXCERPT_FRAMES, 5)
    assert (batch.kind[batch.onset > 0] >= 0).all()


def test_training_lowers_the_loss_and_goes_on_where_it_stopped(shards: dict[str, Shard], tmp_path: Path) -> None:
    halfway = Fit(tmp_path, Recipe(**(vars(RECIPE) | {"step_count": 4})))
    before = mean_loss(halfway.averaged, shards["solo"])
    halfway.run(shards, shards, minutes=5)
    resumed = Fit(tmp_path, RECIPE)
    assert resumed.step == 4
    resumed.run(shards, shards, minutes=5)
    assert resumed.step == 8
    assert mean_loss(resumed.averaged, shards["solo"]) < 0.7 * before
    draw_log(tmp_path / "fit.jsonl", tmp_path / "fit.png", "loss", "log")
    assert (tmp_path / "fit.png").stat().st_size > 1000


def test_a_perfect_answer_costs_less_than_any_other(shards: dict[str, Shard]) -> None:
    torch.manual_seed(0)
    batch = random_batch(np.random.default_rng(0), shards, 2)
    answer = DrumNetwork().eval()(batch.bels)
    right = answer._replace(onset=torch.logit(batch.onset, eps=1e-4), velocity=batch.velocity)
    assert loss_of(right, batch) < loss_of(answer, batch)


def test_joined_networks_share_kicks_and_snares(shards: dict[str, Shard], tmp_path: Path) -> None:
    torch.manual_seed(0)
    own = np.array((0.11, 0.22, 0.33, 0.44, 0.55), dtype=np.float32)
    networks = {"small": DrumNetwork(SMALL).half().float().eval(), "large": DrumNetwork(LARGE).half().float().eval()}
    for name, network in networks.items():
        state = {key: tensor.numpy() for key, tensor in network.state_dict().items() if "num_batches" not in key}
        write_safetensors(tmp_path / name, state | {THRESHOLDS: own}, {})
    write_safetensors(tmp_path / "both", joined(tmp_path / "small", tmp_path / "large", shards), {})
    committee, thresholds = load(tmp_path / "both")
    # Where the small network answers alone its thresholds remain; the others are candidates of `best_thresholds`.
    assert thresholds[2:].tolist() == own[2:].tolist()
    assert all(threshold / 0.025 == pytest.approx(round(threshold / 0.025), abs=1e-4) for threshold in thresholds[:2])
    with torch.inference_mode():
        bels = torch.randn(1, 300, BAND_COUNT) - 3
        small, large, both = (network(bels) for network in (*networks.values(), committee))
    mean = (small.onset.sigmoid() + large.onset.sigmoid()) / 2
    torch.testing.assert_close(both.onset[..., :2].sigmoid(), mean[..., :2], atol=1e-5, rtol=0)
    torch.testing.assert_close(both.onset[..., 2:].sigmoid(), small.onset[..., 2:].sigmoid(), atol=1e-5, rtol=0)
    torch.testing.assert_close(both.velocity, small.velocity, atol=1e-5, rtol=0)


def test_onsets_match_once_and_within_50_ms() -> None:
    assert match_count([1.0, 2.0], [1.049, 2.051]) == 1
    assert match_count([1.0], [0.96, 1.0, 1.04]) == 1
    assert match_count([1.0, 1.04], [1.02]) == 1
    assert match_count([], [1.0]) == 0
    assert f_measure(3, 4, 4) == 0.75
    assert f_measure(0, 0, 0) == 1.0


def test_thresholds_are_those_with_the_best_score(shards: dict[str, Shard]) -> None:
    class Told(DrumNetwork):
        """Answers with the truth, at half its height, over a floor of false peaks at 0.3."""

        def forward(self, bels: torch.Tensor) -> object:  # type: ignore[override]
            clip = next(c for c in range(2) if np.array_equal(shards["solo"].bels[c].astype(np.float32), bels[0]))
            onset = torch.from_numpy(shards["solo"].targets.onset[clip].astype(np.float32))[None] * 0.5
            onset[:, 10:-10:60] = onset[:, 10:-10:60].clamp(min=0.3)
            answer = super().forward(bels)
            return answer._replace(onset=torch.logit(onset, eps=1e-6))

    thresholds, scores = best_thresholds(Told().eval(), shards)
    assert all(0.3 < threshold <= 0.5 for threshold in thresholds[:3])
    assert scores[:3] == [1.0, 1.0, 1.0]
