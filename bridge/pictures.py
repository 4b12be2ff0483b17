"""A picture of a split: waveform and spectrogram of the song and of each stem, one above the other.

The audio is read once, in blocks: of each block remain the extremes for the waveform and a few short spectra for the
spectrogram, so that an hour takes no more memory than a minute.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import numpy as np
import soundfile as sf
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from bridge.projects.rpp import SONG_COLOUR, stem_colour

COLUMN_COUNT = 900  # as many as the picture has room for
FFT_SAMPLES = 4096
BAND_COUNT = 120
LONGEST_NAME = 24
LOWEST_HZ = 40.0
HIGHEST_HZ = 16_000.0
FLOOR_DB = -70.0
_TICKS_HZ = (50, 100, 200, 500, 1000, 2000, 5000, 10_000)
_INK, _GRID = "#2b2f36", "#d9dce1"


@dataclass(frozen=True)
class Outline:
    """What a picture needs of a file."""

    duration_sec: float
    lowest: NDArray[np.float32]
    """Lowest sample of each column, shape (columns,)."""
    highest: NDArray[np.float32]
    spectrogram_db: NDArray[np.float32]
    """Level of each band in each column, relative to a full-scale sine, shape (bands, columns)."""


def draw_stems(song: Path, stems: Mapping[str, Path], target: Path) -> None:
    """Writes a PNG that shows the song and its stems."""
    rows = {song.stem: outline(song)} | {name: outline(path) for name, path in stems.items()}
    figure = Figure(figsize=(13, 1.75 * len(rows) + 0.7), dpi=110, facecolor="white", layout="constrained")
    grid = figure.subplots(len(rows), 2, sharex=True, squeeze=False)
    tallest = max(max(-float(row.lowest.min()), float(row.highest.max()), 1e-3) for row in rows.values())
    for (name, row), (left, right), is_song in zip(rows.items(), grid, _first(len(rows)), strict=True):
        colour = _hex(SONG_COLOUR if is_song else stem_colour(name))
        _draw_waveform(left, name, row, colour, tallest)
        _draw_spectrogram(right, row)
    grid[0][0].set_title("Waveform", loc="left", color=_INK, fontsize=11)
    grid[0][1].set_title("Spectrogram (dB below full scale)", loc="left", color=_INK, fontsize=11)
    for axes in grid[-1]:
        axes.set_xlabel("Time (s)", color=_INK)
    figure.colorbar(grid[0][1].collections[0], ax=grid[:, 1], shrink=0.5, pad=0.01).ax.tick_params(labelsize=8)
    figure.savefig(target, format="png")


def outline(path: Path) -> Outline:
    """Returns what a picture needs of an audio file."""
    with sf.SoundFile(path) as file:
        column_samples = max(1, -(-file.frames // COLUMN_COUNT))
        bands = _bands(file.samplerate)
        lowest, highest, levels = [], [], []
        for block in file.blocks(blocksize=column_samples, dtype="float32", always_2d=True):
            lowest.append(block.min())
            highest.append(block.max())
            levels.append(_band_levels(block, bands))
        return Outline(
            file.frames / file.samplerate, np.array(lowest), np.array(highest), np.array(levels, np.float32).T
        )


def _bands(sample_rate_hz: int) -> NDArray[np.float32]:
    """Returns the weights that sum FFT bins to bands of equal musical width, shape (bands, bins).

    Bands are triangles in log-frequency between the neighbours' centres; where they are narrower than a bin, they take
    the nearest one.
    """
    bins_hz = np.fft.rfftfreq(FFT_SAMPLES, 1 / sample_rate_hz)
    edges = np.geomspace(LOWEST_HZ, HIGHEST_HZ, BAND_COUNT + 2)
    position = np.interp(np.log(np.maximum(bins_hz, 1e-9)), np.log(edges), np.arange(BAND_COUNT + 2))
    weights: NDArray[np.float32] = np.clip(1 - np.abs(position - np.arange(1, BAND_COUNT + 1)[:, None]), 0, 1).astype(
        np.float32
    )
    nearest = np.abs(bins_hz - edges[1:-1, None]).argmin(axis=1)
    weights[np.arange(BAND_COUNT), nearest] = 1.0
    return weights


def _band_levels(block: NDArray[np.float32], bands: NDArray[np.float32]) -> NDArray[np.float32]:
    """Returns the level of each band in the middle of a column of shape (samples, channels), shape (bands,)."""
    start = max(0, (len(block) - FFT_SAMPLES) // 2)
    part = block[start : start + FFT_SAMPLES].mean(axis=1)
    window = np.hanning(len(part) + 2)[1:-1]
    # Scaled so that a full-scale sine reaches 0 dB whatever the length of the part.
    spectrum = np.fft.rfft(part * window, FFT_SAMPLES) * (2 / window.sum())
    power = bands @ np.square(np.abs(spectrum)).astype(np.float32)
    levels: NDArray[np.float32] = 10 * np.log10(np.maximum(power, np.float32(10 ** (FLOOR_DB / 10))))
    return levels


def _draw_waveform(axes: Axes, name: str, row: Outline, colour: str, tallest: float) -> None:
    times_sec = np.linspace(0, row.duration_sec, len(row.lowest))
    axes.fill_between(times_sec, row.lowest, row.highest, color=colour, linewidth=0)
    axes.set_ylim(-1.05 * tallest, 1.05 * tallest)
    axes.set_xlim(0, row.duration_sec)
    axes.set_yticks([])
    label = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
    axes.set_axisbelow(True)
    axes.set_ylabel(label, rotation=0, ha="right", va="center", color=_INK, fontsize=11, fontweight="bold")
    axes.grid(axis="x", color=_GRID, linewidth=0.6)
    _clean(axes)


def _draw_spectrogram(axes: Axes, row: Outline) -> None:
    times_sec = np.linspace(0, row.duration_sec, row.spectrogram_db.shape[1])
    bands_hz = np.geomspace(LOWEST_HZ, HIGHEST_HZ, BAND_COUNT + 2)[1:-1]
    axes.pcolormesh(
        times_sec, bands_hz, row.spectrogram_db, cmap=mpl.colormaps["magma_r"], vmin=FLOOR_DB, vmax=-10,
        shading="nearest", rasterized=True,
    )  # fmt: skip
    axes.set_yscale("log")
    axes.set_yticks(_TICKS_HZ, [f"{hz:g}" if hz < 1000 else f"{hz / 1000:g}k" for hz in _TICKS_HZ], minor=False)
    axes.set_yticks([], minor=True)
    axes.set_ylabel("Hz", color=_INK, fontsize=8)
    axes.set_ylim(LOWEST_HZ, HIGHEST_HZ)
    _clean(axes)


def _clean(axes: Axes) -> None:
    """Leaves of the frame what a reader needs."""
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_color(_GRID)
    axes.tick_params(colors=_INK, labelsize=8, length=2)


def _first(count: int) -> list[bool]:
    return [True] + [False] * (count - 1)


def _hex(colour: tuple[int, int, int]) -> str:
    red, green, blue = colour
    return f"#{red:02x}{green:02x}{blue:02x}"
