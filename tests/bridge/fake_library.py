"""The sample library of the engine of a few lines."""

from typing import Any

import grpc
from auxsend.v1 import job_pb2, recommendation_pb2, recommendation_pb2_grpc

from tests.bridge.fake_service import Service, fail


class Recommendation(Service, recommendation_pb2_grpc.RecommendationServiceServicer):  # type: ignore[misc]
    """A library that hears nothing: what it says of a sample is written in the sample's name."""

    async def IndexSamples(self, request: Any, context: Any) -> Any:  # noqa: N802
        await self.enter("IndexSamples", context)
        job = job_pb2.Job(id=f"job-{request.request_id}", state=job_pb2.JOB_STATE_SUCCEEDED)
        result = job.result.indexing
        for entry in request.samples:
            if entry.asset_sha256 not in self.engine.assets:
                await fail(context, grpc.StatusCode.NOT_FOUND, "ASSET_NOT_FOUND", "There is no such asset.")
            if entry.asset_sha256 in self.engine.unreadable:
                result.unreadable[entry.asset_sha256] = self.engine.unreadable[entry.asset_sha256]
                continue
            self.engine.library[entry.asset_sha256] = described(entry)
            self.engine.unheard.discard(entry.asset_sha256)
            result.indexed_count += 1
        self.engine.jobs[job.id] = job
        return recommendation_pb2.IndexSamplesResponse(
            job=job_pb2.Job(id=job.id, state=job_pb2.JOB_STATE_QUEUED, queue_position=1)
        )

    async def ListSamples(self, request: Any, context: Any) -> Any:  # noqa: N802
        await self.enter("ListSamples", context)
        found = [
            sample
            for sample in sorted(self.engine.library.values(), key=lambda sample: sample.name)
            if request.text in sample.name
            and (not request.sample_ids or sample.id in request.sample_ids)
            and (not request.is_unheard or sample.id in self.engine.unheard)
            and (not request.kinds or any(sample.tags.kind.startswith(kind) for kind in request.kinds))
        ]
        start, size = int(request.page_token or 0) + request.skip, request.page_size or 100
        rest = str(start + size) if start + size < len(found) else ""
        return recommendation_pb2.ListSamplesResponse(
            samples=found[start : start + size], total_count=len(found), next_page_token=rest
        )

    async def RemoveSamples(self, request: Any, context: Any) -> Any:  # noqa: N802
        await self.enter("RemoveSamples", context)
        removed = [self.engine.library.pop(sample_id, None) for sample_id in request.sample_ids]
        return recommendation_pb2.RemoveSamplesResponse(removed_count=sum(sample is not None for sample in removed))

    async def SuggestSamples(self, request: Any, context: Any) -> Any:  # noqa: N802
        await self.enter("SuggestSamples", context)
        if not self.engine.assets.keys() >= set(request.asset_sha256s):
            await fail(context, grpc.StatusCode.NOT_FOUND, "ASSET_NOT_FOUND", "There is no such asset.")
        self.engine.queries.append(request)
        kept_back = {*request.excluded_sample_ids, *request.asset_sha256s, *request.disliked_sample_ids}
        found = sorted(
            (sample for sample in self.engine.library.values() if sample.id not in kept_back),
            key=lambda sample: sample.name,
        )
        return recommendation_pb2.SuggestSamplesResponse(
            suggestions=[
                recommendation_pb2.Suggestion(sample=sample, score=1 / (1 + rank), reasons=["same key"])
                for rank, sample in enumerate(found[: request.page_size or 20])
            ]
        )

    async def RecordUse(self, request: Any, context: Any) -> Any:  # noqa: N802
        await self.enter("RecordUse", context)
        known = {_use_key(use) for uses in self.engine.uses.values() for use in uses}
        new = [use for use in request.uses if _use_key(use) not in known]
        recorded = self.engine.uses.setdefault(request.request_id, new)
        return recommendation_pb2.RecordUseResponse(recorded_count=len(recorded))

    async def MapLibrary(self, request: Any, context: Any) -> Any:  # noqa: N802
        await self.enter("MapLibrary", context)
        ids = sorted(self.engine.library)
        start, size = int(request.page_token or 0), max(2, len(ids) // 3)
        answer = recommendation_pb2.MapLibraryResponse(
            next_page_token=str(start + size) if start + size < len(ids) else ""
        )
        for number, sample_id in enumerate(ids[start : start + size], start):
            y = int(sample_id[:4], 16) / 0x10000 if len(ids) > 100 else 0.5
            answer.points.add(sample_id=sample_id, x=number / len(ids), y=y, cluster_id=number % 2 - 1)
        if start == 0:
            answer.clusters.add(id=0, name="drums, techno", sample_count=len(ids) // 2)
        return answer


def _use_key(use: Any) -> tuple[str, str, str, int]:
    return use.project_id, use.sample_id, use.user_id, use.kind


def described(entry: Any) -> Any:
    """Returns the sample that an entry's name describes: “loop Am 92” is a loop in A minor at 92 BPM."""
    sample = recommendation_pb2.Sample(
        id=entry.asset_sha256, asset_sha256=entry.asset_sha256, name=entry.name, folders=entry.folders
    )
    sample.tags.kind = "loop" if "loop" in entry.name else "one-shot/kick"
    sample.tags.duration_sec = 2.0
    if "Am" in entry.name:
        sample.tags.key.tonic, sample.tags.key.mode = 9, "minor"
    sample.tags.quarter_bpm = next((float(word) for word in entry.name.split() if word.isdigit()), 0.0)
    tag_set = sample.tags.tag_sets.add(model="MTT_musicnn")
    for tag, score in (("drums", 0.9), ("quiet", 0.02), ("techno", 0.4)):
        tag_set.scores.add(tag=tag, score=score)
    return sample
