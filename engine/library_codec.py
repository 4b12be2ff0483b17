"""Between the wire and the library: samples, the limits of a search, what indexing did. A part of `engine.codec`."""

from collections.abc import Sequence

from auxsend.v1 import common_pb2, job_pb2, recommendation_pb2

from engine.asset_codec import to_timestamp
from engine.backends import REGISTRY
from engine.errors import InvalidArgument
from engine.jobs.records import Json, Result
from engine.library.filters import SampleFilter, keys_with_notes_of
from engine.library.indexing import Indexing
from engine.library.map import Cluster
from engine.library.sample import LibrarySample
from engine.library.tags import checked_tag
from engine.music_codec import key_facts, to_key
from engine.musical_time import Key

SLOWEST_BPM, FASTEST_BPM = 10.0, 1000.0


def to_sample(sample: LibrarySample) -> recommendation_pb2.Sample:
    """Returns the wire's form of a sample."""
    tags = job_pb2.AudioTags(
        asset_sha256=sample.id,
        tag_sets=[
            job_pb2.TagSet(
                model=model,
                scores=[
                    common_pb2.TagScore(tag=tag, score=score)
                    for tag, score in zip(REGISTRY[model].outputs, scores.tolist(), strict=True)
                ],
            )
            for model, scores in sample.tag_scores.items()
        ],
        quarter_bpm=sample.quarter_bpm,
        key=to_key(key_facts(sample.key)),
        loudness_lufs=sample.loudness_lufs,
        duration_sec=sample.duration_sec,
        kind=sample.kind,
        brightness=sample.brightness,
    )
    return recommendation_pb2.Sample(
        id=sample.id,
        asset_sha256=sample.id,
        name=sample.name,
        tags=tags,
        index_time=to_timestamp(sample.index_time_sec),
        folders=sample.folders,
    )


def to_cluster(cluster: Cluster) -> recommendation_pb2.Cluster:
    """Returns the wire's form of a cluster."""
    return recommendation_pb2.Cluster(id=cluster.id, name=cluster.name, sample_count=cluster.sample_count)


def from_limits(
    key: common_pb2.Key | None,
    quarter_bpm: float,
    kinds: Sequence[str],
    *,
    tags: Sequence[str] = (),
    ids: Sequence[str] = (),
    excluded_ids: Sequence[str] = (),
) -> SampleFilter:
    """Returns the limits that a request states.

    Raises:
        InvalidArgument: there is no such key, tempo or tag.
    """
    # NaN fails every comparison, so it is refused with the rest.
    if quarter_bpm != 0 and not SLOWEST_BPM <= quarter_bpm <= FASTEST_BPM:
        raise InvalidArgument(
            f"A tempo lies between {SLOWEST_BPM:g} and {FASTEST_BPM:g} quarter notes per minute; 0 means any.",
            field="quarter_bpm",
        )
    return SampleFilter(
        keys=frozenset() if key is None else keys_with_notes_of(Key(key.tonic, key.mode, key.confidence)),
        quarter_bpm=quarter_bpm,
        kinds=tuple(kinds),
        tags=tuple(dict.fromkeys(checked_tag(tag) for tag in tags)),
        ids=frozenset(ids),
        excluded_ids=frozenset(excluded_ids),
    )


def indexing_result(done: Indexing) -> Result:
    """Returns the result of an indexing."""
    facts = {
        "indexed_count": done.indexed_count,
        "unchanged_count": done.unchanged_count,
        "unreadable": dict(done.unreadable),
    }
    return Result((), facts)


def to_indexing(facts: Json) -> job_pb2.JobResult:
    """Returns the wire's form of what `indexing_result` keeps."""
    return job_pb2.JobResult(indexing=job_pb2.IndexingResult(**facts))
