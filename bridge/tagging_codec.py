"""How tags are asked for and read from the wire. See `bridge.codec`, of which this is a part."""

from collections.abc import Sequence

import numpy as np
from auxsend.v1 import job_pb2, tagging_pb2

from bridge.midi.notes import Key, Mode
from bridge.tagging import AudioTags, TagSet, TagWish


def tagging_to_wire(asset_sha256s: Sequence[str], wish: TagWish, request_id: str) -> tagging_pb2.TagAudioRequest:
    """Returns the message that asks for the tags of assets."""
    return tagging_pb2.TagAudioRequest(
        asset_sha256s=asset_sha256s, models=wish.models, has_taggram=wish.has_taggram, request_id=request_id
    )


def tagging_from_wire(result: job_pb2.TaggingResult) -> dict[str, AudioTags]:
    """Returns what a finished job says of each asset."""
    return {message.asset_sha256: _audio_tags(message) for message in result.audio_tags}


def _audio_tags(message: job_pb2.AudioTags) -> AudioTags:
    return AudioTags(
        tag_sets={tag_set.model: _tag_set(tag_set) for tag_set in message.tag_sets},
        quarter_bpm=message.quarter_bpm,
        key=Key(message.key.tonic % 12, Mode(message.key.mode)) if message.HasField("key") else None,
        key_confidence=message.key.confidence,
        loudness_lufs=message.loudness_lufs,
        duration_sec=message.duration_sec,
        kind=message.kind,
        brightness=message.brightness,
    )


def _tag_set(message: job_pb2.TagSet) -> TagSet:
    return TagSet(
        scores={score.tag: score.score for score in message.scores},
        taggram=np.array(message.taggram, dtype=np.float32).reshape(-1, len(message.scores)),
        window_sec=message.window_sec,
    )
