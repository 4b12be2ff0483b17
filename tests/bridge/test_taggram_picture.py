"""Pictures of tags: of everything that can be tagged, and what is in them."""

import math
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from bridge.midi.notes import Key, Mode
from bridge.tagging import AudioTags, TagSet
from bridge.taggram_picture import draw_taggram
from tests.conftest import WriteWav


def tags(taggram: np.ndarray, duration_sec: float, loudness_lufs: float = -14.0) -> AudioTags:
    names = [f"tag {number}" for number in range(taggram.shape[1])]
    scores = dict(zip(names, map(float, taggram.mean(axis=0)), strict=True))
    tag_set = TagSet(scores, taggram.astype(np.float32), 3.0)
    return AudioTags(
        {"one": tag_set, "two": tag_set}, 120.0, Key(0, Mode.MAJOR), 0.9, loudness_lufs, duration_sec, "loop", 0.5
    )


@pytest.mark.parametrize(
    ("taggram", "sample_count", "loudness_lufs"),
    [
        (np.random.default_rng(0).random((4, 50)), 12 * 8000, -14.0),
        (np.zeros((1, 50)), 1, -math.inf),
        (np.ones((1, 2)), 8000, 0.0),
    ],
)
def test_anything_is_drawn(
    taggram: np.ndarray, sample_count: int, loudness_lufs: float, write_wav: WriteWav, tmp_path: Path
) -> None:
    audio = write_wav(samples=np.full((1, sample_count), 0.1, np.float32), sample_rate_hz=8000)
    draw_taggram(audio, "a title $x^2 " * 9, tags(taggram, sample_count / 8000, loudness_lufs), tmp_path / "tags.png")
    assert (tmp_path / "tags.png").read_bytes().startswith(b"\x89PNG")


def test_a_tag_that_comes_late_is_dark_late(write_wav: WriteWav, tmp_path: Path) -> None:
    audio = write_wav(samples=np.zeros((1, 96_000), np.float32), sample_rate_hz=8000)
    pictures = []
    for window in (0, 3):
        taggram = np.zeros((4, 20))
        taggram[window, 7] = 1.0
        draw_taggram(audio, "song", tags(taggram, 12.0), tmp_path / f"{window}.png")
        dark = imread(tmp_path / f"{window}.png")[:, :, :3].sum(axis=2) < 0.3
        # The strongest tag stands on top, so its window is the largest dark area.
        pictures.append(np.flatnonzero(dark.sum(axis=0) > 20).mean() / dark.shape[1])
    assert pictures[1] - pictures[0] > 0.3
