"""Between the wire and what recordings were found to be. A part of `engine.codec`; the library uses it, too."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from auxsend.v1 import common_pb2, job_pb2
from numpy.typing import NDArray

from engine.backends import REGISTRY
from engine.backends.base import Tagging
from engine.jobs.records import Json, Result
from engine.music_codec import key_facts, to_key
from engine.tagging import AudioDescription


def tagging_result(descriptions: Mapping[str, AudioDescription], digests: Sequence[str], has_taggram: bool) -> Result:
    """Returns the result of a tagging: the description of each digest, in the order of `digests`."""
    facts = {sha256: description_facts(found, has_taggram) for sha256, found in descriptions.items()}
    return Result((), {"audio_tags": [{"asset_sha256": sha256, **facts[sha256]} for sha256 in digests]})


def to_tagging(facts: Json) -> job_pb2.JobResult:
    """Returns the wire's form of what `tagging_result` keeps."""
    audio_tags = [to_audio_tags(entry["asset_sha256"], entry) for entry in facts["audio_tags"]]
    return job_pb2.JobResult(tagging=job_pb2.TaggingResult(audio_tags=audio_tags))


def description_facts(found: AudioDescription, has_taggram: bool = False) -> dict[str, Any]:
    """Returns a description as JSON, with the scores over time only if they are wanted."""
    measured = found.measurements
    return {
        "taggings": {name: _tagging_facts(tagging, has_taggram) for name, tagging in found.taggings.items()},
        "quarter_bpm": found.quarter_bpm,
        "key": key_facts(found.key),
        # JSON has no infinity, which is the loudness of silence.
        "loudness_lufs": measured.loudness_lufs if math.isfinite(measured.loudness_lufs) else None,
        "duration_sec": measured.duration_sec,
        "kind": measured.kind,
        "brightness": measured.brightness,
    }


def to_audio_tags(asset_sha256: str, facts: Json) -> job_pb2.AudioTags:
    """Returns the wire's form of what `description_facts` wrote."""
    taggings: Mapping[str, Json] = facts["taggings"]
    return job_pb2.AudioTags(
        asset_sha256=asset_sha256,
        tag_sets=[_to_tag_set(name, tagging) for name, tagging in taggings.items()],
        embeddings=[
            common_pb2.Embedding(model=name, values=tagging["embedding"]) for name, tagging in taggings.items()
        ],
        quarter_bpm=facts["quarter_bpm"],
        key=to_key(facts["key"]),
        loudness_lufs=-math.inf if facts["loudness_lufs"] is None else facts["loudness_lufs"],
        duration_sec=facts["duration_sec"],
        kind=facts["kind"],
        brightness=facts["brightness"],
    )


def _tagging_facts(tagging: Tagging, has_taggram: bool) -> dict[str, Any]:
    facts: dict[str, Any] = {"scores": _numbers(tagging.scores), "embedding": _numbers(tagging.embedding)}
    if has_taggram:
        facts |= {"taggram": _numbers(tagging.taggram.ravel()), "window_sec": tagging.window_sec}
    return facts


def _to_tag_set(model: str, facts: Json) -> job_pb2.TagSet:
    return job_pb2.TagSet(
        model=model,
        scores=[
            common_pb2.TagScore(tag=tag, score=score)
            for tag, score in zip(REGISTRY[model].outputs, facts["scores"], strict=True)
        ],
        taggram=facts.get("taggram", ()),
        window_sec=facts.get("window_sec", 0.0),
    )


def _numbers(values: NDArray[np.float32]) -> list[float]:
    numbers: list[float] = values.tolist()
    return numbers
