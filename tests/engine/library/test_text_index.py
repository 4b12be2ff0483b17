"""Words in names and folders, against the plain definition of where a word stands."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.library.text_index import FOLDER_PART, FOLDER_WORD, NAME_PART, NAME_WORD, TextIndex

LETTERS = st.text(alphabet="akisé1_ -ß中", max_size=9)
TEXTS = st.lists(st.tuples(LETTERS, st.lists(LETTERS, max_size=2)), max_size=6)


def worth(text: str, word: str) -> float:
    """The plain definition."""
    whole = re.compile(rf"(?<![^\W\d_]){re.escape(word)}s?(?![^\W\d_])")
    name, _, folders = text.partition("\n")
    if word in name:
        return NAME_WORD if whole.search(name) else NAME_PART
    if word in folders:
        return FOLDER_WORD if whole.search(folders) else FOLDER_PART
    return 0.0


@given(texts=TEXTS, word=st.text(alphabet="akisé1中", min_size=1, max_size=3))
def test_every_text_is_worth_what_the_definition_says(texts: list[tuple[str, list[str]]], word: str) -> None:
    joined = ["\n".join((name, *folders)) for name, folders in texts]
    assert TextIndex(joined).scores(word).tolist() == pytest.approx([worth(text, word) for text in joined])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("kick_02\ndrums", NAME_WORD), ("my kicks", NAME_WORD), ("kickdrum", NAME_PART), ("sidekick", NAME_PART),
        ("bd\nkick", FOLDER_WORD), ("bd\npacks\nkickdrums", FOLDER_PART), ("snare\ndrums", 0.0), ("", 0.0),
    ],
)  # fmt: skip
def test_where_a_word_stands_decides(text: str, value: float) -> None:
    assert TextIndex([text, "other", text]).scores("kick").tolist() == pytest.approx([value, 0.0, value])


def test_no_word_is_found_across_two_texts_or_two_lines() -> None:
    index = TextIndex(["ki", "ck", "ki\nck"])
    assert index.scores("kick").tolist() == [0, 0, 0]
    assert index.scores("").tolist() == [0, 0, 0]
    assert TextIndex([]).scores("kick").tolist() == []
