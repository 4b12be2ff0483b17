"""Names and folders of all samples as one text, so that a word is found in all of them by one search.

Where a word stands decides what it is worth: whole or as a part of a longer one, in the name or in a folder above it.
"Whole" means between characters that are no letters, and a plural is the same word: “kick” stands whole in “kicks_2”.
"""

import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

NAME_WORD, NAME_PART, FOLDER_WORD, FOLDER_PART = 1.0, 0.8, 0.7, 0.5
_END = "\0\0"  # so that there is always something after a word, and before the first
_LETTER = re.compile(r"[^\W\d_]")
_HIGHEST_CODE = 0x10FFFF


class TextIndex:
    """The texts of a library.

    Args:
        texts: in lower case: of each sample its name, and on lines below it its folders.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._text = "\0".join(texts) + _END
        lengths = np.array([len(text) + 1 for text in texts], dtype=np.intp)
        self._begins = np.cumsum(lengths) - lengths
        self._name_ends = self._begins + [text.find("\n") % (len(text) + 1) for text in texts]
        codes = np.frombuffer(self._text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        self._is_letter = _letters_among(codes)[codes]
        self._is_s = codes == ord("s")

    def scores(self, word: str) -> NDArray[np.float32]:
        """Returns what each text is worth for a word in lower case: one of the constants above, or 0."""
        scores = np.zeros(len(self._begins), dtype=np.float32)
        begins = np.fromiter(self._places_of(word), dtype=np.intp)
        samples = np.searchsorted(self._begins, begins, side="right") - 1
        is_name = begins < self._name_ends[samples]
        is_whole = self._is_whole(begins, begins + len(word))
        worth = np.where(
            is_name, np.where(is_whole, NAME_WORD, NAME_PART), np.where(is_whole, FOLDER_WORD, FOLDER_PART)
        )
        np.maximum.at(scores, samples, worth.astype(np.float32))
        return scores

    def _places_of(self, word: str) -> Iterator[int]:
        place = self._text.find(word) if word else -1
        while place >= 0:
            yield place
            place = self._text.find(word, place + 1)

    def _is_whole(self, begins: NDArray[np.intp], ends: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Returns which of the words have no letters around them, but for the s of a plural."""
        ends_there = ~self._is_letter[ends]
        ends_after_s = self._is_s[ends] & ~self._is_letter[np.minimum(ends + 1, len(self._text) - 1)]
        whole: NDArray[np.bool_] = ~self._is_letter[begins - 1] & (ends_there | ends_after_s)
        return whole


def _letters_among(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Returns a table that says of each of the codes whether it is a letter."""
    table = np.zeros(_HIGHEST_CODE + 1, dtype=np.bool_)
    table[codes] = True
    for code in np.flatnonzero(table):
        table[code] = _LETTER.match(chr(code)) is not None
    return table
