"""From a model's stems to the samples of files: rounding, clipping, and stems that sum to the mix.

A model's stems do not quite sum to the mix. With the residual put into one of them, they do, and exactly: sums are
taken over the rounded samples that the files will hold, in float64, which holds every sum of a few 32-bit integers.

Integers have a limited range. Where the residual would leave it, the remainder spills into another stem that has room
left at that sample; since the mix itself is in range, there always is one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.audio import SampleEncoding, Samples

Exact = NDArray[np.float64]
"""Shape (channels, samples), in steps of an encoding: whole numbers for integers, -1 to 1 for floating point."""


@dataclass(frozen=True)
class Grid:
    """The samples that an encoding can hold."""

    encoding: SampleEncoding

    @property
    def full_scale(self) -> float:
        """How many steps make 1."""
        bits = self.encoding.integer_bits
        return 1.0 if bits is None else 2.0 ** (bits - 1)

    @property
    def lowest(self) -> float:
        """Smallest sample, in steps."""
        return -np.inf if self.encoding.integer_bits is None else -self.full_scale

    @property
    def highest(self) -> float:
        """Largest sample, in steps."""
        return np.inf if self.encoding.integer_bits is None else self.full_scale - 1

    def round(self, samples: Samples | Exact) -> Exact:
        """Returns the nearest steps, without clipping."""
        if self.encoding is SampleEncoding.FLOAT_32:
            return samples.astype(np.float32).astype(np.float64)
        if self.encoding is SampleEncoding.FLOAT_64:
            return samples.astype(np.float64)
        steps: Exact = np.rint(samples.astype(np.float64) * self.full_scale)
        return steps

    def clip(self, steps: Exact) -> Exact:
        """Returns the steps inside the encoding's range."""
        return np.clip(steps, self.lowest, self.highest)

    def to_file(self, steps: Exact) -> NDArray[np.int32] | Exact:
        """Returns what `AudioWriter.write` takes: integers filling 32 bits from the top, or floats."""
        bits = self.encoding.integer_bits
        return steps if bits is None else (steps * 2.0 ** (32 - bits)).astype(np.int32)


@dataclass(frozen=True)
class Finished:
    """A stem's samples as its file will hold them, and before they were made to fit."""

    steps: Exact
    unclipped: Exact


def finish(grid: Grid, stems: Mapping[str, Samples]) -> dict[str, Finished]:
    """Returns the stems as they are, rounded and clipped."""
    rounded = {name: grid.round(stem) for name, stem in stems.items()}
    return {name: Finished(grid.clip(steps), steps) for name, steps in rounded.items()}


def finish_to_mix(
    grid: Grid, mix: Exact, stems: Mapping[str, Samples], residual: str | None, complements: Sequence[str]
) -> dict[str, Finished]:
    """Returns stems, and mixes without one of them (no_STEM), that add up to the mix exactly.

    Args:
        grid: the encoding of the files.
        mix: the mix, shape (channels, samples), range -1 to 1.
        stems: what the model gave, each of the mix's shape; all stems but one where that one is the residual.
        residual: name of the stem that takes what the others leave of the mix; None where it is not wanted.
        complements: stems that are wanted as no_STEM too; each sums to the mix with its stem.
    """
    mix = grid.clip(grid.round(mix))
    rooms = {name: _room(grid, mix, name in complements) for name in (residual, *stems) if name}
    raw = {name: grid.round(stem) for name, stem in stems.items()}
    if residual:
        raw[residual] = mix - sum(raw.values(), np.zeros_like(mix))
    settled = {name: np.clip(steps, *rooms[name]) for name, steps in raw.items()}
    if residual:
        rest = mix - sum(settled.values(), np.zeros_like(mix))
        for name in (residual, *stems):
            wanted = settled[name] + rest
            settled[name] = np.clip(wanted, *rooms[name])
            rest = wanted - settled[name]
    finished = {name: Finished(settled[name], raw[name]) for name in raw}
    return finished | {f"no_{name}": Finished(mix - settled[name], mix - raw[name]) for name in complements}


def _room(grid: Grid, mix: Exact, has_complement: bool) -> tuple[Exact | float, Exact | float]:
    """Returns the least and most that a stem may be, so that it and its complement can be written."""
    if not has_complement:
        return grid.lowest, grid.highest
    return np.maximum(grid.lowest, mix - grid.highest), np.minimum(grid.highest, mix - grid.lowest)
