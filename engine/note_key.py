"""The key of a melody, or of any notes: the one whose profile is likeliest to give their pitch classes.

How long each degree of the scale sounds was counted once in the training songs of POP909 (Wang et al., ISMIR 2020), in
its melodies and in all its parts. Krumhansl ("Cognitive Foundations of Musical Pitch", 1990) compares profiles by
correlation; a likelihood also says how sure the answer is. `engine.key` finds keys from chords.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.key import best_key
from engine.musical_time import Key
from engine.notes import Note

# Percent of the time, by semitones above the tonic: major, minor.
_MELODY = (
    (22.6, 0.0, 18.0, 0.1, 19.2, 3.8, 0.0, 18.1, 0.2, 13.4, 0.1, 4.4),
    (23.8, 0.0, 7.6, 15.0, 0.2, 16.8, 0.1, 21.4, 2.4, 0.2, 12.1, 0.4),
)
_ALL_PARTS = (
    (20.7, 0.1, 13.3, 0.2, 14.8, 9.0, 0.3, 20.5, 0.5, 13.0, 0.5, 7.0),
    (22.1, 0.1, 8.3, 14.9, 0.3, 12.4, 0.1, 19.7, 7.3, 0.5, 13.2, 1.0),
)
_LEAST_PERCENT = 0.7
"""What is hardly ever there is not impossible."""
_LONGEST_SEC = 2.0
"""A note that is held longer says no more about the key."""
_MOST_WITNESSES = 24
"""Notes repeat each other: so many of them count as independent."""


def find_note_key(melody: Sequence[Note], accompaniment: Sequence[Note] = ()) -> Key:
    """Returns the key, with a confidence that is low for few notes; C major where there are none."""
    weights, profiles = _weights(melody), _MELODY
    if accompaniment:
        weights, profiles = weights + _weights(accompaniment), _ALL_PARTS
    if weights.sum() == 0:
        return Key(0, "major", 0.0)
    shares = weights / weights.sum()
    witnesses = min(len(melody) + len(accompaniment), _MOST_WITNESSES)
    logs = np.log(np.maximum(profiles, _LEAST_PERCENT) / 100)
    return best_key(lambda mode, tonic: shares @ np.roll(logs[mode], tonic), witnesses)


def _weights(notes: Sequence[Note]) -> NDArray[np.float64]:
    """Returns how long each pitch class sounds, shape (12,)."""
    weights = np.zeros(12)
    for note in notes:
        weights[note.pitch % 12] += min(note.duration_sec, _LONGEST_SEC)
    return weights
