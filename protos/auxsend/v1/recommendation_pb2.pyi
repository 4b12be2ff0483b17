import datetime

from auxsend.v1 import common_pb2 as _common_pb2
from auxsend.v1 import job_pb2 as _job_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SuggestionMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SUGGESTION_MODE_UNSPECIFIED: _ClassVar[SuggestionMode]
    SUGGESTION_MODE_SIMILAR: _ClassVar[SuggestionMode]
    SUGGESTION_MODE_COMPLEMENT: _ClassVar[SuggestionMode]
    SUGGESTION_MODE_TASTE: _ClassVar[SuggestionMode]
    SUGGESTION_MODE_MIX: _ClassVar[SuggestionMode]

class UseKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    USE_KIND_UNSPECIFIED: _ClassVar[UseKind]
    USE_KIND_INSERTED: _ClassVar[UseKind]
    USE_KIND_KEPT: _ClassVar[UseKind]
    USE_KIND_SKIPPED: _ClassVar[UseKind]
SUGGESTION_MODE_UNSPECIFIED: SuggestionMode
SUGGESTION_MODE_SIMILAR: SuggestionMode
SUGGESTION_MODE_COMPLEMENT: SuggestionMode
SUGGESTION_MODE_TASTE: SuggestionMode
SUGGESTION_MODE_MIX: SuggestionMode
USE_KIND_UNSPECIFIED: UseKind
USE_KIND_INSERTED: UseKind
USE_KIND_KEPT: UseKind
USE_KIND_SKIPPED: UseKind

class IndexSamplesRequest(_message.Message):
    __slots__ = ("samples", "request_id")
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    samples: _containers.RepeatedCompositeFieldContainer[SampleEntry]
    request_id: str
    def __init__(self, samples: _Optional[_Iterable[_Union[SampleEntry, _Mapping]]] = ..., request_id: _Optional[str] = ...) -> None: ...

class SampleEntry(_message.Message):
    __slots__ = ("asset_sha256", "name", "folders")
    ASSET_SHA256_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    FOLDERS_FIELD_NUMBER: _ClassVar[int]
    asset_sha256: str
    name: str
    folders: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, asset_sha256: _Optional[str] = ..., name: _Optional[str] = ..., folders: _Optional[_Iterable[str]] = ...) -> None: ...

class IndexSamplesResponse(_message.Message):
    __slots__ = ("job",)
    JOB_FIELD_NUMBER: _ClassVar[int]
    job: _job_pb2.Job
    def __init__(self, job: _Optional[_Union[_job_pb2.Job, _Mapping]] = ...) -> None: ...

class ListSamplesRequest(_message.Message):
    __slots__ = ("text", "key", "quarter_bpm", "kinds", "sample_ids", "page_size", "page_token", "is_unheard", "skip")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    QUARTER_BPM_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_IDS_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    IS_UNHEARD_FIELD_NUMBER: _ClassVar[int]
    SKIP_FIELD_NUMBER: _ClassVar[int]
    text: str
    key: _common_pb2.Key
    quarter_bpm: float
    kinds: _containers.RepeatedScalarFieldContainer[str]
    sample_ids: _containers.RepeatedScalarFieldContainer[str]
    page_size: int
    page_token: str
    is_unheard: bool
    skip: int
    def __init__(self, text: _Optional[str] = ..., key: _Optional[_Union[_common_pb2.Key, _Mapping]] = ..., quarter_bpm: _Optional[float] = ..., kinds: _Optional[_Iterable[str]] = ..., sample_ids: _Optional[_Iterable[str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., is_unheard: _Optional[bool] = ..., skip: _Optional[int] = ...) -> None: ...

class ListSamplesResponse(_message.Message):
    __slots__ = ("samples", "total_count", "next_page_token")
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    TOTAL_COUNT_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    samples: _containers.RepeatedCompositeFieldContainer[Sample]
    total_count: int
    next_page_token: str
    def __init__(self, samples: _Optional[_Iterable[_Union[Sample, _Mapping]]] = ..., total_count: _Optional[int] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class RemoveSamplesRequest(_message.Message):
    __slots__ = ("sample_ids",)
    SAMPLE_IDS_FIELD_NUMBER: _ClassVar[int]
    sample_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, sample_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class RemoveSamplesResponse(_message.Message):
    __slots__ = ("removed_count",)
    REMOVED_COUNT_FIELD_NUMBER: _ClassVar[int]
    removed_count: int
    def __init__(self, removed_count: _Optional[int] = ...) -> None: ...

class SuggestSamplesRequest(_message.Message):
    __slots__ = ("asset_sha256s", "text", "mode", "key", "quarter_bpm", "kinds", "liked_sample_ids", "disliked_sample_ids", "user_id", "project_id", "page_size", "page_token", "excluded_sample_ids", "variety", "tags")
    ASSET_SHA256S_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    QUARTER_BPM_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    LIKED_SAMPLE_IDS_FIELD_NUMBER: _ClassVar[int]
    DISLIKED_SAMPLE_IDS_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    EXCLUDED_SAMPLE_IDS_FIELD_NUMBER: _ClassVar[int]
    VARIETY_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    asset_sha256s: _containers.RepeatedScalarFieldContainer[str]
    text: str
    mode: SuggestionMode
    key: _common_pb2.Key
    quarter_bpm: float
    kinds: _containers.RepeatedScalarFieldContainer[str]
    liked_sample_ids: _containers.RepeatedScalarFieldContainer[str]
    disliked_sample_ids: _containers.RepeatedScalarFieldContainer[str]
    user_id: str
    project_id: str
    page_size: int
    page_token: str
    excluded_sample_ids: _containers.RepeatedScalarFieldContainer[str]
    variety: float
    tags: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, asset_sha256s: _Optional[_Iterable[str]] = ..., text: _Optional[str] = ..., mode: _Optional[_Union[SuggestionMode, str]] = ..., key: _Optional[_Union[_common_pb2.Key, _Mapping]] = ..., quarter_bpm: _Optional[float] = ..., kinds: _Optional[_Iterable[str]] = ..., liked_sample_ids: _Optional[_Iterable[str]] = ..., disliked_sample_ids: _Optional[_Iterable[str]] = ..., user_id: _Optional[str] = ..., project_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., excluded_sample_ids: _Optional[_Iterable[str]] = ..., variety: _Optional[float] = ..., tags: _Optional[_Iterable[str]] = ...) -> None: ...

class SuggestSamplesResponse(_message.Message):
    __slots__ = ("suggestions", "next_page_token")
    SUGGESTIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    suggestions: _containers.RepeatedCompositeFieldContainer[Suggestion]
    next_page_token: str
    def __init__(self, suggestions: _Optional[_Iterable[_Union[Suggestion, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class Suggestion(_message.Message):
    __slots__ = ("sample", "score", "reasons")
    SAMPLE_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    sample: Sample
    score: float
    reasons: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, sample: _Optional[_Union[Sample, _Mapping]] = ..., score: _Optional[float] = ..., reasons: _Optional[_Iterable[str]] = ...) -> None: ...

class Sample(_message.Message):
    __slots__ = ("id", "asset_sha256", "name", "tags", "index_time", "folders")
    ID_FIELD_NUMBER: _ClassVar[int]
    ASSET_SHA256_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    INDEX_TIME_FIELD_NUMBER: _ClassVar[int]
    FOLDERS_FIELD_NUMBER: _ClassVar[int]
    id: str
    asset_sha256: str
    name: str
    tags: _job_pb2.AudioTags
    index_time: _timestamp_pb2.Timestamp
    folders: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, id: _Optional[str] = ..., asset_sha256: _Optional[str] = ..., name: _Optional[str] = ..., tags: _Optional[_Union[_job_pb2.AudioTags, _Mapping]] = ..., index_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., folders: _Optional[_Iterable[str]] = ...) -> None: ...

class RecordUseRequest(_message.Message):
    __slots__ = ("uses", "request_id")
    USES_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    uses: _containers.RepeatedCompositeFieldContainer[Use]
    request_id: str
    def __init__(self, uses: _Optional[_Iterable[_Union[Use, _Mapping]]] = ..., request_id: _Optional[str] = ...) -> None: ...

class Use(_message.Message):
    __slots__ = ("sample_id", "project_id", "user_id", "kind", "use_time")
    SAMPLE_ID_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    USE_TIME_FIELD_NUMBER: _ClassVar[int]
    sample_id: str
    project_id: str
    user_id: str
    kind: UseKind
    use_time: _timestamp_pb2.Timestamp
    def __init__(self, sample_id: _Optional[str] = ..., project_id: _Optional[str] = ..., user_id: _Optional[str] = ..., kind: _Optional[_Union[UseKind, str]] = ..., use_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RecordUseResponse(_message.Message):
    __slots__ = ("recorded_count",)
    RECORDED_COUNT_FIELD_NUMBER: _ClassVar[int]
    recorded_count: int
    def __init__(self, recorded_count: _Optional[int] = ...) -> None: ...

class MapLibraryRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class MapLibraryResponse(_message.Message):
    __slots__ = ("points", "clusters", "next_page_token")
    POINTS_FIELD_NUMBER: _ClassVar[int]
    CLUSTERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    points: _containers.RepeatedCompositeFieldContainer[MapPoint]
    clusters: _containers.RepeatedCompositeFieldContainer[Cluster]
    next_page_token: str
    def __init__(self, points: _Optional[_Iterable[_Union[MapPoint, _Mapping]]] = ..., clusters: _Optional[_Iterable[_Union[Cluster, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class MapPoint(_message.Message):
    __slots__ = ("sample_id", "x", "y", "cluster_id")
    SAMPLE_ID_FIELD_NUMBER: _ClassVar[int]
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    CLUSTER_ID_FIELD_NUMBER: _ClassVar[int]
    sample_id: str
    x: float
    y: float
    cluster_id: int
    def __init__(self, sample_id: _Optional[str] = ..., x: _Optional[float] = ..., y: _Optional[float] = ..., cluster_id: _Optional[int] = ...) -> None: ...

class Cluster(_message.Message):
    __slots__ = ("id", "name", "sample_count")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_COUNT_FIELD_NUMBER: _ClassVar[int]
    id: int
    name: str
    sample_count: int
    def __init__(self, id: _Optional[int] = ..., name: _Optional[str] = ..., sample_count: _Optional[int] = ...) -> None: ...
