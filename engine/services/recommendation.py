"""RecommendationService: takes samples into the library, lists, suggests, removes and maps them, and records their use.

The library blocks, so every call of it goes through a thread.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import grpc
import numpy as np
from auxsend.v1 import recommendation_pb2, recommendation_pb2_grpc

from engine import codec, library_codec
from engine.assets import AssetStore
from engine.backends.base import Report
from engine.errors import AssetNotFound, InvalidArgument
from engine.jobs.records import Order, Result
from engine.jobs.scheduler import Scheduler
from engine.library.indexing import Indexing, SampleFile, index_files, plan_indexing
from engine.library.map import Cartographer
from engine.library.search import find_samples
from engine.library.table import SampleTable
from engine.library.tags import TAGGERS
from engine.library.word_search import WordSearch
from engine.progress import part_of
from engine.services.paging import page_of
from engine.services.suggesting import Suggesting
from engine.worker import Worker

MAX_SAMPLES = 1_000
"""Of one request, and of a page of samples."""
MAX_NAME_LETTERS = 1_024
MAX_FOLDERS = 64
MAX_TEXT_LETTERS = 1_000
DEFAULT_PAGE_SIZE = 100
_LISTENED = 0.5
"""Fraction of an indexing before its samples are heard by the model that knows text, where there is one."""
DEFAULT_MAP_PAGE_SIZE, LARGEST_MAP_PAGE_SIZE = 1_000, 10_000


class RecommendationService(recommendation_pb2_grpc.RecommendationServiceServicer):
    """Serves one library."""

    def __init__(
        self, scheduler: Scheduler, store: AssetStore, table: SampleTable, words: WordSearch, suggesting: Suggesting
    ) -> None:
        self._scheduler = scheduler
        self._store = store
        self._table = table
        self._words = words
        self._suggesting = suggesting
        self._cartographer = Cartographer(table)

    async def IndexSamples(
        self, request: recommendation_pb2.IndexSamplesRequest, context: grpc.aio.ServicerContext
    ) -> recommendation_pb2.IndexSamplesResponse:
        """Queues an indexing, or answers with the job that does the same."""
        _check_count(request.samples, "samples")
        files = tuple(_file(entry) for entry in request.samples)
        plan = await asyncio.to_thread(plan_indexing, files, self._table)
        unknown = tuple(file.id for file in plan.unknown)
        for sha256 in unknown:
            self._store.path(sha256)
        entries = [[file.id, file.name, file.folders] for file in files]
        unheard = tuple(await asyncio.to_thread(self._words.unheard, dict.fromkeys(file.id for file in files)))
        work = _Indexing(files, unknown, unheard, self._store, self._table, self._words)
        inputs = tuple(dict.fromkeys((*unknown, *unheard)))
        job = await self._scheduler.submit(
            Order("indexing", ", ".join(TAGGERS), inputs, {"samples": entries}, work.run, is_cacheable=False),
            request_id=request.request_id,
        )
        return recommendation_pb2.IndexSamplesResponse(job=codec.to_job(job))

    async def ListSamples(
        self, request: recommendation_pb2.ListSamplesRequest, context: grpc.aio.ServicerContext
    ) -> recommendation_pb2.ListSamplesResponse:
        """Returns a page of the samples within the limits: by name, or those that a text describes, best first."""
        if len(request.text) > MAX_TEXT_LETTERS:
            raise InvalidArgument(f"A text may have {MAX_TEXT_LETTERS:,} letters; send a shorter one.", field="text")
        if request.sample_ids:
            _check_count(request.sample_ids, "sample_ids")
        return await asyncio.to_thread(self._listed, request)

    async def RemoveSamples(
        self, request: recommendation_pb2.RemoveSamplesRequest, context: grpc.aio.ServicerContext
    ) -> recommendation_pb2.RemoveSamplesResponse:
        """Takes samples out."""
        _check_count(request.sample_ids, "sample_ids")
        removed_count = await asyncio.to_thread(self._table.remove, list(request.sample_ids))
        await asyncio.to_thread(self._words.remove, list(request.sample_ids))
        return recommendation_pb2.RemoveSamplesResponse(removed_count=removed_count)

    async def SuggestSamples(
        self, request: recommendation_pb2.SuggestSamplesRequest, context: grpc.aio.ServicerContext
    ) -> recommendation_pb2.SuggestSamplesResponse:
        """Returns a page of suggestions, best first, each with its reasons."""
        return await self._suggesting.suggest(request)

    async def RecordUse(
        self, request: recommendation_pb2.RecordUseRequest, context: grpc.aio.ServicerContext
    ) -> recommendation_pb2.RecordUseResponse:
        """Records what was done with samples, each use once."""
        return await self._suggesting.record(request)

    async def MapLibrary(
        self, request: recommendation_pb2.MapLibraryRequest, context: grpc.aio.ServicerContext
    ) -> recommendation_pb2.MapLibraryResponse:
        """Returns a page of the map, which is made at the first call; a caller that gives up finds it ready later."""
        return await asyncio.to_thread(self._mapped, request)

    def _listed(self, request: recommendation_pb2.ListSamplesRequest) -> recommendation_pb2.ListSamplesResponse:
        wanted = library_codec.from_limits(
            request.key if request.HasField("key") else None,
            request.quarter_bpm,
            request.kinds,
            ids=request.sample_ids,
        )
        catalogue = self._table.catalogue
        places = find_samples(catalogue, request.text, wanted, self._words.likeness(request.text, catalogue))
        ids = catalogue.ids[places]
        if request.is_unheard:
            ids = np.array(self._words.unheard(sample_id.decode() for sample_id in ids), dtype=ids.dtype)
        page, next_token = page_of(
            range(len(ids)),
            request.page_size,
            request.page_token,
            lambda row: str(ids[row].decode()),
            skip=request.skip,
            default_size=DEFAULT_PAGE_SIZE,
            largest_size=MAX_SAMPLES,
        )
        return recommendation_pb2.ListSamplesResponse(
            samples=map(library_codec.to_sample, self._table.get([ids[row].decode() for row in page])),
            total_count=len(ids),
            next_page_token=next_token,
        )

    def _mapped(self, request: recommendation_pb2.MapLibraryRequest) -> recommendation_pb2.MapLibraryResponse:
        made = self._cartographer.map()
        page, next_token = page_of(
            range(len(made.ids)),
            request.page_size,
            request.page_token,
            made.ids.__getitem__,
            default_size=DEFAULT_MAP_PAGE_SIZE,
            largest_size=LARGEST_MAP_PAGE_SIZE,
        )
        places, clusters = made.layout.places, made.layout.clusters
        return recommendation_pb2.MapLibraryResponse(
            points=[
                recommendation_pb2.MapPoint(
                    sample_id=made.ids[row], x=places[row, 0], y=places[row, 1], cluster_id=clusters[row]
                )
                for row in page
            ],
            clusters=[] if request.page_token else map(library_codec.to_cluster, made.clusters),
            next_page_token=next_token,
        )


@dataclass(frozen=True)
class _Indexing:
    """One ordered indexing; `run` is called on a worker's thread."""

    files: tuple[SampleFile, ...]
    unknown: tuple[str, ...]
    unheard: tuple[str, ...]
    """Samples that the model which knows text has yet to hear."""
    store: AssetStore
    table: SampleTable
    words: WordSearch

    def run(self, worker: Worker, report: Report) -> Result:
        """Returns what became of the files."""
        share = _LISTENED if self.unheard else 1.0
        paths: Mapping[str, Path] = {sha256: self.store.path(sha256) for sha256 in self.unknown}
        done = index_files(self.files, paths, self.table, worker, part_of(report, 0.0, share))
        self.words.hear(self._paths_to_hear(done), worker, part_of(report, share, 1.0))
        return library_codec.indexing_result(done)

    def _paths_to_hear(self, done: Indexing) -> dict[str, Path]:
        """Returns the audio that is here; what is known needs none, and is heard when it is sent again."""
        paths = {}
        for sha256 in self.unheard:
            with contextlib.suppress(AssetNotFound):
                paths[sha256] = self.store.path(sha256)
        return {sha256: path for sha256, path in paths.items() if sha256 not in done.unreadable}


def _file(entry: recommendation_pb2.SampleEntry) -> SampleFile:
    """Returns the file that an entry names.

    Raises:
        InvalidArgument: its name is missing or too long, or it lies too deep.
    """
    names = (entry.name, *entry.folders)
    if not entry.name or any(len(name) > MAX_NAME_LETTERS for name in names) or len(entry.folders) > MAX_FOLDERS:
        raise InvalidArgument(
            f"A sample needs a name of at most {MAX_NAME_LETTERS:,} letters, and may lie in {MAX_FOLDERS} folders.",
            field="samples",
        )
    return SampleFile(entry.asset_sha256, entry.name, tuple(entry.folders))


def _check_count(items: Sequence[object], field: str) -> None:
    """Refuses requests that name nothing, or too much at once.

    Raises:
        InvalidArgument: with the field's name.
    """
    if not 0 < len(items) <= MAX_SAMPLES:
        raise InvalidArgument(f"Name from 1 to {MAX_SAMPLES:,} samples; these are {len(items):,}.", field=field)
