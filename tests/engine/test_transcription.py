"""Transcription of files with real models: what "auto" takes, what "full" finds, and what is warned of.

The sounds are the demo's piece, whose notes are known, played with some of its instruments.
"""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import numpy as np
import pretty_midi
import pytest

from bridge.demo.player import PIECE, play
from bridge.demo.score import Note, Score, read_score
from engine.audio import Samples
from engine.jobs.records import Lane
from engine.notes import NoteTrack
from engine.transcription import Transcription, TranscriptionOrder, transcribe_file
from engine.weights.store import WeightStore
from engine.worker import Worker
from tests.conftest import WriteWav

pytestmark = pytest.mark.weights

RATE_HZ = 44_100
DRUMS = ("kick", "snare", "hat", "crash")
START_SEC, LENGTH_SEC = 8.0, 7.0
ONSET_SEC = 0.05


@pytest.fixture(scope="module")
def worker(weight_store: WeightStore) -> Worker:
    return Worker("cpu", Lane.DEVICE, weight_store, weight_budget_bytes=1_000_000_000)


def piece(instruments: Collection[str]) -> tuple[Samples, list[Note]]:
    """Returns some of the demo's instruments, shape (2, samples), and their notes."""
    score = read_score(PIECE)
    notes = [
        replace(note, onset_sec=note.onset_sec - START_SEC)
        for note in score.notes
        if note.instrument in instruments and START_SEC <= note.onset_sec < START_SEC + LENGTH_SEC - 1
    ]
    return play(Score(score.title, tuple(notes), LENGTH_SEC - 1.5)).astype(np.float32), notes


def transcribe(worker: Worker, audio: Path, folder: Path, model: str) -> Transcription:
    return transcribe_file(audio, TranscriptionOrder(model), worker, folder, lambda fraction, message: None)


def found_share(truth: Collection[Note], track: NoteTrack) -> float:
    """Returns the share of true notes that are found, with their pitch, within 50 ms."""
    found = [(note.pitch, note.onset_sec) for note in track.notes]
    hits = sum(
        any(pitch == note.pitch and abs(onset - note.onset_sec) < ONSET_SEC for pitch, onset in found) for note in truth
    )
    return hits / len(truth)


@pytest.mark.parametrize(("instruments", "model"), [(DRUMS, "drums"), (("bass",), "basic-pitch")])
def test_auto_takes_the_model_that_suits_a_solo_and_says_so(
    worker: Worker, write_wav: WriteWav, tmp_path: Path, instruments: tuple[str, ...], model: str
) -> None:
    samples, _ = piece(instruments)
    found = transcribe(worker, write_wav(samples=samples), tmp_path, "auto")
    assert f"“{model}”" in found.choice_message
    assert [track.is_drum for track in found.tracks] == [model == "drums"]


def test_a_whole_mix_becomes_tracks_of_its_instruments(worker: Worker, write_wav: WriteWav, tmp_path: Path) -> None:
    samples, notes = piece((*DRUMS, "bass", "keys"))
    found = transcribe(worker, write_wav(samples=samples), tmp_path, "auto")
    assert "“full”" in found.choice_message
    tracks = {track.name: track for track in found.tracks}
    assert tracks["drums"].is_drum
    assert (tracks["bass"].program, tracks["bass"].is_drum) == (33, False)
    assert found_share([note for note in notes if note.instrument == "bass"], tracks["bass"]) > 0.7
    midi = pretty_midi.PrettyMIDI(str(found.midi))
    assert {part.name for part in midi.instruments} == set(tracks)
    assert sum(len(part.notes) for part in midi.instruments) == pytest.approx(
        sum(len(track.notes) for track in found.tracks), rel=0.02
    )
    assert list(tmp_path.glob("*.wav")) == [tmp_path / "song.wav"]  # stems are gone


def test_noise_and_drums_given_to_models_of_tones_are_warned_of(
    worker: Worker, write_wav: WriteWav, tmp_path: Path
) -> None:
    noise = np.random.default_rng(3).normal(0, 0.1, (1, 3 * RATE_HZ)).astype(np.float32)
    assert "noise" in " ".join(transcribe(worker, write_wav("n.wav", noise), tmp_path, "voice").warnings)
    drums, _ = piece(("kick", "snare"))
    found = transcribe(worker, write_wav("d.wav", drums[:, : 4 * RATE_HZ]), tmp_path, "piano")
    assert "drums" in " ".join(found.warnings)


def test_clipped_audio_is_written_down_and_warned_of(worker: Worker, write_wav: WriteWav, tmp_path: Path) -> None:
    samples, notes = piece(("keys",))
    found = transcribe(worker, write_wav(samples=np.clip(6 * samples, -1, 1)), tmp_path, "basic-pitch")
    assert "clipped" in " ".join(found.warnings)
    assert found_share(notes, found.tracks[0]) > 0.3


def test_the_tempo_is_the_pieces(worker: Worker, write_wav: WriteWav, tmp_path: Path) -> None:
    samples, _ = piece((*DRUMS, "bass"))
    found = transcribe(worker, write_wav(samples=samples), tmp_path, "basic-pitch")
    tempo = found.analysis.tempo_map.tempos[0].quarter_bpm
    assert min(abs(tempo * factor - 96.0) for factor in (0.5, 1.0, 2.0)) < 96.0 * 0.04
