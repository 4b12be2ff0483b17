"""Voice: notes of curves that are known, and of synthetic singing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.audio import Samples
from engine.backends import REGISTRY, load_transcriber
from engine.backends.base import TranscriptionBackend
from engine.backends.voice_notes import Curve, PitchCurve, find_notes
from engine.weights.store import WeightStore

CARD = REGISTRY["voice"]
HOP_SEC = 0.016
SAMPLE_RATE_HZ = CARD.sample_rate_hz


def held(pitch: float, seconds: float, vibrato_semitones: float = 0.0) -> Curve:
    """Returns the curve of one held pitch, with vibrato of 5.5 Hz."""
    time_sec = np.arange(round(seconds / HOP_SEC)) * HOP_SEC
    return np.asarray(pitch + vibrato_semitones * np.sin(2 * np.pi * 5.5 * time_sec))


def sung(semitones: Curve, confidence: Curve | None = None, level_db: Curve | None = None) -> PitchCurve:
    """Returns a curve that is surely sung at -20 dB, unless said otherwise."""
    full = np.ones(len(semitones))
    return PitchCurve(
        semitones,
        0.98 * full if confidence is None else confidence,
        -20 * full if level_db is None else level_db,
        HOP_SEC,
    )


def test_a_step_makes_two_notes_at_its_time() -> None:
    first, second = find_notes(sung(np.concatenate([held(60, 0.48), held(62, 0.48)])), has_bends=False)
    assert (first.pitch, second.pitch) == (60, 62)
    assert second.onset_sec == pytest.approx(0.48, abs=HOP_SEC)
    assert first.offset_sec == pytest.approx(second.onset_sec)
    assert second.offset_sec == pytest.approx(0.96, abs=HOP_SEC)


@pytest.mark.parametrize("vibrato_semitones", [0.3, 0.6, 0.9])
def test_vibrato_is_one_note_and_its_bends_on_request(vibrato_semitones: float) -> None:
    curve = sung(held(69, 1.0, vibrato_semitones))
    (plain,) = find_notes(curve, has_bends=False)
    assert plain.pitch == 69
    assert plain.bends == ()
    (bent,) = find_notes(curve, has_bends=True)
    bends = np.array([bend.semitones for bend in bent.bends])
    assert bends.max() == pytest.approx(vibrato_semitones, abs=0.1)
    assert bends.min() == pytest.approx(-vibrato_semitones, abs=0.1)
    offsets_sec = [bend.offset_sec for bend in bent.bends]
    assert offsets_sec[0] == 0
    assert offsets_sec == sorted(offsets_sec)
    assert offsets_sec[-1] < bent.duration_sec


def test_a_glide_between_notes_is_no_note_of_its_own() -> None:
    glide = np.linspace(60, 67, round(0.08 / HOP_SEC))
    notes = find_notes(sung(np.concatenate([held(60, 0.4), glide, held(67, 0.4)])), has_bends=False)
    assert [note.pitch for note in notes] == [60, 67]


def test_a_note_that_is_sung_again_shows_by_a_dip_of_the_level() -> None:
    level_db = np.full(60, -20.0)
    level_db[30:33] -= 20
    notes = find_notes(sung(held(64, 60 * HOP_SEC), level_db=level_db), has_bends=False)
    assert [note.pitch for note in notes] == [64, 64]
    assert notes[1].onset_sec == pytest.approx(33 * HOP_SEC, abs=2 * HOP_SEC)


def test_what_is_not_sung_is_no_note() -> None:
    confidence = np.concatenate([np.full(30, 0.95), np.full(30, 0.05), np.full(30, 0.95)])
    notes = find_notes(sung(held(64, 90 * HOP_SEC), confidence=confidence), has_bends=False)
    assert [round(note.onset_sec / HOP_SEC) for note in notes] == pytest.approx([0, 60], abs=1)
    assert find_notes(sung(held(64, 1.0), confidence=np.full(62, 0.1)), has_bends=False) == ()


def test_blips_are_too_short_for_notes() -> None:
    confidence = np.full(60, 0.01)
    confidence[20:23] = 0.99
    assert find_notes(sung(held(64, 60 * HOP_SEC), confidence=confidence), has_bends=False) == ()


def test_a_melody_between_semitones_keeps_its_intervals() -> None:
    # Half a semitone sharp with a little spread, where each note by itself might go either way.
    spread = (0.44, 0.53, 0.47, 0.55, 0.45)
    steps = [held(pitch + off, 0.4) for pitch, off in zip((60, 62, 64, 62, 60), spread, strict=True)]
    pitches = [note.pitch for note in find_notes(sung(np.concatenate(steps)), has_bends=False)]
    assert np.diff(pitches).tolist() == [2, 2, -2, -2]


def test_a_louder_note_has_a_higher_velocity_and_gain_changes_none() -> None:
    semitones = np.concatenate([held(60, 0.4), held(64, 0.4), held(67, 0.4)])
    level_db = np.repeat([-30.0, -18.0, -24.0], len(semitones) // 3)
    notes = find_notes(sung(semitones, level_db=level_db), has_bends=False)
    quietest, loudest, middle = (note.velocity for note in notes)
    assert quietest < middle < loudest
    # General MIDI: half the velocity is 12 dB less.
    assert quietest == pytest.approx(loudest / 2, abs=1)
    assert find_notes(sung(semitones, level_db=level_db - 15), has_bends=False) == notes


@settings(max_examples=50)
@given(st.integers(0, 2**32 - 1), st.integers(1, 120))
def test_whatever_the_curve_notes_are_valid_and_do_not_overlap(seed: int, frame_count: int) -> None:
    rng = np.random.default_rng(seed)
    curve = PitchCurve(
        rng.uniform(30, 96, frame_count), rng.uniform(0, 1, frame_count), rng.uniform(-140, 0, frame_count), HOP_SEC
    )
    notes = find_notes(curve, has_bends=True)
    ends = [0.0, *(note.offset_sec for note in notes)]
    for note, previous_end in zip(notes, ends, strict=False):
        assert note.onset_sec >= previous_end - 1e-9
        assert note.duration_sec > 0
        assert 0 <= note.pitch <= 127
        assert 1 <= note.velocity <= 127
    assert ends[-1] <= frame_count * HOP_SEC


@pytest.fixture(scope="module")
def backend(weight_store: WeightStore) -> TranscriptionBackend:
    return load_transcriber(CARD, {"swift-f0": weight_store.fetch("swift-f0", lambda done, message: None)}, "cpu")


def vowel(curve: Curve, sample_rate_hz: int = SAMPLE_RATE_HZ) -> Samples:
    """Returns a voice on the vowel “a” whose pitch follows the curve, one value a sample."""
    frequency_hz = 440 * 2 ** ((curve - 69) / 12)
    phase = 2 * np.pi * np.cumsum(frequency_hz) / sample_rate_hz
    wave = np.zeros(len(curve))
    for k in range(1, 24):
        partial_hz = k * frequency_hz
        formants = np.exp(-(((partial_hz - 700) / 200) ** 2)) + 0.5 * np.exp(-(((partial_hz - 1200) / 250) ** 2))
        wave += (formants + 0.02) * (partial_hz < sample_rate_hz / 2) * np.sin(k * phase)
    return np.asarray(0.3 * wave / np.abs(wave).max(), dtype=np.float32)[None]


@pytest.mark.weights
def test_a_sung_scale_with_vibrato_comes_back_as_its_notes(backend: TranscriptionBackend) -> None:
    scale = (57, 59, 60, 62, 64, 65, 67, 69)
    time_sec = np.arange(round(0.5 * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    vibrato = 0.4 * np.sin(2 * np.pi * 5.5 * time_sec) * np.clip((time_sec - 0.1) / 0.2, 0, 1)
    song = vowel(np.concatenate([pitch + vibrato for pitch in scale]))
    notes = backend.transcribe([song], song.shape[-1], False, lambda done, message: None).notes
    assert [note.pitch for note in notes] == list(scale)
    assert [note.onset_sec for note in notes] == pytest.approx([0.5 * number for number in range(8)], abs=0.05)


@pytest.mark.weights
def test_a_note_across_two_windows_is_one(backend: TranscriptionBackend) -> None:
    song = vowel(np.full(12 * SAMPLE_RATE_HZ, 60.0))
    (note,) = backend.transcribe([song], song.shape[-1], False, lambda done, message: None).notes
    assert note.pitch == 60
    assert note.duration_sec == pytest.approx(12, abs=0.1)
