"""Loudness in LUFS, as broadcasters measure it: ITU-R BS.1770-4, integrated and gated.

The audio goes through two filters that imitate the ear ("K-weighting": a shelf for the head, a high-pass for what is
not heard). The mean power of blocks of 400 ms, one every 100 ms, is averaged over the blocks that are not silence
(above -70 LUFS) and not background (at most 10 LU below the average of the former).

The standard gives the filters as numbers for 48 kHz. At other rates they are made from the analogue filters behind
those numbers, by the bilinear transform that made them.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.signal import sosfilt

from engine.audio import Samples

OFFSET_LU = -0.691
SILENCE_LUFS = -70.0
BACKGROUND_LU = -10.0
HOPS_PER_SEC = 10
HOPS_PER_BLOCK = 4

# What the standard's coefficients at 48 kHz come to as analogue filters.
_SHELF_HZ = 1681.974450955533
_SHELF_DB = 3.999843853973347
_SHELF_Q = 0.7071752369554196
_SHELF_MIDDLE = 0.4996667741545416
_HIGH_PASS_HZ = 38.13547087602444
_HIGH_PASS_Q = 0.5003270373238773


class LoudnessMeter:
    """Measures blocks as they pass; one or two channels, which count alike."""

    def __init__(self, sample_rate_hz: int) -> None:
        self._sample_rate_hz = sample_rate_hz
        self._filters = k_weighting(sample_rate_hz)
        self._state: NDArray[np.float64] | None = None
        self._waiting = np.zeros(0)
        self._hop_powers: list[float] = []
        self._energy = 0.0
        self._count = 0

    def add(self, block: Samples) -> None:
        """Takes in the next samples, shape (channels, samples)."""
        if self._state is None:
            self._state = np.zeros((len(self._filters), len(block), 2))
        weighted, self._state = sosfilt(self._filters, block.astype(np.float64), axis=-1, zi=self._state)
        squares = np.square(weighted).sum(axis=0)
        self._energy += float(squares.sum())
        self._count += len(squares)
        self._waiting = np.concatenate([self._waiting, squares])
        self._take_hops()

    @property
    def lufs(self) -> float:
        """Integrated loudness of what was added; minus infinity for silence.

        Sounds shorter than 400 ms, for which the standard has no answer, count as one block of their own length.
        """
        if len(self._hop_powers) < HOPS_PER_BLOCK:
            return _lufs(self._energy / max(self._count, 1))
        block_powers = np.convolve(self._hop_powers, np.full(HOPS_PER_BLOCK, 1 / HOPS_PER_BLOCK), mode="valid")
        audible = block_powers[block_powers > _power(SILENCE_LUFS)]
        if not len(audible):
            return -math.inf
        return _lufs(audible[audible > _power(_lufs(audible.mean()) + BACKGROUND_LU)].mean())

    def _take_hops(self) -> None:
        """Moves what is complete to the hops, which end at the sample nearest to their time."""
        start = self._hop_end(len(self._hop_powers))
        position = 0
        while (end := self._hop_end(len(self._hop_powers) + 1) - start) <= len(self._waiting):
            self._hop_powers.append(float(self._waiting[position:end].mean()))
            position = end
        self._waiting = self._waiting[position:]

    def _hop_end(self, number: int) -> int:
        return round(number * self._sample_rate_hz / HOPS_PER_SEC)


def _lufs(power: float) -> float:
    return OFFSET_LU + 10 * math.log10(power) if power > 0 else -math.inf


def _power(lufs: float) -> float:
    return float(10 ** ((lufs - OFFSET_LU) / 10))


def k_weighting(sample_rate_hz: int) -> NDArray[np.float64]:
    """Returns the shelf and the high-pass as second-order sections, shape (2, 6)."""
    k = math.tan(math.pi * _SHELF_HZ / sample_rate_hz)
    high = 10 ** (_SHELF_DB / 20)
    middle = high**_SHELF_MIDDLE
    shelf_scale = 1 + k / _SHELF_Q + k * k
    shelf = [
        (high + middle * k / _SHELF_Q + k * k) / shelf_scale,
        2 * (k * k - high) / shelf_scale,
        (high - middle * k / _SHELF_Q + k * k) / shelf_scale,
        1.0,
        2 * (k * k - 1) / shelf_scale,
        (1 - k / _SHELF_Q + k * k) / shelf_scale,
    ]
    k = math.tan(math.pi * _HIGH_PASS_HZ / sample_rate_hz)
    pass_scale = 1 + k / _HIGH_PASS_Q + k * k
    # The standard leaves the numerator as it is, so the filter passes 1.005 of high frequencies.
    high_pass = [1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / pass_scale, (1 - k / _HIGH_PASS_Q + k * k) / pass_scale]
    return np.array([shelf, high_pass])
