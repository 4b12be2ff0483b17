"""Reasons in words, each true of the pair that it is given for."""

import numpy as np
import pytest

from engine.library.complement import Clip
from engine.library.mix import Mode
from engine.library.reasons import called, fit_reasons, plain_reason, sound_reason, use_reason
from engine.library.roles import ROLES
from engine.musical_time import Key
from tests.engine.library.samples import sample

NO_ROLES = np.zeros(len(ROLES), np.float32)


def reasons(key: Key | None, quarter_bpm: float, roles: tuple[str, ...] = ()) -> list[str]:
    clip = Clip(Key(9, "minor", 1.0), 92.0, NO_ROLES, brightness=0.5)
    strengths = np.array([float(role in roles) for role in ROLES], np.float32)
    return fit_reasons(clip, sample(key=key, quarter_bpm=quarter_bpm), strengths)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (Key(9, "minor", 1.0), ["same key (A minor)"]),
        (Key(0, "major", 0.9), ["relative key (C major)"]),
        (Key(4, "minor", 0.9), ["neighbouring key (E minor)"]),
        (Key(5, "major", 0.9), ["neighbouring key (F major)"]),
        (Key(9, "major", 1.0), []),
        (Key(9, "minor", 0.3), []),
        (None, []),
    ],
)
def test_keys(key: Key | None, expected: list[str]) -> None:
    assert reasons(key, 0.0) == expected


@pytest.mark.parametrize(
    ("quarter_bpm", "expected"),
    [
        (92.0, ["92 BPM"]),
        (93.25, ["93.25 BPM"]),
        (46.0, ["46 BPM, half the tempo"]),
        (184.0, ["184 BPM, double the tempo"]),
        (110.0, []),
    ],
)
def test_tempi(quarter_bpm: float, expected: list[str]) -> None:
    assert reasons(None, quarter_bpm) == expected


def test_what_the_clip_lacks() -> None:
    assert reasons(None, 0.0, ("bass",)) == ["has the bass that the clip lacks"]


def test_sounds() -> None:
    assert sound_reason(0.93) == "sounds like it (0.93)"
    assert sound_reason(0.5) == ""


def test_uses() -> None:
    assert use_reason(3, "this kick", 9) == "used with this kick in 3 projects"
    assert use_reason(1, "Break 01.wav", 9) == "used with Break 01.wav in 1 project"
    assert use_reason(0, "", 2) == "used in 2 projects like this one"
    assert use_reason(0, "", 0) == ""


def test_a_clip_is_called_by_what_it_is() -> None:
    assert [called(sample(kind=kind)) for kind in ("one-shot/kick", "loop", "track")] == [
        "this kick", "this loop", "this track"
    ]  # fmt: skip


def test_where_nothing_stands_out_the_largest_part_of_the_score_is_the_reason() -> None:
    kick, loop = sample(kind="one-shot/kick", quarter_bpm=0.0, key=None), sample(quarter_bpm=92.0)
    assert plain_reason({Mode.SIMILAR: 0.5, Mode.COMPLEMENT: 0.6, Mode.TASTE: 0.1}, kick) == "a little like it (0.50)"
    assert plain_reason({Mode.SIMILAR: 0.1, Mode.COMPLEMENT: 0.6}, kick) == "fits any key and tempo"
    assert plain_reason({Mode.SIMILAR: 0.1, Mode.COMPLEMENT: 0.6}, loop) == "clashes in neither key nor tempo"
    assert plain_reason({Mode.SIMILAR: 0.1, Mode.COMPLEMENT: 0.4}, loop) == "a little like it (0.10)"
    assert plain_reason({Mode.COMPLEMENT: 0.1}, loop) == "the best of what is left"
    assert plain_reason({Mode.TASTE: 0.4}, kick) == "sounds like what you use"
