"""How a sample is made to fit a project when it is auditioned: how fast, and how many semitones up or down."""

from bridge.midi.notes import Key, Mode

SEMITONES = 12
_MINOR_TO_RELATIVE_MAJOR = 3


def transposition(sample: Key | None, project: Key | None) -> int:
    """Returns the semitones, -6 to 5, after which both keys have the same notes; 0 where one of them is unknown.

    A minor key has the notes of the major key three semitones above, so a sample in A minor fits C major as it is.
    """
    if sample is None or project is None:
        return 0
    shift = _major_tonic(project) - _major_tonic(sample)
    return (shift + SEMITONES // 2) % SEMITONES - SEMITONES // 2


def _major_tonic(key: Key) -> int:
    return key.tonic + (_MINOR_TO_RELATIVE_MAJOR if key.mode is Mode.MINOR else 0)
