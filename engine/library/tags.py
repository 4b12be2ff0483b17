"""Tags by name, whatever model gives them. Two models may know the same tag; its score is then the higher one."""

from collections.abc import Mapping

from engine.backends import REGISTRY
from engine.errors import InvalidArgument
from engine.library.sample import LibrarySample

TAGGERS = ("MTT_musicnn", "MSD_musicnn")
"""The models whose tags the library keeps."""


def _places() -> Mapping[str, tuple[tuple[str, int], ...]]:
    """Returns where each tag's score is found, by the tag in lower case: models, and places in their outputs."""
    places: dict[str, tuple[tuple[str, int], ...]] = {}
    for model in TAGGERS:
        for index, tag in enumerate(REGISTRY[model].outputs):
            places[tag.lower()] = (*places.get(tag.lower(), ()), (model, index))
    return places


TAG_PLACES = _places()


def checked_tag(tag: str) -> str:
    """Returns the tag as the library knows it, in lower case.

    Raises:
        InvalidArgument: no model gives it; the message lists the tags.
    """
    known = tag.strip().lower()
    if known not in TAG_PLACES:
        raise InvalidArgument(f"There is no tag “{tag}”; choose among {', '.join(sorted(TAG_PLACES))}.", field="tags")
    return known


def tag_score(sample: LibrarySample, tag: str) -> float:
    """Returns how strongly a known tag (in lower case) applies to a sample, 0 to 1."""
    found = (sample.tag_scores[model][index] for model, index in TAG_PLACES[tag] if model in sample.tag_scores)
    return float(max(found, default=0.0))
