"""Music without drums to play under drum parts: chords, bass and a melody of random General MIDI instruments.

Written by chance within simple rules (a key, four chords of it, a bass on their roots, a melody that walks the scale),
and played by fluidsynth. It need not please; it must have attacks, basses and noises that are not drums.
"""

from dataclasses import dataclass
from pathlib import Path

import mido
import numpy as np
from numpy.random import Generator
from scipy.signal import lfilter

from engine.audio import Samples
from engine.backends.drums_features import SAMPLE_RATE_HZ
from engine.training.drums_kits import play

_MAJOR, _MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)
# Programs 112 and on are percussion and effects.
_BASSES = tuple(range(32, 40))
_CHORDS = (*range(0, 8), *range(16, 32), *range(46, 56), *range(61, 64), *range(88, 96))
_MELODIES = tuple(range(0, 105))


@dataclass(frozen=True)
class _Event:
    tick: int
    message: mido.Message


def random_accompaniment(rng: Generator, soundfont: Path, duration_sec: float) -> Samples:
    """Returns music without drums, shape (2, samples), with its peak at 1."""
    beat_sec = 60 / rng.uniform(70, 170)
    song = mido.MidiFile(ticks_per_beat=480)
    song.tracks.append(track := mido.MidiTrack())
    track.append(mido.MetaMessage("set_tempo", tempo=int(beat_sec * 1e6)))
    at = 0
    for event in sorted(_events(rng, int(duration_sec / beat_sec)), key=lambda event: event.tick):
        track.append(event.message.copy(time=event.tick - at))
        at = event.tick
    length = int(duration_sec * SAMPLE_RATE_HZ)
    played = play(song, soundfont)[:, :length]
    padded = np.pad(played, ((0, 0), (0, length - played.shape[1])))
    return np.asarray(padded / max(1e-6, float(np.abs(padded).max())), dtype=np.float32)


def random_sounds(rng: Generator, sample_count: int) -> Samples:
    """Returns tones and hisses that begin softly or suddenly, as voices and synthesisers do, shape (1, samples)."""
    sounds = np.zeros(sample_count, dtype=np.float32)
    for _ in range(int(rng.integers(3, 40))):
        length = int(rng.uniform(0.05, 1.5) * SAMPLE_RATE_HZ)
        begin = int(rng.integers(sample_count - length))
        t = np.arange(length) / SAMPLE_RATE_HZ
        swell = np.minimum(1, np.minimum(t / rng.uniform(0.005, 0.3), t[::-1] / rng.uniform(0.02, 0.3)))
        if rng.random() < 0.6:
            pitch_hz = float(np.exp(rng.uniform(np.log(50), np.log(3000)))) * (1 + rng.uniform(-0.2, 0.2) * t)
            phase = 2 * np.pi * np.cumsum(pitch_hz) / SAMPLE_RATE_HZ
            sound = np.sum([np.sin(k * phase) * rng.uniform(0, 1) / k for k in range(1, 5)], axis=0)
        else:
            swell = np.minimum(swell, t / rng.uniform(0.04, 0.2))
            sound = lfilter([1, -rng.uniform(0, 0.99)], [1], rng.standard_normal(length))
        sounds[begin : begin + length] += rng.uniform(0.2, 1.5) * swell * sound
    return sounds[None]


def _events(rng: Generator, beat_count: int) -> list[_Event]:
    scale, key = (_MAJOR, _MINOR)[rng.integers(2)], int(rng.integers(12))
    roots = [int(rng.integers(7)) for _ in range(4)]
    events = [
        _Event(0, mido.Message("program_change", channel=channel, program=int(rng.choice(programs))))
        for channel, programs in enumerate((_BASSES, _CHORDS, _CHORDS, _MELODIES))
    ]

    def note(channel: int, degree: int, octave: int, beat: float, beats: float, velocity: int) -> None:
        pitch = min(115, key + 12 * (octave + degree // 7) + scale[degree % 7])
        on, off = int(beat * 480), int((beat + beats) * 480)
        events.append(_Event(on, mido.Message("note_on", channel=channel, note=pitch, velocity=velocity)))
        events.append(_Event(off, mido.Message("note_off", channel=channel, note=pitch)))

    parts = rng.random(4) < 0.8
    bass_step, chord_step, melody_step = (float(rng.choice((0.25, 0.5, 0.5, 1, 2))) for _ in range(3))
    degree = int(rng.integers(7))
    for step in range(beat_count * 4):
        beat = step / 4
        root = roots[int(beat // 4) % 4]
        if parts[0] and beat % bass_step == 0 and rng.random() < 0.85:
            note(0, root, 3, beat, bass_step * 0.9, int(rng.integers(70, 120)))
        for channel in (1, 2):
            if parts[channel] and beat % (chord_step * 2 ** (channel - 1)) == 0 and rng.random() < 0.8:
                for third in (0, 2, 4):
                    note(channel, root + third, 4 + channel, beat, chord_step * rng.uniform(0.3, 1), 80)
        if parts[3] and beat % melody_step == 0 and rng.random() < 0.75:
            degree = int(np.clip(degree + rng.integers(-2, 3), 0, 13))
            note(3, degree, 5, beat, melody_step * 0.9, int(rng.integers(60, 127)))
    return events
