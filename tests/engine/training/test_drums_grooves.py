"""Drum parts: playable, inside their time, of every style, and the same for the same random numbers."""

from itertools import pairwise

import numpy as np
import pytest

from engine.backends.drums_voices import GROUPS
from engine.training.drums_grooves import STYLES, Style, groove, random_hits, random_part
from engine.training.drums_strokes import MIDI_KEYS, PIECES, Stroke

DURATION_SEC = 20.0


def by_group(strokes: list[Stroke]) -> dict[str, list[float]]:
    onsets: dict[str, list[float]] = {group: [] for group in GROUPS}
    for stroke in strokes:
        voice = PIECES[stroke.piece]
        if voice:
            onsets[voice.group].append(stroke.onset_sec)
    return onsets


@pytest.mark.parametrize("seed", range(40))
def test_parts_can_be_played(seed: int) -> None:
    strokes = random_part(np.random.default_rng(seed), DURATION_SEC)
    times = [stroke.onset_sec for stroke in strokes]
    assert times == sorted(times)
    assert times[0] >= 0
    assert times[-1] < DURATION_SEC
    assert all(20 <= stroke.velocity <= 127 for stroke in strokes)
    assert all(later - earlier >= 0.04 for onsets in by_group(strokes).values() for earlier, later in pairwise(onsets))


@pytest.mark.parametrize("style", STYLES)
def test_a_groove_keeps_time_on_kick_and_another_drum(style: Style) -> None:
    strokes = groove(np.random.default_rng(0), style, DURATION_SEC)
    onsets = by_group(strokes)
    assert len(onsets["kick"]) >= 5
    assert len(strokes) > 2 * len(onsets["kick"]) or len(onsets["kick"]) > 60
    # No drummer rests for two bars of the slowest tempo.
    assert max(later.onset_sec - earlier.onset_sec for earlier, later in pairwise(strokes)) < 4.0


def test_parts_together_use_every_piece_and_every_group() -> None:
    pieces = {stroke.piece for seed in range(60) for stroke in random_part(np.random.default_rng(seed), DURATION_SEC)}
    assert pieces == set(PIECES) == set(MIDI_KEYS)


def test_random_hits_have_no_pulse() -> None:
    strokes = random_hits(np.random.default_rng(3), 120.0)
    gaps = np.diff(np.unique([stroke.onset_sec for stroke in strokes]))
    # Between events that know nothing of each other, gaps spread as widely as they are long.
    assert 0.8 < gaps.std() / gaps.mean() < 1.2


def test_the_same_numbers_give_the_same_part() -> None:
    first, again, other = (random_part(np.random.default_rng(seed), DURATION_SEC) for seed in (5, 5, 6))
    assert first == again != other
