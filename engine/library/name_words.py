"""The words of a file or folder name: "BassLoop_Am-120bpm.wav" is Bass, Loop, Am, 120, bpm.

Names of samples are written in every way: with spaces, underscores, dots and dashes, InOneWord, with sharps and flats.
Their case is kept, since it tells a key (Dm) from a unit (dBm, dm).
"""

import re
import unicodedata

_WORD = re.compile(
    r"""(?<![^\W\d_])[A-Ga-g][#♯♭](?:maj(?:or)?|min(?:or)?|m|M)?(?![^\W\d_])  # a key with its accidental
    | (?<=[a-z])[A-G][#♯♭](?:maj(?:or)?|min(?:or)?|m|M)?(?![^\W\d_])          # the same, after others in one word
    | \d+(?:[.,]\d+(?=\s*[bB]))?                                              # 87.5 is one number before its unit
    | [A-Z]?[a-z]+[♯♭]?
    | [A-Z]+(?![a-z])
    | [^\W\d_]+""",
    re.VERBOSE,
)
_SUFFIX = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}$")


def words_of(name: str) -> list[str]:
    """Returns the words of a name in order, without the file's suffix.

    >>> words_of("Funky Break_F#min_120BPM (2).wav")
    ['Funky', 'Break', 'F#min', '120', 'BPM', '2']
    """
    return _WORD.findall(_SUFFIX.sub("", unicodedata.normalize("NFC", name)))
