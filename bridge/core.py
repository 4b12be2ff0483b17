"""The verbs of the bridge: what a command, a script or a panel can ask for. They print nothing; they report events.

`split` is the main one: look at the song, see that results can be written, ask the engine, send the audio only if the
engine has not got it, follow the job, fetch the stems, and let them appear together.
"""

import uuid
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

from bridge.audio_file import Song, open_song, range_samples
from bridge.client import EngineClient
from bridge.codec import Job, Separation, SeparationRequest
from bridge.errors import RequestRefused
from bridge.events import ModelChosen, Notice, Progress, Report, Step
from bridge.jobs import run_job, submitted
from bridge.outputs import Stage, staged
from bridge.sending import Cut, Parcel, parcel, run_on_file
from bridge.split_project import Stems, project_name, stage_project

Connect = Callable[[], AbstractAsyncContextManager[EngineClient]]


@dataclass(frozen=True)
class SplitOrder:
    """What to split, how, and where the stems go."""

    song: Path
    folder: Path
    model: str = ""
    """Empty means the engine's default."""
    stems: tuple[str, ...] = ()
    """Empty means all of the model's; "no_vocals" is the song without the vocals."""
    quality: str = "balanced"
    residual: str = "none"
    file_format: str = "wav"
    range_sec: tuple[float, float | None] | None = None
    project: str = ""
    """Which project to write beside the stems: "rpp" for REAPER or "als" for Live; empty for none."""
    is_forced: bool = False
    """Whether existing files may be replaced."""
    request_id: str = ""
    """What the engine knows the request by, so that a repetition joins it; empty means a new one."""


@dataclass(frozen=True)
class SplitResult:
    """What was written."""

    model: str
    sample_rate_hz: int
    sample_count: int
    stems: dict[str, Path]
    realtime_factor: float
    is_cached: bool
    project: Path | None = None


async def split(order: SplitOrder, connect: Connect, report: Report) -> SplitResult:
    """Splits a song into stems and returns what was written.

    Raises:
        BridgeError: anything in `bridge.errors`; then nothing was written.
    """
    song = open_song(order.song)
    cut = Cut(*range_samples(song, order.range_sec)) if order.range_sec else None
    with staged(order.folder) as stage:
        separation = await separate(order, song, cut, stage, connect, report)
        return _publish(order, song, cut, separation, stage)


async def separate(
    order: SplitOrder, song: Song, cut: Cut | None, stage: Stage, connect: Connect, report: Report
) -> Separation:
    """Puts the stems of a song, or of a part of it, into the stage and returns what the engine said of them.

    Raises:
        BridgeError: anything in `bridge.errors`.
    """
    _check_outputs(order, order.stems, stage)
    report(Progress(Step.CONNECT))
    async with connect() as client:
        await _check_model(order, client, stage, report)
        with parcel(song, cut, stage.staging) as file:
            job = await _separate_file(order, client, file, report)
        assert job.separation is not None
        await _download(job.separation, order, client, stage, report)
    return job.separation


async def fetch_model(name: str, client: EngineClient, report: Report) -> Job:
    """Fetches a model's weights to the engine and returns the finished job."""
    return await run_job(client, lambda: submitted(client, client.fetch_model(name, str(uuid.uuid4()))), report)


def file_names(order: SplitOrder, stems: tuple[str, ...]) -> list[str]:
    """Returns the names of the files that an order makes out of these stems."""
    names = [f"{stem}.{order.file_format}" for stem in stems]
    return [*names, project_name(order.song, order.project)] if order.project and stems else names


def _check_outputs(order: SplitOrder, stems: tuple[str, ...], stage: Stage) -> None:
    names = file_names(order, stems)
    stage.refuse_replacing(order.song, names)
    if not order.is_forced:
        stage.refuse_existing(names)


async def _check_model(order: SplitOrder, client: EngineClient, stage: Stage, report: Report) -> None:
    """Finds the model and refuses what is wrong with the order, before the song is read or sent."""
    models = await client.list_models("separation")
    chosen = [model for model in models if model.name == order.model or (not order.model and model.is_default)]
    if not chosen:
        return  # the engine may know models that it does not list, and refuses the others itself
    model = chosen[0]
    for stem in order.stems:
        if stem.removeprefix("no_") not in model.outputs:
            known = ", ".join(model.outputs)
            raise RequestRefused(f"The model “{model.name}” has no stem “{stem}”; it has {known}.")
    _check_outputs(order, order.stems or model.outputs, stage)
    report(ModelChosen(model))


async def _separate_file(order: SplitOrder, client: EngineClient, file: Parcel, report: Report) -> Job:
    """Runs the separation of a file and returns the finished job."""

    def submit(sha256: str, request_id: str) -> Awaitable[Job]:
        return client.separate(
            SeparationRequest(
                asset_sha256=sha256,
                model=order.model,
                stems=order.stems,
                quality=order.quality,
                residual=order.residual,
                media_type=f"audio/{order.file_format}",
                request_id=request_id,
            )
        )

    return await run_on_file(client, file, submit, order.request_id, report)


async def _download(
    separation: Separation, order: SplitOrder, client: EngineClient, stage: Stage, report: Report
) -> None:
    """Fetches all stems into the stage."""
    total_bytes = sum(stem.size_bytes for stem in separation.stems)
    stage.require_bytes(total_bytes)
    done_bytes = 0
    for stem in separation.stems:
        if stem.peak > 1 and not separation.is_float:
            report(Notice(f"“{stem.name}” peaks above full scale ({stem.peak:.2f}) and was clipped."))
        before_bytes = done_bytes
        await client.download(
            stem.sha256,
            stem.size_bytes,
            stage.staging / f"{stem.name}.{order.file_format}",
            lambda received, before=before_bytes: report(  # type: ignore[misc]
                Progress(Step.DOWNLOAD, (before + received) / max(1, total_bytes))
            ),
        )
        done_bytes += stem.size_bytes


def _publish(order: SplitOrder, song: Song, cut: Cut | None, separation: Separation, stage: Stage) -> SplitResult:
    """Lets the stems, and the project if one is wanted, appear in the output folder."""
    stems = tuple(stem.name for stem in separation.stems)
    folder = order.folder.absolute()
    if order.project:
        files = [f"{stem}.{order.file_format}" for stem in stems]
        start_sec = cut.first / song.sample_rate_hz if cut else 0.0
        made = Stems(stage, files, separation.sample_rate_hz, separation.sample_count, start_sec)
        stage_project(order.project, song, made)
    stage.publish(file_names(order, stems), is_forced=order.is_forced)
    return SplitResult(
        model=separation.model,
        sample_rate_hz=separation.sample_rate_hz,
        sample_count=separation.sample_count,
        stems={stem: folder / f"{stem}.{order.file_format}" for stem in stems},
        realtime_factor=separation.realtime_factor,
        is_cached=separation.is_cached,
        project=folder / project_name(order.song, order.project) if order.project else None,
    )
