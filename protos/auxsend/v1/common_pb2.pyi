from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SampleEncoding(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SAMPLE_ENCODING_UNSPECIFIED: _ClassVar[SampleEncoding]
    SAMPLE_ENCODING_PCM_16: _ClassVar[SampleEncoding]
    SAMPLE_ENCODING_PCM_24: _ClassVar[SampleEncoding]
    SAMPLE_ENCODING_PCM_32: _ClassVar[SampleEncoding]
    SAMPLE_ENCODING_FLOAT_32: _ClassVar[SampleEncoding]
    SAMPLE_ENCODING_FLOAT_64: _ClassVar[SampleEncoding]
SAMPLE_ENCODING_UNSPECIFIED: SampleEncoding
SAMPLE_ENCODING_PCM_16: SampleEncoding
SAMPLE_ENCODING_PCM_24: SampleEncoding
SAMPLE_ENCODING_PCM_32: SampleEncoding
SAMPLE_ENCODING_FLOAT_32: SampleEncoding
SAMPLE_ENCODING_FLOAT_64: SampleEncoding

class AudioFormat(_message.Message):
    __slots__ = ("sample_rate_hz", "channel_count", "sample_count", "encoding")
    SAMPLE_RATE_HZ_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_COUNT_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_COUNT_FIELD_NUMBER: _ClassVar[int]
    ENCODING_FIELD_NUMBER: _ClassVar[int]
    sample_rate_hz: int
    channel_count: int
    sample_count: int
    encoding: SampleEncoding
    def __init__(self, sample_rate_hz: _Optional[int] = ..., channel_count: _Optional[int] = ..., sample_count: _Optional[int] = ..., encoding: _Optional[_Union[SampleEncoding, str]] = ...) -> None: ...

class Note(_message.Message):
    __slots__ = ("pitch", "velocity", "onset_sec", "duration_sec", "bends")
    PITCH_FIELD_NUMBER: _ClassVar[int]
    VELOCITY_FIELD_NUMBER: _ClassVar[int]
    ONSET_SEC_FIELD_NUMBER: _ClassVar[int]
    DURATION_SEC_FIELD_NUMBER: _ClassVar[int]
    BENDS_FIELD_NUMBER: _ClassVar[int]
    pitch: int
    velocity: int
    onset_sec: float
    duration_sec: float
    bends: _containers.RepeatedCompositeFieldContainer[PitchBend]
    def __init__(self, pitch: _Optional[int] = ..., velocity: _Optional[int] = ..., onset_sec: _Optional[float] = ..., duration_sec: _Optional[float] = ..., bends: _Optional[_Iterable[_Union[PitchBend, _Mapping]]] = ...) -> None: ...

class PitchBend(_message.Message):
    __slots__ = ("offset_sec", "semitones")
    OFFSET_SEC_FIELD_NUMBER: _ClassVar[int]
    SEMITONES_FIELD_NUMBER: _ClassVar[int]
    offset_sec: float
    semitones: float
    def __init__(self, offset_sec: _Optional[float] = ..., semitones: _Optional[float] = ...) -> None: ...

class ControlChange(_message.Message):
    __slots__ = ("number", "value", "time_sec")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    TIME_SEC_FIELD_NUMBER: _ClassVar[int]
    number: int
    value: int
    time_sec: float
    def __init__(self, number: _Optional[int] = ..., value: _Optional[int] = ..., time_sec: _Optional[float] = ...) -> None: ...

class NoteTrack(_message.Message):
    __slots__ = ("name", "program", "is_drum", "notes", "control_changes")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PROGRAM_FIELD_NUMBER: _ClassVar[int]
    IS_DRUM_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    CONTROL_CHANGES_FIELD_NUMBER: _ClassVar[int]
    name: str
    program: int
    is_drum: bool
    notes: _containers.RepeatedCompositeFieldContainer[Note]
    control_changes: _containers.RepeatedCompositeFieldContainer[ControlChange]
    def __init__(self, name: _Optional[str] = ..., program: _Optional[int] = ..., is_drum: _Optional[bool] = ..., notes: _Optional[_Iterable[_Union[Note, _Mapping]]] = ..., control_changes: _Optional[_Iterable[_Union[ControlChange, _Mapping]]] = ...) -> None: ...

class TempoChange(_message.Message):
    __slots__ = ("time_sec", "quarter_bpm")
    TIME_SEC_FIELD_NUMBER: _ClassVar[int]
    QUARTER_BPM_FIELD_NUMBER: _ClassVar[int]
    time_sec: float
    quarter_bpm: float
    def __init__(self, time_sec: _Optional[float] = ..., quarter_bpm: _Optional[float] = ...) -> None: ...

class TimeSignature(_message.Message):
    __slots__ = ("time_sec", "numerator", "denominator")
    TIME_SEC_FIELD_NUMBER: _ClassVar[int]
    NUMERATOR_FIELD_NUMBER: _ClassVar[int]
    DENOMINATOR_FIELD_NUMBER: _ClassVar[int]
    time_sec: float
    numerator: int
    denominator: int
    def __init__(self, time_sec: _Optional[float] = ..., numerator: _Optional[int] = ..., denominator: _Optional[int] = ...) -> None: ...

class Beat(_message.Message):
    __slots__ = ("time_sec", "bar_position")
    TIME_SEC_FIELD_NUMBER: _ClassVar[int]
    BAR_POSITION_FIELD_NUMBER: _ClassVar[int]
    time_sec: float
    bar_position: int
    def __init__(self, time_sec: _Optional[float] = ..., bar_position: _Optional[int] = ...) -> None: ...

class Chord(_message.Message):
    __slots__ = ("onset_sec", "duration_sec", "label")
    ONSET_SEC_FIELD_NUMBER: _ClassVar[int]
    DURATION_SEC_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    onset_sec: float
    duration_sec: float
    label: str
    def __init__(self, onset_sec: _Optional[float] = ..., duration_sec: _Optional[float] = ..., label: _Optional[str] = ...) -> None: ...

class Key(_message.Message):
    __slots__ = ("tonic", "mode", "confidence")
    TONIC_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    tonic: int
    mode: str
    confidence: float
    def __init__(self, tonic: _Optional[int] = ..., mode: _Optional[str] = ..., confidence: _Optional[float] = ...) -> None: ...

class TempoMap(_message.Message):
    __slots__ = ("tempos", "time_signatures")
    TEMPOS_FIELD_NUMBER: _ClassVar[int]
    TIME_SIGNATURES_FIELD_NUMBER: _ClassVar[int]
    tempos: _containers.RepeatedCompositeFieldContainer[TempoChange]
    time_signatures: _containers.RepeatedCompositeFieldContainer[TimeSignature]
    def __init__(self, tempos: _Optional[_Iterable[_Union[TempoChange, _Mapping]]] = ..., time_signatures: _Optional[_Iterable[_Union[TimeSignature, _Mapping]]] = ...) -> None: ...

class TagScore(_message.Message):
    __slots__ = ("tag", "score")
    TAG_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    tag: str
    score: float
    def __init__(self, tag: _Optional[str] = ..., score: _Optional[float] = ...) -> None: ...

class Embedding(_message.Message):
    __slots__ = ("model", "values")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    model: str
    values: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, model: _Optional[str] = ..., values: _Optional[_Iterable[float]] = ...) -> None: ...

class Attribution(_message.Message):
    __slots__ = ("name", "url")
    NAME_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    name: str
    url: str
    def __init__(self, name: _Optional[str] = ..., url: _Optional[str] = ...) -> None: ...
