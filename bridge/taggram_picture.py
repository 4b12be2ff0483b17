"""A picture of a recording's tags: its waveform, and under it how the strongest tags of each model come and go.

One column is one window of the model, about three seconds. Each row is a tag, the strongest on top, with its mean score
as a bar at the right.
"""

from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec

from bridge.pictures import outline
from bridge.tagging import AudioTags, TagSet

TAG_COUNT = 15
LONGEST_TITLE = 60

_INK, _SOFT_INK, _GRID, _WAVE = "#2b2f36", "#6b727c", "#d9dce1", "#4a6fa5"
_COLOURS = "magma_r"
_WIDTH, _ROW, _WAVE_HEIGHT, _HEADER, _FOOTER, _GAP = 13.0, 0.21, 1.1, 0.75, 0.55, 0.5
_LEFT, _RIGHT = 1.75, 0.45


def draw_taggram(audio: Path, title: str, tags: AudioTags, target: Path) -> None:
    """Writes a PNG of a recording's tags over time.

    Args:
        audio: the recording, of a kind that libsndfile reads.
        title: what it is called.
        tags: what is known of it, with scores over time.
        target: the file to write.
    """
    heights = [_WAVE_HEIGHT, *(_ROW * TAG_COUNT for _ in tags.tag_sets)]
    height = sum(heights) + _GAP * (len(heights) - 1) + _HEADER + _FOOTER
    figure = Figure(figsize=(_WIDTH, height), dpi=110, facecolor="white")
    grid = GridSpec(
        len(heights), 2, figure, height_ratios=heights, width_ratios=(6, 1), wspace=0.02,
        hspace=_GAP * len(heights) / sum(heights), left=_LEFT / _WIDTH, right=1 - _RIGHT / _WIDTH,
        top=1 - _HEADER / height, bottom=_FOOTER / height,
    )  # fmt: skip
    figure.text(_LEFT / _WIDTH, 1 - 0.3 / height, _shortened(title), color=_INK, fontsize=14, fontweight="bold")
    figure.text(_LEFT / _WIDTH, 1 - 0.55 / height, _facts(tags), color=_SOFT_INK, fontsize=10)
    wave = figure.add_subplot(grid[0, 0])
    _draw_waveform(wave, audio, tags.duration_sec)
    for row, (model, tag_set) in enumerate(tags.tag_sets.items(), start=1):
        over_time = figure.add_subplot(grid[row, 0])
        _draw_tags(over_time, model, tag_set, tags.duration_sec)
        _draw_means(figure.add_subplot(grid[row, 1]), tag_set, has_title=row == 1)
        if row == len(tags.tag_sets):
            over_time.set_xlabel("Time (s)", color=_INK)
    figure.savefig(target, format="png")


def _facts(tags: AudioTags) -> str:
    tempo = f"{tags.quarter_bpm:.1f} bpm" if tags.quarter_bpm else ""
    loudness = f"{tags.loudness_lufs:.1f} LUFS" if np.isfinite(tags.loudness_lufs) else "silent"
    facts = [tags.kind, tempo, tags.key.name if tags.key else "", loudness, f"brightness {tags.brightness:.2f}"]
    return "   ·   ".join(fact for fact in facts if fact)


def _shortened(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"


def _draw_waveform(axes: Axes, audio: Path, duration_sec: float) -> None:
    wave = outline(audio)
    peak = max(-float(wave.lowest.min()), float(wave.highest.max()), 1e-3)
    times_sec = np.linspace(0, duration_sec, len(wave.lowest))
    axes.fill_between(times_sec, wave.lowest, wave.highest, color=_WAVE, linewidth=0)
    axes.set_ylim(-1.05 * peak, 1.05 * peak)
    axes.set_yticks([])
    _finish(axes, duration_sec)


def _draw_tags(axes: Axes, model: str, tag_set: TagSet, duration_sec: float) -> None:
    """Draws the strongest tags over time; windows end before the recording does, or after a short one."""
    columns = [list(tag_set.scores).index(tag) for tag, _ in tag_set.strongest(TAG_COUNT)]
    windows = len(tag_set.taggram)
    end_sec = min(windows * tag_set.window_sec, duration_sec)
    axes.imshow(
        tag_set.taggram[:, columns].T, aspect="auto", interpolation="nearest", cmap=mpl.colormaps[_COLOURS],
        vmin=0, vmax=_brightest(tag_set), extent=(0.0, end_sec, len(columns) - 0.5, -0.5),
    )  # fmt: skip
    axes.set_yticks(range(len(columns)), [list(tag_set.scores)[column] for column in columns])
    axes.set_title(model, loc="left", color=_INK, fontsize=10, pad=4)
    _finish(axes, duration_sec)


def _draw_means(axes: Axes, tag_set: TagSet, *, has_title: bool) -> None:
    scores = [score for _, score in tag_set.strongest(TAG_COUNT)]
    colours = mpl.colormaps[_COLOURS](np.array(scores) / _brightest(tag_set))
    axes.barh(range(len(scores)), scores, color=colours, edgecolor=_GRID, linewidth=0.5, height=0.8)
    for row, score in enumerate(scores):
        axes.text(score + 0.03 * scores[0], row, f"{score:.2f}", va="center", color=_SOFT_INK, fontsize=7.5)
    axes.set_ylim(len(scores) - 0.5, -0.5)
    axes.set_xlim(0, 1.35 * max(scores[0], 1e-3))
    if has_title:
        axes.set_title("mean", loc="left", color=_SOFT_INK, fontsize=9, pad=4)
    axes.set_axis_off()


def _brightest(tag_set: TagSet) -> float:
    """Returns the score of the darkest colour: weak tags are to be seen, and weak pictures not to look strong."""
    return max(0.3, float(tag_set.taggram.max()))


def _finish(axes: Axes, duration_sec: float) -> None:
    axes.set_xlim(0, duration_sec)
    axes.tick_params(colors=_INK, labelsize=8.5, length=2)
    for spine in axes.spines.values():
        spine.set_color(_GRID)
