"""A job on the engine, from its submission to its end, however the connection and the user behave."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from bridge.client import EngineClient
from bridge.codec import Job, JobState
from bridge.errors import BridgeError, Cancelled, JobLost
from bridge.events import Progress, Report, Step
from bridge.statuses import error_of_status

SUBMISSION_SEC = 3.0  # how long a cancelled submission may take to say which job is to be cancelled


def _ignore(job: Job) -> None:
    """Hears of a job and does nothing."""


async def run_job(
    client: EngineClient, submit: Callable[[], Awaitable[Job]], report: Report, hear: Callable[[Job], None] = _ignore
) -> Job:
    """Submits a job, and once more if a restarted engine has forgotten it, and returns it finished.

    Args:
        client: the engine.
        submit: asks for the job.
        report: hears how far it is.
        hear: hears of every state of the job, for what is finished while it runs.

    Raises:
        BridgeError: what the job failed of.
    """
    try:
        return await _follow(client, await submit(), report, hear)
    except JobLost:
        return await _follow(client, await submit(), report, hear)


async def submitted(client: EngineClient, call: Awaitable[Job]) -> Job:
    """Returns the job that `call` makes; a cancellation meanwhile also cancels that job."""
    task = asyncio.ensure_future(call)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        with contextlib.suppress(BridgeError, TimeoutError):
            job = await asyncio.wait_for(task, SUBMISSION_SEC)
            await client.cancel(job.id)
        raise


async def _follow(client: EngineClient, job: Job, report: Report, hear: Callable[[Job], None]) -> Job:
    """Watches a job to its end; a cancellation here cancels the job on the engine."""
    try:
        if not job.has_ended:
            async for job in client.watch(job.id):  # noqa: B020 - the job, seen again
                _report_job(job, report)
                hear(job)
    except asyncio.CancelledError:
        await client.cancel(job.id)
        raise
    if job.state is JobState.FAILED:
        raise error_of_status(job.error_code, job.error_reason, job.error_message)
    if job.state is JobState.CANCELLED:
        raise Cancelled("The job was cancelled on the engine; nothing was written.")
    return job


def _report_job(job: Job, report: Report) -> None:
    if job.state is JobState.QUEUED:
        message = f"{job.queue_position} before this one" if job.queue_position else ""
        report(Progress(Step.WAIT, None, message, job.queue_position))
    else:
        report(Progress(Step.RUN, job.fraction, job.message))
