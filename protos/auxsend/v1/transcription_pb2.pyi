import datetime

from auxsend.v1 import job_pb2 as _job_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TranscribeAudioRequest(_message.Message):
    __slots__ = ("asset_sha256", "model", "has_bends", "quantise_division", "quantise_strength", "quarter_bpm", "request_id", "timeout")
    ASSET_SHA256_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    HAS_BENDS_FIELD_NUMBER: _ClassVar[int]
    QUANTISE_DIVISION_FIELD_NUMBER: _ClassVar[int]
    QUANTISE_STRENGTH_FIELD_NUMBER: _ClassVar[int]
    QUARTER_BPM_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    asset_sha256: str
    model: str
    has_bends: bool
    quantise_division: int
    quantise_strength: float
    quarter_bpm: float
    request_id: str
    timeout: _duration_pb2.Duration
    def __init__(self, asset_sha256: _Optional[str] = ..., model: _Optional[str] = ..., has_bends: _Optional[bool] = ..., quantise_division: _Optional[int] = ..., quantise_strength: _Optional[float] = ..., quarter_bpm: _Optional[float] = ..., request_id: _Optional[str] = ..., timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class TranscribeAudioResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: _job_pb2.Job
    def __init__(self, job: _Optional[_Union[_job_pb2.Job, _Mapping]] = ...) -> None: ...
