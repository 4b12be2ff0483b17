"""Plays a score: each note through its instrument, each instrument to its place in the mix, a little room around."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile as sf

from bridge.demo.instruments import INSTRUMENTS, SAMPLE_RATE_HZ, Wave
from bridge.demo.score import Note, Score, read_score

PIECE = Path(__file__).with_name("send-and-return.json")
TAIL_SEC = 1.5
ROOM_SEC = 1.1
PEAK = 0.89  # -1 dBFS
SEED = 20_26


@dataclass(frozen=True)
class Place:
    """An instrument's place in the mix."""

    gain: float
    pan: float
    """-1 is left, 1 is right."""
    room: float
    """How much of it is sent to the room, on an aux send of its own."""


PLACES = {
    "voice": Place(0.34, 0.0, 0.35),
    "keys": Place(0.085, -0.25, 0.3),
    "bass": Place(0.34, 0.0, 0.0),
    "kick": Place(0.75, 0.0, 0.03),
    "snare": Place(0.3, 0.08, 0.2),
    "hat": Place(0.075, 0.35, 0.08),
    "crash": Place(0.08, -0.4, 0.3),
}


def render(piece: Path, target: Path) -> None:
    """Writes a score as a 24-bit stereo WAV file."""
    sf.write(target, play(read_score(piece)).T, SAMPLE_RATE_HZ, subtype="PCM_24", format="WAV")


def play(score: Score) -> Wave:
    """Returns the mix, shape (2, samples)."""
    mix = np.zeros((2, round((score.duration_sec + TAIL_SEC) * SAMPLE_RATE_HZ)))
    send = np.zeros_like(mix)
    for name, place in PLACES.items():
        # Each instrument has a generator of its own: a note changed in one leaves the others as they were.
        random = np.random.default_rng((SEED, sorted(INSTRUMENTS).index(name)))
        track = _perform((note for note in score.notes if note.instrument == name), mix.shape[1], random)
        mix += place.gain * _pan(track, place.pan)
        send += place.gain * place.room * _pan(track, place.pan)
    mix += _reverberate(send)
    mix *= PEAK / np.abs(mix).max()
    return mix


def _perform(notes: Iterable[Note], sample_count: int, random: np.random.Generator) -> Wave:
    """Returns the sum of the notes' sounds, shape (samples,)."""
    track = np.zeros(sample_count)
    for note in notes:
        sound = INSTRUMENTS[note.instrument](note, random)
        first = round(note.onset_sec * SAMPLE_RATE_HZ)
        part = track[first : first + len(sound)]
        part += sound[: len(part)]
    return track


def _pan(track: Wave, pan: float) -> Wave:
    """Returns the track in stereo with constant power, shape (2, samples)."""
    angle = (pan + 1) * np.pi / 4
    return np.stack((np.cos(angle) * track, np.sin(angle) * track))


def _reverberate(send: Wave) -> Wave:
    """Returns the room's answer: the send convolved with decaying noise, different on each side."""
    sample_count = send.shape[1]
    time_sec = np.arange(round(ROOM_SEC * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    noise = np.random.default_rng(SEED).standard_normal((2, len(time_sec)))
    room = noise * np.exp(-time_sec / 0.22) * np.clip(time_sec / 0.012, 0, 1)
    room /= np.sqrt((room**2).sum(axis=1, keepdims=True))
    size = 1 << (sample_count + len(time_sec)).bit_length()
    answer: Wave = np.fft.irfft(np.fft.rfft(send, size) * np.fft.rfft(room, size), size)[:, :sample_count]
    return answer
