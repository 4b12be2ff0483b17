"""Search in words: what is asked for comes first, and what cannot be found says nothing."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.library import search
from engine.library.catalogue import Catalogue
from engine.library.filters import SampleFilter
from engine.library.rows import to_rows
from engine.library.sample import LibrarySample
from engine.library.search import find_samples, terms_of
from engine.library.tags import TAG_PLACES, TAGGERS
from engine.musical_time import Key
from tests.engine.library.samples import sample


def tagged(**scores: float) -> dict[str, np.ndarray]:
    """Returns low scores of all tags, but for those given (with _ for a blank)."""
    made = {model: np.full(50, 0.01, np.float32) for model in TAGGERS}
    for tag, score in scores.items():
        for model, place in TAG_PLACES[tag.replace("_", " ")]:
            made[model][place] = score
    return made


SAMPLES = [
    sample("Analog_Bass_01.wav", kind="loop", brightness=0.2, key=Key(9, "minor", 1.0), quarter_bpm=120.0,
           folders=("Synths",), tag_scores=tagged(electronic=0.6)),
    sample("Bright Bass.wav", kind="loop", brightness=0.9, quarter_bpm=90.0, tag_scores=tagged(electronic=0.2)),
    sample("Kick_Deep.wav", kind="one-shot/kick", brightness=0.1, tag_scores=tagged()),
    sample("piano song.flac", kind="track", brightness=0.4, key=Key(0, "major", 0.6), quarter_bpm=60.0,
           tag_scores=tagged(piano=0.9, sad=0.3)),
    sample("Choir Ah.wav", kind="one-shot/tone", brightness=0.5, folders=("Voices", "Female"),
           tag_scores=tagged(choir=0.5, female_vocal=0.4)),
    sample("fill.wav", kind="loop", brightness=0.6, folders=("Drums", "Snares"), tag_scores=tagged()),
]  # fmt: skip
NO_LIMITS = SampleFilter()
CATALOGUE = Catalogue.of(to_rows(SAMPLES))


def names(
    text: str,
    wanted: SampleFilter = NO_LIMITS,
    catalogue: Catalogue = CATALOGUE,
    likeness: NDArray[np.float32] | None = None,
) -> list[str]:
    return [str(catalogue.names[place]) for place in find_samples(catalogue, text, wanted, likeness)]


def sounding_like(*order: str) -> NDArray[np.float32]:
    """Returns what a model would say that finds these samples most like a text, best first, and has heard no other."""
    places = [order.index(each.name) if each.name in order else np.nan for each in SAMPLES]
    return np.array([0.5 - place / 100 for place in places], np.float32)


@pytest.mark.parametrize(
    ("text", "first", "count"),
    [
        ("warm analog bass loop", "Analog_Bass_01.wav", 1),
        ("bass", "Analog_Bass_01.wav", 2),
        ("bright bass", "Bright Bass.wav", 1),
        ("kick", "Kick_Deep.wav", 1),
        ("kicks", "Kick_Deep.wav", 1),
        ("sad piano", "piano song.flac", 1),
        ("melancholic", "piano song.flac", 1),
        ("female vocal", "Choir Ah.wav", 1),
        ("snare", "fill.wav", 1),
        ("loop 120 bpm", "Analog_Bass_01.wav", 1),
        ("something in C major", "Analog_Bass_01.wav", 2),
        ("BASS Am", "Analog_Bass_01.wav", 1),
        ("piano xyzzy", "piano song.flac", 1),
    ],
)
def test_what_a_text_describes_is_found_best_first(text: str, first: str, count: int) -> None:
    found = names(text)
    assert found[0] == first
    assert len(found) == count


@pytest.mark.parametrize("text", ["xyzzy", "the of", "160 bpm", "(", "♫", "'; DROP"])
def test_what_nothing_fits_finds_nothing(text: str) -> None:
    assert names(text) == []


def test_where_no_sample_has_everything_those_with_most_are_found() -> None:
    assert names("one-shot kick piano") == ["Kick_Deep.wav"]


def test_without_a_text_all_come_by_name_whatever_their_case() -> None:
    assert names("") == names("   ") == sorted((each.name for each in SAMPLES), key=str.lower)


def test_limits_hold_beside_a_text() -> None:
    assert names("bass", SampleFilter(quarter_bpm=91.0)) == ["Bright Bass.wav"]
    assert names("", SampleFilter(kinds=("one-shot",))) == ["Choir Ah.wav", "Kick_Deep.wav"]
    assert names("piano", SampleFilter(kinds=("loop",))) == []


def test_an_empty_library_has_nothing() -> None:
    empty: Sequence[LibrarySample] = []
    for text in ("", "bass", "sad", "warm loop 120 bpm"):
        assert names(text, catalogue=Catalogue.of(to_rows(empty))) == []


def test_what_sounds_like_a_text_is_found_beside_what_is_named_so() -> None:
    heard = sounding_like("fill.wav", "Bright Bass.wav", "Choir Ah.wav")
    assert names("bass", likeness=heard) == ["Bright Bass.wav", "Analog_Bass_01.wav", "fill.wav", "Choir Ah.wav"]
    assert names("xyzzy", likeness=heard) == ["fill.wav", "Bright Bass.wav", "Choir Ah.wav"]
    assert names("bass", SampleFilter(kinds=("one-shot",)), likeness=heard) == ["Choir Ah.wav"]
    assert names("", likeness=heard) == names("")


def test_a_name_that_has_half_of_a_text_counts_half() -> None:
    heard = sounding_like("Choir Ah.wav", "piano song.flac")
    assert names("kick xyzzy", likeness=heard) == ["Choir Ah.wav", "piano song.flac", "Kick_Deep.wav"]
    assert names("kick", likeness=heard) == ["Kick_Deep.wav", "Choir Ah.wav", "piano song.flac"]


def test_only_the_likest_are_found_by_their_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "HEARD_COUNT", 2)
    heard = sounding_like("fill.wav", "Choir Ah.wav", "piano song.flac")
    assert names("xyzzy", likeness=heard) == ["fill.wav", "Choir Ah.wav"]


def test_tags_of_several_words_are_one_term() -> None:
    assert [term.words for term in terms_of("hip hop and female vocalists, 90 bpm in F#m")] == [
        "90 bpm", "key", "hip-hop", "female vocalists"
    ]  # fmt: skip
