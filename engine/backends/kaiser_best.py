"""Sample-rate conversion by resampy 0.2.2's filter “kaiser_best”: the one that musicnn heard in training.

A model of spectrograms knows the roll-off of the converter before it. Any other good converter moves musicnn's scores
by up to 0.3 (see docs/models.md), so this one is part of the model: a sinc of 64 zero crossings under a Kaiser window,
kept as a table of 512 points a crossing and read with linear interpolation (Smith, "Digital audio resampling",
https://ccrma.stanford.edu/~jos/resample/). The step through the table is cut to an integer, which stretches the filter
a little whenever the rate falls; that belongs to what the model knows, too.

What is ours is the order of the work. Between rates whose ratio is L/M, output sample t needs the same weights as
sample t + L. All weights are worked out once for a pair of rates, and laid out so that a group of neighbouring outputs,
in every period at once, is one product of matrices whose rows are overlapping pieces of the input. PyTorch does it, for
the sake of its threads alone: numpy's would get in the way of a network that runs beside it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from math import ceil, gcd

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.audio import Samples

ZERO_CROSSINGS = 64
POINTS_PER_CROSSING = 512
BETA = 14.769656459379492
ROLL_OFF = 0.9475937167399596

_TABLE_POINTS = ZERO_CROSSINGS * POINTS_PER_CROSSING + 1
_GROUP_OUTPUTS = 32
"""Neighbouring outputs share most of their inputs; more of them in a product means more zeros in its matrix."""


@dataclass(frozen=True)
class _Group:
    """Some neighbouring outputs of a row."""

    first_input: int
    weights: Tensor
    """Shape (inputs, outputs)."""


@dataclass(frozen=True)
class _Bank:
    """All weights for a pair of rates. A row is a whole number of periods, so that all rows are alike."""

    row_inputs: int
    reach: int
    """Inputs that an output needs on either side."""
    groups: tuple[_Group, ...]

    @property
    def needed_inputs(self) -> int:
        """Inputs that one row looks at, some of which belong to the next."""
        return max(group.first_input + len(group.weights) for group in self.groups)


def resample(blocks: Iterable[Samples], from_hz: int, to_hz: int) -> Iterator[Samples]:
    """Yields the audio at another rate, in blocks of any length, rounded up to a whole number of samples in all.

    Args:
        blocks: consecutive parts of one channel, shape (samples,).
        from_hz: their rate.
        to_hz: the rate to convert to.
    """
    if from_hz == to_hz:
        yield from blocks
        return
    bank = _bank(from_hz, to_hz)
    waiting = np.zeros(bank.reach - 1, np.float32)
    input_count = output_count = 0
    for block in blocks:
        input_count += len(block)
        waiting = np.concatenate([waiting, block])
        converted, waiting = _convert_rows(waiting, bank)
        output_count += len(converted)
        if len(converted):
            yield converted
    # The last outputs look beyond the end. An output that the input does not wholly reach is silence, as in librosa.
    end = np.zeros(bank.needed_inputs + bank.row_inputs, np.float32)
    converted, _ = _convert_rows(np.concatenate([waiting, end]), bank)
    left = input_count * to_hz // from_hz - output_count
    yield np.pad(converted[:left], (0, ceil(input_count * to_hz / from_hz) - output_count - left))


def _convert_rows(waiting: Samples, bank: _Bank) -> tuple[Samples, Samples]:
    """Returns the outputs of all rows whose inputs are there, and the inputs that later rows need."""
    row_count = max(0, (len(waiting) - bank.needed_inputs) // bank.row_inputs + 1)
    samples = torch.from_numpy(waiting)
    answers = [
        samples.as_strided((row_count, len(group.weights)), (bank.row_inputs, 1), group.first_input) @ group.weights
        for group in bank.groups
    ]
    return torch.cat(answers, dim=1).flatten().numpy(), waiting[row_count * bank.row_inputs :]


@lru_cache(maxsize=16)
def _bank(from_hz: int, to_hz: int) -> _Bank:
    divisor = gcd(from_hz, to_hz)
    period_inputs, period_outputs = from_hz // divisor, to_hz // divisor
    scale = min(1.0, to_hz / from_hz)
    step = int(scale * POINTS_PER_CROSSING)
    reach = ceil(_TABLE_POINTS / step) + 1
    # Rows no shorter than what a group looks at: only then does a matrix product take them without a copy.
    group_inputs = 2 * reach + ceil(_GROUP_OUTPUTS * from_hz / to_hz) + 1
    periods = max(1, ceil(group_inputs / period_inputs), ceil(_GROUP_OUTPUTS / period_outputs))
    row_outputs = periods * period_outputs
    groups = []
    for first in range(0, row_outputs, _GROUP_OUTPUTS):
        numbers = range(first, min(first + _GROUP_OUTPUTS, row_outputs))
        places = [divmod(number * period_inputs, period_outputs) for number in numbers]
        base = places[0][0]
        weights = np.zeros((places[-1][0] - base + 2 * reach, len(numbers)), np.float32)
        for column, (whole, remainder) in enumerate(places):
            taps = _taps(scale * remainder / period_outputs, scale, step, reach)
            weights[whole - base : whole - base + 2 * reach, column] = taps
        groups.append(_Group(base, torch.from_numpy(weights)))
    return _Bank(periods * period_inputs, reach, tuple(groups))


def _taps(fraction: float, scale: float, step: int, reach: int) -> NDArray[np.float64]:
    """Returns the weights of an output that lies `fraction` zero crossings after an input, shape (2 * reach,).

    That input is number reach - 1 of them.
    """
    before = _wing(fraction * POINTS_PER_CROSSING, step)
    after = _wing((scale - fraction) * POINTS_PER_CROSSING, step)
    taps = np.zeros(2 * reach)
    taps[reach - len(before) : reach] = scale * before[::-1]
    taps[reach : reach + len(after)] = scale * after
    return taps


def _wing(position: float, step: int) -> NDArray[np.float64]:
    """Returns every `step`-th point of the table from `position` on."""
    table, slopes = _table()
    offset = int(position)
    count = (_TABLE_POINTS - offset) // step
    points: NDArray[np.float64] = table[offset::step][:count] + (position - offset) * slopes[offset::step][:count]
    return points


@cache
def _table() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Returns the right half of the filter, its peak first, and how much it changes from each point to the next."""
    crossings = np.linspace(0, ZERO_CROSSINGS, _TABLE_POINTS)
    window = np.kaiser(2 * _TABLE_POINTS - 1, BETA)[_TABLE_POINTS - 1 :]
    table = ROLL_OFF * np.sinc(ROLL_OFF * crossings) * window
    return table, np.diff(table, append=table[-1])
