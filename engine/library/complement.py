"""What goes with a clip, as numbers from 0 to 1: it must not clash, and it should bring what the clip lacks.

    score = key x tempo x (0.5 lack + 0.25 band + 0.25 kind)

- *key*: how many notes the scales of clip and sample share. Scales that lie d steps apart on the circle of fifths
  share 7 - d notes, at least 2; the same and the relative key count 1, those six steps apart 0. An unsure key counts
  less, an unknown one UNKNOWN, and drums cannot clash: 1.
- *tempo*: 1 if it is the clip's, falling to 0 where the sample would have to be stretched by STRETCH_LIMIT; half and
  double the tempo count OCTAVE_FIT of that. One-shots have no tempo to clash.
- *lack*: the clearest instrument that the sample has and the clip has not, times the share of the sample that is not in
  the clip already.
- *band*: how far the sample's brightness is from the clip's; BAND_DISTANCE (two octaves between the centres) is enough.
- *kind*: loops are put beside clips more often than one-shots, and one-shots more often than whole tracks.

A product where something clashes, a sum where something is missing: the right key does not make up for the wrong tempo,
but a bright loop of an instrument that the clip has already may do.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.library.roles import ROLES, roles_of
from engine.library.sample import LibrarySample
from engine.library.tags import tag_score
from engine.musical_time import Key

UNKNOWN = 0.5
STRETCH_LIMIT = 1.25
OCTAVE_FIT = 0.9
BAND_DISTANCE = 0.3
LACK_WEIGHT, BAND_WEIGHT, KIND_WEIGHT = 0.5, 0.25, 0.25
KIND_FITS = {"loop": 1.0, "one-shot": 0.8, "track": 0.3}

_DRUMS = ROLES.index("drums")
_COMMON_NOTES = np.array([7, 6, 5, 4, 3, 2, 2, 2, 3, 4, 5, 6])
"""Of two major scales, by their distance on the circle of fifths."""

Fits = NDArray[np.float32]


@dataclass(frozen=True)
class Clip:
    """What is known of the clip, or of several that play together."""

    key: Key | None
    quarter_bpm: float
    roles: Fits
    """Shape (roles,), 0 to 1."""
    brightness: float


@dataclass(frozen=True, eq=False)
class Traits:
    """What is known of samples, column by column."""

    fifths: NDArray[np.int8]
    """Place of each key's scale on the circle of fifths, C major and A minor at 0; -1 where there is no key."""
    tempi_bpm: Fits
    """Quarter notes per minute; 0 where there is no tempo."""
    roles: Fits
    """Shape (samples, roles), 0 to 1; fastest with each role in one piece of memory (Fortran's order)."""
    brightness: Fits
    kind_fits: Fits
    is_one_shot: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class ComplementParts:
    """The parts of the score by sample, each 0 to 1."""

    key: Fits
    tempo: Fits
    lack: Fits
    band: Fits
    kind: Fits

    @property
    def scores(self) -> Fits:
        """The whole score."""
        useful = LACK_WEIGHT * self.lack + BAND_WEIGHT * self.band + KIND_WEIGHT * self.kind
        scores: Fits = self.key * self.tempo * useful
        return scores


def complement_parts(clip: Clip, samples: Traits) -> ComplementParts:
    """Returns how well each sample goes with the clip."""
    return ComplementParts(
        key=key_fits(clip.key, samples.fifths, percussiveness(samples.roles)),
        tempo=tempo_fits(clip.quarter_bpm, samples.tempi_bpm, samples.is_one_shot),
        lack=lack_fits(clip.roles, samples.roles),
        band=np.minimum(1, np.abs(samples.brightness - np.float32(clip.brightness)) / np.float32(BAND_DISTANCE)),
        kind=samples.kind_fits,
    )


def key_fits(key: Key | None, fifths: NDArray[np.int8], percussive: Fits) -> Fits:
    """Returns how little the keys clash.

    Args:
        key: the clip's; None clashes with nothing.
        fifths: see `Traits`.
        percussive: how much of each sample is drums alone, 0 to 1.
    """
    if key is None:
        return np.ones(len(fifths), np.float32)
    common = (_COMMON_NOTES[(fifths - place_on_circle(key.tonic, key.mode)) % 12] - 2) / 5
    sure = key.confidence * common + (1 - key.confidence) * UNKNOWN
    fits = np.where(fifths < 0, UNKNOWN, sure).astype(np.float32)
    return 1 - (1 - percussive) * (1 - fits)


def tempo_fits(quarter_bpm: float, tempi_bpm: Fits, is_one_shot: NDArray[np.bool_]) -> Fits:
    """Returns how little the samples would have to be stretched.

    Args:
        quarter_bpm: the clip's; 0 fits everything.
        tempi_bpm: the samples'; 0 counts as UNKNOWN.
        is_one_shot: those to which it does not matter.
    """
    if not quarter_bpm:
        return np.ones(len(tempi_bpm), np.float32)
    octaves = np.log2(np.where(tempi_bpm > 0, tempi_bpm, quarter_bpm) / quarter_bpm)
    limit = np.log2(STRETCH_LIMIT)
    fits = [
        factor * np.maximum(0, 1 - np.abs(octaves - distance) / limit)
        for distance, factor in ((0, 1.0), (-1, OCTAVE_FIT), (1, OCTAVE_FIT))
    ]
    known = np.where(tempi_bpm > 0, np.max(fits, axis=0), UNKNOWN)
    return np.where(is_one_shot, 1, known).astype(np.float32)


def lack_fits(clip_roles: Fits, roles: Fits) -> Fits:
    """Returns how much of what the clip lacks each sample brings; UNKNOWN where nothing is known of the sample.

    Args:
        clip_roles: shape (roles,).
        roles: of the samples, shape (samples, roles).
    """
    new = roles * (1 - clip_roles)
    whole = roles.sum(axis=1)
    share = new.sum(axis=1) / np.maximum(whole, 1e-6)
    return np.where(whole > 0, new.max(axis=1) * share, UNKNOWN).astype(np.float32)


def percussiveness(roles: Fits) -> Fits:
    """Returns how much each sample is drums alone: drums, less the clearest other instrument. Shape (samples,)."""
    others = np.delete(roles, _DRUMS, axis=1).max(axis=1)
    alone: Fits = np.maximum(0, roles[:, _DRUMS] - others)
    return alone


def place_on_circle(tonic: int, mode: str) -> int:
    """Returns how many fifths the scale lies above that of C major and A minor, 0 to 11.

    >>> [place_on_circle(tonic, mode) for tonic, mode in ((0, "major"), (9, "minor"), (7, "major"), (5, "major"))]
    [0, 0, 1, 11]
    """
    return 7 * (tonic + 3 * (mode == "minor")) % 12


def kind_fit(kind: str) -> float:
    """Returns how often such a sample is put beside a clip."""
    return KIND_FITS[kind.split("/")[0]]


def clip_of(samples: Sequence[LibrarySample]) -> Clip:
    """Returns what is known of samples that play together: the surest key, the first tempo, every instrument."""
    texts = ["\n".join((sample.name, *sample.folders)).lower() for sample in samples]
    roles = roles_of(
        texts,
        [sample.kind for sample in samples],
        lambda tag: np.array([tag_score(sample, tag) for sample in samples], np.float32),
    )
    keys = [sample.key for sample in samples if sample.key is not None]
    return Clip(
        key=max(keys, key=lambda key: key.confidence, default=None),
        quarter_bpm=next((sample.quarter_bpm for sample in samples if sample.quarter_bpm), 0.0),
        roles=roles.max(axis=0),
        brightness=float(np.mean([sample.brightness for sample in samples])),
    )
