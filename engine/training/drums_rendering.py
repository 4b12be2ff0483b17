"""Plays strokes on a kit: every one-shot is added where its stroke is, to the sample."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from scipy.signal import lfilter

from engine.audio import Samples
from engine.backends.drums_features import SAMPLE_RATE_HZ
from engine.training.drums_kits import Instrument, Kit, OneShot
from engine.training.drums_strokes import Stroke

_CHOKE_SEC = 0.03
_HATS = ("closed hi-hat", "pedal hi-hat", "open hi-hat")


@dataclass(frozen=True)
class Sound:
    """How a piece differs from its recording."""

    speed: float = 1.0
    """Of playback: above 1 is higher and shorter."""
    tilt: float = 0.0
    """Between -1 (duller) and 1 (brighter)."""
    ring_sec: float = np.inf
    """In which it falls to a third on top of its own decay."""

    def of(self, shot: OneShot) -> Samples:
        """Returns the stroke with this sound, shape (samples,); its attack is at `shot.attack / speed`."""
        samples = shot.samples
        if self.speed != 1.0:
            positions = np.arange(0, len(samples) - 1, self.speed)
            samples = np.asarray(np.interp(positions, np.arange(len(samples)), samples), dtype=np.float32)
        if self.tilt > 0:
            samples = lfilter([1, -self.tilt], [1], samples) / (1 - self.tilt / 2)
        elif self.tilt < 0:
            samples = lfilter([1 + self.tilt / 2], [1, self.tilt], samples)
        if np.isfinite(self.ring_sec):
            samples = samples * np.exp(-np.arange(len(samples)) / SAMPLE_RATE_HZ / self.ring_sec)
        return np.asarray(samples, dtype=np.float32)


@dataclass(frozen=True)
class Setup:
    """A kit as it stands for one part: an instrument for each piece, tuned, placed and balanced."""

    instruments: Mapping[str, Instrument]
    sounds: Mapping[str, Sound]
    """What is done to the sound of each piece."""
    gains: Mapping[str, tuple[float, float]]
    """Of each piece, to the left and to the right."""
    curve: float
    """Loudness goes with this power of the velocity."""


def plain_setup(kit: Kit) -> Setup:
    """Returns the kit as it was recorded, the first instrument of each piece."""
    instruments = {piece: found[0] for piece, found in kit.instruments.items()}
    return Setup(instruments, dict.fromkeys(instruments, Sound()), dict.fromkeys(instruments, (1.0, 1.0)), 1.5)


def random_setup(rng: Generator, kits: Sequence[Kit]) -> Setup:
    """Returns a kit of pieces from one of `kits`, or from all over them; what one lacks comes from another."""
    favourite = kits[int(rng.integers(len(kits)))]
    is_mixed = rng.random() < 0.5
    detune = float(rng.choice((0.0, 0.06, 0.2)))
    instruments: dict[str, Instrument] = {}
    for piece in sorted({piece for kit in kits for piece in kit.instruments}):
        owners = [kit for kit in kits if piece in kit.instruments]
        has_own = piece in favourite.instruments and not is_mixed
        owner = favourite if has_own else owners[rng.integers(len(owners))]
        choices = owner.instruments[piece]
        instruments[piece] = choices[rng.integers(len(choices))]
    sounds = {piece: _random_sound(rng, detune) for piece in instruments}
    gains = {piece: _placed(rng) for piece in instruments}
    return Setup(instruments, sounds, gains, rng.uniform(0.8, 2.0))


def render(strokes: Sequence[Stroke], setup: Setup, duration_sec: float) -> tuple[Samples, list[Stroke]]:
    """Returns the part's sound, shape (2, samples), and the strokes that the kit has a piece for."""
    mix = np.zeros((2, int(duration_sec * SAMPLE_RATE_HZ)), dtype=np.float32)
    played = [stroke for stroke in strokes if stroke.piece in setup.instruments]
    tuned: dict[tuple[str, int], Samples] = {}
    for stroke, until_sec in zip(played, _choked_sec(played), strict=True):
        instrument, strength = setup.instruments[stroke.piece], stroke.velocity / 127
        layer = next((number for number, shot in enumerate(instrument) if shot.velocity >= strength), -1)
        character = setup.sounds[stroke.piece]
        if (stroke.piece, layer) not in tuned:
            tuned[stroke.piece, layer] = character.of(instrument[layer])
        begin = round(stroke.onset_sec * SAMPLE_RATE_HZ - instrument[layer].attack / character.speed)
        end = mix.shape[1] if until_sec is None else int(until_sec * SAMPLE_RATE_HZ)
        sound = _stopped(tuned[stroke.piece, layer][max(0, -begin) :], end - begin)
        here = mix[:, max(0, begin) : max(0, begin) + len(sound)]
        gain = strength**setup.curve * np.array(setup.gains[stroke.piece], dtype=np.float32)
        here += gain[:, None] * sound[: here.shape[1]]
    return mix, played


def _placed(rng: Generator) -> tuple[float, float]:
    gain, side = 10 ** (rng.normal(0, 4) / 20), rng.uniform(0.25, 0.75)
    return float(gain * np.sqrt(1 - side)), float(gain * np.sqrt(side))


def _choked_sec(strokes: Sequence[Stroke]) -> list[float | None]:
    """Returns when an open hi-hat is closed by the next stroke on it, None for all others."""
    ends: list[float | None] = [None] * len(strokes)
    next_hat_sec: float | None = None
    for number in range(len(strokes) - 1, -1, -1):
        if strokes[number].piece in _HATS:
            ends[number] = next_hat_sec if strokes[number].piece == "open hi-hat" else None
            next_hat_sec = strokes[number].onset_sec
    return ends


def _random_sound(rng: Generator, detune: float) -> Sound:
    tilt, ring_sec = 0.0, np.inf
    if rng.random() < 0.5:
        tilt = rng.uniform(-0.8, 0.8)
    if rng.random() < 0.3:
        ring_sec = float(np.exp(rng.uniform(np.log(0.04), np.log(0.6))))
    return Sound(float(np.exp(rng.normal(0, detune))), tilt, ring_sec)


def _stopped(samples: Samples, length: int) -> Samples:
    """Returns the sound, damped after `length` samples."""
    fade = int(_CHOKE_SEC * SAMPLE_RATE_HZ)
    if length + fade >= len(samples) or length <= 0:
        return samples
    cut = samples[: length + fade].copy()
    cut[length:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return cut
