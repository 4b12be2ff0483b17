"""Search in words: "warm bass loop Am 120 bpm".

The text is cut into *terms*: tags (of several words, too), what things are (loop, kick), a key, a tempo, bright and
dark, and any other word. Each term has a score for each sample, 0 to 1, the best of:

    a word of the name 1, part of one 0.8; of a folder 0.7, part of one 0.5
    what it is: 1 if the kind fits
    key, tempo: 1 if it fits as a filter would
    a tag: 0 at the library's median, 1 at its highest twentieth, linear in between
    bright, dark: the brightness, or what is left to 1

A sample is found if every term has at least LEAST_SCORE; the best mean comes first. A word that fits nothing in the
library is left out. Where no sample has all terms, those that have most are found.

With a model that knows sounds and words (`engine.library.word_search`), the HEARD_COUNT samples that sound most like
the text are found as well. The two rankings are one by reciprocal ranks (Cormack, Clarke and Büttcher, "Reciprocal rank
fusion outperforms Condorcet and individual rank learning methods", SIGIR 2009): 1 / (60 + rank), summed; it needs no
scale that both have in common. Names that have only a part of the terms count for that part.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.library.catalogue import Catalogue
from engine.library.filters import SampleFilter, keys_with_notes_of
from engine.library.name_words import words_of
from engine.library.names import hints_of
from engine.library.neighbours import Mask
from engine.library.tags import TAG_PLACES
from engine.musical_time import Key

LEAST_SCORE = 0.25
HEARD_COUNT = 100
"""Samples that a text finds by their sound; a model finds every sample more or less like it."""
RANK_OFFSET = 60
"""Of the paper; the larger, the less the first places count."""

Scores = NDArray[np.float32]
"""One per sample."""

_LONGEST_TAG_WORDS = 3

_SYNONYMS: Mapping[str, str] = {
    "808s": "808", "acid": "electronic", "aggressive": "heavy metal", "airy": "ambient", "angry": "metal",
    "calm": "chill", "chilled": "chill", "choirs": "choir", "drum": "drums", "edm": "dance", "energetic": "fast",
    "groovy": "funk", "guitars": "guitar", "hiphop": "hip-hop", "melancholic": "sad", "melancholy": "sad",
    "pads": "ambient", "pianos": "piano", "r&b": "rnb", "relaxed": "easy listening", "string": "strings",
    "synthesizer": "synth", "synths": "synth", "uplifting": "happy", "vocals": "vocals", "vox": "vocal",
    "voices": "voice",
}  # fmt: skip
"""Words for tags."""
_BRIGHT_WORDS = frozenset({"bright", "brilliant", "crisp", "sharp", "sparkling", "harsh"})
_DARK_WORDS = frozenset({"dark", "warm", "deep", "dull", "muffled", "mellow"})
_STOP_WORDS = frozenset({"a", "an", "and", "at", "bpm", "for", "in", "key", "of", "or", "some", "the", "to", "with"})


@dataclass(frozen=True)
class Term:
    """One thing that a text asks for."""

    words: str
    """As the text has it, in lower case."""
    score: Callable[[Catalogue], Scores]


def find_samples(
    catalogue: Catalogue, text: str, wanted: SampleFilter, likeness: Scores | None = None
) -> NDArray[np.intp]:
    """Returns places in the catalogue, within the limits: by name; with a text, those that it describes, best first.

    Args:
        catalogue: of the library.
        text: words; may be empty.
        wanted: the limits.
        likeness: how much each sample sounds like the text, not a number where that is unknown; None where it is
            unknown of all.
    """
    admitted = catalogue.admitted(wanted)
    if not text.strip():
        return catalogue.by_name[admitted[catalogue.by_name]]
    named, votes = _named(catalogue, text, admitted)
    if likeness is None:
        return named
    heard = _heard(likeness, admitted)
    total = np.zeros(len(catalogue))
    total[named] += votes
    total[heard] += 1 / (RANK_OFFSET + np.arange(1, len(heard) + 1))
    both = np.concatenate([named, heard[~np.isin(heard, named)]])
    best_first: NDArray[np.intp] = both[np.argsort(-total[both], kind="stable")]
    return best_first


def _named(catalogue: Catalogue, text: str, admitted: Mask) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Returns the samples that have the text's terms, best first, and what each one's rank counts."""
    order, terms = catalogue.by_name, terms_of(text)
    scores = [scored for term in terms if (scored := term.score(catalogue)).max(initial=0) >= LEAST_SCORE]
    if not scores:
        return order[:0], np.zeros(0)
    met = np.sum([scored >= LEAST_SCORE for scored in scores], axis=0) * admitted
    most = met.max(initial=0)
    found = order[(met[order] == most) & (most > 0)]
    means = np.mean(scores, axis=0)[found]
    best_first = np.argsort(-means, kind="stable")
    falling = -means[best_first]
    ranks = 1 + np.searchsorted(falling, falling)  # equals share a rank: their order says nothing
    return found[best_first], most / len(terms) / (RANK_OFFSET + ranks)


def _heard(likeness: Scores, admitted: Mask) -> NDArray[np.intp]:
    """Returns the samples that sound most like the text, best first."""
    known = np.flatnonzero(admitted & np.isfinite(likeness))
    best_first: NDArray[np.intp] = known[np.argsort(-likeness[known], kind="stable")][:HEARD_COUNT]
    return best_first


def terms_of(text: str) -> list[Term]:
    """Returns what a text asks for."""
    hints = hints_of(text, ())
    terms = []
    if hints.quarter_bpm:
        terms.append(Term(f"{hints.quarter_bpm:g} bpm", _fitting(SampleFilter(quarter_bpm=hints.quarter_bpm))))
    if hints.key and hints.key.mode:
        keys = keys_with_notes_of(Key(hints.key.tonic, hints.key.mode, 1.0))
        terms.append(Term("key", _fitting(SampleFilter(keys=keys))))
    return terms + [_term(words) for words in _phrases(_plain_words(text))]


def _plain_words(text: str) -> list[str]:
    """Returns the words that are neither key nor tempo."""
    words = words_of(text)
    hints = hints_of(text, ())
    key_places = hints.key.places if hints.key and hints.key.mode else range(0)
    kept = [word.lower() for place, word in enumerate(words) if place not in key_places]
    return [
        word for word in kept if word not in _STOP_WORDS and not (word.isdecimal() and _is(word, hints.quarter_bpm))
    ]


def _is(word: str, bpm: float) -> bool:
    return float(word) == bpm


def _phrases(words: Sequence[str]) -> list[str]:
    """Returns the words, those together that make a tag of several words ("female vocalist", "hip-hop")."""
    phrases, place = [], 0
    while place < len(words):
        for length in range(min(_LONGEST_TAG_WORDS, len(words) - place), 0, -1):
            joined = [joint.join(words[place : place + length]) for joint in (" ", "-")]
            if tag := next((name for name in joined if name in TAG_PLACES), None):
                break
        phrases.append(tag or words[place])
        place += length
    return phrases


def _term(words: str) -> Term:
    return Term(words, lambda catalogue: _word_scores(catalogue, words))


def _fitting(wanted: SampleFilter) -> Callable[[Catalogue], Scores]:
    return lambda catalogue: catalogue.admitted(wanted).astype(np.float32)


def _word_scores(catalogue: Catalogue, word: str) -> Scores:
    scores = _text_scores(catalogue, word)
    hints = hints_of(word, ())
    kinds = ("loop",) * hints.is_loop + ("one-shot",) * hints.is_one_shot
    kinds += (f"one-shot/{hints.instrument}",) if hints.instrument else ()
    if kinds:
        scores = np.maximum(scores, catalogue.admitted(SampleFilter(kinds=kinds)).astype(np.float32))
    tag = _SYNONYMS.get(word, word)
    if tag in TAG_PLACES:
        scores = np.maximum(scores, _tag_scores(catalogue, tag))
    if word in _BRIGHT_WORDS:
        scores = np.maximum(scores, catalogue.brightness)
    if word in _DARK_WORDS:
        scores = np.maximum(scores, 1 - catalogue.brightness)
    return scores


def _tag_scores(catalogue: Catalogue, tag: str) -> Scores:
    raw = catalogue.tag_scores(tag).astype(np.float32)
    if not len(raw):
        return raw
    low, high = np.quantile(raw, [0.5, 0.95])
    scores: Scores = np.clip((raw - low) / max(high - low, 1e-6), 0, 1)
    return scores


def _text_scores(catalogue: Catalogue, word: str) -> Scores:
    """Returns how well a word fits names and folders; one that a plural differs from is the same."""
    return catalogue.text_index.scores(word[:-1] if len(word) > 3 and word.endswith("s") else word)
