"""Basic Pitch: the published graph's numbers, the package's notes, and a scale whose notes are known."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from benchmarks.note_scores import score
from benchmarks.peers import basic_pitch_module, basic_pitch_onnx, basic_pitch_predict
from engine.audio import Samples
from engine.backends import REGISTRY, load_transcriber
from engine.backends.base import TranscriptionBackend
from engine.backends.basic_pitch import WINDOW_HOP_SAMPLES, frame_count, frame_times_sec
from engine.backends.basic_pitch_network import KEPT_FRAMES, SAMPLE_RATE_HZ, WINDOW_SAMPLES, BasicPitchNetwork, convert
from engine.backends.basic_pitch_notes import Posteriorgram, create_notes
from engine.errors import WeightsCorrupt
from engine.notes import Note
from engine.resampling import resample, resampled_count
from engine.weights.safetensors_file import write_safetensors
from engine.weights.store import WeightStore
from tests.songs import excerpt

CARD = REGISTRY["basic-pitch"]
# Two runtimes add the same numbers in another order. Where nothing sounds, bins hold their rounding errors only, which
# decibels make large: 2e-5 was seen on singing, 1.3e-4 on synthetic tones.
TOLERANCE = 1e-3


def silent(fraction: float, message: str) -> None:
    pass


@pytest.fixture(scope="module")
def weights(weight_store: WeightStore) -> Path:
    return weight_store.fetch("basic-pitch", silent)


@pytest.fixture(scope="module")
def backend(weights: Path) -> TranscriptionBackend:
    return load_transcriber(CARD, {"basic-pitch": weights}, "cpu")


def transcribe(backend: TranscriptionBackend, samples: Samples, rate_hz: int, has_bends: bool = False) -> list[Note]:
    count = resampled_count(samples.shape[-1], rate_hz, CARD.sample_rate_hz)
    blocks = resample([samples], rate_hz, CARD.sample_rate_hz, count)
    return list(backend.transcribe(blocks, count, has_bends, silent).notes)


def plucked(pitch: float, seconds: float, bend_semitones: float = 0.0) -> Samples:
    """Returns a decaying tone with six harmonics, shape (1, samples), that glides by `bend_semitones`."""
    time_sec = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    curve = pitch + bend_semitones * time_sec / seconds
    phase = 2 * np.pi * np.cumsum(440 * 2 ** ((curve - 69) / 12)) / SAMPLE_RATE_HZ
    tone = sum(np.sin(k * phase) / k**1.5 for k in range(1, 7)) * np.exp(-2 * time_sec)
    edge = np.minimum(1, np.minimum(time_sec, time_sec[::-1]) / 0.005)
    return np.asarray(0.3 * tone * edge, dtype=np.float32)[None]


def smooth_noise(frame_total: int, bin_count: int, seed: int) -> Posteriorgram:
    """Returns what looks like a posteriorgram: blobs along time, some above the thresholds, many near them."""
    rng = np.random.default_rng(seed)
    values = rng.standard_normal((frame_total + 14, bin_count))
    smooth = np.mean([values[start : start + frame_total] for start in range(15)], axis=0)
    return np.asarray(1 / (1 + np.exp(-8 * (smooth - 0.15))), dtype=np.float32)


@pytest.mark.weights
def test_the_network_gives_what_the_published_graph_gives(weights: Path) -> None:
    import onnxruntime
    from safetensors.torch import load_file

    rng = np.random.default_rng(0)
    scale = np.concatenate([plucked(pitch, 0.5) for pitch in (45, 57, 64, 76)], axis=1)[0, :WINDOW_SAMPLES]
    windows = np.stack([scale, 0.1 * rng.standard_normal(WINDOW_SAMPLES)]).astype(np.float32)
    with torch.inference_mode():
        found = BasicPitchNetwork(load_file(weights))(torch.from_numpy(windows))
    session = onnxruntime.InferenceSession(str(basic_pitch_onnx()), providers=["CPUExecutionProvider"])
    names = [f"StatefulPartitionedCall:{number}" for number in (1, 2, 0)]
    expected = session.run(names, {"serving_default_input_2:0": windows[:, :, None]})
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours.numpy(), theirs[:, 15:-15], rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("seed", range(6))
def test_notes_are_those_that_the_package_makes_of_the_same_posteriorgrams(seed: int) -> None:
    count = 400
    notes, onsets = smooth_noise(count, 88, seed), smooth_noise(count, 88, seed + 100)
    contours = smooth_noise(count, 264, seed + 200)
    creation = basic_pitch_module("note_creation")
    raw = creation.output_to_notes_polyphonic(
        notes.copy(), onsets.copy(), onset_thresh=0.5, frame_thresh=0.3, min_note_len=11, infer_onsets=True,
        max_freq=None, min_freq=None,
    )  # fmt: skip
    theirs = sorted(creation.get_pitch_bends(contours, raw), key=lambda note: (note[0], note[2]))
    ours = create_notes(notes, onsets, contours, np.arange(count, dtype=np.float64))
    assert len(theirs) > 50
    assert [(n.onset_sec, n.offset_sec, n.pitch) for n in ours] == [note[:3] for note in theirs]
    assert [n.velocity for n in ours] == [round(127 * float(note[3])) for note in theirs]
    for note, expected in zip(ours, theirs, strict=True):
        curve = [0.0] * len(expected[4])
        for bend in note.bends:
            curve[int(bend.offset_sec) :] = [bend.semitones] * (len(curve) - int(bend.offset_sec))
        assert curve == pytest.approx([steps / 3 for steps in expected[4]])


@pytest.mark.weights
def test_a_scale_comes_back_as_its_notes(backend: TranscriptionBackend) -> None:
    scale = (60, 62, 64, 65, 67, 69, 71, 72)
    samples = np.concatenate([np.zeros((1, 2205), np.float32), *(plucked(pitch, 0.4) for pitch in scale)], axis=1)
    truth = [Note(pitch, 80, 0.1 + 0.4 * number, 0.4) for number, pitch in enumerate(scale)]
    # A window that is mostly digital silence shows its quietest sounds, too.
    found = [note for note in transcribe(backend, samples, SAMPLE_RATE_HZ) if note.pitch < 90]
    assert [note.pitch for note in found] == list(scale)
    assert score(truth, found).onset == 1.0


@pytest.mark.weights
def test_bends_follow_the_pitch_and_come_only_on_request(backend: TranscriptionBackend) -> None:
    glide = plucked(69, 1.0, bend_semitones=0.8)
    assert not any(note.bends for note in transcribe(backend, glide, SAMPLE_RATE_HZ))
    notes = [n for n in transcribe(backend, glide, SAMPLE_RATE_HZ, has_bends=True) if n.pitch in (69, 70)]
    reached = [note.pitch + bend.semitones for note in notes for bend in note.bends]
    assert min(reached) == pytest.approx(69, abs=0.4)
    assert max(reached) == pytest.approx(69.8, abs=0.4)


@pytest.mark.weights
def test_a_real_song_gives_the_notes_that_the_package_gives(backend: TranscriptionBackend, tmp_path: Path) -> None:
    samples, rate_hz = excerpt("muldjord/armygeddon/song.ogg", 60.0, 12.0)
    path = tmp_path / "song.wav"
    soundfile.write(path, samples.T, rate_hz, subtype="FLOAT")
    theirs = basic_pitch_predict(path)
    ours = transcribe(backend, samples, rate_hz)
    assert len(theirs) > 20
    assert score(theirs, ours).onset >= 0.99


@pytest.mark.weights
def test_what_is_left_of_a_sound_that_has_ended_is_no_note(backend: TranscriptionBackend) -> None:
    rest = np.full((1, 4 * SAMPLE_RATE_HZ + 9000), -9.5e-9, np.float32)  # as a synthesiser leaves it, at -160 dBFS
    song = np.concatenate([plucked(60, 1.0), rest], axis=1)
    assert [note.pitch for note in transcribe(backend, song, SAMPLE_RATE_HZ)] == [60]


def test_frames_count_and_lie_where_the_windows_put_them() -> None:
    times_sec = frame_times_sec(2 * KEPT_FRAMES)
    assert (np.diff(times_sec) > 0).all()
    assert times_sec[KEPT_FRAMES] == pytest.approx(WINDOW_HOP_SAMPLES / SAMPLE_RATE_HZ)
    assert [frame_count(count) for count in (1, 256, 257, WINDOW_HOP_SAMPLES, WINDOW_HOP_SAMPLES + 1)] == [
        1, 1, 2, KEPT_FRAMES, KEPT_FRAMES + 1,
    ]  # fmt: skip


def test_no_frame_lies_beyond_the_end_of_the_audio() -> None:
    for sample_count in (1, 5000, 36_164, 36_165, 600 * SAMPLE_RATE_HZ):
        assert frame_times_sec(frame_count(sample_count))[-1] < sample_count / SAMPLE_RATE_HZ


def test_other_weights_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    write_safetensors(path, {"x": np.zeros(1, np.float32)}, {})
    with pytest.raises(WeightsCorrupt, match="kernels_real"):
        load_transcriber(CARD, {"basic-pitch": path}, "cpu")


def test_a_graph_of_another_model_is_refused(tmp_path: Path) -> None:
    import onnx

    onnx.save(onnx.helper.make_model(onnx.helper.make_graph([], "other", [], [])), str(tmp_path / "nmp.onnx"))
    with pytest.raises(WeightsCorrupt, match="not the Basic Pitch that is expected"):
        convert(tmp_path, tmp_path / "out.safetensors")
