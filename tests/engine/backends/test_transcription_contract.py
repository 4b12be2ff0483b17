"""What every transcriber must do, run over every card of the registry with this task, on its real weights."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from engine.audio import Samples
from engine.backends import REGISTRY, load_transcriber
from engine.backends.base import Card, TranscriptionBackend
from engine.errors import JobCancelled
from engine.notes import NoteTrack, by_onset
from engine.weights.store import WeightStore
from tests.golden.piano import piano_phrase

CARDS = [
    pytest.param(card, id=card.name, marks=[pytest.mark.weights] if card.weights else [])
    for card in REGISTRY.values()
    if card.task == "transcription"
]
SECONDS = 4.0
BLOCK_SAMPLES = 4096
# Where the last bits of the audio differ, or the share of it that is computed together, a note near a threshold may
# come or go, and ends may move.
MOVED_SEC = 0.05
COMMON_SHARE = 0.9


@dataclass(frozen=True)
class Subject:
    """A loaded backend, with a phrase and what it makes of it."""

    backend: TranscriptionBackend
    phrase: Samples
    track: NoteTrack


def phrase(rate_hz: int) -> Samples:
    """Returns tones with harmonics and soft noise at each beginning, mono: something for every kind of transcriber."""
    rng = np.random.default_rng(0)
    time_sec = np.arange(round(0.5 * rate_hz)) / rate_hz
    envelope = np.minimum(1, np.minimum(time_sec / 0.01, time_sec[::-1] / 0.02)) * np.exp(-time_sec)
    knock = 0.3 * np.exp(-60 * time_sec)
    tones = []
    for pitch in (57, 60, 64, 69, 67, 64, 60, 57)[: round(SECONDS / 0.5)]:
        phase = 2 * np.pi * 440 * 2 ** ((pitch - 69) / 12) * time_sec
        harmonics = np.sum([np.sin(k * phase) / k for k in range(1, 9)], axis=0)
        tones.append(0.2 * envelope * harmonics + knock * rng.standard_normal(len(time_sec)))
    return np.concatenate(tones).astype(np.float32)[None]


def phrase_for(card: Card) -> Samples:
    """Returns what the card's model can hear: Transkun finds no piano in the phrase of the others."""
    if card.name == "piano":
        mono: Samples = piano_phrase(SECONDS).mean(axis=0, keepdims=True)
        return mono
    return phrase(card.sample_rate_hz)


def silent(fraction: float, message: str) -> None:
    pass


def in_blocks(samples: Samples, block_samples: int = BLOCK_SAMPLES) -> Iterator[Samples]:
    for start in range(0, samples.shape[-1], block_samples):
        yield samples[:, start : start + block_samples]


def transcribe(backend: TranscriptionBackend, samples: Samples, block_samples: int = BLOCK_SAMPLES) -> NoteTrack:
    return backend.transcribe(in_blocks(samples, block_samples), samples.shape[-1], False, silent)


def common_share(first: NoteTrack, second: NoteTrack) -> float:
    """Returns the share of notes of either track that the other has, too, with nearly the same beginning."""
    rest = list(second.notes)
    common = 0
    for note in first.notes:
        near = [o for o in rest if o.pitch == note.pitch and abs(o.onset_sec - note.onset_sec) <= MOVED_SEC]
        if near:
            rest.remove(near[0])
            common += 1
    return 2 * common / max(1, len(first.notes) + len(second.notes))


@pytest.fixture(scope="module", params=CARDS)
def subject(request: pytest.FixtureRequest, weight_store: WeightStore) -> Subject:
    card: Card = request.param
    paths = {name: weight_store.fetch(name, silent) for name in card.weights}
    backend = load_transcriber(card, paths, "cpu")
    samples = phrase_for(card)
    return Subject(backend, samples, transcribe(backend, samples))


def test_notes_are_valid_and_in_order(subject: Subject) -> None:
    track = subject.track
    assert len(track.notes) >= 4
    assert track.name
    assert track.notes == by_onset(track.notes)
    assert 0 <= track.program <= 127
    for note in track.notes:
        assert 0 <= note.pitch <= 127
        assert 1 <= note.velocity <= 127
        assert 0 <= note.onset_sec <= SECONDS
        assert note.duration_sec > 0
        assert note.bends == ()
    for change in track.control_changes:
        assert 0 <= change.number <= 127
        assert 0 <= change.value <= 127
        assert change.time_sec >= 0


def test_the_same_audio_gives_the_same_notes(subject: Subject) -> None:
    assert transcribe(subject.backend, subject.phrase) == subject.track


def test_the_length_of_blocks_does_not_matter(subject: Subject) -> None:
    for block_samples in (1009, subject.phrase.shape[-1]):
        assert transcribe(subject.backend, subject.phrase, block_samples) == subject.track


def test_two_equal_channels_are_one(subject: Subject) -> None:
    stereo = transcribe(subject.backend, np.repeat(subject.phrase, 2, axis=0))
    assert common_share(stereo, subject.track) >= COMMON_SHARE


def test_half_the_gain_gives_nearly_the_same_notes(subject: Subject) -> None:
    quieter = transcribe(subject.backend, subject.phrase * np.float32(0.5))
    assert common_share(quieter, subject.track) >= COMMON_SHARE


def test_later_audio_gives_later_notes(subject: Subject) -> None:
    rate_hz = subject.backend.card.sample_rate_hz
    silence = np.zeros((1, rate_hz), dtype=np.float32)
    later = transcribe(subject.backend, np.concatenate([silence, subject.phrase], axis=1))
    assert all(note.onset_sec >= 0.9 for note in later.notes)
    # What a window of the model contains has moved, too, so that quiet notes may come or go.
    moved = NoteTrack("", tuple(note for note in later.notes if note.velocity >= 30))
    expected = [note for note in subject.track.notes if note.velocity >= 30]
    found = [o for note in expected for o in moved.notes if abs(o.onset_sec - 1.0 - note.onset_sec) <= MOVED_SEC]
    assert len(found) >= 0.7 * len(expected)


def test_silence_gives_no_notes(subject: Subject) -> None:
    silence = np.zeros((2, 3 * subject.backend.card.sample_rate_hz), dtype=np.float32)
    track = transcribe(subject.backend, silence)
    assert track.notes == ()
    assert track.control_changes == ()


@pytest.mark.parametrize("sample_count", [1, 300, 5000])
def test_short_audio_is_no_trouble(subject: Subject, sample_count: int) -> None:
    track = transcribe(subject.backend, subject.phrase[:, :sample_count])
    for note in track.notes:
        assert note.onset_sec <= sample_count / subject.backend.card.sample_rate_hz


def test_loud_noise_is_no_trouble(subject: Subject) -> None:
    noise = np.random.default_rng(1).uniform(-1, 1, (2, subject.backend.card.sample_rate_hz)).astype(np.float32)
    track = transcribe(subject.backend, noise)
    assert track.notes == by_onset(track.notes)


def test_progress_is_reported_and_rises(subject: Subject) -> None:
    fractions: list[float] = []
    backend = subject.backend
    backend.transcribe([subject.phrase], subject.phrase.shape[-1], False, lambda done, _: fractions.append(done))
    assert fractions
    assert fractions == sorted(fractions)
    assert all(0 <= fraction <= 1 for fraction in fractions)


def test_cancelling_ends_the_work(subject: Subject) -> None:
    def cancel(fraction: float, message: str) -> None:
        raise JobCancelled("The job was cancelled.")

    with pytest.raises(JobCancelled):
        subject.backend.transcribe([subject.phrase], subject.phrase.shape[-1], False, cancel)
    assert transcribe(subject.backend, subject.phrase) == subject.track


def test_the_input_is_left_as_it_was(subject: Subject) -> None:
    before = subject.phrase.copy()
    subject.backend.transcribe([subject.phrase], subject.phrase.shape[-1], True, silent)
    np.testing.assert_array_equal(subject.phrase, before)
