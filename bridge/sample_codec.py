"""How samples are asked for and read from the wire. See `bridge.codec`, of which this is a part."""

from collections.abc import Iterable

from auxsend.v1 import common_pb2, job_pb2, recommendation_pb2

from bridge.library.sample import Cluster, Entry, Indexing, MapPoint, Query, Sample, Suggestion, Use, Wanted
from bridge.midi.notes import Key, Mode

MOST_TAGS = 5
LEAST_SCORE = 0.1
"""Below it, a tag of these models says nothing."""


def entry_to_wire(entry: Entry) -> recommendation_pb2.SampleEntry:
    """Returns the message that describes a sample to index."""
    return recommendation_pb2.SampleEntry(asset_sha256=entry.id, name=entry.name, folders=entry.folders)


def wanted_to_wire(
    wanted: Wanted, page_size: int, page_token: str, skip: int = 0
) -> recommendation_pb2.ListSamplesRequest:
    """Returns the message that asks for a page of samples."""
    return recommendation_pb2.ListSamplesRequest(
        text=wanted.text,
        key=_key_to_wire(wanted.key),
        quarter_bpm=wanted.quarter_bpm,
        kinds=wanted.kinds,
        sample_ids=wanted.sample_ids,
        is_unheard=wanted.is_unheard,
        page_size=page_size,
        page_token=page_token,
        skip=skip,
    )


def query_to_wire(query: Query) -> recommendation_pb2.SuggestSamplesRequest:
    """Returns the message that asks for suggestions."""
    return recommendation_pb2.SuggestSamplesRequest(
        asset_sha256s=query.asset_sha256s,
        text=query.text,
        mode=f"SUGGESTION_MODE_{query.mode.upper()}",
        key=_key_to_wire(query.key),
        quarter_bpm=query.quarter_bpm,
        kinds=query.kinds,
        liked_sample_ids=query.liked_ids,
        disliked_sample_ids=query.disliked_ids,
        user_id=query.user,
        project_id=query.project_id,
        page_size=query.count,
        excluded_sample_ids=query.excluded_ids,
        variety=query.variety,
        tags=query.tags,
    )


def uses_to_wire(uses: Iterable[Use], request_id: str) -> recommendation_pb2.RecordUseRequest:
    """Returns the message that records uses."""
    request = recommendation_pb2.RecordUseRequest(request_id=request_id)
    for use in uses:
        message = request.uses.add(
            sample_id=use.sample_id, project_id=use.project_id, user_id=use.user, kind=f"USE_KIND_{use.kind.upper()}"
        )
        if use.time_sec:
            message.use_time.FromNanoseconds(round(use.time_sec * 1e9))
    return request


def sample_from_wire(message: recommendation_pb2.Sample) -> Sample:
    """Returns the sample that `message` describes."""
    tags = message.tags
    return Sample(
        id=message.id,
        name=message.name,
        folders=tuple(message.folders),
        kind=tags.kind,
        key=_key_from_wire(tags.key) if tags.HasField("key") else None,
        quarter_bpm=tags.quarter_bpm,
        duration_sec=tags.duration_sec,
        loudness_lufs=tags.loudness_lufs,
        brightness=tags.brightness,
        tags=_strongest(tags.tag_sets),
    )


def suggestion_from_wire(message: recommendation_pb2.Suggestion) -> Suggestion:
    """Returns the suggestion that `message` describes."""
    return Suggestion(sample_from_wire(message.sample), message.score, tuple(message.reasons))


def point_from_wire(message: recommendation_pb2.MapPoint) -> MapPoint:
    """Returns the place that `message` describes."""
    return MapPoint(message.sample_id, message.x, message.y, message.cluster_id)


def cluster_from_wire(message: recommendation_pb2.Cluster) -> Cluster:
    """Returns the cluster that `message` describes."""
    return Cluster(message.id, message.name, message.sample_count)


def indexing_from_wire(job: job_pb2.Job) -> Indexing:
    """Returns what a finished job says that it has indexed."""
    result = job.result.indexing
    return Indexing(result.indexed_count, result.unchanged_count, dict(result.unreadable))


def _strongest(tag_sets: Iterable[job_pb2.TagSet]) -> tuple[str, ...]:
    """Returns the strongest tags of all models, each tag once."""
    best: dict[str, float] = {}
    for tag_set in tag_sets:
        for scored in tag_set.scores:
            score = scored.score
            if score > LEAST_SCORE:  # most are below, and to read a tag takes as long as to read its score
                best[scored.tag] = max(score, best.get(scored.tag, 0.0))
    return tuple(sorted(best, key=lambda tag: (-best[tag], tag))[:MOST_TAGS])


def _key_to_wire(key: Key | None) -> common_pb2.Key | None:
    return None if key is None else common_pb2.Key(tonic=key.tonic, mode=key.mode.value, confidence=1.0)


def _key_from_wire(message: common_pb2.Key) -> Key | None:
    """Returns the key; None where it is in a mode that is neither major nor minor."""
    return Key(message.tonic % 12, Mode(message.mode)) if message.mode in list(Mode) else None
