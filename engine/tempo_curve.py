"""The time of every beat as few straight lines: where the tempo changes, and where a beat was only found a little off.

Beats as found jitter by some hundredths of a second. Times are cut into the stretches whose straight lines, together,
are nearest to them, each stretch at a price (an optimal partition; Jackson et al., "An algorithm for optimal
partitioning of data on an interval", 2005). The price is what noise alone would hardly buy, so that steady music is one
line, and a ritardando a few. Then the lines are fitted again, joined at their ends, with little weight on beats that
lie far off (Huber's estimator).
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_NOISE_SEC = 0.015
"""Standard deviation of a beat as found: networks hear in steps of 20 ms."""
_STRETCH_PRICE = 40.0
"""In squared standard deviations: what a stretch has to explain, far above what noise offers."""
_HUBER_NOISES = 1.5
_HUBER_ROUNDS = 8


@dataclass(frozen=True)
class TempoCurve:
    """Time as a function of the number of the beat: straight lines from knot to knot, and on beyond both ends."""

    knots: Floats
    """Numbers of beats, rising; two at least."""
    times_sec: Floats
    """Their times."""

    def time_at(self, beat: float) -> float:
        """Returns when a beat falls; numbers need not be whole, nor inside the knots."""
        index = int(np.clip(np.searchsorted(self.knots, beat, side="right") - 1, 0, len(self.knots) - 2))
        along = (beat - self.knots[index]) / (self.knots[index + 1] - self.knots[index])
        return float(self.times_sec[index] + along * (self.times_sec[index + 1] - self.times_sec[index]))

    def beat_sec(self) -> Floats:
        """Returns the length of a beat between each knot and the next."""
        lengths: Floats = np.diff(self.times_sec) / np.diff(self.knots)
        return lengths


def fit_tempo_curve(times_sec: Floats) -> TempoCurve:
    """Returns the curve of the beats 0, 1, 2 ... that were found at these times.

    Args:
        times_sec: at least two, rising.
    """
    knots = _partition(times_sec / _NOISE_SEC, _STRETCH_PRICE)
    curve = TempoCurve(knots.astype(np.float64), _joined_lines(times_sec, knots, _HUBER_NOISES * _NOISE_SEC))
    if np.any(curve.beat_sec() <= 0):  # lines through beats that make no sense together
        return TempoCurve(np.arange(len(times_sec), dtype=np.float64), times_sec)
    return curve


def _partition(values: Floats, price: float) -> NDArray[np.intp]:
    """Returns where the stretches meet, with both ends: the cheapest way from the first value to the last.

    A stretch costs the squared distances of its values from their own straight line, and `price`; neighbours share the
    value at which they meet. Sums over any stretch come from running sums.
    """
    count = len(values)
    x = np.arange(count, dtype=np.float64)
    y = values - np.polyval(np.polyfit(x, values, 1), x)  # small numbers, whose squares keep their digits
    sums = np.pad(np.cumsum([np.ones(count), x, y, x * x, x * y, y * y], axis=1), ((0, 0), (1, 0)))
    cheapest, source = np.full(count, np.inf), np.zeros(count, dtype=np.intp)
    cheapest[0] = 0.0
    for end in range(1, count):
        n, sx, sy, sxx, sxy, syy = sums[:, end + 1, None] - sums[:, :end]
        spread = sxx - sx * sx / n
        unexplained = syy - sy * sy / n - (sxy - sx * sy / n) ** 2 / spread
        costs = cheapest[:end] + np.maximum(unexplained, 0.0) + price
        source[end] = costs.argmin()
        cheapest[end] = costs[source[end]]
    knots = [count - 1]
    while knots[-1]:
        knots.append(int(source[knots[-1]]))
    return np.array(knots[::-1])


def _joined_lines(values: Floats, knots: NDArray[np.intp], reach: float) -> Floats:
    """Returns the values at the knots of the polyline that fits best; what lies beyond `reach` counts less and less."""
    x = np.arange(len(values))
    hats = np.zeros((len(values), len(knots)))
    for index, (left, right) in enumerate(pairwise(knots)):
        inside = slice(left, right + 1)
        along = (x[inside] - left) / (right - left)
        hats[inside, index], hats[inside, index + 1] = 1 - along, along
    weights, heights = np.ones(len(values)), values[knots]
    for _ in range(_HUBER_ROUNDS):
        heights = np.asarray(np.linalg.lstsq(hats * weights[:, None], values * weights, rcond=None)[0], np.float64)
        off = np.abs(values - hats @ heights)
        weights = np.sqrt(np.minimum(1.0, reach / np.maximum(off, 1e-12)))
    return heights
