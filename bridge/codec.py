"""What the bridge knows of models and jobs, and how it is read from the wire.

Nothing beyond this file and `bridge.client` sees a protobuf message.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from auxsend.v1 import common_pb2, job_pb2, model_pb2, separation_pb2

from bridge.errors import EngineFailed
from bridge.generation import Generation
from bridge.generation_codec import generation_from_wire
from bridge.library.sample import Indexing
from bridge.music_codec import transcription_from_wire
from bridge.sample_codec import indexing_from_wire
from bridge.tagging import AudioTags
from bridge.tagging_codec import tagging_from_wire
from bridge.transcription import Transcription


@dataclass(frozen=True)
class Model:
    """A model as the engine describes it."""

    name: str
    task: str
    description: str
    outputs: tuple[str, ...]
    licence: str
    licence_note: str
    attribution: str
    attribution_url: str
    is_installed: bool
    is_default: bool
    device: str
    download_bytes: int
    """0 where it is installed or not known."""
    sample_rate_hz: int
    published_figure: str


class JobState(Enum):
    """What a job is doing."""

    QUEUED = job_pb2.JOB_STATE_QUEUED
    RUNNING = job_pb2.JOB_STATE_RUNNING
    SUCCEEDED = job_pb2.JOB_STATE_SUCCEEDED
    FAILED = job_pb2.JOB_STATE_FAILED
    CANCELLED = job_pb2.JOB_STATE_CANCELLED


@dataclass(frozen=True)
class Stem:
    """A separated source that waits on the engine."""

    name: str
    sha256: str
    size_bytes: int
    peak: float
    """Largest absolute sample before any clipping."""


@dataclass(frozen=True)
class Separation:
    """What a separation gave."""

    model: str
    stems: tuple[Stem, ...]
    sample_rate_hz: int
    sample_count: int
    is_float: bool
    """Whether samples beyond full scale survive in the stems' encoding."""
    realtime_factor: float
    """Seconds of audio per second of device time."""
    is_cached: bool


@dataclass(frozen=True)
class Job:
    """A job at one moment."""

    id: str
    model: str
    state: JobState
    queue_position: int
    fraction: float
    message: str
    error_code: int = 0
    error_reason: str = ""
    error_message: str = ""
    separation: Separation | None = None
    transcription: Transcription | None = None
    tagging: Mapping[str, AudioTags] = field(default_factory=dict)
    """By the digest of the asset."""
    generation: Generation | None = None
    """While it runs, the candidates that are finished."""
    indexing: Indexing | None = None
    fetched_bytes: int = 0
    fetched_from: str = ""

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state not in (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True)
class SeparationRequest:
    """What to split, and how; an empty value leaves the choice to the engine."""

    asset_sha256: str
    model: str
    stems: tuple[str, ...]
    quality: str
    """"fast", "balanced" or "best"."""
    residual: str
    """"none" or "other"."""
    media_type: str
    request_id: str


def model_from_wire(message: model_pb2.Model) -> Model:
    """Returns the model that `message` describes."""
    return Model(
        name=message.name,
        task=message.task,
        description=message.description,
        outputs=tuple(message.outputs),
        licence=message.licence,
        licence_note=message.licence_note,
        attribution=message.attribution.name,
        attribution_url=message.attribution.url,
        is_installed=message.is_installed,
        is_default=message.is_default,
        device=message.device,
        download_bytes=message.download_bytes,
        sample_rate_hz=message.sample_rate_hz,
        published_figure=message.published_figure,
    )


def job_from_wire(message: job_pb2.Job) -> Job:
    """Returns the job that `message` describes."""
    kind = message.result.WhichOneof("result")
    return Job(
        id=message.id,
        model=message.model,
        state=JobState(message.state),
        queue_position=message.queue_position,
        fraction=message.progress_fraction,
        message=message.progress_message,
        error_code=message.error.code,
        error_reason=message.error.reason,
        error_message=message.error.message,
        separation=_separation_from_wire(message) if kind == "separation" else None,
        transcription=transcription_from_wire(message) if kind == "transcription" else None,
        tagging=tagging_from_wire(message.result.tagging),
        generation=generation_from_wire(message),
        indexing=indexing_from_wire(message) if kind == "indexing" else None,
        fetched_bytes=message.result.fetching.size_bytes,
        fetched_from=message.result.fetching.source,
    )


def _separation_from_wire(job: job_pb2.Job) -> Separation:
    result = job.result.separation
    float_encodings = (common_pb2.SAMPLE_ENCODING_FLOAT_32, common_pb2.SAMPLE_ENCODING_FLOAT_64)
    return Separation(
        model=job.model,
        stems=tuple(
            Stem(name=_file_name(stem.name), sha256=stem.asset.sha256, size_bytes=stem.asset.size_bytes, peak=stem.peak)
            for stem in result.stems
        ),
        sample_rate_hz=result.audio_format.sample_rate_hz,
        sample_count=result.audio_format.sample_count,
        is_float=result.audio_format.encoding in float_encodings,
        realtime_factor=result.realtime_factor,
        is_cached=job.is_cached,
    )


def _file_name(name: str) -> str:
    """Returns a stem's name, which becomes a file's name.

    Raises:
        EngineFailed: it would lead elsewhere.
    """
    if not re.fullmatch(r"\w[\w .+-]{0,63}", name):
        raise EngineFailed(f"The engine named a stem “{name[:64]}”, which cannot be a file; update the engine.")
    return name


def separation_to_wire(request: SeparationRequest) -> separation_pb2.SeparateAudioRequest:
    """Returns the message that asks for `request`."""
    return separation_pb2.SeparateAudioRequest(
        asset_sha256=request.asset_sha256,
        model=request.model,
        stems=request.stems,
        quality=f"SEPARATION_QUALITY_{request.quality.upper()}",
        residual=f"RESIDUAL_{request.residual.upper()}",
        media_type=request.media_type,
        request_id=request.request_id,
    )
