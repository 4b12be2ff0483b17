"""What a sample plays in a song: drums, bass, guitar and so on, each from 0 (not) to 1 (clearly).

What its name or folders say, or, for a drum or a bass, the kind that it was found to be, is taken as it is said. Where
they say nothing, the tags decide: a score of STRONG_SCORE or more is clear. No tag means bass.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

ROLES = ("drums", "bass", "guitar", "keys", "strings", "winds", "synth", "voice")
STRONG_SCORE = 0.3

_TAGS: Mapping[str, tuple[str, ...]] = {
    "drums": ("drums", "beat", "beats"),
    "bass": (),
    "guitar": ("guitar",),
    "keys": ("piano", "harpsichord"),
    "strings": ("strings", "violin", "cello", "harp"),
    "winds": ("flute",),
    "synth": ("synth",),
    "voice": (
        "vocal",
        "vocals",
        "voice",
        "singing",
        "female vocal",
        "male vocal",
        "female voice",
        "male voice",
        "choir",
    ),
}
_WORDS: Mapping[str, tuple[str, ...]] = {
    "drums": ("drum", "kick", "snare", "hat", "hihat", "clap", "perc", "percussion", "tom", "cymbal", "ride", "crash",
              "shaker", "break", "beat", "rim", "conga", "bongo", "tambourine"),
    "bass": ("bass", "sub", "reese", "808"),
    "guitar": ("guitar", "gtr"),
    "keys": ("piano", "key", "rhodes", "organ", "wurli"),
    "strings": ("string", "violin", "viola", "cello", "harp"),
    "winds": ("flute", "sax", "saxophone", "brass", "trumpet", "horn", "trombone", "clarinet"),
    "synth": ("synth", "pad", "lead", "arp", "pluck"),
    "voice": ("vocal", "vox", "voice", "acapella", "choir", "chant", "adlib"),
}  # fmt: skip
_ROLE_OF_WORD = {word: role for role, words in _WORDS.items() for word in words}
_DRUM_KINDS = ("kick", "snare", "hat", "clap", "cymbal", "tom")
_WORD = re.compile(r"808|[a-z]+")


def roles_of(
    texts: Sequence[str], kinds: Sequence[str], scores_of_tag: Callable[[str], NDArray[np.floating]]
) -> NDArray[np.float32]:
    """Returns how clearly each sample plays each of ROLES, shape (samples, roles), 0 to 1.

    Args:
        texts: name and folders of each sample, in lower case.
        kinds: of each sample, as `engine.measurements.kind` finds them.
        scores_of_tag: gives every sample's score of a tag, shape (samples,).
    """
    heard = np.zeros((len(texts), len(ROLES)), np.float32)
    for role, tags in enumerate(_TAGS[name] for name in ROLES):
        for tag in tags:
            np.maximum(heard[:, role], scores_of_tag(tag) / np.float32(STRONG_SCORE), out=heard[:, role])
    stated = np.array([_stated(text, kind) for text, kind in zip(texts, kinds, strict=True)], np.float32)
    stated = stated.reshape(heard.shape)
    return np.where(stated.any(axis=1, keepdims=True), stated, np.minimum(heard, 1))


@lru_cache(maxsize=1 << 18)
def _stated(text: str, kind: str) -> tuple[bool, ...]:
    """Returns which roles a sample's name, folders and kind state."""
    found = {_ROLE_OF_WORD.get(word) or _ROLE_OF_WORD.get(word.removesuffix("s")) for word in _WORD.findall(text)}
    what = kind.removeprefix("one-shot/")
    if what in _DRUM_KINDS:
        found = {"drums"}
    elif what == "bass":
        found.add("bass")
    return tuple(role in found for role in ROLES)
