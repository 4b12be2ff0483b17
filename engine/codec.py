"""Between the wire and the engine's own nouns.

Nothing turns one into the other but this and its parts, `engine.asset_codec`, `engine.music_codec`,
`engine.generation_codec` and `engine.tagging_codec`.

A result's `facts` are JSON, because the cache keeps them; each task's layout is written and read here, side by side.
"""

from collections.abc import Sequence

from auxsend.v1 import job_pb2, model_pb2
from google.protobuf import duration_pb2

from engine import generation_codec, library_codec, music_codec, tagging_codec
from engine.asset_codec import (
    asset_facts,
    format_facts,
    parse_asset,
    parse_format,
    to_asset,
    to_audio_format,
    to_timestamp,
)
from engine.assets import Asset
from engine.audio import AudioFormat
from engine.backends.base import Card
from engine.errors import EngineError
from engine.jobs.records import Job, JobState, Json, Result
from engine.separation import StemFile
from engine.status import status_code

_STATES = {
    JobState.QUEUED: job_pb2.JOB_STATE_QUEUED,
    JobState.RUNNING: job_pb2.JOB_STATE_RUNNING,
    JobState.SUCCEEDED: job_pb2.JOB_STATE_SUCCEEDED,
    JobState.FAILED: job_pb2.JOB_STATE_FAILED,
    JobState.CANCELLED: job_pb2.JOB_STATE_CANCELLED,
}
_STATES_BY_NUMBER: dict[int, JobState] = {number: state for state, number in _STATES.items()}


def to_duration(span_sec: float) -> duration_pb2.Duration:
    """Returns the wire's form of a span in seconds."""
    duration = duration_pb2.Duration()
    duration.FromNanoseconds(int(span_sec * 1e9))
    return duration


def from_duration(duration: duration_pb2.Duration) -> float:
    """Returns a span in seconds."""
    return duration.ToNanoseconds() / 1e9


def from_states(numbers: Sequence[int]) -> list[JobState]:
    """Returns the job states; a number that means none is dropped."""
    return [_STATES_BY_NUMBER[number] for number in numbers if number in _STATES_BY_NUMBER]


def separation_result(
    stems: Sequence[StemFile], assets: Sequence[Asset], audio_format: AudioFormat, run_sec: float
) -> Result:
    """Returns the result of a separation: each stem with its asset, in the order that was asked for."""
    return Result(
        asset_digests=tuple(asset.sha256 for asset in assets),
        facts={
            "stems": [
                {"name": stem.name, **asset_facts(asset), "peak": stem.peak, "rms_db": stem.rms_db}
                for stem, asset in zip(stems, assets, strict=True)
            ],
            "audio_format": format_facts(audio_format),
            "run_sec": run_sec,
        },
    )


def _to_separation(facts: Json) -> job_pb2.JobResult:
    audio_format = parse_format(facts["audio_format"])
    run_sec = float(facts["run_sec"])
    stems = [
        job_pb2.Stem(
            name=stem["name"],
            asset=to_asset(parse_asset(stem), audio_format),
            peak=stem["peak"],
            rms_db=stem["rms_db"],
        )
        for stem in facts["stems"]
    ]
    return job_pb2.JobResult(
        separation=job_pb2.SeparationResult(
            stems=stems,
            audio_format=to_audio_format(audio_format),
            run_duration=to_duration(run_sec),
            realtime_factor=audio_format.duration_sec / run_sec,
        )
    )


def _to_fetching(facts: Json) -> job_pb2.JobResult:
    return job_pb2.JobResult(
        fetching=job_pb2.FetchingResult(size_bytes=int(facts["size_bytes"]), source=str(facts["source"]))
    )


_RESULTS = {
    "separation": _to_separation,
    "transcription": music_codec.to_transcription,
    "tagging": tagging_codec.to_tagging,
    "generation": generation_codec.to_generation,
    "indexing": library_codec.to_indexing,
    "fetching": _to_fetching,
}


def to_job_error(error: EngineError) -> job_pb2.JobError:
    """Returns the wire's form of why a job failed: the same terms in which a call fails."""
    return job_pb2.JobError(
        code=status_code(error).value[0], reason=error.reason, message=error.message, metadata=error.metadata
    )


def to_job(job: Job) -> job_pb2.Job:
    """Returns the wire's form of a job."""
    message = job_pb2.Job(
        id=job.id,
        task=job.task,
        model=job.model,
        state=_STATES[job.state],
        queue_position=job.queue_position,
        progress_fraction=job.progress_fraction,
        progress_message=job.progress_message,
        is_cached=job.is_cached,
        create_time=to_timestamp(job.create_time_sec),
    )
    if job.start_time_sec is not None:
        message.start_time.CopyFrom(to_timestamp(job.start_time_sec))
    if job.end_time_sec is not None:
        message.end_time.CopyFrom(to_timestamp(job.end_time_sec))
    if job.result is not None:
        message.result.CopyFrom(_RESULTS[job.task](job.result.facts))
    if job.partial is not None:
        message.partial_result.CopyFrom(_RESULTS[job.task](job.partial))
    if job.error is not None:
        message.error.CopyFrom(to_job_error(job.error))
    return message


def to_model(card: Card, *, device: str, is_installed: bool, download_bytes: int) -> model_pb2.Model:
    """Returns the wire's form of a card, with what this engine knows of its weights."""
    return model_pb2.Model(
        name=card.name,
        task=card.task,
        description=card.description,
        outputs=card.outputs,
        licence=card.licence,
        licence_note=card.licence_note,
        attribution={"name": card.attribution_name, "url": card.attribution_url},
        is_installed=is_installed,
        device=device,
        download_bytes=download_bytes,
        sample_rate_hz=card.sample_rate_hz,
        published_figure=card.published_figure,
        is_default=card.is_default,
    )
