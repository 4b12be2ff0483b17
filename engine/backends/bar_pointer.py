"""Beats and bars from what a network says of every frame: the bar pointer model, decoded exactly.

A pointer runs through the bar at some tempo; where it passes a beat, the network should see one. The state is
(metre, beat of the bar, frames per beat, frames since the beat), the state space that Krebs, Böck and Widmer made small
("An efficient state space model for joint tempo and meter tracking", ISMIR 2015): one state per frame of a beat, tempo
changes at beats only. Here the metre may change as well, at a bar line, at a price.

Two things make it fast. Between beats nothing is decided, so that a beat is one step: what its frames are worth comes
from running sums, and only the frames where beats begin are states (a semi-Markov chain with the same paths). And no
beat is shorter than `min_interval`, so that as many frames are worked out at once. The price of a change of tempo grows
with the distance of the tempi in octaves, up to that of a jump, so that the best way into every tempo takes two running
maxima instead of a table of all pairs (the distance transform of Felzenszwalb and Huttenlocher, 2012).

Time grows with the number of frames; what is kept for each is one byte for every beat and tempo.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_FRESH = 255
"""In place of where a path came from: it begins here."""
_LEAST_PROBABILITY = 1e-6


@dataclass(frozen=True)
class BarModel:
    """The state space and the prices of its changes; logarithms are natural."""

    min_interval: int
    """Frames of the shortest beat."""
    max_interval: int
    """Frames of the longest beat; at most 254 more than of the shortest."""
    beats_per_bar: tuple[int, ...] = (2, 3, 4)
    tempo_change_cost: float = 200.0
    """For each factor of e between the tempi of two beats."""
    tempo_jump_cost: float = 60.0
    """What any change costs at most: tempi do jump, from one part of a piece to the next."""
    metre_change_cost: float = 20.0
    beat_share: int = 16
    """A beat is seen in the first 1/16 of the time to the next."""

    @cached_property
    def intervals(self) -> Indices:
        """Frames per beat, shape (tempi,)."""
        return np.arange(self.min_interval, self.max_interval + 1)

    @cached_property
    def first_beats(self) -> Indices:
        """Index of each metre's downbeat among the beats of all metres."""
        return np.cumsum((0, *self.beats_per_bar))[:-1]

    @cached_property
    def last_beats(self) -> Indices:
        """Index of each metre's last beat."""
        return np.cumsum(self.beats_per_bar) - 1

    @cached_property
    def previous_beats(self) -> Indices:
        """Index of the beat before each."""
        previous = np.arange(sum(self.beats_per_bar)) - 1
        previous[self.first_beats] = self.last_beats
        return previous

    @cached_property
    def bar_positions(self) -> Indices:
        """Place of each beat in its bar, from 1."""
        return np.concatenate([np.arange(1, count + 1) for count in self.beats_per_bar])

    @cached_property
    def tempo_prices(self) -> Floats:
        """Coordinate of each tempo, shape (tempi, 1): the price of a change is the distance of two."""
        prices: Floats = self.tempo_change_cost * np.log(self.intervals)[:, None]
        return prices

    @cached_property
    def tempo_norms(self) -> Floats:
        """Logarithm of what the probabilities of all changes from a tempo would sum to, shape (tempi, 1)."""
        prices = np.minimum(np.abs(self.tempo_prices - self.tempo_prices.T), self.tempo_jump_cost)
        norms: Floats = np.log(np.exp(-prices).sum(axis=1, keepdims=True))
        return norms

    @cached_property
    def metre_prices(self) -> Floats:
        """What a change costs, shape (from metre, to metre)."""
        return self.metre_change_cost * (1.0 - np.eye(len(self.beats_per_bar)))


def decode_bars(probabilities: Floats, model: BarModel) -> tuple[Indices, Indices]:
    """Returns the frames of the beats, in order, and their places in the bar (1 is the downbeat).

    Args:
        probabilities: of a beat that is no downbeat and of a downbeat, shape (frames, 2); at least one frame.
        model: the state space.
    """
    lattice = _Lattice(probabilities, model)
    lattice.run()
    frames, positions = lattice.trace()
    inside = frames >= 0
    return frames[inside], positions[inside]


class _Lattice:
    """Best scores of all beginnings of beats, and where each came from.

    Beats may be cut at both ends of the piece, so that it is padded with the longest beat's frames, which are worth
    nothing. Arrays have the shape (frames, tempi, beats).
    """

    def __init__(self, probabilities: Floats, model: BarModel) -> None:
        self._model = model
        self._pad = model.max_interval
        self._end = len(probabilities) + self._pad
        self._frame_count = self._end + self._pad
        self._sums = _running_sums(probabilities, model.beat_share, self._pad)
        states = (len(model.intervals), sum(model.beats_per_bar))
        self._scores = np.full((model.max_interval + model.min_interval + 1, *states), -np.inf)
        self._from_tempo = np.full((self._frame_count, *states), _FRESH, dtype=np.uint8)
        self._from_metre = np.zeros((self._frame_count, states[0], len(model.beats_per_bar)), dtype=np.uint8)
        self._final = (-np.inf, 0, 0, 0)

    def run(self) -> None:
        """Fills the lattice from its first frame to its last."""
        step = self._model.min_interval
        for start in range(0, self._frame_count, step):
            frames = np.arange(start, min(start + step, self._frame_count))
            self._begin(frames, self._finish(frames))

    def _finish(self, frames: Indices) -> Floats:
        """Returns the scores of the beats that end at each of the frames, and notes the best end of all."""
        model = self._model
        begins = frames[:, None] - model.intervals
        worth = _beat_worth(self._sums, begins, model)
        is_downbeat = (model.bar_positions == 1).astype(np.intp)
        rows = begins % len(self._scores), np.arange(len(model.intervals))
        scores: Floats = self._scores[rows] + worth[..., is_downbeat]
        scores[begins < 0] = -np.inf
        is_final = (frames >= self._end)[:, None] & (begins < self._end)
        if is_final.any():
            final = np.where(is_final[..., None], scores, -np.inf)
            frame, tempo, beat = np.unravel_index(int(final.argmax()), final.shape)
            best = float(final[frame, tempo, beat])
            if best > self._final[0]:
                self._final = best, int(frames[frame]), int(tempo), int(beat)
        return scores

    def _begin(self, frames: Indices, finished: Floats) -> None:
        """Fills in the beats that begin at each of the frames, from those that end there."""
        model = self._model
        firsts = model.first_beats
        scores = finished[..., model.previous_beats] - model.tempo_norms
        by_metre = scores[..., firsts, None] - model.metre_prices
        metres = by_metre.argmax(axis=-2)
        scores[..., firsts] = by_metre.max(axis=-2)
        scores, tempi = _best_tempi(scores, model.tempo_prices, model.tempo_jump_cost)
        # A path may begin with any beat that is under way, or begins, at the first frame of the piece.
        is_first = (frames[:, None] > self._pad - model.intervals) & (frames <= self._pad)[:, None]
        is_fresh = is_first[..., None] & (scores < 0.0)
        self._scores[frames % len(self._scores)] = np.where(is_fresh, 0.0, scores)
        self._from_tempo[frames] = np.where(is_fresh, _FRESH, tempi)
        self._from_metre[frames] = np.take_along_axis(metres, tempi[..., firsts], axis=1)

    def trace(self) -> tuple[Indices, Indices]:
        """Returns frames (negative for a beat that began before the piece) and bar positions along the best path."""
        model = self._model
        metre_of = {int(beat): metre for metre, beat in enumerate(model.first_beats)}
        _, end, tempo, beat = self._final
        frames, positions = [], []
        while True:
            end -= int(model.intervals[tempo])
            frames.append(end - self._pad)
            positions.append(int(model.bar_positions[beat]))
            source = int(self._from_tempo[end, tempo, beat])
            if source == _FRESH:
                return np.array(frames[::-1]), np.array(positions[::-1])
            if beat in metre_of:
                beat = int(model.last_beats[self._from_metre[end, tempo, metre_of[beat]]])
            else:
                beat -= 1
            tempo = source


def _running_sums(probabilities: Floats, beat_share: int, pad: int) -> Floats:
    """Returns what all frames before each are worth as a beat, a downbeat and neither, shape (3, padded frames + 1)."""
    neither = (1.0 - probabilities.sum(axis=1)) / (beat_share - 1)
    worth = np.log(np.maximum(np.stack([*probabilities.T, neither]), _LEAST_PROBABILITY))
    sums: Floats = np.pad(np.cumsum(np.pad(worth, ((0, 0), (pad, pad))), axis=1), ((0, 0), (1, 0)))
    return sums


def _beat_worth(sums: Floats, begins: Indices, model: BarModel) -> Floats:
    """Returns what a beat that begins there is worth, as a beat and as a downbeat: shape (frames, tempi, 2)."""
    begins = np.maximum(begins, 0)
    seen_until = begins - (-model.intervals // model.beat_share)
    ends = begins + model.intervals
    rest = sums[2, ends] - sums[2, seen_until]
    return np.stack([sums[kind, seen_until] - sums[kind, begins] + rest for kind in (0, 1)], axis=-1)


def _best_tempi(scores: Floats, prices: Floats, jump_price: float) -> tuple[Floats, Indices]:
    """Returns for every tempo the best score after a change to it, and the tempo that it came from.

    Args:
        scores: before the change, shape (frames, tempi, beats).
        prices: see `BarModel.tempo_prices`; they rise.
        jump_price: of any change, where it is less.
    """
    slower, from_faster = _running_max(scores + prices)
    faster, from_slower = _running_max((scores - prices)[:, ::-1])
    slower, faster = slower - prices, faster[:, ::-1] + prices
    from_slower = scores.shape[1] - 1 - from_slower[:, ::-1]
    is_slower = slower >= faster
    best, source = np.where(is_slower, slower, faster), np.where(is_slower, from_faster, from_slower)
    highest = scores.argmax(axis=1, keepdims=True)
    jumped = np.take_along_axis(scores, highest, axis=1) - jump_price
    is_jump = jumped > best
    return np.where(is_jump, jumped, best), np.where(is_jump, highest, source)


def _running_max(scores: Floats) -> tuple[Floats, Indices]:
    """Returns the largest score so far along the tempi, and where it stands."""
    largest = np.maximum.accumulate(scores, axis=1)
    places = np.where(scores >= largest, np.arange(scores.shape[1])[:, None], 0)
    return largest, np.maximum.accumulate(places, axis=1)
