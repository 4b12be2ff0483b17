"""Work on a file: ask the engine first, send the audio only if the engine has not got it, follow the job to its end."""

import asyncio
import contextlib
import hashlib
import uuid
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bridge.audio_file import Song, copy_range, hash_file
from bridge.channels import ChannelMode
from bridge.client import EngineClient
from bridge.codec import Job
from bridge.errors import AssetLost
from bridge.events import Progress, Report, Step
from bridge.jobs import run_job, submitted

T = TypeVar("T")
Submit = Callable[[str, str], Awaitable[Job]]
"""Asks the engine for work on an asset: is given the asset's sha256 and a request id."""


@dataclass(frozen=True)
class Cut:
    """Samples [first, last) of a song, and which of its channels are heard."""

    first: int
    last: int
    mode: ChannelMode = ChannelMode.NORMAL


@dataclass(frozen=True)
class Parcel:
    """A file that travels to the engine."""

    path: Path
    media_type: str
    steps: Iterator[float]
    """What makes the file, to be taken before it is sent; yields the fraction that is done."""


@contextlib.contextmanager
def parcel(song: Song, cut: Cut | None, folder: Path) -> Iterator[Parcel]:
    """Yields the file to send: the song itself, or a copy of a part of it, which is deleted afterwards."""
    if cut is None and song.media_type:
        yield Parcel(song.path, song.media_type, iter(()))
        return
    cut = cut or Cut(0, song.sample_count)
    suffix = song.heard_through(cut.mode).copy_suffix
    path = folder / f"song{suffix}"
    try:
        yield Parcel(path, f"audio/{suffix[1:]}", copy_range(song, cut.first, cut.last, path, cut.mode))
    finally:
        path.unlink(missing_ok=True)


async def take_steps(steps: Iterator[float], step: Step, report: Report) -> None:
    """Takes all steps, giving way to other work, and to a cancellation, after each."""
    for fraction in steps:
        report(Progress(step, fraction))
        await asyncio.sleep(0)


async def run_on_file(client: EngineClient, file: Parcel, submit: Submit, request_id: str, report: Report) -> Job:
    """Runs a job on a file and returns it finished.

    Args:
        client: the engine.
        file: what to send; its steps are taken first.
        submit: asks for the job.
        request_id: what the engine knows the request by, so that a repetition joins it; empty means a new one.
        report: hears how far it is.

    Raises:
        BridgeError: anything in `bridge.errors`.
    """
    sha256 = await digest_of(file, report)

    async def ask(sha256: str) -> Job:
        return await submitted(client, submit(sha256, request_id or str(uuid.uuid4())))

    return await run_job(client, lambda: ask_then_send(client, file, sha256, ask, report), report)


async def digest_of(file: Parcel, report: Report) -> str:
    """Returns the sha256 of a file, which is made first."""
    await take_steps(file.steps, Step.READ, report)
    digest = hashlib.sha256()
    await take_steps(hash_file(file.path, digest), Step.READ, report)
    return digest.hexdigest()


async def ask_then_send(
    client: EngineClient, file: Parcel, sha256: str, ask: Callable[[str], Awaitable[T]], report: Report
) -> T:
    """Returns the engine's answer to a question about a file, which is sent only if the engine has not got it."""
    try:
        return await ask(sha256)
    except AssetLost:  # the usual case for a new song
        size_bytes = max(1, file.path.stat().st_size)
        await client.upload(
            file.path, sha256, file.media_type, lambda sent: report(Progress(Step.UPLOAD, sent / size_bytes))
        )
        return await ask(sha256)
