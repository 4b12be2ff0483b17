import datetime

from auxsend.v1 import common_pb2 as _common_pb2
from auxsend.v1 import job_pb2 as _job_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SeparationQuality(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEPARATION_QUALITY_UNSPECIFIED: _ClassVar[SeparationQuality]
    SEPARATION_QUALITY_FAST: _ClassVar[SeparationQuality]
    SEPARATION_QUALITY_BALANCED: _ClassVar[SeparationQuality]
    SEPARATION_QUALITY_BEST: _ClassVar[SeparationQuality]

class Residual(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RESIDUAL_UNSPECIFIED: _ClassVar[Residual]
    RESIDUAL_NONE: _ClassVar[Residual]
    RESIDUAL_OTHER: _ClassVar[Residual]
SEPARATION_QUALITY_UNSPECIFIED: SeparationQuality
SEPARATION_QUALITY_FAST: SeparationQuality
SEPARATION_QUALITY_BALANCED: SeparationQuality
SEPARATION_QUALITY_BEST: SeparationQuality
RESIDUAL_UNSPECIFIED: Residual
RESIDUAL_NONE: Residual
RESIDUAL_OTHER: Residual

class SeparateAudioRequest(_message.Message):
    __slots__ = ("asset_sha256", "model", "stems", "quality", "residual", "media_type", "encoding", "request_id", "timeout")
    ASSET_SHA256_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    STEMS_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    RESIDUAL_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    ENCODING_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    asset_sha256: str
    model: str
    stems: _containers.RepeatedScalarFieldContainer[str]
    quality: SeparationQuality
    residual: Residual
    media_type: str
    encoding: _common_pb2.SampleEncoding
    request_id: str
    timeout: _duration_pb2.Duration
    def __init__(self, asset_sha256: _Optional[str] = ..., model: _Optional[str] = ..., stems: _Optional[_Iterable[str]] = ..., quality: _Optional[_Union[SeparationQuality, str]] = ..., residual: _Optional[_Union[Residual, str]] = ..., media_type: _Optional[str] = ..., encoding: _Optional[_Union[_common_pb2.SampleEncoding, str]] = ..., request_id: _Optional[str] = ..., timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class SeparateAudioResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: _job_pb2.Job
    def __init__(self, job: _Optional[_Union[_job_pb2.Job, _Mapping]] = ...) -> None: ...
