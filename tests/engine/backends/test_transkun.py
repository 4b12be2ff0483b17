"""Transkun: how audio is cut, what weights are refused, and the package's notes of a phrase on a synthetic piano."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.audio import Samples
from engine.backends import REGISTRY, load_transcriber
from engine.backends.transkun import LEAD_SAMPLES, STEP_SAMPLES, segment_count, segments
from engine.backends.transkun_checkpoint import CHECKPOINT_NAME, convert
from engine.backends.transkun_network import SAMPLE_RATE_HZ, SEGMENT_SAMPLES
from engine.errors import WeightsCorrupt
from engine.notes import SUSTAIN_PEDAL, NoteTrack
from engine.weights.safetensors_file import write_safetensors
from engine.weights.store import WeightStore
from tests.golden.piano import piano_phrase

CARD = REGISTRY["piano"]
GOLDEN = Path(__file__).parents[2] / "golden" / "transkun_2.npz"
# Two orders of adding the same float32 numbers: 2e-7 s was seen.
TOLERANCE_SEC = 1e-4


def silent(fraction: float, message: str) -> None:
    pass


@pytest.fixture(scope="module")
def track(weight_store: WeightStore) -> NoteTrack:
    """The phrase, transcribed: ten seconds, so that a segment ends within it."""
    backend = load_transcriber(CARD, {"transkun-2": weight_store.fetch("transkun-2", silent)}, "cpu")
    phrase = piano_phrase()
    return backend.transcribe(in_blocks(phrase, 100_000), phrase.shape[-1], False, silent)


def in_blocks(samples: Samples, block_samples: int) -> Iterator[Samples]:
    for start in range(0, samples.shape[-1], block_samples):
        yield samples[:, start : start + block_samples]


@given(
    sample_count=st.integers(1, 4 * STEP_SAMPLES),
    block_samples=st.integers(50_000, 1_000_000),
    channel_count=st.sampled_from([1, 2]),
)
@settings(max_examples=10)
def test_segments_hold_all_of_the_audio_at_its_place(sample_count: int, block_samples: int, channel_count: int) -> None:
    ramp = np.arange(1, sample_count + 1, dtype=np.float32)
    audio = np.stack([ramp, -ramp][:channel_count])
    padded = np.pad(audio, ((0, 0), (LEAD_SAMPLES, 2 * SEGMENT_SAMPLES)))
    found = list(segments(in_blocks(audio, block_samples), sample_count))
    assert len(found) == segment_count(sample_count)
    for number, segment in enumerate(found):
        start = number * STEP_SAMPLES
        np.testing.assert_array_equal(segment, padded[:, start : start + SEGMENT_SAMPLES])
    heard = (len(found) - 1) * STEP_SAMPLES - LEAD_SAMPLES + SEGMENT_SAMPLES
    assert sample_count + SAMPLE_RATE_HZ <= heard < sample_count + SAMPLE_RATE_HZ + SEGMENT_SAMPLES


def test_only_what_the_next_segment_needs_is_read_ahead() -> None:
    read = 0

    def blocks() -> Iterator[Samples]:
        nonlocal read
        for _ in range(1000):
            read += SAMPLE_RATE_HZ
            yield np.zeros((2, SAMPLE_RATE_HZ), dtype=np.float32)

    rest = segments(blocks(), 1000 * SAMPLE_RATE_HZ)
    for number in range(20):
        next(rest)
        assert read <= number * STEP_SAMPLES - LEAD_SAMPLES + SEGMENT_SAMPLES + SAMPLE_RATE_HZ


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    write_safetensors(path, {"x": np.zeros(1, np.float32)}, {})
    with pytest.raises(WeightsCorrupt, match=r"other\.safetensors"):
        load_transcriber(CARD, {"transkun-2": path}, "cpu")


@pytest.mark.parametrize("content", [{"state_dict": {}}, {"x": torch.zeros(1)}, [1]])
def test_a_checkpoint_of_another_model_is_refused(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / CHECKPOINT_NAME)
    with pytest.raises(WeightsCorrupt, match="not Transkun's second model"):
        convert(tmp_path, tmp_path / "out.safetensors")


def test_a_checkpoint_that_would_run_code_is_refused(tmp_path: Path) -> None:
    torch.save({"state_dict": Path("x")}, tmp_path / CHECKPOINT_NAME)
    with pytest.raises(WeightsCorrupt, match="not Transkun's second model"):
        convert(tmp_path, tmp_path / "out.safetensors")


@pytest.mark.weights
def test_makes_the_notes_that_the_package_makes(track: NoteTrack) -> None:
    golden = np.load(GOLDEN)["notes"]
    ours = np.array([[note.onset_sec, note.offset_sec, note.pitch, note.velocity] for note in track.notes])
    assert len(ours) > 15
    np.testing.assert_array_equal(ours[:, 2:], golden[:, 2:])
    np.testing.assert_allclose(ours[:, :2], golden[:, :2], rtol=0, atol=TOLERANCE_SEC)


@pytest.mark.weights
def test_moves_the_pedals_that_the_package_moves(track: NoteTrack) -> None:
    golden = np.load(GOLDEN)["pedals"]
    ours = np.array([[change.time_sec, change.number, change.value] for change in track.control_changes])
    assert SUSTAIN_PEDAL in ours[:, 1]
    np.testing.assert_array_equal(ours[:, 1:], golden[:, 1:])
    np.testing.assert_allclose(ours[:, 0], golden[:, 0], rtol=0, atol=TOLERANCE_SEC)
