"""A whole mix stem by stem, with the separator and the transcribers replaced by fakes whose answers are known."""

from pathlib import Path

import numpy as np
import pytest

from engine import ensemble
from engine.backends import REGISTRY
from engine.backends.base import Card
from engine.ensemble import PARTS, transcribe_stems
from engine.errors import JobCancelled
from engine.jobs.records import Lane
from engine.notes import NoteTrack
from engine.weights.store import WeightStore
from engine.worker import Worker
from tests.conftest import WriteWav, tones


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Worker:
    """A worker that separates and transcribes with the fakes: every stem is a scaled mix, every sound middle C."""
    monkeypatch.setattr(ensemble, "default_card", lambda task: REGISTRY["fake"])
    monkeypatch.setattr(ensemble, "find_card", lambda name, task: REGISTRY["fake-notes"])
    return Worker("cpu", Lane.DEVICE, WeightStore(tmp_path / "weights", is_offline=True), 0)


def transcribe(worker: Worker, mix: Path, folder: Path) -> tuple[tuple[NoteTrack, ...], list[float]]:
    fractions: list[float] = []
    tracks = transcribe_stems(mix, False, worker, folder, lambda fraction, message: fractions.append(fraction))
    return tracks, fractions


def test_every_stem_becomes_a_track_of_its_instrument(worker: Worker, write_wav: WriteWav, tmp_path: Path) -> None:
    tracks, fractions = transcribe(worker, write_wav(samples=tones(2.5)), tmp_path)
    assert [(track.name, track.program) for track in tracks] == [
        (name, PARTS[name].program) for name in ("drums", "bass", "vocals", "other")
    ]
    assert all([note.onset_sec for note in track.notes] == [0.0, 1.0, 2.0] for track in tracks)
    assert fractions == sorted(fractions)
    assert (fractions[0], max(fractions) <= 1.0) == (0.0, True)
    assert [path.name for path in tmp_path.glob("*.*")] == ["song.wav"]


def test_what_an_instrument_cannot_play_is_left_out(
    worker: Worker, write_wav: WriteWav, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PARTS, "bass", ensemble.Part("basic-pitch", 33, range(23, 60)))
    tracks, _ = transcribe(worker, write_wav(samples=tones(1.0)), tmp_path)
    assert "bass" not in [track.name for track in tracks]


def test_a_stem_that_holds_only_what_leaked_is_left_out(
    worker: Worker, write_wav: WriteWav, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ensemble, "LEAK_DB", 9.0)  # drums have 1/2 of the mix, bass 1/4, the others 1/8
    tracks, _ = transcribe(worker, write_wav(samples=tones(1.0)), tmp_path)
    assert [track.name for track in tracks] == ["drums", "bass"]


@pytest.mark.parametrize("at", [0.1, 0.75])
def test_a_cancelled_run_leaves_no_stem(worker: Worker, write_wav: WriteWav, tmp_path: Path, at: float) -> None:
    def report(fraction: float, message: str) -> None:
        if fraction >= at:
            raise JobCancelled("The job was cancelled.")

    with pytest.raises(JobCancelled):
        transcribe_stems(write_wav(samples=np.tile(tones(1.0), 5)), False, worker, tmp_path, report)
    assert [path.name for path in tmp_path.glob("*.*")] == ["song.wav"]


def test_every_stem_that_a_separator_may_give_has_a_part() -> None:
    cards: list[Card] = [card for card in REGISTRY.values() if card.task == "separation"]
    assert {stem for card in cards for stem in card.outputs} <= set(PARTS)
