"""The bar pointer model against a plain Viterbi over every single state, and on pulses whose bars are known."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.backends.bar_pointer import BarModel, decode_bars

Floats = NDArray[np.float64]

SMALL = BarModel(
    min_interval=3,
    max_interval=5,
    beats_per_bar=(2, 3),
    tempo_change_cost=2.0,
    tempo_jump_cost=0.8,
    metre_change_cost=1.0,
    beat_share=2,
)
REAL = BarModel(min_interval=14, max_interval=55)


def plain_viterbi(probabilities: Floats, model: BarModel) -> tuple[list[int], list[int]]:
    """Returns beats and bar positions by the textbook: one state for every frame of every beat, metre and tempo."""
    intervals = range(model.min_interval, model.max_interval + 1)
    states = [
        (metre, beat, interval, frame)
        for metre in model.beats_per_bar
        for beat in range(metre)
        for interval in intervals
        for frame in range(interval)
    ]
    moves = np.array([[log_move(model, before, after) for after in states] for before in states])
    seen = np.array([[log_seen(model, state, frame) for state in states] for frame in probabilities])
    scores, sources = seen[0], []
    for worth in seen[1:]:
        ways = scores[:, None] + moves
        sources.append(ways.argmax(axis=0))
        scores = ways.max(axis=0) + worth
    path = [int(scores.argmax())]
    for source in reversed(sources):
        path.append(int(source[path[-1]]))
    begun = [(frame, states[index][1] + 1) for frame, index in enumerate(path[::-1]) if states[index][3] == 0]
    return [frame for frame, _ in begun], [position for _, position in begun]


def log_move(model: BarModel, before: tuple[int, ...], after: tuple[int, ...]) -> float:
    """Returns the logarithm of the probability of a step, but for the price of the metre, which is none."""
    metre, beat, interval, frame = before
    new_metre, new_beat, new_interval, new_frame = after
    if frame + 1 < interval:
        return 0.0 if after == (metre, beat, interval, frame + 1) else -np.inf
    is_bar_line = beat + 1 == metre
    if new_frame or new_beat != (beat + 1) % metre or (new_metre != metre and not is_bar_line):
        return -np.inf
    others = range(model.min_interval, model.max_interval + 1)
    norm = np.log(sum(np.exp(-tempo_price(model, interval, other)) for other in others))
    return float(-tempo_price(model, interval, new_interval) - norm - model.metre_change_cost * (new_metre != metre))


def tempo_price(model: BarModel, before: int, after: int) -> float:
    return min(model.tempo_change_cost * abs(float(np.log(after / before))), model.tempo_jump_cost)


def log_seen(model: BarModel, state: tuple[int, ...], probabilities: Floats) -> float:
    _, beat, interval, frame = state
    if frame * model.beat_share < interval:
        return float(np.log(probabilities[1 if beat == 0 else 0]))
    return float(np.log((1 - probabilities.sum()) / (model.beat_share - 1)))


@pytest.mark.parametrize("seed", range(8))
def test_the_path_is_the_best_of_all(seed: int) -> None:
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet([0.3, 0.3, 0.5], size=40)[:, :2] * 0.98 + 0.005
    frames, positions = decode_bars(probabilities, SMALL)
    assert (frames.tolist(), positions.tolist()) == plain_viterbi(probabilities, SMALL)


def pulses(frames: NDArray[np.floating[Any]], is_downbeat: NDArray[np.bool_], frame_count: int) -> Floats:
    """Returns probabilities that are high at the nearest frames."""
    probabilities = np.full((frame_count, 2), 0.01)
    probabilities[np.round(frames).astype(int), is_downbeat.astype(int)] = 0.9
    return probabilities


@pytest.mark.parametrize("metre", [2, 3, 4])
def test_bars_are_found_where_the_downbeats_are(metre: int) -> None:
    beats = 7 + 25.0 * np.arange(24)
    found, positions = decode_bars(pulses(beats, np.arange(24) % metre == 1, 620), REAL)
    # A beat is seen in its first 2 frames of 25, so that it may begin one early; after the last, one more would fit.
    assert np.abs(found[:24] - beats).max() <= 1
    assert positions[:24].tolist() == [(number - 1) % metre + 1 for number in range(24)]


def test_the_metre_may_change_at_a_bar_line() -> None:
    positions = [1, 2, 3, 4] * 6 + [1, 2, 3] * 8
    beats = 3 + 30.0 * np.arange(len(positions))
    _, found = decode_bars(pulses(beats, np.array(positions) == 1, 1450), REAL)
    assert found[: len(positions)].tolist() == positions


def test_beats_follow_a_jump_and_a_ramp_of_the_tempo() -> None:
    lengths = np.concatenate([np.full(16, 30.0), np.full(16, 20.0), np.linspace(20, 40, 40)])
    beats = 5 + np.cumsum(lengths)
    found, _ = decode_bars(pulses(beats, np.arange(len(beats)) % 4 == 0, int(beats[-1]) + 20), REAL)
    assert len(found) >= len(beats)
    assert max(np.abs(found - beat).min() for beat in np.round(beats)) <= 2


def test_a_piece_of_one_frame_has_a_path() -> None:
    frames, positions = decode_bars(np.array([[0.1, 0.8]]), REAL)
    assert frames.tolist() == [0]
    assert positions.tolist() == [1]
