"""From strokes to training examples: sounds where the strokes are, targets that say so, shards that come back whole."""

from pathlib import Path

import numpy as np
import pytest

from engine.backends.drums_features import FLOOR_BELS, FRAME_RATE_HZ, SAMPLE_RATE_HZ
from engine.backends.drums_voices import GROUPS, KINDS
from engine.training.drums_effects import random_effects
from engine.training.drums_examples import CLIP_SEC, FRAME_COUNT, Clip, Studio, frames_of, read_shards, write_shard
from engine.training.drums_kits import OneShot, one_shot, piece_called
from engine.training.drums_rendering import Sound, plain_setup, random_setup, render
from engine.training.drums_strokes import IGNORED_KIND, PIECES, Stroke, targets
from engine.training.drums_synthesis import synthetic_kit


@pytest.mark.parametrize("piece", [piece for piece, voice in PIECES.items() if voice])
def test_a_synthetic_stroke_sounds_where_it_is(piece: str) -> None:
    setup = plain_setup(synthetic_kit(np.random.default_rng(1)))
    samples, played = render([Stroke(piece, 0.5, 100)], setup, 2.0)
    assert len(played) == 1
    loudness = np.abs(samples[0])
    attack_sec = np.argmax(loudness > 0.1 * loudness[:SAMPLE_RATE_HZ].max()) / SAMPLE_RATE_HZ
    assert attack_sec == pytest.approx(0.5, abs=0.001)


def test_harder_strokes_are_louder_and_missing_pieces_are_left_out() -> None:
    setup = plain_setup(synthetic_kit(np.random.default_rng(1)))
    soft, hard = (render([Stroke("snare", 0.1, velocity)], setup, 1.0)[0] for velocity in (40, 120))
    # 1.5 is the power of the velocity that loudness goes with.
    assert np.abs(hard).max() / np.abs(soft).max() == pytest.approx(3**1.5, rel=1e-3)
    silence, played = render([Stroke("percussion", 0.1, 100)], setup, 1.0)
    assert played == []
    assert not silence.any()


def test_a_closed_hi_hat_stops_an_open_one() -> None:
    setup = plain_setup(synthetic_kit(np.random.default_rng(2)))
    ringing, _ = render([Stroke("open hi-hat", 0.0, 100)], setup, 1.0)
    stopped, _ = render([Stroke("open hi-hat", 0.0, 100), Stroke("pedal hi-hat", 0.1, 1)], setup, 1.0)
    late = slice(int(0.25 * SAMPLE_RATE_HZ), int(0.4 * SAMPLE_RATE_HZ))
    assert np.abs(stopped[:, late]).max() < 0.01 * np.abs(ringing[:, late]).max()


def test_a_tuned_kit_keeps_its_attacks() -> None:
    rng = np.random.default_rng(4)
    for _ in range(5):
        setup = random_setup(rng, [synthetic_kit(rng)])
        samples, _ = render([Stroke("kick", 0.3, 110)], setup, 1.0)
        loudness = np.abs(samples).max(axis=0)
        assert np.argmax(loudness > 0.1 * loudness.max()) / SAMPLE_RATE_HZ == pytest.approx(0.3, abs=0.001)


def test_a_stroke_is_cut_to_its_attack_and_silence_is_none() -> None:
    late = np.zeros(SAMPLE_RATE_HZ, dtype=np.float32)
    late[10_000:10_500] = 0.5
    shot = one_shot(late, 1.0)
    assert shot is not None
    assert shot.samples[shot.attack] == 0.5
    assert shot.attack == 441
    assert len(shot.samples) < 1000
    assert one_shot(np.zeros(1000, dtype=np.float32), 1.0) is None


@pytest.mark.parametrize(
    ("name", "piece"),
    [
        ("Snare (Pearl Free Floating Maple 14x3.5)", "snare"), ("Rim Click (Pearl)", "side stick"),
        ("f#3 - hi-hat closed", "closed hi-hat"), ("Pedal HH", "pedal hi-hat"), ("VariBreaks Hat 1 Op", "open hi-hat"),
        ("VariBreaks Hat 1 Pd", "pedal hi-hat"), ("Pearl Tom Floor", "low tom"), ("Pearl Tom 2", "mid tom"),
        ("Tom Hi", "high tom"), ("Ride Bell (Custom)", "ride bell"), ("crash16inch", "crash"), ("BassDrum", "kick"),
        ("Sabian Hat Choke", ""), ("Snare Roll", ""), ("Finger Snaps", "percussion"), ("17", ""),
    ],
)  # fmt: skip
def test_instruments_are_known_by_their_names(name: str, piece: str) -> None:
    assert piece_called(name) == piece


@pytest.mark.parametrize(("sound", "change"), [(Sound(tilt=0.4), 1), (Sound(tilt=-0.4), -1)])
def test_a_piece_can_be_brighter_or_duller(sound: Sound, change: int) -> None:
    noise = OneShot(np.random.default_rng(0).standard_normal(8192).astype(np.float32), 0, 1.0)
    before, after = (np.abs(np.fft.rfft(samples)) for samples in (noise.samples, sound.of(noise)))
    slopes = [np.log(spectrum[2048:].mean() / spectrum[:2048].mean()) for spectrum in (before, after)]
    assert change * (slopes[1] - slopes[0]) > 0.2


def test_a_piece_can_be_damped_and_tuned() -> None:
    shot = OneShot(np.ones(SAMPLE_RATE_HZ, dtype=np.float32), 0, 1.0)
    damped = Sound(ring_sec=0.1).of(shot)
    assert damped[SAMPLE_RATE_HZ // 10] == pytest.approx(np.exp(-1), rel=1e-3)
    assert len(Sound(speed=2.0).of(shot)) == pytest.approx(SAMPLE_RATE_HZ / 2, abs=2)


def test_targets_peak_at_the_onset_and_name_its_voice() -> None:
    found = targets([Stroke("open hi-hat", 0.503, 64), Stroke("percussion", 0.2, 90)], 100)
    hihat = GROUPS.index("hihat")
    assert int(found.onset[:, hihat].argmax()) == 50
    # The centroid of a triangle is its apex, whose place lies between frames.
    weights = found.onset[:, hihat].astype(float)
    assert (weights @ np.arange(100)) / weights.sum() / FRAME_RATE_HZ == pytest.approx(0.503, abs=0.001)
    assert float(found.velocity[50, hihat]) == pytest.approx(64 / 127, abs=1e-3)
    assert KINDS["hihat"][found.kind[50, hihat]].name == "open hi-hat"
    assert (found.kind == IGNORED_KIND).sum() == 500 - 4
    assert np.delete(found.onset, hihat, axis=1).max() == 0


def test_effects_keep_time_and_length() -> None:
    click = np.zeros((2, SAMPLE_RATE_HZ), dtype=np.float32)
    click[:, 20_000:20_050] = 0.7
    for seed in range(10):
        changed = random_effects(np.random.default_rng(seed), click)
        assert changed.shape == click.shape
        assert np.isfinite(changed).all()
        assert np.abs(changed).max() < 1.3
        assert abs(int(np.abs(changed).sum(axis=0).argmax()) - 20_025) < 441


def test_shards_come_back_as_they_were_written(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    music = (0.1 * rng.standard_normal((2, int(1.5 * CLIP_SEC * SAMPLE_RATE_HZ)))).astype(np.float32)
    studio = Studio([synthetic_kit(rng)], [music], has_synthetic_kits=False)
    made = [studio.mix(rng), Clip(np.zeros((2, int(CLIP_SEC * SAMPLE_RATE_HZ)), dtype=np.float32), ())]
    write_shard(tmp_path / "shard.npz", iter(made))
    shard = read_shards([tmp_path / "shard.npz", tmp_path / "shard.npz"])
    assert shard.bels.shape[:2] == (4, FRAME_COUNT)
    np.testing.assert_array_equal(shard.bels[0], frames_of(made[0].samples)[:FRAME_COUNT].astype(np.float16))
    assert (shard.bels[3] == FLOOR_BELS).all()
    assert shard.targets.onset[0].max() > 0.5
    assert shard.targets.onset[1].max() == 0
    assert [path.name for path in tmp_path.iterdir()] == ["shard.npz"]
