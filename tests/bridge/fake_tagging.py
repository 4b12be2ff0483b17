"""The tagging of the engine of a few lines."""

import math
from typing import Any

import grpc
from auxsend.v1 import job_pb2, tagging_pb2, tagging_pb2_grpc

from tests.bridge.fake_service import Service, fail


class Tagging(Service, tagging_pb2_grpc.TaggingServiceServicer):  # type: ignore[misc]
    """Hears the same in everything, and takes as many seconds for the duration as there are bytes."""

    async def TagAudio(self, request: Any, context: Any) -> Any:  # noqa: N802
        await self.enter("TagAudio", context)
        if not self.engine.assets.keys() >= set(request.asset_sha256s):
            await fail(context, grpc.StatusCode.NOT_FOUND, "ASSET_NOT_FOUND", "There is no such asset.")
        for sha256 in request.asset_sha256s:
            if reason := self.engine.unreadable.get(sha256):
                await fail(context, grpc.StatusCode.INVALID_ARGUMENT, "INVALID_AUDIO", reason)
        job = job_pb2.Job(
            id=f"job-{request.request_id}", model="model-0", state=job_pb2.JOB_STATE_SUCCEEDED, progress_fraction=1.0
        )
        for sha256 in request.asset_sha256s:
            tags = job.result.tagging.audio_tags.add(asset_sha256=sha256, kind="loop", loudness_lufs=-math.inf)
            tags.duration_sec = len(self.engine.assets[sha256])
            tag_set = tags.tag_sets.add(model="model-0", window_sec=3.0)
            tag_set.scores.add(tag="slow", score=0.25)
            tag_set.scores.add(tag="loud", score=0.75)
            tag_set.taggram.extend([0.5, 1.0, 0.0, 0.5] if request.has_taggram else [])
        self.engine.jobs[job.id] = job
        return tagging_pb2.TagAudioResponse(job=job_pb2.Job(id=job.id, model=job.model, state=job_pb2.JOB_STATE_QUEUED))
