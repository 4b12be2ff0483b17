"""The demo's piece, whose true stems are known, through the default model on its real weights."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from numpy.typing import NDArray

from bridge import core
from bridge.client import EngineClient
from bridge.demo.instruments import SAMPLE_RATE_HZ
from bridge.demo.player import PIECE, play, render
from bridge.demo.score import read_score
from engine.settings import default_folders
from tests.conftest import RunEngine

START_SEC, END_SEC = 5.0, 13.0
# Measured: vocals 7.0, drums 13.3, bass 21.4, other 7.7 dB. The floors leave a decibel for other versions' rounding.
FLOOR_DB = {"vocals": 6.0, "drums": 12.3, "bass": 20.4, "other": 6.7}
MADE_OF = {"vocals": {"voice"}, "drums": {"kick", "snare", "hat", "crash"}, "bass": {"bass"}, "other": {"keys"}}


def si_sdr_db(estimate: NDArray[np.float64], truth: NDArray[np.float64]) -> float:
    """Returns the scale-invariant signal-to-distortion ratio (Le Roux et al. 2019)."""
    scaled = truth * (np.vdot(estimate, truth) / np.vdot(truth, truth))
    return float(10 * np.log10(np.sum(scaled**2) / np.sum((estimate - scaled) ** 2)))


@pytest.mark.weights
async def test_the_piece_comes_apart_into_what_it_was_made_of(run_engine: RunEngine, tmp_path: Path) -> None:
    @asynccontextmanager
    async def connect() -> AsyncIterator[EngineClient]:
        weights_folder = default_folders()[1]
        async with (
            run_engine(weights_folder=weights_folder, is_offline=False) as engine,
            EngineClient(engine.address) as client,
        ):
            yield client

    song = tmp_path / "song.wav"
    render(PIECE, song)
    order = core.SplitOrder(song=song, folder=tmp_path / "out", range_sec=(START_SEC, END_SEC))
    result = await core.split(order, connect, lambda event: None)
    score = read_score(PIECE)
    found_db: dict[str, float] = {}
    for name, instruments in MADE_OF.items():
        part = replace(score, notes=tuple(note for note in score.notes if note.instrument in instruments))
        truth = play(part)[:, round(START_SEC * SAMPLE_RATE_HZ) : round(END_SEC * SAMPLE_RATE_HZ)]
        stem, _ = sf.read(result.stems[name])
        found_db[name] = si_sdr_db(stem.T, truth)
    assert {name: db for name, db in found_db.items() if db < FLOOR_DB[name]} == {}
