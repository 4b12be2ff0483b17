"""What goes with a clip, on cases whose answer follows from the circle of fifths, a ratio, or a set."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.library.catalogue import Catalogue
from engine.library.complement import (
    OCTAVE_FIT,
    UNKNOWN,
    Clip,
    Traits,
    clip_of,
    complement_parts,
    key_fits,
    lack_fits,
    percussiveness,
    place_on_circle,
    tempo_fits,
)
from engine.library.overview import traits_of
from engine.library.roles import ROLES
from engine.library.rows import to_rows
from engine.musical_time import Key
from tests.engine.library.samples import sample

SCALE = (0, 2, 4, 5, 7, 9, 11)
NOTHING = np.zeros(50, np.float32)
SILENT_TAGS = {"MTT_musicnn": NOTHING, "MSD_musicnn": NOTHING}
A_MINOR = Key(9, "minor", 1.0)


def plays(**roles: float) -> NDArray[np.float32]:
    return np.array([roles.get(role, 0.0) for role in ROLES], np.float32)


def one_key(key: Key, tonic: int, mode: str, percussive: float = 0.0) -> float:
    fifths = np.array([place_on_circle(tonic, mode)], np.int8)
    return float(key_fits(key, fifths, np.array([percussive], np.float32))[0])


@pytest.mark.parametrize("tonic", range(12))
def test_keys_fit_by_the_notes_that_they_share(tonic: int) -> None:
    shared = len({(tonic + step) % 12 for step in SCALE} & set(SCALE))
    assert one_key(Key(0, "major", 1.0), tonic, "major") == pytest.approx((shared - 2) / 5)


@given(st.integers(0, 11), st.integers(0, 11), st.sampled_from(["major", "minor"]), st.integers(0, 11))
def test_keys_fit_the_same_in_every_transposition(tonic: int, other: int, mode: str, steps: int) -> None:
    moved = one_key(Key((tonic + steps) % 12, "minor", 1.0), (other + steps) % 12, mode)
    assert moved == pytest.approx(one_key(Key(tonic, "minor", 1.0), other, mode))


def test_the_relative_key_is_as_good_as_the_same() -> None:
    assert one_key(A_MINOR, 0, "major") == one_key(A_MINOR, 9, "minor") == 1.0


def test_drums_do_not_clash_and_unknown_keys_may() -> None:
    assert one_key(A_MINOR, 3, "minor") == pytest.approx(0.0)
    assert one_key(A_MINOR, 3, "minor", percussive=1.0) == 1.0
    no_key = np.array([-1], np.int8)
    assert key_fits(A_MINOR, no_key, np.zeros(1, np.float32))[0] == UNKNOWN
    assert key_fits(None, no_key, np.zeros(1, np.float32))[0] == 1.0


def test_an_unsure_key_says_half_of_what_it_would() -> None:
    assert one_key(Key(9, "minor", 0.5), 9, "minor") == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("sample_bpm", "expected"),
    [(100, 1.0), (50, OCTAVE_FIT), (200, OCTAVE_FIT), (125, 0.0), (80, 0.0), (100 * 1.25**0.5, 0.5), (0, UNKNOWN)],
)
def test_tempi_fit_by_how_little_they_are_stretched(sample_bpm: float, expected: float) -> None:
    tempi = np.array([sample_bpm], np.float32)
    assert tempo_fits(100.0, tempi, np.array([False]))[0] == pytest.approx(expected, abs=1e-5)
    assert tempo_fits(100.0, tempi, np.array([True]))[0] == 1.0
    assert tempo_fits(0.0, tempi, np.array([False]))[0] == 1.0


def test_what_the_clip_lacks_counts_and_what_it_has_does_not() -> None:
    clip = plays(drums=1.0)
    samples = np.stack([plays(bass=1.0), plays(drums=1.0), plays(drums=1.0, bass=1.0), plays()])
    np.testing.assert_allclose(lack_fits(clip, samples), [1.0, 0.0, 0.5, UNKNOWN])


def test_drums_with_a_bass_are_not_drums_alone() -> None:
    samples = np.stack([plays(drums=1.0), plays(drums=1.0, bass=1.0), plays(bass=1.0)])
    np.testing.assert_allclose(percussiveness(samples), [1, 0, 0])


def test_the_score_is_the_documented_product() -> None:
    clip = Clip(A_MINOR, 100.0, plays(drums=1.0), brightness=0.5)
    samples = Traits(
        fifths=np.array([0, 0, 6], np.int8),
        tempi_bpm=np.array([100, 50, 100], np.float32),
        roles=np.stack([plays(bass=1.0), plays(bass=0.5), plays(bass=1.0)]),
        brightness=np.array([0.2, 0.5, 0.2], np.float32),
        kind_fits=np.array([1, 1, 1], np.float32),
        is_one_shot=np.zeros(3, np.bool_),
    )
    parts = complement_parts(clip, samples)
    np.testing.assert_allclose(parts.band, [1, 0, 1], atol=1e-6)
    np.testing.assert_allclose(parts.scores, [1.0, 0.9 * (0.5 * 0.5 + 0.25), 0.0], atol=1e-6)


def test_a_bass_loop_in_the_key_goes_with_a_drum_loop_better_than_anything_else() -> None:
    drums = sample("drum loop.wav", kind="loop", quarter_bpm=92.0, key=A_MINOR, brightness=0.7, tag_scores=SILENT_TAGS)
    others: dict[str, Any] = {"kind": "loop", "brightness": 0.3, "tag_scores": SILENT_TAGS}
    library = [
        sample("bass same key.wav", quarter_bpm=92.0, key=A_MINOR, **others),
        sample("bass far key.wav", quarter_bpm=92.0, key=Key(3, "minor", 1.0), **others),
        sample("bass far tempo.wav", quarter_bpm=110.0, key=A_MINOR, **others),
        sample("drum again.wav", quarter_bpm=92.0, key=None, **others),
    ]
    catalogue = Catalogue.of(to_rows(library))
    scores = complement_parts(clip_of([drums]), traits_of(catalogue)).scores
    assert catalogue.names[np.argmax(scores)] == "bass same key.wav"
    assert scores[0] == pytest.approx(1.0)
    assert scores[1] == pytest.approx(0.0, abs=1e-6)


def test_several_clips_are_one_that_has_everything() -> None:
    clip = clip_of(
        [
            sample("drum loop.wav", kind="loop", quarter_bpm=0.0, key=Key(2, "minor", 0.4), brightness=0.2),
            sample("bass loop.wav", kind="loop", quarter_bpm=92.0, key=A_MINOR, brightness=0.4),
        ]
    )
    assert (clip.key, clip.quarter_bpm) == (A_MINOR, 92.0)
    assert clip.brightness == pytest.approx(0.3)
    np.testing.assert_array_equal(clip.roles, plays(drums=1.0, bass=1.0))


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("TR808 sub.wav", "one-shot/bass", {"bass"}),
        ("Drums and Bass.wav", "loop", {"drums", "bass"}),
        ("01.wav", "one-shot/kick", {"drums"}),
        ("Rhodes_Keys.wav", "loop", {"keys"}),
        ("Vox chant.wav", "loop", {"voice"}),
        ("thing.wav", "loop", set()),
    ],
)
def test_names_and_kinds_state_roles(name: str, kind: str, expected: set[str]) -> None:
    roles = clip_of([sample(name, kind=kind, tag_scores=SILENT_TAGS)]).roles
    assert {role for role, strength in zip(ROLES, roles, strict=True) if strength} == expected


def test_tags_decide_where_names_say_nothing() -> None:
    tags = NOTHING.copy()
    tags[[0, 14]] = 0.15, 0.9  # guitar, synth
    roles = clip_of([sample("thing.wav", kind="loop", tag_scores={"MTT_musicnn": tags})]).roles
    np.testing.assert_allclose(roles, plays(guitar=0.5, synth=1.0), atol=1e-6)
