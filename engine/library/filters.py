"""What a search is limited to: keys, a tempo, kinds, tags, and samples that it shall or shall not find.

A limit on a property finds only samples that have the property: with a key, no drums; with a tempo, no one-shots.

A *tempo* fits if stretching by at most TEMPO_TOLERANCE makes it the one that is asked for, its half or its double. A
*key* fits if its scale has the same notes: the key itself and its relative. A *tag* fits the samples that score highest
on it: taggers give some tags generously and others hardly ever, so what counts as high is a matter of the library's own
scores, of which the highest TAG_SHARE fit.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import InvalidArgument
from engine.library.sample import LibrarySample
from engine.library.tags import tag_score
from engine.musical_time import Key

TEMPO_TOLERANCE = 0.06
"""About a semitone: time stretching by as much is hardly heard."""
TAG_SHARE = 0.2
"""Share of the library that a tag fits."""

_STEPS_ABOVE_MAJOR = {
    "major": 0, "ionian": 0, "dorian": 2, "phrygian": 4, "lydian": 5, "mixolydian": 7, "minor": 9, "aeolian": 9,
    "locrian": 11,
}  # fmt: skip
"""From the tonic of the major scale with the same notes, in semitones."""
_MINOR_STEPS = _STEPS_ABOVE_MAJOR["minor"]

Scale = tuple[int, str]
"""A key without how sure it is: tonic, and "major" or "minor"."""


@dataclass(frozen=True)
class SampleFilter:
    """Limits that all have to be met; one that is empty limits nothing."""

    keys: frozenset[Scale] = frozenset()
    """Any of these; see `keys_with_notes_of`."""
    quarter_bpm: float = 0.0
    kinds: tuple[str, ...] = ()
    """Any of these; "one-shot" means one-shots of all kinds."""
    tags: tuple[str, ...] = ()
    """All of these, in lower case; see `engine.library.tags`."""
    ids: frozenset[str] = frozenset()
    """Only these samples."""
    excluded_ids: frozenset[str] = frozenset()

    def admits(self, sample: LibrarySample, tag_limits: Mapping[str, float]) -> bool:
        """Returns whether the sample meets the limits.

        Args:
            sample: which.
            tag_limits: the score from which on each of `tags` fits, as `SampleTable.tag_limits` gives it.
        """
        return (
            (not self.keys or (sample.key is not None and (sample.key.tonic, sample.key.mode) in self.keys))
            and (not self.quarter_bpm or fits_tempo(sample.quarter_bpm, self.quarter_bpm))
            and (not self.kinds or any(is_kind(sample.kind, kind) for kind in self.kinds))
            and all(tag_score(sample, tag) >= tag_limits[tag] for tag in self.tags)
            and (not self.ids or sample.id in self.ids)
            and sample.id not in self.excluded_ids
        )


def keys_with_notes_of(key: Key) -> frozenset[Scale]:
    """Returns the major and the minor key whose notes are those of `key`, which may be in a church mode.

    >>> sorted(keys_with_notes_of(Key(9, "minor", 1.0)))
    [(0, 'major'), (9, 'minor')]

    Raises:
        InvalidArgument: it has no such tonic or mode.
    """
    mode = key.mode.lower()
    if mode not in _STEPS_ABOVE_MAJOR or not 0 <= key.tonic < 12:
        modes = ", ".join(_STEPS_ABOVE_MAJOR)
        raise InvalidArgument(f"A key has a tonic from 0 (C) to 11 (B) and one of the modes {modes}.", field="key")
    major_tonic = (key.tonic - _STEPS_ABOVE_MAJOR[mode]) % 12
    return frozenset({(major_tonic, "major"), ((major_tonic + _MINOR_STEPS) % 12, "minor")})


def tempo_ranges(quarter_bpm: float) -> list[tuple[float, float]]:
    """Returns the lowest and highest tempo around the one that is asked for, its half and its double."""
    return [
        (quarter_bpm * factor / (1 + TEMPO_TOLERANCE), quarter_bpm * factor * (1 + TEMPO_TOLERANCE))
        for factor in (0.5, 1.0, 2.0)
    ]


def fits_tempo(quarter_bpm: float, wanted_bpm: float) -> bool:
    """Returns whether a sample's tempo can be made the one that is wanted; a sample without tempo (0) does not fit."""
    return any(low <= quarter_bpm <= high for low, high in tempo_ranges(wanted_bpm))


def is_kind(kind: str, wanted: str) -> bool:
    """Returns whether a sample's kind is the wanted one or a kind of it."""
    return kind == wanted or kind.startswith(f"{wanted}/")
