"""Six instruments, each a function from a note to its sound: float64 samples, mono, at SAMPLE_RATE_HZ.

Tones are sums of sine partials, noises are shaped in the frequency domain; every random number comes from a generator
that the caller seeds, so that a piece is the same bytes every time.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from bridge.demo.score import Note

SAMPLE_RATE_HZ = 44_100
Wave = NDArray[np.float64]
Instrument = Callable[[Note, np.random.Generator], Wave]

# Formants of sung vowels, each as centre (Hz), bandwidth (Hz), level: ah, eh, ee, oh, oo.
_VOWELS = (
    ((730.0, 80.0, 1.0), (1150.0, 90.0, 0.6), (2500.0, 130.0, 0.35), (3300.0, 180.0, 0.2)),
    ((530.0, 70.0, 1.0), (1840.0, 100.0, 0.45), (2500.0, 130.0, 0.35), (3400.0, 180.0, 0.2)),
    ((300.0, 60.0, 1.0), (2290.0, 110.0, 0.4), (3000.0, 150.0, 0.35), (3600.0, 200.0, 0.2)),
    ((560.0, 70.0, 1.0), (880.0, 80.0, 0.6), (2450.0, 130.0, 0.2), (3250.0, 180.0, 0.12)),
    ((340.0, 60.0, 1.0), (900.0, 80.0, 0.35), (2300.0, 130.0, 0.12), (3200.0, 180.0, 0.08)),
)
_CONSONANT_SEC = 0.09


def voice(note: Note, random: np.random.Generator) -> Wave:
    """Returns a sung syllable: a hiss, then an unsteady voice, coloured by one vowel that turns into another."""
    time_sec = _times(note.duration_sec + 0.12)
    swell = np.clip((time_sec - 0.2) / 0.4, 0, 1)
    vibrato = (
        0.35 * swell * np.sin(2 * np.pi * (5.4 * time_sec + 0.3 * np.sin(2 * np.pi * 0.7 * time_sec)))
    )  # semitones
    scoop = -1.2 * np.exp(-time_sec / 0.045)  # singers reach a note from below
    drift = 0.12 * _wander(len(time_sec), 4.0, random) + 0.04 * _wander(len(time_sec), 40.0, random)
    pitch_hz = _hertz(note.pitch) * 2 ** ((vibrato + scoop + drift) / 12)
    phase = 2 * np.pi * np.cumsum(pitch_hz) / SAMPLE_RATE_HZ
    start, end = random.choice(len(_VOWELS), 2, replace=False)
    glide = 1 / (1 + np.exp(-(time_sec - 0.45 * note.duration_sec) / 0.05))
    wave = np.zeros_like(time_sec)
    for partial in range(1, int(7000 / _hertz(note.pitch))):
        partial_hz = partial * pitch_hz
        colour = (1 - glide) * _formants(partial_hz, _VOWELS[start]) + glide * _formants(partial_hz, _VOWELS[end])
        wave += colour * partial**-0.6 * np.sin(partial * phase)
    wave *= 1 + 0.1 * _wander(len(time_sec), 25.0, random)
    wave += 0.05 * _noise(len(time_sec), 1500, 8000, random) * (0.6 + 0.4 * np.sin(phase))
    sung = wave * _envelope(time_sec, note.duration_sec, attack_sec=0.06, release_sec=0.1)
    hiss_sec = time_sec / _CONSONANT_SEC
    hiss = (
        0.35 * _noise(len(time_sec), 4500, 9500, random) * np.clip(4 * hiss_sec, 0, 1) * np.clip(1.2 - hiss_sec, 0, 1)
    )
    return (np.where(time_sec < 0.6 * _CONSONANT_SEC, 0.3, 1.0) * sung + hiss) * note.loudness


def keys(note: Note, random: np.random.Generator) -> Wave:
    """Returns a note of an electric piano: a bell over a round tone, twice, slightly out of tune."""
    time_sec = _times(note.duration_sec + 0.25)
    wave = np.zeros_like(time_sec)
    for cents in (-4.0, 4.0):
        phase = 2 * np.pi * _hertz(note.pitch) * 2 ** (cents / 1200) * time_sec + random.uniform(0, 2 * np.pi)
        bell = 1.6 * note.loudness * np.exp(-time_sec / 0.35)
        wave += np.sin(phase + bell * np.sin(phase)) + 0.12 * np.exp(-time_sec / 0.08) * np.sin(7 * phase)
    decay = np.exp(-time_sec / 1.4)
    return wave * decay * _envelope(time_sec, note.duration_sec, attack_sec=0.004, release_sec=0.2) * note.loudness


def bass(note: Note, random: np.random.Generator) -> Wave:
    """Returns a plucked bass note: a saw whose upper partials die first, gently driven."""
    time_sec = _times(note.duration_sec + 0.05)
    phase = 2 * np.pi * _hertz(note.pitch) * time_sec
    wave = np.zeros_like(time_sec)
    for partial in range(1, 15):
        wave += np.sin(partial * phase) / partial * np.exp(-time_sec * (0.7 + 0.9 * partial))
    return (
        np.tanh(1.4 * wave) * _envelope(time_sec, 0.92 * note.duration_sec, attack_sec=0.005, release_sec=0.06)
        * note.loudness
    )  # fmt: skip


def kick(note: Note, random: np.random.Generator) -> Wave:
    """Returns a bass drum: a sine that falls from 170 to 48 Hz, with a click."""
    time_sec = _times(0.4)
    pitch_hz = 48 + 122 * np.exp(-time_sec / 0.028)
    tone = np.sin(2 * np.pi * np.cumsum(pitch_hz) / SAMPLE_RATE_HZ) * np.exp(-time_sec / 0.13)
    click = 0.3 * _noise(len(time_sec), 1500, 5000, random) * np.exp(-time_sec / 0.004)
    return (tone + click) * _envelope(time_sec, 0.35, attack_sec=0.001, release_sec=0.05) * note.loudness


def snare(note: Note, random: np.random.Generator) -> Wave:
    """Returns a snare drum: two modes of the skin under a band of noise."""
    time_sec = _times(0.35)
    skin = np.sin(2 * np.pi * 186 * time_sec) + 0.6 * np.sin(2 * np.pi * 331 * time_sec)
    wires = _noise(len(time_sec), 900, 9000, random)
    wave = 0.5 * skin * np.exp(-time_sec / 0.05) + 0.8 * wires * np.exp(-time_sec / 0.085)
    return wave * _envelope(time_sec, 0.3, attack_sec=0.001, release_sec=0.05) * note.loudness


def hat(note: Note, random: np.random.Generator) -> Wave:
    """Returns a closed hi-hat: a short burst of high noise."""
    time_sec = _times(0.12)
    wave = _noise(len(time_sec), 6500, 15_000, random) * np.exp(-time_sec / 0.028)
    return wave * _envelope(time_sec, 0.1, attack_sec=0.001, release_sec=0.02) * note.loudness


def crash(note: Note, random: np.random.Generator) -> Wave:
    """Returns a crash cymbal: a long wash of high noise that darkens."""
    time_sec = _times(2.2)
    bright = _noise(len(time_sec), 5000, 15_000, random) * np.exp(-time_sec / 0.35)
    dark = _noise(len(time_sec), 2500, 8000, random) * np.exp(-time_sec / 0.8)
    wave = 0.6 * bright + 0.4 * dark
    return wave * _envelope(time_sec, 2.0, attack_sec=0.002, release_sec=0.2) * note.loudness


INSTRUMENTS: Mapping[str, Instrument] = {
    "voice": voice,
    "keys": keys,
    "bass": bass,
    "kick": kick,
    "snare": snare,
    "hat": hat,
    "crash": crash,
}


def _times(duration_sec: float) -> Wave:
    return np.arange(round(duration_sec * SAMPLE_RATE_HZ), dtype=np.float64) / SAMPLE_RATE_HZ


def _hertz(pitch: int) -> float:
    """Returns the frequency of a MIDI pitch in equal temperament, A4 = 440 Hz."""
    return float(440 * 2 ** ((pitch - 69) / 12))


def _envelope(time_sec: Wave, duration_sec: float, *, attack_sec: float, release_sec: float) -> Wave:
    """Returns a gain that rises, holds until `duration_sec`, and falls to 0 over `release_sec`."""
    attack = np.clip(time_sec / attack_sec, 0, 1)
    release = np.clip((duration_sec + release_sec - time_sec) / release_sec, 0, 1)
    return attack * release**2


def _formants(frequency_hz: Wave, formants: tuple[tuple[float, float, float], ...]) -> Wave:
    """Returns the gain of a vocal tract at each frequency: the sum of its resonances."""
    return sum(
        (level / (1 + ((frequency_hz - centre_hz) / bandwidth_hz) ** 2) for centre_hz, bandwidth_hz, level in formants),
        start=np.full_like(frequency_hz, 0.01),
    )


def _noise(sample_count: int, low_hz: float, high_hz: float, random: np.random.Generator) -> Wave:
    """Returns noise with smooth edges at `low_hz` and `high_hz`, of unit RMS."""
    spectrum = np.fft.rfft(random.standard_normal(sample_count))
    frequency_hz = np.fft.rfftfreq(sample_count, 1 / SAMPLE_RATE_HZ)
    spectrum *= 1 / (1 + (low_hz / np.maximum(frequency_hz, 1)) ** 8) / (1 + (frequency_hz / high_hz) ** 8)
    wave: Wave = np.fft.irfft(spectrum, sample_count)
    wave /= np.sqrt(np.mean(wave**2))
    return wave


def _wander(sample_count: int, speed_hz: float, random: np.random.Generator) -> Wave:
    """Returns a curve that wanders about 0, at most so fast, of unit RMS."""
    point_count = max(4, round(2 * speed_hz * sample_count / SAMPLE_RATE_HZ) + 3)
    points = random.standard_normal(point_count)
    return np.interp(np.linspace(0, point_count - 1, sample_count), np.arange(point_count), points)
