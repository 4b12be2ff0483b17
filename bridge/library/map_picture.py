"""A picture of the library's map: a dot per sample, samples that belong together in one colour, and their name."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from bridge.library.sample import Cluster, LibraryMap

_INK, _GRID, _ALONE = "#2b2f36", "#d9dce1", "#c3c7cd"
MOST_NAMES = 24
"""More names than this would hide the map; the largest clusters are named."""
LONGEST_NAME = 34
_LARGEST_DOT, _SMALLEST_DOT = 40.0, 3.0


def draw_library(found: LibraryMap, target: Path) -> None:
    """Writes a PNG that shows where the samples lie and what their clusters are called."""
    figure = Figure(figsize=(12, 9), dpi=110, facecolor="white", layout="constrained")
    axes = figure.subplots()
    places = np.array([(point.x, point.y) for point in found.points], dtype=np.float64).reshape(-1, 2)
    cluster_ids = np.array([point.cluster_id for point in found.points], dtype=np.int64)
    size = float(np.clip(4000 / max(1, len(places)), _SMALLEST_DOT, _LARGEST_DOT))
    alone = places[cluster_ids < 0]
    axes.scatter(alone[:, 0], alone[:, 1], s=size * 0.6, color=_ALONE, linewidths=0)
    for number, cluster in enumerate(found.clusters):
        members = places[cluster_ids == cluster.id]
        axes.scatter(members[:, 0], members[:, 1], s=size, color=_colour(number), linewidths=0, alpha=0.75)
    _name_clusters(axes, found.clusters, places, cluster_ids)
    _finish(axes, len(places), len(found.clusters))
    figure.savefig(target, format="png")


def _name_clusters(
    axes: Axes, clusters: Sequence[Cluster], places: NDArray[np.float64], cluster_ids: NDArray[np.int64]
) -> None:
    """Writes the names of the largest clusters where most of their samples are."""
    numbered = sorted(enumerate(clusters), key=lambda pair: -pair[1].sample_count)[:MOST_NAMES]
    for number, cluster in numbered:
        members = places[cluster_ids == cluster.id]
        if not len(members):
            continue
        x, y = np.median(members, axis=0)
        name = cluster.name if len(cluster.name) <= LONGEST_NAME else f"{cluster.name[: LONGEST_NAME - 1]}…"
        label = axes.text(
            x, y, f"{name}\n{cluster.sample_count}", ha="center", va="center", fontsize=9, fontweight="bold",
            color=_darker(_colour(number)), linespacing=1.1,
        )  # fmt: skip
        label.set_path_effects([patheffects.withStroke(linewidth=3, foreground="white")])


def _finish(axes: Axes, sample_count: int, cluster_count: int) -> None:
    title = f"{sample_count} samples in {cluster_count} clusters: the nearer, the more alike they sound"
    axes.set_title(title, loc="left", color=_INK, fontsize=11)
    axes.set_xlim(-0.03, 1.03)
    axes.set_ylim(-0.03, 1.03)
    axes.set_xticks([])
    axes.set_yticks([])
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_color(_GRID)


def _colour(number: int) -> tuple[float, float, float]:
    """Returns a cluster's colour; neighbours in the list differ, and it begins again after 20."""
    red, green, blue, _ = mpl.colormaps["tab20"](number * 2 % 20 + number // 10 % 2)
    return red, green, blue


def _darker(colour: tuple[float, float, float]) -> tuple[float, float, float]:
    """Returns a colour that can be read as text on white."""
    red, green, blue = (0.55 * part for part in colour)
    return red, green, blue
