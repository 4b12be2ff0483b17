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

class VariationKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VARIATION_KIND_UNSPECIFIED: _ClassVar[VariationKind]
    VARIATION_KIND_RHYTHM: _ClassVar[VariationKind]
    VARIATION_KIND_CONTOUR: _ClassVar[VariationKind]
VARIATION_KIND_UNSPECIFIED: VariationKind
VARIATION_KIND_RHYTHM: VariationKind
VARIATION_KIND_CONTOUR: VariationKind

class Prompt(_message.Message):
    __slots__ = ("tracks", "tempo_map", "key", "chords")
    TRACKS_FIELD_NUMBER: _ClassVar[int]
    TEMPO_MAP_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    CHORDS_FIELD_NUMBER: _ClassVar[int]
    tracks: _containers.RepeatedCompositeFieldContainer[_common_pb2.NoteTrack]
    tempo_map: _common_pb2.TempoMap
    key: _common_pb2.Key
    chords: _containers.RepeatedCompositeFieldContainer[_common_pb2.Chord]
    def __init__(self, tracks: _Optional[_Iterable[_Union[_common_pb2.NoteTrack, _Mapping]]] = ..., tempo_map: _Optional[_Union[_common_pb2.TempoMap, _Mapping]] = ..., key: _Optional[_Union[_common_pb2.Key, _Mapping]] = ..., chords: _Optional[_Iterable[_Union[_common_pb2.Chord, _Mapping]]] = ...) -> None: ...

class Sampling(_message.Message):
    __slots__ = ("candidate_count", "temperature", "top_p", "seed", "is_key_strict", "lowest_pitch", "highest_pitch", "max_polyphony", "notes_per_bar", "pitch_classes", "stays_in_bars", "is_key_free", "rings_over")
    CANDIDATE_COUNT_FIELD_NUMBER: _ClassVar[int]
    TEMPERATURE_FIELD_NUMBER: _ClassVar[int]
    TOP_P_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    IS_KEY_STRICT_FIELD_NUMBER: _ClassVar[int]
    LOWEST_PITCH_FIELD_NUMBER: _ClassVar[int]
    HIGHEST_PITCH_FIELD_NUMBER: _ClassVar[int]
    MAX_POLYPHONY_FIELD_NUMBER: _ClassVar[int]
    NOTES_PER_BAR_FIELD_NUMBER: _ClassVar[int]
    PITCH_CLASSES_FIELD_NUMBER: _ClassVar[int]
    STAYS_IN_BARS_FIELD_NUMBER: _ClassVar[int]
    IS_KEY_FREE_FIELD_NUMBER: _ClassVar[int]
    RINGS_OVER_FIELD_NUMBER: _ClassVar[int]
    candidate_count: int
    temperature: float
    top_p: float
    seed: int
    is_key_strict: bool
    lowest_pitch: int
    highest_pitch: int
    max_polyphony: int
    notes_per_bar: float
    pitch_classes: _containers.RepeatedScalarFieldContainer[int]
    stays_in_bars: bool
    is_key_free: bool
    rings_over: bool
    def __init__(self, candidate_count: _Optional[int] = ..., temperature: _Optional[float] = ..., top_p: _Optional[float] = ..., seed: _Optional[int] = ..., is_key_strict: _Optional[bool] = ..., lowest_pitch: _Optional[int] = ..., highest_pitch: _Optional[int] = ..., max_polyphony: _Optional[int] = ..., notes_per_bar: _Optional[float] = ..., pitch_classes: _Optional[_Iterable[int]] = ..., stays_in_bars: _Optional[bool] = ..., is_key_free: _Optional[bool] = ..., rings_over: _Optional[bool] = ...) -> None: ...

class GenerationRequest(_message.Message):
    __slots__ = ("prompt", "model", "sampling", "request_id", "timeout", "bar_chords")
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    SAMPLING_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    BAR_CHORDS_FIELD_NUMBER: _ClassVar[int]
    prompt: Prompt
    model: str
    sampling: Sampling
    request_id: str
    timeout: _duration_pb2.Duration
    bar_chords: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, prompt: _Optional[_Union[Prompt, _Mapping]] = ..., model: _Optional[str] = ..., sampling: _Optional[_Union[Sampling, _Mapping]] = ..., request_id: _Optional[str] = ..., timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., bar_chords: _Optional[_Iterable[str]] = ...) -> None: ...

class ContinueMelodyRequest(_message.Message):
    __slots__ = ("generation", "bar_count", "is_accompanied")
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    BAR_COUNT_FIELD_NUMBER: _ClassVar[int]
    IS_ACCOMPANIED_FIELD_NUMBER: _ClassVar[int]
    generation: GenerationRequest
    bar_count: int
    is_accompanied: bool
    def __init__(self, generation: _Optional[_Union[GenerationRequest, _Mapping]] = ..., bar_count: _Optional[int] = ..., is_accompanied: _Optional[bool] = ...) -> None: ...

class ContinueMelodyResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: _job_pb2.Job
    def __init__(self, job: _Optional[_Union[_job_pb2.Job, _Mapping]] = ...) -> None: ...

class VaryMelodyRequest(_message.Message):
    __slots__ = ("generation", "kind")
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    generation: GenerationRequest
    kind: VariationKind
    def __init__(self, generation: _Optional[_Union[GenerationRequest, _Mapping]] = ..., kind: _Optional[_Union[VariationKind, str]] = ...) -> None: ...

class VaryMelodyResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: _job_pb2.Job
    def __init__(self, job: _Optional[_Union[_job_pb2.Job, _Mapping]] = ...) -> None: ...

class FillMelodyRequest(_message.Message):
    __slots__ = ("generation", "first_bar", "last_bar")
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    FIRST_BAR_FIELD_NUMBER: _ClassVar[int]
    LAST_BAR_FIELD_NUMBER: _ClassVar[int]
    generation: GenerationRequest
    first_bar: int
    last_bar: int
    def __init__(self, generation: _Optional[_Union[GenerationRequest, _Mapping]] = ..., first_bar: _Optional[int] = ..., last_bar: _Optional[int] = ...) -> None: ...

class FillMelodyResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: _job_pb2.Job
    def __init__(self, job: _Optional[_Union[_job_pb2.Job, _Mapping]] = ...) -> None: ...

class AccompanyMelodyRequest(_message.Message):
    __slots__ = ("generation", "parts")
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    generation: GenerationRequest
    parts: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, generation: _Optional[_Union[GenerationRequest, _Mapping]] = ..., parts: _Optional[_Iterable[str]] = ...) -> None: ...

class AccompanyMelodyResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: _job_pb2.Job
    def __init__(self, job: _Optional[_Union[_job_pb2.Job, _Mapping]] = ...) -> None: ...
