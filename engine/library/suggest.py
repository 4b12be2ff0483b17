"""Suggestions: which samples of the library go with a clip, best first, each with its reasons.

    clip, likes ─► direction ─► nearest in embedding ────┐
    clip ─► key, tempo, roles ─► complement, all samples ┼─► candidates ─► limits ─► scores ─► variety ─► reasons
    project, user, likes ─► taste, all used samples ─────┤
    text ─► words, all samples ──────────────────────────┘

Each source gives the best that it has; a candidate of one is scored by all. What is in the project already, what was
shown, liked, or passed over is not suggested. A sample that nobody has used is judged, where taste is concerned, by how
much it sounds like what taste prefers. Everything here blocks, and may be called from several threads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.errors import InvalidArgument, LibraryEmpty
from engine.library.complement import Clip, clip_of, complement_parts
from engine.library.direction import direction_of
from engine.library.diversity import varied_order
from engine.library.mix import Mode, Scores, mixed, with_text
from engine.library.neighbours import from_kept
from engine.library.overview import Overview, Overviews
from engine.library.reasons import fit_reasons, plain_reason, sound_reason, use_reason
from engine.library.sample import LibrarySample
from engine.library.search import find_samples
from engine.library.seeds import Seeds, seeds_of
from engine.library.suggestion import Suggestion, SuggestionQuery
from engine.library.table import SampleTable
from engine.library.taste_trainer import TasteTrainer
from engine.library.uses import UseStore
from engine.library.word_search import WordSearch

POOL_COUNT = 150
"""Candidates of one source, for one page of the usual size."""
MOST_COUNT = 1_000
"""Suggestions to one query, on all pages."""
PREFERRED_COUNT = 20
"""Samples that show what taste prefers."""
UNUSED_SHARE = 0.5
"""Of taste's highest score, what a sample can have that nobody has used."""


@dataclass(frozen=True, eq=False)
class _Candidates:
    """Samples that may be suggested, and what each source says of them."""

    places: NDArray[np.intp]
    """In the catalogue."""
    embeddings: NDArray[np.float32]
    parts: Mapping[Mode, Scores]


class Suggester:
    """Suggests samples of one library."""

    def __init__(self, table: SampleTable, words: WordSearch, uses: UseStore, trainer: TasteTrainer) -> None:
        self._table = table
        self._words = words
        self._uses = uses
        self._trainer = trainer
        self._overviews = Overviews()

    def suggest(self, query: SuggestionQuery, count: int) -> list[Suggestion]:
        """Returns at most `count` suggestions, best first, each sample once.

        Raises:
            InvalidArgument: there is nothing to go by, or the variety is not from 0 to 1.
            LibraryEmpty: the library has no samples.
            LibraryUnavailable: it cannot be opened.
        """
        if not 0 <= query.variety <= 1:
            raise InvalidArgument("The variety goes from 0 (best first) to 1 (anything but the same).", field="variety")
        overview = self._overviews.of(self._table.catalogue, self._trainer.model)
        if not len(overview.catalogue):
            raise LibraryEmpty("The library is empty; add samples first: auxsend library add FOLDER.")
        seeds = seeds_of(query, self._table, self._uses)
        query = replace(query, wanted=replace(query.wanted, excluded_ids=query.wanted.excluded_ids | seeds.known_ids))
        return _Search(overview, query, seeds, self._words.likeness(query.text, overview.catalogue), count).run()


class _Search:
    """One query under way."""

    def __init__(
        self, overview: Overview, query: SuggestionQuery, seeds: Seeds, likeness: Scores | None, count: int
    ) -> None:
        self._overview = overview
        self._query = query
        self._seeds = seeds
        self._likeness = likeness
        self._count = min(count, MOST_COUNT)
        self._pool_count = max(POOL_COUNT, 2 * self._count)
        self._admitted = overview.catalogue.admitted(query.wanted)
        self._direction = direction_of(
            [clip.embedding for clip in seeds.clips],
            [sample.embedding for sample in seeds.liked],
            [sample.embedding for sample in seeds.disliked],
        )
        self._clip: Clip | None = clip_of(seeds.clips) if seeds.clips else None
        self._fits = complement_parts(self._clip, overview.traits).scores if self._clip else None
        self._taste = overview.taste_scores(seeds.weights)
        if self._direction is None and self._taste is None and not query.text.strip():
            raise InvalidArgument(
                "There is nothing to go by: select a clip, describe it in words, or name samples that you like.",
                field="asset_sha256s",
            )

    def run(self) -> list[Suggestion]:
        """Returns the suggestions."""
        places, text_scores = self._candidate_places()
        candidates = self._candidates(places)
        if not len(places):
            return []
        scores = mixed(candidates.parts, self._query.mode) if candidates.parts else None
        if text_scores is not None:
            scores = with_text(scores, text_scores)
        assert scores is not None
        order = varied_order(scores, candidates.embeddings, self._query.variety, self._count)
        samples = self._overview.catalogue.samples(places[order])
        used_with = self._used_with(samples)
        return [
            Suggestion(sample, float(scores[place]), self._reasons(candidates, place, sample, used))
            for place, sample, used in zip(order, samples, used_with, strict=True)
        ]

    def _candidate_places(self) -> tuple[NDArray[np.intp], Scores | None]:
        """Returns places in the catalogue, each once, and what the words say of each, where there are words."""
        if self._query.text.strip():
            places = find_samples(
                self._overview.catalogue, self._query.text, self._query.wanted, self._likeness
            )[: 4 * self._pool_count]  # fmt: skip
            return places, np.linspace(1, 0, len(places), endpoint=False, dtype=np.float32)
        sources = {Mode.SIMILAR: self._near, Mode.COMPLEMENT: self._fitting, Mode.TASTE: self._preferred}
        known = {mode for mode, given in zip(sources, (self._direction, self._fits, self._taste), strict=True)
                 if given is not None}  # fmt: skip
        asked = {self._query.mode} & known or known
        return np.unique(np.concatenate([sources[mode]() for mode in asked])), None

    def _near(self) -> NDArray[np.intp]:
        assert self._direction is not None
        return self._nearest(self._direction)

    def _fitting(self) -> NDArray[np.intp]:
        assert self._fits is not None
        return _highest(np.where(self._admitted, self._fits, -np.inf), self._pool_count)

    def _preferred(self) -> NDArray[np.intp]:
        """Returns used samples, and unused ones that sound like the best of them."""
        assert self._taste is not None
        used = _highest(np.where(self._admitted, self._taste, -np.inf), self._pool_count)
        if self._query.mode is not Mode.TASTE or (centre := self._preferred_sound(used)) is None:
            return used
        return np.concatenate([used, self._nearest(centre)])

    def _nearest(self, direction: NDArray[np.float32]) -> NDArray[np.intp]:
        return self._overview.catalogue.nearest(direction, self._pool_count, self._admitted)[0]

    def _preferred_sound(self, used: NDArray[np.intp]) -> NDArray[np.float32] | None:
        assert self._taste is not None
        best = used[np.argsort(-self._taste[used])][:PREFERRED_COUNT]
        return direction_of(list(self._embeddings(best)))

    def _embeddings(self, places: NDArray[np.intp]) -> NDArray[np.float32]:
        return from_kept(self._overview.catalogue.embeddings[places])

    def _candidates(self, places: NDArray[np.intp]) -> _Candidates:
        embeddings = self._embeddings(places)
        parts: dict[Mode, Scores] = {}
        if self._direction is not None:
            parts[Mode.SIMILAR] = np.clip(embeddings @ self._direction, 0, 1)
        if self._fits is not None:
            parts[Mode.COMPLEMENT] = self._fits[places]
        if self._taste is not None:
            parts[Mode.TASTE] = self._taste_part(self._taste[places], places, embeddings)
        return _Candidates(places, embeddings, parts)

    def _taste_part(self, taste: Scores, places: NDArray[np.intp], embeddings: NDArray[np.float32]) -> Scores:
        """Returns taste as 0 to 1: used samples in proportion to the best, unused ones by their sound."""
        is_used = np.isfinite(taste)
        best = float(taste[is_used].max(initial=0))
        part = np.where(is_used, np.maximum(taste, 0) / (best or 1.0), 0).astype(np.float32)
        centre = self._preferred_sound(places[is_used]) if is_used.any() and not is_used.all() else None
        if centre is not None:
            part[~is_used] = UNUSED_SHARE * np.maximum(embeddings[~is_used] @ centre, 0)
        return part

    def _reasons(
        self, candidates: _Candidates, place: int, sample: LibrarySample, used: Sequence[str]
    ) -> tuple[str, ...]:
        """Returns at least one reason."""
        reasons = [f"fits “{self._query.text.strip()}”"] if self._query.text.strip() else []
        if self._clip is not None:
            roles = self._overview.traits.roles[candidates.places[place]]
            reasons += fit_reasons(self._clip, sample, roles)
        if self._direction is not None:
            reasons.append(sound_reason(float(candidates.parts[Mode.SIMILAR][place])))
        found = tuple(reason for reason in (*reasons, *used) if reason)
        return found or (plain_reason({mode: float(part[place]) for mode, part in candidates.parts.items()}, sample),)

    def _used_with(self, samples: Sequence[LibrarySample]) -> list[list[str]]:
        """Returns what taste has to say of each sample, a sentence or nothing."""
        model = self._overview.model
        if model is None or self._taste is None:
            return [[] for _ in samples]
        names = list(self._seeds.names.values())
        shared = model.uses.shared_counts([sample.id for sample in samples], list(self._seeds.names))
        most = shared.argmax(axis=1) if names else np.zeros(len(samples), np.int64)
        reasons = (
            use_reason(int(counts.max(initial=0)), names[best] if names else "", model.uses.project_count(sample.id))
            for sample, counts, best in zip(samples, shared, most, strict=True)
        )
        return [[reason] if reason else [] for reason in reasons]


def _highest(scores: NDArray[np.floating], count: int) -> NDArray[np.intp]:
    """Returns the places of the highest finite scores, in no order."""
    count = min(count, len(scores))
    places: NDArray[np.intp] = np.argpartition(-scores, count - 1)[:count] if count else np.zeros(0, np.intp)
    finite: NDArray[np.intp] = places[np.isfinite(scores[places])]
    return finite
