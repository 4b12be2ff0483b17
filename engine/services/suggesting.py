"""What RecommendationService answers about suggestions and uses.

Pages of suggestions go on from what was suggested before: a page's token remembers the query and what it gave, in
memory, and the next page suggests from the rest. Whoever comes back after the engine has started anew names what it has
seen (`excluded_sample_ids`).
"""

import asyncio
import hashlib
import time
import uuid
from collections import OrderedDict
from dataclasses import replace

from auxsend.v1 import recommendation_pb2

from engine import library_codec
from engine.errors import InvalidArgument
from engine.library.mix import Mode
from engine.library.suggest import Suggester
from engine.library.suggestion import Suggestion, SuggestionQuery
from engine.library.taste_trainer import TasteTrainer
from engine.library.uses import Use, UseKind, UseStore
from engine.services.clip_listening import ClipListener

DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE = 20, 200
MAX_CLIPS = 16
MAX_USES = 1_000
MAX_IDS = 10_000
MAX_TEXT_LETTERS = 1_000
MAX_ID_LETTERS = 256
KEPT_PAGES = 256

_MODES = {
    recommendation_pb2.SUGGESTION_MODE_UNSPECIFIED: Mode.MIX,
    recommendation_pb2.SUGGESTION_MODE_SIMILAR: Mode.SIMILAR,
    recommendation_pb2.SUGGESTION_MODE_COMPLEMENT: Mode.COMPLEMENT,
    recommendation_pb2.SUGGESTION_MODE_TASTE: Mode.TASTE,
    recommendation_pb2.SUGGESTION_MODE_MIX: Mode.MIX,
}
_USE_KINDS = {
    recommendation_pb2.USE_KIND_INSERTED: UseKind.INSERTED,
    recommendation_pb2.USE_KIND_KEPT: UseKind.KEPT,
    recommendation_pb2.USE_KIND_SKIPPED: UseKind.SKIPPED,
}


class Suggesting:
    """Answers SuggestSamples and RecordUse."""

    def __init__(self, listener: ClipListener, suggester: Suggester, uses: UseStore, trainer: TasteTrainer) -> None:
        self._listener = listener
        self._suggester = suggester
        self._uses = uses
        self._trainer = trainer
        self._pages: OrderedDict[str, tuple[str, frozenset[str]]] = OrderedDict()

    async def suggest(
        self, request: recommendation_pb2.SuggestSamplesRequest
    ) -> recommendation_pb2.SuggestSamplesResponse:
        """Returns a page of suggestions. A clip that was never heard before is listened to first."""
        size = _page_size(request.page_size)
        query = _query(request)
        _check_counts(request)
        digest, seen_ids = self._seen(request)
        clips = await self._listener.described(list(dict.fromkeys(request.asset_sha256s)))
        excluded_ids = query.wanted.excluded_ids | seen_ids
        query = replace(query, clips=clips, wanted=replace(query.wanted, excluded_ids=excluded_ids))
        # One more than the page holds tells whether there is another.
        found = await asyncio.to_thread(self._suggester.suggest, query, size + 1)
        page = found[:size]
        shown_ids = seen_ids | {suggestion.sample.id for suggestion in page}
        return recommendation_pb2.SuggestSamplesResponse(
            suggestions=map(_to_suggestion, page),
            next_page_token=self._token(digest, shown_ids) if len(found) > size else "",
        )

    async def record(self, request: recommendation_pb2.RecordUseRequest) -> recommendation_pb2.RecordUseResponse:
        """Returns how many uses are new; with enough of them, taste is trained again beside whatever else goes on."""
        if not 0 < len(request.uses) <= MAX_USES:
            raise InvalidArgument(f"Name from 1 to {MAX_USES:,} uses; these are {len(request.uses):,}.", field="uses")
        uses = [_use(use) for use in request.uses]
        recorded_count = await asyncio.to_thread(self._uses.record, uses, request.request_id)
        self._trainer.refresh()
        return recommendation_pb2.RecordUseResponse(recorded_count=recorded_count)

    def start(self) -> None:
        """Begins to learn the taste from what was recorded before."""
        self._trainer.refresh()

    def close(self) -> None:
        """Stops the training and closes the uses."""
        self._trainer.close()
        self._uses.close()

    def _seen(self, request: recommendation_pb2.SuggestSamplesRequest) -> tuple[str, frozenset[str]]:
        """Returns a digest of the query, and what its earlier pages have shown."""
        first = recommendation_pb2.SuggestSamplesRequest()
        first.CopyFrom(request)
        first.ClearField("page_token")
        first.ClearField("page_size")
        digest = hashlib.sha256(first.SerializeToString(deterministic=True)).hexdigest()
        if not request.page_token:
            return digest, frozenset()
        known_digest, seen_ids = self._pages.get(request.page_token, ("", frozenset[str]()))
        if known_digest != digest:
            raise InvalidArgument(
                "This page token is unknown (any more), or another query's; begin with the first page.",
                field="page_token",
            )
        return digest, seen_ids

    def _token(self, digest: str, shown_ids: frozenset[str]) -> str:
        token = uuid.uuid4().hex
        self._pages[token] = digest, shown_ids
        if len(self._pages) > KEPT_PAGES:
            self._pages.popitem(last=False)
        return token


def _query(request: recommendation_pb2.SuggestSamplesRequest) -> SuggestionQuery:
    """Returns what is asked, but for the clips.

    Raises:
        InvalidArgument: there is no such mode, key, tempo or tag.
    """
    if request.mode not in _MODES:
        raise InvalidArgument("There is no such mode of suggestions; leave it unset for a mix.", field="mode")
    return SuggestionQuery(
        text=request.text,
        mode=_MODES[request.mode],
        wanted=library_codec.from_limits(
            request.key if request.HasField("key") else None,
            request.quarter_bpm,
            request.kinds,
            tags=request.tags,
            excluded_ids=request.excluded_sample_ids,
        ),
        liked_ids=tuple(request.liked_sample_ids),
        disliked_ids=tuple(request.disliked_sample_ids),
        user_id=request.user_id,
        project_id=request.project_id,
        variety=request.variety,
    )


def _check_counts(request: recommendation_pb2.SuggestSamplesRequest) -> None:
    """Refuses requests that name too much at once.

    Raises:
        InvalidArgument: with the field's name.
    """
    for field, most in (
        ("asset_sha256s", MAX_CLIPS),
        ("liked_sample_ids", MAX_IDS),
        ("disliked_sample_ids", MAX_IDS),
        ("excluded_sample_ids", MAX_IDS),
        ("text", MAX_TEXT_LETTERS),
    ):
        if len(getattr(request, field)) > most:
            raise InvalidArgument(f"{field} may have at most {most:,} entries or letters; send fewer.", field=field)


def _page_size(page_size: int) -> int:
    if page_size < 0:
        raise InvalidArgument(
            f"A page cannot have fewer than 0 suggestions; 0 means {DEFAULT_PAGE_SIZE}.", field="page_size"
        )
    return min(page_size or DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE)


def _use(use: recommendation_pb2.Use) -> Use:
    """Returns a use; one without a time is of now.

    Raises:
        InvalidArgument: its sample, its project or its kind is missing, or a name is too long.
    """
    if use.kind not in _USE_KINDS:
        raise InvalidArgument("A use needs its kind: inserted, kept or skipped.", field="uses")
    names = (use.sample_id, use.project_id, use.user_id)
    if not (use.sample_id and use.project_id) or any(len(name) > MAX_ID_LETTERS for name in names):
        raise InvalidArgument(
            f"A use needs a sample's id and a project's id, of at most {MAX_ID_LETTERS} letters.", field="uses"
        )
    time_sec = use.use_time.ToNanoseconds() / 1e9 if use.HasField("use_time") else time.time()
    return Use(use.sample_id, use.project_id, use.user_id, _USE_KINDS[use.kind], time_sec)


def _to_suggestion(suggestion: Suggestion) -> recommendation_pb2.Suggestion:
    return recommendation_pb2.Suggestion(
        sample=library_codec.to_sample(suggestion.sample), score=suggestion.score, reasons=suggestion.reasons
    )
