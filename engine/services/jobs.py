"""JobService: follows and stops jobs."""

from collections.abc import AsyncIterator

import grpc
from auxsend.v1 import job_pb2, job_pb2_grpc

from engine import codec
from engine.jobs.scheduler import Scheduler
from engine.services.paging import page_of


class JobService(job_pb2_grpc.JobServiceServicer):
    """Serves the scheduler's jobs."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler

    async def GetJob(self, request: job_pb2.GetJobRequest, context: grpc.aio.ServicerContext) -> job_pb2.GetJobResponse:
        """Returns a job as it stands."""
        return job_pb2.GetJobResponse(job=codec.to_job(self._scheduler.get(request.job_id)))

    async def WatchJob(
        self, request: job_pb2.WatchJobRequest, context: grpc.aio.ServicerContext
    ) -> AsyncIterator[job_pb2.WatchJobResponse]:
        """Yields a job's states until it has ended."""
        async for sequence, job in self._scheduler.watch(request.job_id):
            yield job_pb2.WatchJobResponse(event=job_pb2.JobEvent(sequence=sequence, job=codec.to_job(job)))

    async def CancelJob(
        self, request: job_pb2.CancelJobRequest, context: grpc.aio.ServicerContext
    ) -> job_pb2.CancelJobResponse:
        """Stops a job."""
        return job_pb2.CancelJobResponse(job=codec.to_job(self._scheduler.cancel(request.job_id)))

    async def ListJobs(
        self, request: job_pb2.ListJobsRequest, context: grpc.aio.ServicerContext
    ) -> job_pb2.ListJobsResponse:
        """Returns a page of jobs, newest first."""
        jobs = self._scheduler.list(codec.from_states(request.states))
        page, next_token = page_of(jobs, request.page_size, request.page_token, key=lambda job: job.id)
        return job_pb2.ListJobsResponse(jobs=[codec.to_job(job) for job in page], next_page_token=next_token)
