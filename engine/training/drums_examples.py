"""The training set: clips of 20 s as mel frames with their targets, in shards that are made once and kept.

    strokes ─ kit ─ effects ─┬───────────────────────────── "solo"
                             ├─ + accompaniment, mastered ─ "mix" ─ HTDemucs ─ "stem"
                accompaniment alone, nothing to be found ── "other"

A shard's content depends on its kind and number only, so that an interrupted run goes on where it stopped.
"""

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from engine.audio import Samples
from engine.backends.drums_features import BAND_COUNT, FRAME_RATE_HZ, MARGIN_SAMPLES, SAMPLE_RATE_HZ, log_mel
from engine.training.drums_accompaniment import random_accompaniment, random_sounds
from engine.training.drums_effects import compressed, random_effects
from engine.training.drums_grooves import random_part
from engine.training.drums_kits import Kit
from engine.training.drums_rendering import random_setup, render
from engine.training.drums_strokes import Stroke, Targets, targets
from engine.training.drums_synthesis import synthetic_kit

CLIP_SEC = 20.0
FRAME_COUNT = int(CLIP_SEC * FRAME_RATE_HZ)
CLIPS_IN_A_SHARD = {"solo": 15, "mix": 15, "other": 15, "stem": 5}
_SYNTHETIC_SHARE = 0.25
_DISTRACTED_SHARE = 0.3

Drums = Callable[[Samples], Samples]
"""Takes a mix, shape (2, samples), and gives its drum stem."""


@dataclass(frozen=True)
class Clip:
    """Some seconds of music and the strokes in it."""

    samples: Samples
    """Shape (channels, samples)."""
    strokes: Sequence[Stroke]


@dataclass(frozen=True)
class Studio:
    """Everything that clips are made from."""

    kits: Sequence[Kit]
    accompaniments: Sequence[Samples]
    has_synthetic_kits: bool = True
    is_mono: bool = False
    """Whether clips have one channel, which is all that the network hears, and half the work."""

    def solo(self, rng: Generator) -> Clip:
        """Returns drums alone."""
        dry, played = render(random_part(rng, CLIP_SEC), random_setup(rng, self._kits(rng)), CLIP_SEC)
        return Clip(random_effects(rng, self._channels(dry)), played)

    def mix(self, rng: Generator) -> Clip:
        """Returns drums within music."""
        return mixed(rng, self.solo(rng), self.other(rng))

    def other(self, rng: Generator) -> Samples:
        """Returns music without drums."""
        music = self.accompaniments[int(rng.integers(len(self.accompaniments)))]
        if rng.random() < _DISTRACTED_SHARE:
            music = music + _loudness(music) * random_sounds(rng, music.shape[1])
        begin = int(rng.integers(music.shape[1] - int(CLIP_SEC * SAMPLE_RATE_HZ)))
        return self._channels(music[:, begin : begin + int(CLIP_SEC * SAMPLE_RATE_HZ)])

    def _kits(self, rng: Generator) -> Sequence[Kit]:
        """Returns the recorded kits, or a synthetic one, or those together."""
        chance = rng.random()
        if not self.has_synthetic_kits or chance > 2 * _SYNTHETIC_SHARE:
            return self.kits
        made = [synthetic_kit(rng)]
        return made if chance < _SYNTHETIC_SHARE else [*self.kits, *made, *made]

    def _channels(self, samples: Samples) -> Samples:
        return samples.mean(axis=0, keepdims=True) if self.is_mono else samples


def mixed(rng: Generator, drums: Clip, music: Samples) -> Clip:
    """Returns drums and music together, the music from 14 dB softer to 6 dB louder, half of the time compressed."""
    music_gain = 10 ** (rng.uniform(-14, 6) / 20) * _loudness(drums.samples) / _loudness(music)
    mix = drums.samples + music_gain * music
    if rng.random() < 0.5:
        mix = compressed(mix, rng.uniform(-20, -6), rng.uniform(1.5, 6), rng.uniform(0.01, 0.1))
    return Clip(np.asarray(mix / max(1e-6, float(np.abs(mix).max())), dtype=np.float32), drums.strokes)


def _loudness(samples: Samples) -> float:
    return max(1e-6, float(np.sqrt(np.square(samples).mean())))


@dataclass(frozen=True)
class Shard:
    """Clips as the network sees them; `bels` has shape (clips, frames, bands), the targets (clips, frames, groups)."""

    bels: NDArray[np.float16]
    targets: Targets


def frames_of(samples: Samples) -> NDArray[np.float32]:
    """Returns the mel frames of a whole clip, shape (frames, bands); frame 0 is centred on its first sample."""
    return log_mel(np.pad(samples.mean(axis=0), MARGIN_SAMPLES))


def write_shard(path: Path, clips: Iterator[Clip]) -> None:
    """Writes clips to a file, whole or not at all."""
    bels, found = [], []
    for clip in clips:
        bels.append(frames_of(clip.samples)[:FRAME_COUNT].astype(np.float16))
        found.append(targets(clip.strokes, FRAME_COUNT))
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez(
            file,
            bels=np.stack(bels),
            onset=np.stack([t.onset for t in found]),
            velocity=np.stack([t.velocity for t in found]),
            kind=np.stack([t.kind for t in found]),
        )
    part.replace(path)


def read_shards(paths: Sequence[Path]) -> Shard:
    """Returns the clips of several files as one."""
    loaded = [np.load(path) for path in paths]
    joined = {name: np.concatenate([one[name] for one in loaded]) for name in ("bels", "onset", "velocity", "kind")}
    assert joined["bels"].shape[-1] == BAND_COUNT
    return Shard(joined["bels"], Targets(joined["onset"], joined["velocity"], joined["kind"]))


def shard_rng(kind: str, number: int) -> Generator:
    """Returns the random numbers of a shard."""
    return np.random.default_rng((zlib.crc32(kind.encode()), number))


def shard_clips(studio: Studio, kind: str, number: int, drums_of: Drums) -> Iterator[Clip]:
    """Yields the clips of a shard."""
    rng = shard_rng(kind, number)
    for _ in range(CLIPS_IN_A_SHARD[kind]):
        if kind == "solo":
            yield studio.solo(rng)
        elif kind == "other":
            yield Clip(random_effects(rng, studio.other(rng)), ())
        else:
            mix = studio.mix(rng)
            yield mix if kind == "mix" else Clip(drums_of(mix.samples), mix.strokes)


def record_accompaniments(folder: Path, soundfont: Path, count: int) -> list[Samples]:
    """Returns pieces of music without drums, played once and kept in `folder` as 16-bit integers."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces: list[Samples] = []
    for number in range(count):
        path = folder / f"{number:04}.npy"
        if not path.exists():
            music = random_accompaniment(shard_rng(str(soundfont.stem), number), soundfont, 1.5 * CLIP_SEC)
            np.save(path.with_suffix(".part.npy"), (music * 32_767).astype(np.int16))
            path.with_suffix(".part.npy").replace(path)
        pieces.append(np.load(path).astype(np.float32) / np.float32(32_768))
    return pieces
