"""Between the wire and assets and audio formats, which the results of several tasks hold. A part of `engine.codec`."""

from typing import Any

from auxsend.v1 import asset_pb2, common_pb2
from google.protobuf import timestamp_pb2

from engine.assets import Asset
from engine.audio import AudioFormat, SampleEncoding
from engine.jobs.records import Json

_ENCODINGS = {
    SampleEncoding.PCM_16: common_pb2.SAMPLE_ENCODING_PCM_16,
    SampleEncoding.PCM_24: common_pb2.SAMPLE_ENCODING_PCM_24,
    SampleEncoding.PCM_32: common_pb2.SAMPLE_ENCODING_PCM_32,
    SampleEncoding.FLOAT_32: common_pb2.SAMPLE_ENCODING_FLOAT_32,
    SampleEncoding.FLOAT_64: common_pb2.SAMPLE_ENCODING_FLOAT_64,
}
_ENCODINGS_BY_NUMBER: dict[int, SampleEncoding] = {number: encoding for encoding, number in _ENCODINGS.items()}


def to_timestamp(time_sec: float) -> timestamp_pb2.Timestamp:
    """Returns the wire's form of seconds since the epoch."""
    timestamp = timestamp_pb2.Timestamp()
    timestamp.FromNanoseconds(int(time_sec * 1e9))
    return timestamp


def from_encoding(number: int) -> SampleEncoding | None:
    """Returns the encoding; None where the caller leaves it to the engine."""
    return _ENCODINGS_BY_NUMBER.get(number)


def to_asset(asset: Asset, audio_format: AudioFormat | None = None) -> asset_pb2.Asset:
    """Returns the wire's form of an asset."""
    message = asset_pb2.Asset(
        sha256=asset.sha256,
        size_bytes=asset.size_bytes,
        media_type=asset.media_type,
        create_time=to_timestamp(asset.create_time_sec),
    )
    if audio_format:
        message.audio_format.CopyFrom(to_audio_format(audio_format))
    return message


def to_audio_format(audio_format: AudioFormat) -> common_pb2.AudioFormat:
    """Returns the wire's form of an audio format."""
    return common_pb2.AudioFormat(
        sample_rate_hz=audio_format.sample_rate_hz,
        channel_count=audio_format.channel_count,
        sample_count=audio_format.sample_count,
        encoding=_ENCODINGS[audio_format.encoding],
    )


def format_facts(audio_format: AudioFormat) -> dict[str, object]:
    """Returns an audio format as JSON."""
    return {
        "sample_rate_hz": audio_format.sample_rate_hz,
        "channel_count": audio_format.channel_count,
        "sample_count": audio_format.sample_count,
        "encoding": audio_format.encoding.value,
    }


def parse_format(facts: Json) -> AudioFormat:
    """Returns the audio format that `format_facts` wrote."""
    return AudioFormat(
        sample_rate_hz=int(facts["sample_rate_hz"]),
        channel_count=int(facts["channel_count"]),
        sample_count=int(facts["sample_count"]),
        encoding=SampleEncoding(facts["encoding"]),
    )


def asset_facts(asset: Asset) -> dict[str, Any]:
    """Returns an asset as JSON."""
    return {
        "sha256": asset.sha256,
        "size_bytes": asset.size_bytes,
        "media_type": asset.media_type,
        "create_time_sec": asset.create_time_sec,
    }


def parse_asset(facts: Json) -> Asset:
    """Returns the asset that `asset_facts` wrote."""
    return Asset(facts["sha256"], facts["size_bytes"], facts["media_type"], facts["create_time_sec"])
