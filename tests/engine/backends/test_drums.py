"""The drum transcriber: on hits whose times are known, on what is no drum, and wherever the audio is cut."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pretty_midi
import pytest
import torch

from bridge.demo import instruments
from bridge.demo.score import Note
from engine.audio import Samples
from engine.backends import REGISTRY
from engine.backends.drums import THRESHOLDS, DrumsBackend
from engine.backends.drums_features import (
    BAND_COUNT,
    FLOOR_BELS,
    FRAME_RATE_HZ,
    HOP_SAMPLES,
    MARGIN_SAMPLES,
    SAMPLE_RATE_HZ,
    log_mel,
)
from engine.backends.drums_network import DrumCommittee
from engine.backends.drums_peaks import Curves, pick
from engine.backends.drums_voices import GROUPS, KINDS, VOICES
from engine.errors import WeightsCorrupt
from engine.notes import NoteTrack
from engine.training.drums_examples import CLIP_SEC
from engine.training.drums_grooves import STYLES, groove
from engine.training.drums_strokes import PIECES
from engine.training.drums_testing import played
from engine.training.drums_thresholds import match_count
from engine.weights.safetensors_file import write_safetensors
from engine.weights.store import WeightStore

CARD = REGISTRY["drums"]
THRESHOLD = np.full(len(GROUPS), 0.5, dtype=np.float32)


def unheard(fraction: float, message: str) -> None:
    assert 0 <= fraction <= 1


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = WeightStore(tmp_path_factory.mktemp("weights"), is_offline=True)
    return store.fetch(CARD.weights[0], unheard)


@pytest.fixture(scope="module")
def backend(weights: Path) -> DrumsBackend:
    return DrumsBackend(CARD, {CARD.weights[0]: weights}, "cpu")


def transcribe(backend: DrumsBackend, samples: Samples, block_samples: int = 30_000) -> NoteTrack:
    def blocks() -> Iterator[Samples]:
        for begin in range(0, samples.shape[1], block_samples):
            yield samples[:, begin : begin + block_samples]

    return backend.transcribe(blocks(), samples.shape[1], False, unheard)


def onsets_of(track: NoteTrack, group: str) -> list[float]:
    pitches = {voice.pitch for voice in KINDS[group]}
    return [note.onset_sec for note in track.notes if note.pitch in pitches]


Hits = list[tuple[str, float]]
"""Names of sounds and their times, in seconds."""

SOUNDS = {"kick": instruments.kick, "snare": instruments.snare, "hat": instruments.hat}
PATTERN: Hits = [
    *(("kick", 0.5 * beat) for beat in (1, 3, 4, 5, 7, 9, 11, 12, 13, 15)),
    *(("snare", 0.5 * beat) for beat in (2, 6, 10, 14)),
    *(("hat", 0.25 + 0.5 * beat) for beat in range(1, 15)),
]


def performed(strokes: Hits) -> Samples:
    """Returns the hits on the demo's instruments, which are in no kit of the training, shape (2, samples)."""
    random = np.random.default_rng(0)
    mix = np.zeros(int((max(at for _, at in strokes) + 2) * SAMPLE_RATE_HZ))
    for name, onset_sec in strokes:
        sound = SOUNDS[name](Note("drums", 0, onset_sec, 0.2, 0.9), random)
        begin = round(onset_sec * SAMPLE_RATE_HZ)
        mix[begin : begin + len(sound)] += 0.25 * sound[: len(mix) - begin]
    return np.stack([mix, mix]).astype(np.float32)


@pytest.mark.parametrize(("name", "group"), [("kick", "kick"), ("snare", "snare"), ("hat", "hihat")])
def test_finds_each_drum_of_a_groove(backend: DrumsBackend, name: str, group: str) -> None:
    found = onsets_of(transcribe(backend, performed(PATTERN)), group)
    true = sorted(at for piece, at in PATTERN if piece == name)
    matched = match_count(true, found)
    assert 2 * matched / (len(true) + len(found)) > 0.85


def test_onsets_are_where_the_attacks_are(backend: DrumsBackend) -> None:
    # A grid of times that lie nowhere near frames.
    true = [0.5137 + 0.4711 * beat for beat in range(12)]
    found = onsets_of(transcribe(backend, performed([("snare", at) for at in true])), "snare")
    distances_sec = np.abs(np.subtract.outer(true, found)).min(axis=1)
    assert distances_sec.max() < 0.012


def test_louder_strokes_have_higher_velocities(backend: DrumsBackend) -> None:
    soft, hard = [0.5 + beat for beat in range(8)], [1.0 + beat for beat in range(8)]
    loud = performed([("snare", at) for at in hard])
    both = loud + 0.2 * np.pad(performed([("snare", at) for at in soft]), ((0, 0), (0, SAMPLE_RATE_HZ // 2)))
    notes = [note for note in transcribe(backend, both).notes if note.pitch == 38]
    velocities = [
        [n.velocity for n in notes if min(abs(n.onset_sec - at) for at in times) < 0.05] for times in (soft, hard)
    ]
    assert [len(found) >= 6 for found in velocities] == [True, True]
    assert np.mean(velocities[1]) > np.mean(velocities[0]) + 15


def test_notes_are_valid_midi(backend: DrumsBackend) -> None:
    track = transcribe(backend, performed(PATTERN))
    assert (track.name, track.is_drum) == ("drums", True)
    assert {note.pitch for note in track.notes} <= {voice.pitch for voice in VOICES}
    assert all(1 <= note.velocity <= 127 for note in track.notes)
    assert all(0 < note.duration_sec <= 0.1 for note in track.notes)
    ends: dict[int, float] = {}
    for note in track.notes:
        assert note.onset_sec >= ends.get(note.pitch, 0.0) - 1e-9
        ends[note.pitch] = note.offset_sec


def tone(frequency_hz: float, seconds: float) -> Samples:
    time_sec = np.arange(int(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    swell = np.minimum(1, np.minimum(time_sec, time_sec[::-1]) / 0.2)
    return np.asarray(0.3 * swell * np.sin(2 * np.pi * frequency_hz * time_sec), dtype=np.float32)[None]


SILENCES = {
    "silence": np.zeros((2, 5 * SAMPLE_RATE_HZ), dtype=np.float32),
    "one sample": np.zeros((1, 1), dtype=np.float32),
    "a high tone": tone(1760.0, 5.0),
    "steady noise": (0.05 * np.random.default_rng(0).standard_normal((2, 5 * SAMPLE_RATE_HZ))).astype(np.float32)
    * np.minimum(1, np.arange(5 * SAMPLE_RATE_HZ, dtype=np.float32) / SAMPLE_RATE_HZ),
}


@pytest.mark.parametrize("name", SILENCES)
def test_finds_nothing_where_nothing_is_struck(backend: DrumsBackend, name: str) -> None:
    assert transcribe(backend, SILENCES[name]).notes == ()


def test_no_samples_are_no_notes(backend: DrumsBackend) -> None:
    assert transcribe(backend, np.zeros((2, 0), dtype=np.float32)).notes == ()


def test_it_does_not_matter_where_segments_and_blocks_end(weights: Path) -> None:
    samples = performed(PATTERN)
    whole = transcribe(
        DrumsBackend(CARD, {CARD.weights[0]: weights}, "cpu", segment_frames=5000), samples, samples.shape[1]
    )
    for segment_frames, block_samples in ((37, 5000), (250, 44_100), (101, 1234)):
        cut = transcribe(DrumsBackend(CARD, {CARD.weights[0]: weights}, "cpu", segment_frames), samples, block_samples)
        assert len(cut.notes) == len(whole.notes)
        for note, expected in zip(cut.notes, whole.notes, strict=True):
            assert note.pitch == expected.pitch
            assert abs(note.velocity - expected.velocity) <= 1
            assert note.onset_sec == pytest.approx(expected.onset_sec, abs=1e-4)


def test_reports_every_segment_and_can_be_stopped(backend: DrumsBackend) -> None:
    fractions: list[float] = []
    samples = np.zeros((1, 35 * SAMPLE_RATE_HZ), dtype=np.float32)
    backend.transcribe([samples], samples.shape[1], False, lambda fraction, message: fractions.append(fraction))
    assert fractions == [0.0, 0.25, 0.5, 0.75, 1.0]

    class Stopped(Exception):
        pass

    def stop(fraction: float, message: str) -> None:
        if fraction > 0:
            raise Stopped

    with pytest.raises(Stopped):
        backend.transcribe([samples], samples.shape[1], False, stop)


def test_other_weights_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    write_safetensors(path, {THRESHOLDS: THRESHOLD}, {})
    with pytest.raises(WeightsCorrupt, match=r"other\.safetensors"):
        DrumsBackend(CARD, {CARD.weights[0]: path}, "cpu")
    state = {name: tensor.numpy() for name, tensor in DrumCommittee().state_dict().items() if "num_batches" not in name}
    write_safetensors(path, state, {})
    with pytest.raises(WeightsCorrupt, match=r"other\.safetensors"):
        DrumsBackend(CARD, {CARD.weights[0]: path}, "cpu")
    write_safetensors(path, state | {THRESHOLDS: THRESHOLD}, {})
    torch.manual_seed(0)
    assert DrumsBackend(CARD, {CARD.weights[0]: path}, "cpu").card is CARD


def test_frames_are_bels_on_a_mel_scale_in_time() -> None:
    silence = log_mel(np.zeros(SAMPLE_RATE_HZ, dtype=np.float32))
    assert silence.shape == ((SAMPLE_RATE_HZ - 2 * MARGIN_SAMPLES) // HOP_SAMPLES + 1, BAND_COUNT)
    assert (silence == FLOOR_BELS).all()
    bands = [int(log_mel(tone(f, 1.0)[0])[50].argmax()) for f in (50, 100, 400, 1600, 6400, 15_000)]
    assert bands == sorted(set(bands))
    louder = log_mel(10 * tone(1000, 1.0)[0])[50].max() - log_mel(tone(1000, 1.0)[0])[50].max()
    assert louder == pytest.approx(2.0, abs=1e-3)  # ten times the amplitude is a hundred times the power
    click = np.zeros(SAMPLE_RATE_HZ, dtype=np.float32)
    click[MARGIN_SAMPLES + 40 * HOP_SAMPLES] = 1.0
    assert int(log_mel(click).mean(axis=1).argmax()) == 40


def test_peaks_are_local_maxima_above_the_threshold_of_their_group() -> None:
    onset = np.zeros((60, len(GROUPS)), dtype=np.float32)
    onset[9:12, 0] = (0.6, 0.9, 0.7)  # a peak a little after frame 10
    onset[12, 0] = 0.65  # too near to be one
    onset[30:32, 1] = 0.8  # flat: the first counts
    onset[40, 2] = 0.4  # too low
    kind = np.zeros((60, len(VOICES)), dtype=np.float32)
    peaks = pick(Curves(onset, np.full_like(onset, 0.25), kind), THRESHOLD)
    assert [(peak.voice.name, peak.frame) for peak in peaks] == [("kick", 10), ("snare", 30)]
    assert peaks[0].onset_sec == pytest.approx((10 + 0.1) / FRAME_RATE_HZ, abs=1e-3)
    assert peaks[0].velocity == 0.25


def test_the_kind_is_the_best_of_its_group() -> None:
    onset = np.zeros((20, len(GROUPS)), dtype=np.float32)
    onset[10, GROUPS.index("tom")] = 0.9
    kind = np.zeros((20, len(VOICES)), dtype=np.float32)
    names = [voice.name for voice in VOICES]
    kind[10, names.index("high tom")] = 1.0
    kind[10, names.index("ride")] = 5.0
    (peak,) = pick(Curves(onset, onset, kind), THRESHOLD)
    assert peak.voice.pitch == 50


@pytest.mark.skipif(not shutil.which("fluidsynth"), reason="fluidsynth plays the groove")
def test_finds_kick_and_snare_of_an_unseen_general_midi_kit(backend: DrumsBackend) -> None:
    soundfont = Path(pretty_midi.__file__).with_name("TimGM6mb.sf2")
    strokes = groove(np.random.default_rng(7), STYLES[1], CLIP_SEC)
    track = transcribe(backend, played(strokes, soundfont, program=0))
    for group in ("kick", "snare"):
        true = [s.onset_sec for s in strokes if (voice := PIECES[s.piece]) is not None and voice.group == group]
        found = onsets_of(track, group)
        assert 2 * match_count(true, found) / (len(true) + len(found)) > 0.85
