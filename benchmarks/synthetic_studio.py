"""A made-up studio whose structure is known: styles, keys and tempi, and projects that follow them.

A sample has a style, an instrument, a key and a tempo. Its embedding lies near its style's and its instrument's
direction; its name says the instrument. A project has a style, a key and a tempo and takes samples of that style whose
key and tempo fit; producers have favourites, so that some samples are used more often. A part of the library
is new: no project of the past has it.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.key import MODES
from engine.library.complement import place_on_circle
from engine.library.filters import fits_tempo
from engine.library.sample import EMBEDDING_SIZE, LibrarySample
from engine.library.tags import TAGGERS
from engine.musical_time import Key

STYLES_BPM = (72.0, 84.0, 92.0, 100.0, 110.0, 124.0, 140.0, 172.0)
INSTRUMENTS = ("drums", "bass", "guitar", "piano", "synth", "vocal")
BRIGHTNESS = dict(zip(INSTRUMENTS, (0.6, 0.15, 0.45, 0.4, 0.5, 0.5), strict=True))
NEW_SHARE = 0.2
FAVOURITES_POWER = 0.8
_NO_SCORES = {model: np.full(50, 0.05, np.float32) for model in TAGGERS}


@dataclass(frozen=True, eq=False)
class Studio:
    """A library and the projects made with it."""

    samples: list[LibrarySample]
    styles: NDArray[np.int64]
    is_new: NDArray[np.bool_]
    projects: list[NDArray[np.int64]]
    """Places of the samples that each has, in the order of use; new ones only at the end."""


def make_studio(sample_count: int, project_count: int, seed: int) -> Studio:
    """Returns a studio; the same for the same seed."""
    random = np.random.default_rng(seed)
    directions = random.standard_normal((len(STYLES_BPM) + len(INSTRUMENTS), EMBEDDING_SIZE))
    styles = random.integers(len(STYLES_BPM), size=sample_count)
    samples = [_sample(place, int(style), directions, random) for place, style in enumerate(styles)]
    is_new = random.random(sample_count) < NEW_SHARE
    favour = (1.0 + random.permutation(sample_count)) ** -FAVOURITES_POWER
    projects = [_project(samples, styles, is_new, favour, random) for _ in range(project_count)]
    return Studio(samples, styles, is_new, projects)


def _sample(place: int, style: int, directions: NDArray[np.float64], random: np.random.Generator) -> LibrarySample:
    instrument = int(random.integers(len(INSTRUMENTS)))
    name = INSTRUMENTS[instrument]
    noise = random.standard_normal(EMBEDDING_SIZE)
    vector = directions[style] + directions[len(STYLES_BPM) + instrument] + noise
    key = Key(int(random.integers(12)), MODES[int(random.integers(2))], float(random.uniform(0.5, 1)))
    return LibrarySample(
        id=hashlib.sha256(str(place).encode()).hexdigest(),
        name=f"{name} {place}.wav",
        folders=(),
        embedding=(vector / np.linalg.norm(vector)).astype(np.float32),
        tag_scores=_NO_SCORES,
        quarter_bpm=float(STYLES_BPM[style] * random.uniform(0.94, 1.06)),
        key=None if name == "drums" else key,
        loudness_lufs=-14.0,
        duration_sec=8.0,
        kind="loop",
        brightness=float(np.clip(BRIGHTNESS[name] + 0.08 * random.standard_normal(), 0, 1)),
        index_time_sec=1_700_000_000.0,
    )


def _project(
    samples: Sequence[LibrarySample],
    styles: NDArray[np.int64],
    is_new: NDArray[np.bool_],
    favour: NDArray[np.floating],
    random: np.random.Generator,
) -> NDArray[np.int64]:
    """Returns eight to fourteen old samples, then up to three new ones, all of one style and fitting each other."""
    style = int(random.integers(len(STYLES_BPM)))
    place, bpm = int(random.integers(12)), float(STYLES_BPM[style] * random.uniform(0.97, 1.03))
    fitting = np.array(list(_fitting(samples, np.flatnonzero(styles == style), place, bpm)), np.int64)
    chosen = []
    for pool, count in ((fitting[~is_new[fitting]], int(random.integers(8, 15))), (fitting[is_new[fitting]], 3)):
        chances = favour[pool] / favour[pool].sum()
        drawn = random.choice(pool, min(count, len(pool)), replace=False, p=chances)
        chosen.append(random.permutation(drawn))
    return np.concatenate(chosen)


def _fitting(
    samples: Sequence[LibrarySample], places: NDArray[np.int64], circle: int, quarter_bpm: float
) -> Iterator[int]:
    """Yields samples whose key is a project's or its neighbour on the circle of fifths, and whose tempo fits."""
    for place in places:
        sample = samples[place]
        steps = 0 if sample.key is None else (place_on_circle(sample.key.tonic, sample.key.mode) - circle) % 12
        if steps in (0, 1, 11) and fits_tempo(sample.quarter_bpm, quarter_bpm):
            yield int(place)
