"""What a query goes by: the clip, and what is known of the project's and the user's taste."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.library.reasons import called
from engine.library.sample import LibrarySample
from engine.library.suggestion import SuggestionQuery
from engine.library.table import SampleTable
from engine.library.uses import Use, UseKind, UseStore

IN_PROJECT_WEIGHT = 1.0
LIKED_WEIGHT = 1.0
HISTORY_WEIGHT = 0.1
"""Of a sample that the user has liked in other projects."""
DISLIKED_WEIGHT = -0.5
HISTORY_COUNT = 100
MOST_CLIPS = 20
"""Samples of the project that stand for the clip where none is selected."""


@dataclass(frozen=True)
class Seeds:
    """The samples that decide what is suggested."""

    clips: tuple[LibrarySample, ...]
    liked: tuple[LibrarySample, ...]
    disliked: tuple[LibrarySample, ...]
    weights: Mapping[str, float]
    """For taste: how much each known sample says, by id."""
    names: Mapping[str, str]
    """What the samples of the project and of the selection are called, by id."""
    known_ids: frozenset[str]
    """What is not suggested again."""


def seeds_of(query: SuggestionQuery, table: SampleTable, uses: UseStore) -> Seeds:
    """Returns what the query goes by.

    Where neither clip nor words are given, the project's own samples stand for the clip.
    """
    in_project = uses.of_project(query.project_id) if query.project_id else []
    placed = dict.fromkeys(use.sample_id for use in reversed(in_project) if use.kind.is_liking)
    skipped = {use.sample_id for use in in_project if use.kind is UseKind.SKIPPED} - placed.keys()
    history = uses.of_user(query.user_id, HISTORY_COUNT) if query.user_id else []
    disliked_ids = dict.fromkeys((*query.disliked_ids, *skipped))
    clip_ids = {clip.id for clip in query.clips}
    wanted_ids = list(dict.fromkeys((*placed, *query.liked_ids, *disliked_ids)))
    samples = {sample.id: sample for sample in table.get(wanted_ids)}
    own = tuple(samples[sample_id] for sample_id in placed if sample_id in samples)
    has_query = bool(query.clips or query.liked_ids or query.text.strip())
    return Seeds(
        clips=query.clips if has_query else own[:MOST_CLIPS],
        liked=_there(samples, query.liked_ids),
        disliked=_there(samples, disliked_ids),
        weights=_weights(history, disliked_ids, query.liked_ids, (*placed, *clip_ids)),
        names={sample.id: sample.name for sample in own} | {clip.id: called(clip) for clip in query.clips},
        known_ids=frozenset({*placed, *skipped, *clip_ids, *query.liked_ids, *query.disliked_ids}),
    )


def _there(samples: Mapping[str, LibrarySample], ids: Iterable[str]) -> tuple[LibrarySample, ...]:
    return tuple(samples[sample_id] for sample_id in ids if sample_id in samples)


def _weights(
    history: list[Use], disliked: Mapping[str, None], liked: tuple[str, ...], placed: tuple[str, ...]
) -> dict[str, float]:
    """Returns the weights; what is said later here counts."""
    return (
        {use.sample_id: HISTORY_WEIGHT for use in history if use.kind.is_liking}
        | dict.fromkeys(disliked, DISLIKED_WEIGHT)
        | dict.fromkeys(liked, LIKED_WEIGHT)
        | dict.fromkeys(placed, IN_PROJECT_WEIGHT)
    )
