"""The engine's sample library on the musician's side. See `bridge.client`, of which this is a part."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from auxsend.v1 import asset_pb2, asset_pb2_grpc, recommendation_pb2, recommendation_pb2_grpc

from bridge import sample_codec as codec
from bridge.client import SUBMIT_SEC, EngineClient
from bridge.codec import Job, job_from_wire
from bridge.errors import AssetLost
from bridge.library.sample import Entry, LibraryMap, Query, Sample, Suggestion, Use, Wanted
from bridge.outputs import file_name_of

PAGE_SIZE = 250
"""Samples per page: with all their tags they take about 3 kB each, and a message may have 4 MB."""
MOST_IDS = 1000
"""Samples that one request may name."""
SUFFIXES = {
    "audio/wav": ".wav", "audio/flac": ".flac", "audio/aiff": ".aif", "audio/ogg": ".ogg", "audio/mpeg": ".mp3",
}  # fmt: skip


class LibraryClient:
    """The calls of the sample library, over a connection to an engine."""

    def __init__(self, client: EngineClient) -> None:
        self.engine = client
        self._library = recommendation_pb2_grpc.RecommendationServiceStub(client.channel)
        self._assets = asset_pb2_grpc.AssetServiceStub(client.channel)

    async def index(self, entries: Sequence[Entry], request_id: str) -> Job:
        """Returns the job that indexes uploaded samples, at most 1,000 of them.

        Raises:
            AssetLost: one of them has not been uploaded.
        """
        request = recommendation_pb2.IndexSamplesRequest(
            samples=[codec.entry_to_wire(entry) for entry in entries], request_id=request_id
        )
        return job_from_wire((await self.engine.call(self._library.IndexSamples, request, SUBMIT_SEC)).job)

    async def find(self, wanted: Wanted) -> tuple[list[Sample], int]:
        """Returns the first `wanted.count` samples that fit, and how many there are of them in all."""
        samples: list[Sample] = []
        page_token = ""
        while True:
            page_size = max(1, min(PAGE_SIZE, wanted.count - len(samples)))
            request = codec.wanted_to_wire(wanted, page_size, page_token)
            answer = await self.engine.call(self._library.ListSamples, request, SUBMIT_SEC)
            samples += [codec.sample_from_wire(message) for message in answer.samples]
            page_token = answer.next_page_token
            if not page_token or len(samples) >= wanted.count:
                return samples[: wanted.count], answer.total_count

    async def page(self, wanted: Wanted, skip: int) -> tuple[list[Sample], int]:
        """Returns the samples that fit after the first `skip`, at most PAGE_SIZE, and how many there are in all."""
        request = codec.wanted_to_wire(wanted, min(PAGE_SIZE, wanted.count), "", skip)
        answer = await self.engine.call(self._library.ListSamples, request)
        return [codec.sample_from_wire(message) for message in answer.samples], answer.total_count

    async def known(self, ids: Sequence[str]) -> set[str]:
        """Returns those of the samples that the engine has in its library."""
        return await self._among(ids, Wanted())

    async def unheard(self, ids: Sequence[str]) -> set[str]:
        """Returns those of the samples that the model which knows text has yet to hear; none without such a model."""
        return await self._among(ids, Wanted(is_unheard=True))

    async def _among(self, ids: Sequence[str], wanted: Wanted) -> set[str]:
        """Returns those of the samples that fit; they are only sent where not all do, or none."""
        found: set[str] = set()
        for part in _parts(ids):
            samples, total_count = await self.find(replace(wanted, sample_ids=part, count=1))
            if total_count < len(part) and samples:
                samples, _ = await self.find(replace(wanted, sample_ids=part, count=len(part)))
                found |= {sample.id for sample in samples}
            elif samples:
                found |= set(part)
        return found

    async def remove(self, ids: Sequence[str]) -> int:
        """Takes samples out of the engine's library and returns how many were there."""
        count = 0
        for part in _parts(ids):
            request = recommendation_pb2.RemoveSamplesRequest(sample_ids=part)
            count += (await self.engine.call(self._library.RemoveSamples, request)).removed_count
        return count

    async def suggest(self, query: Query) -> list[Suggestion]:
        """Returns suggestions, best first.

        Raises:
            AssetLost: the engine has not got the audio that is asked about.
        """
        answer = await self.engine.call(self._library.SuggestSamples, codec.query_to_wire(query), SUBMIT_SEC)
        return [codec.suggestion_from_wire(message) for message in answer.suggestions]

    async def record(self, uses: Iterable[Use], request_id: str) -> int:
        """Records at most 1,000 uses and returns how many were new."""
        answer = await self.engine.call(self._library.RecordUse, codec.uses_to_wire(uses, request_id))
        return int(answer.recorded_count)

    async def map(self) -> LibraryMap:
        """Returns every sample's place on the map, and the clusters."""
        found, page_token = LibraryMap(), ""
        while True:
            request = recommendation_pb2.MapLibraryRequest(page_size=10_000, page_token=page_token)
            answer = await self.engine.call(self._library.MapLibrary, request, SUBMIT_SEC)
            points = tuple(codec.point_from_wire(message) for message in answer.points)
            clusters = tuple(codec.cluster_from_wire(message) for message in answer.clusters)
            found = LibraryMap(found.points + points, found.clusters + clusters)
            page_token = answer.next_page_token
            if not page_token:
                return found

    async def fetch(self, sample: Sample, folder: Path) -> Path:
        """Returns the sample's file below `folder`, fetched from the engine unless it lies there already.

        Raises:
            AssetLost: the engine no longer has its audio.
        """
        known = await self.engine.call(self._assets.GetAsset, asset_pb2.GetAssetRequest(sha256=sample.id))
        if not known.HasField("asset"):
            raise AssetLost(f"The engine no longer has the audio of “{sample.name}”; scan the library that holds it.")
        suffix = SUFFIXES.get(known.asset.media_type, ".wav")
        path = folder / sample.id[:16] / f"{file_name_of(sample.name)}{suffix}"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            await self.engine.download(sample.id, known.asset.size_bytes, path, lambda received: None)
        return path


def _parts(ids: Sequence[str]) -> list[tuple[str, ...]]:
    """Returns the ids in parts that fit into a request."""
    return [tuple(ids[start : start + MOST_IDS]) for start in range(0, len(ids), MOST_IDS)]
