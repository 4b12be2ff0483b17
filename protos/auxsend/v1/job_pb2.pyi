import datetime

from auxsend.v1 import asset_pb2 as _asset_pb2
from auxsend.v1 import common_pb2 as _common_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class JobState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    JOB_STATE_UNSPECIFIED: _ClassVar[JobState]
    JOB_STATE_QUEUED: _ClassVar[JobState]
    JOB_STATE_RUNNING: _ClassVar[JobState]
    JOB_STATE_SUCCEEDED: _ClassVar[JobState]
    JOB_STATE_FAILED: _ClassVar[JobState]
    JOB_STATE_CANCELLED: _ClassVar[JobState]
JOB_STATE_UNSPECIFIED: JobState
JOB_STATE_QUEUED: JobState
JOB_STATE_RUNNING: JobState
JOB_STATE_SUCCEEDED: JobState
JOB_STATE_FAILED: JobState
JOB_STATE_CANCELLED: JobState

class GetJobRequest(_message.Message):
    __slots__ = ("job_id",)
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    def __init__(self, job_id: _Optional[str] = ...) -> None: ...

class GetJobResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: Job
    def __init__(self, job: _Optional[_Union[Job, _Mapping]] = ...) -> None: ...

class WatchJobRequest(_message.Message):
    __slots__ = ("job_id",)
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    def __init__(self, job_id: _Optional[str] = ...) -> None: ...

class WatchJobResponse(_message.Message):
    __slots__ = ("event",)
    EVENT_FIELD_NUMBER: _ClassVar[int]
    event: JobEvent
    def __init__(self, event: _Optional[_Union[JobEvent, _Mapping]] = ...) -> None: ...

class CancelJobRequest(_message.Message):
    __slots__ = ("job_id",)
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    def __init__(self, job_id: _Optional[str] = ...) -> None: ...

class CancelJobResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: Job
    def __init__(self, job: _Optional[_Union[Job, _Mapping]] = ...) -> None: ...

class ListJobsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "states")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    states: _containers.RepeatedScalarFieldContainer[JobState]
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., states: _Optional[_Iterable[_Union[JobState, str]]] = ...) -> None: ...

class ListJobsResponse(_message.Message):
    __slots__ = ("jobs", "next_page_token")
    JOBS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    jobs: _containers.RepeatedCompositeFieldContainer[Job]
    next_page_token: str
    def __init__(self, jobs: _Optional[_Iterable[_Union[Job, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class Job(_message.Message):
    __slots__ = ("id", "task", "model", "state", "queue_position", "progress_fraction", "progress_message", "is_cached", "create_time", "start_time", "end_time", "result", "error", "partial_result")
    ID_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    QUEUE_POSITION_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FRACTION_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    IS_CACHED_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    PARTIAL_RESULT_FIELD_NUMBER: _ClassVar[int]
    id: str
    task: str
    model: str
    state: JobState
    queue_position: int
    progress_fraction: float
    progress_message: str
    is_cached: bool
    create_time: _timestamp_pb2.Timestamp
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    result: JobResult
    error: JobError
    partial_result: JobResult
    def __init__(self, id: _Optional[str] = ..., task: _Optional[str] = ..., model: _Optional[str] = ..., state: _Optional[_Union[JobState, str]] = ..., queue_position: _Optional[int] = ..., progress_fraction: _Optional[float] = ..., progress_message: _Optional[str] = ..., is_cached: _Optional[bool] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., result: _Optional[_Union[JobResult, _Mapping]] = ..., error: _Optional[_Union[JobError, _Mapping]] = ..., partial_result: _Optional[_Union[JobResult, _Mapping]] = ...) -> None: ...

class JobEvent(_message.Message):
    __slots__ = ("sequence", "job")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    JOB_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    job: Job
    def __init__(self, sequence: _Optional[int] = ..., job: _Optional[_Union[Job, _Mapping]] = ...) -> None: ...

class JobError(_message.Message):
    __slots__ = ("code", "reason", "message", "metadata")
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    CODE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    code: int
    reason: str
    message: str
    metadata: _containers.ScalarMap[str, str]
    def __init__(self, code: _Optional[int] = ..., reason: _Optional[str] = ..., message: _Optional[str] = ..., metadata: _Optional[_Mapping[str, str]] = ...) -> None: ...

class JobResult(_message.Message):
    __slots__ = ("separation", "transcription", "tagging", "generation", "indexing", "fetching")
    SEPARATION_FIELD_NUMBER: _ClassVar[int]
    TRANSCRIPTION_FIELD_NUMBER: _ClassVar[int]
    TAGGING_FIELD_NUMBER: _ClassVar[int]
    GENERATION_FIELD_NUMBER: _ClassVar[int]
    INDEXING_FIELD_NUMBER: _ClassVar[int]
    FETCHING_FIELD_NUMBER: _ClassVar[int]
    separation: SeparationResult
    transcription: TranscriptionResult
    tagging: TaggingResult
    generation: GenerationResult
    indexing: IndexingResult
    fetching: FetchingResult
    def __init__(self, separation: _Optional[_Union[SeparationResult, _Mapping]] = ..., transcription: _Optional[_Union[TranscriptionResult, _Mapping]] = ..., tagging: _Optional[_Union[TaggingResult, _Mapping]] = ..., generation: _Optional[_Union[GenerationResult, _Mapping]] = ..., indexing: _Optional[_Union[IndexingResult, _Mapping]] = ..., fetching: _Optional[_Union[FetchingResult, _Mapping]] = ...) -> None: ...

class SeparationResult(_message.Message):
    __slots__ = ("stems", "audio_format", "run_duration", "realtime_factor")
    STEMS_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FORMAT_FIELD_NUMBER: _ClassVar[int]
    RUN_DURATION_FIELD_NUMBER: _ClassVar[int]
    REALTIME_FACTOR_FIELD_NUMBER: _ClassVar[int]
    stems: _containers.RepeatedCompositeFieldContainer[Stem]
    audio_format: _common_pb2.AudioFormat
    run_duration: _duration_pb2.Duration
    realtime_factor: float
    def __init__(self, stems: _Optional[_Iterable[_Union[Stem, _Mapping]]] = ..., audio_format: _Optional[_Union[_common_pb2.AudioFormat, _Mapping]] = ..., run_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., realtime_factor: _Optional[float] = ...) -> None: ...

class Stem(_message.Message):
    __slots__ = ("name", "asset", "peak", "rms_db")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ASSET_FIELD_NUMBER: _ClassVar[int]
    PEAK_FIELD_NUMBER: _ClassVar[int]
    RMS_DB_FIELD_NUMBER: _ClassVar[int]
    name: str
    asset: _asset_pb2.Asset
    peak: float
    rms_db: float
    def __init__(self, name: _Optional[str] = ..., asset: _Optional[_Union[_asset_pb2.Asset, _Mapping]] = ..., peak: _Optional[float] = ..., rms_db: _Optional[float] = ...) -> None: ...

class TranscriptionResult(_message.Message):
    __slots__ = ("tracks", "tempo_map", "beats", "chords", "key", "midi", "choice_message", "warning_messages", "duration_sec", "realtime_factor")
    TRACKS_FIELD_NUMBER: _ClassVar[int]
    TEMPO_MAP_FIELD_NUMBER: _ClassVar[int]
    BEATS_FIELD_NUMBER: _ClassVar[int]
    CHORDS_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    MIDI_FIELD_NUMBER: _ClassVar[int]
    CHOICE_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    WARNING_MESSAGES_FIELD_NUMBER: _ClassVar[int]
    DURATION_SEC_FIELD_NUMBER: _ClassVar[int]
    REALTIME_FACTOR_FIELD_NUMBER: _ClassVar[int]
    tracks: _containers.RepeatedCompositeFieldContainer[_common_pb2.NoteTrack]
    tempo_map: _common_pb2.TempoMap
    beats: _containers.RepeatedCompositeFieldContainer[_common_pb2.Beat]
    chords: _containers.RepeatedCompositeFieldContainer[_common_pb2.Chord]
    key: _common_pb2.Key
    midi: _asset_pb2.Asset
    choice_message: str
    warning_messages: _containers.RepeatedScalarFieldContainer[str]
    duration_sec: float
    realtime_factor: float
    def __init__(self, tracks: _Optional[_Iterable[_Union[_common_pb2.NoteTrack, _Mapping]]] = ..., tempo_map: _Optional[_Union[_common_pb2.TempoMap, _Mapping]] = ..., beats: _Optional[_Iterable[_Union[_common_pb2.Beat, _Mapping]]] = ..., chords: _Optional[_Iterable[_Union[_common_pb2.Chord, _Mapping]]] = ..., key: _Optional[_Union[_common_pb2.Key, _Mapping]] = ..., midi: _Optional[_Union[_asset_pb2.Asset, _Mapping]] = ..., choice_message: _Optional[str] = ..., warning_messages: _Optional[_Iterable[str]] = ..., duration_sec: _Optional[float] = ..., realtime_factor: _Optional[float] = ...) -> None: ...

class TaggingResult(_message.Message):
    __slots__ = ("audio_tags",)
    AUDIO_TAGS_FIELD_NUMBER: _ClassVar[int]
    audio_tags: _containers.RepeatedCompositeFieldContainer[AudioTags]
    def __init__(self, audio_tags: _Optional[_Iterable[_Union[AudioTags, _Mapping]]] = ...) -> None: ...

class AudioTags(_message.Message):
    __slots__ = ("asset_sha256", "tag_sets", "embeddings", "quarter_bpm", "key", "loudness_lufs", "duration_sec", "kind", "brightness")
    ASSET_SHA256_FIELD_NUMBER: _ClassVar[int]
    TAG_SETS_FIELD_NUMBER: _ClassVar[int]
    EMBEDDINGS_FIELD_NUMBER: _ClassVar[int]
    QUARTER_BPM_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    LOUDNESS_LUFS_FIELD_NUMBER: _ClassVar[int]
    DURATION_SEC_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    BRIGHTNESS_FIELD_NUMBER: _ClassVar[int]
    asset_sha256: str
    tag_sets: _containers.RepeatedCompositeFieldContainer[TagSet]
    embeddings: _containers.RepeatedCompositeFieldContainer[_common_pb2.Embedding]
    quarter_bpm: float
    key: _common_pb2.Key
    loudness_lufs: float
    duration_sec: float
    kind: str
    brightness: float
    def __init__(self, asset_sha256: _Optional[str] = ..., tag_sets: _Optional[_Iterable[_Union[TagSet, _Mapping]]] = ..., embeddings: _Optional[_Iterable[_Union[_common_pb2.Embedding, _Mapping]]] = ..., quarter_bpm: _Optional[float] = ..., key: _Optional[_Union[_common_pb2.Key, _Mapping]] = ..., loudness_lufs: _Optional[float] = ..., duration_sec: _Optional[float] = ..., kind: _Optional[str] = ..., brightness: _Optional[float] = ...) -> None: ...

class TagSet(_message.Message):
    __slots__ = ("model", "scores", "taggram", "window_sec")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    SCORES_FIELD_NUMBER: _ClassVar[int]
    TAGGRAM_FIELD_NUMBER: _ClassVar[int]
    WINDOW_SEC_FIELD_NUMBER: _ClassVar[int]
    model: str
    scores: _containers.RepeatedCompositeFieldContainer[_common_pb2.TagScore]
    taggram: _containers.RepeatedScalarFieldContainer[float]
    window_sec: float
    def __init__(self, model: _Optional[str] = ..., scores: _Optional[_Iterable[_Union[_common_pb2.TagScore, _Mapping]]] = ..., taggram: _Optional[_Iterable[float]] = ..., window_sec: _Optional[float] = ...) -> None: ...

class GenerationResult(_message.Message):
    __slots__ = ("candidates", "key", "time_signature", "quarter_bpm", "begin_sec", "bar_count", "midi")
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    TIME_SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    QUARTER_BPM_FIELD_NUMBER: _ClassVar[int]
    BEGIN_SEC_FIELD_NUMBER: _ClassVar[int]
    BAR_COUNT_FIELD_NUMBER: _ClassVar[int]
    MIDI_FIELD_NUMBER: _ClassVar[int]
    candidates: _containers.RepeatedCompositeFieldContainer[Candidate]
    key: _common_pb2.Key
    time_signature: _common_pb2.TimeSignature
    quarter_bpm: float
    begin_sec: float
    bar_count: int
    midi: _asset_pb2.Asset
    def __init__(self, candidates: _Optional[_Iterable[_Union[Candidate, _Mapping]]] = ..., key: _Optional[_Union[_common_pb2.Key, _Mapping]] = ..., time_signature: _Optional[_Union[_common_pb2.TimeSignature, _Mapping]] = ..., quarter_bpm: _Optional[float] = ..., begin_sec: _Optional[float] = ..., bar_count: _Optional[int] = ..., midi: _Optional[_Union[_asset_pb2.Asset, _Mapping]] = ...) -> None: ...

class Candidate(_message.Message):
    __slots__ = ("score", "tracks", "midi", "log_likelihood")
    SCORE_FIELD_NUMBER: _ClassVar[int]
    TRACKS_FIELD_NUMBER: _ClassVar[int]
    MIDI_FIELD_NUMBER: _ClassVar[int]
    LOG_LIKELIHOOD_FIELD_NUMBER: _ClassVar[int]
    score: float
    tracks: _containers.RepeatedCompositeFieldContainer[_common_pb2.NoteTrack]
    midi: _asset_pb2.Asset
    log_likelihood: float
    def __init__(self, score: _Optional[float] = ..., tracks: _Optional[_Iterable[_Union[_common_pb2.NoteTrack, _Mapping]]] = ..., midi: _Optional[_Union[_asset_pb2.Asset, _Mapping]] = ..., log_likelihood: _Optional[float] = ...) -> None: ...

class IndexingResult(_message.Message):
    __slots__ = ("indexed_count", "unchanged_count", "unreadable")
    class UnreadableEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    INDEXED_COUNT_FIELD_NUMBER: _ClassVar[int]
    UNCHANGED_COUNT_FIELD_NUMBER: _ClassVar[int]
    UNREADABLE_FIELD_NUMBER: _ClassVar[int]
    indexed_count: int
    unchanged_count: int
    unreadable: _containers.ScalarMap[str, str]
    def __init__(self, indexed_count: _Optional[int] = ..., unchanged_count: _Optional[int] = ..., unreadable: _Optional[_Mapping[str, str]] = ...) -> None: ...

class FetchingResult(_message.Message):
    __slots__ = ("size_bytes", "source")
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    size_bytes: int
    source: str
    def __init__(self, size_bytes: _Optional[int] = ..., source: _Optional[str] = ...) -> None: ...
