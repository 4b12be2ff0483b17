"""GenerationService: checks what is asked, and orders the music."""

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import grpc
from auxsend.v1 import generation_pb2, generation_pb2_grpc, job_pb2

from engine import codec, generation_codec
from engine.assets import Asset, AssetStore
from engine.backends.base import Report
from engine.generation import Accompany, Candidate, Continue, Fill, Task, Vary, Wish, ranked
from engine.generation_order import GenerationOrder, plan_generation, write_candidate_midi, write_candidates
from engine.jobs.records import Json, Order, Result
from engine.jobs.scheduler import Scheduler
from engine.metrics import Metrics
from engine.worker import Worker

_KEPT = {
    generation_pb2.VARIATION_KIND_UNSPECIFIED: "rhythm",
    generation_pb2.VARIATION_KIND_RHYTHM: "rhythm",
    generation_pb2.VARIATION_KIND_CONTOUR: "contour",
}


class GenerationService(generation_pb2_grpc.GenerationServiceServicer):
    """Writes music from notes; while a job runs, its candidates are told as they are finished."""

    def __init__(self, scheduler: Scheduler, store: AssetStore, metrics: Metrics) -> None:
        self._scheduler = scheduler
        self._store = store
        self._metrics = metrics

    async def ContinueMelody(
        self, request: generation_pb2.ContinueMelodyRequest, context: grpc.aio.ServicerContext
    ) -> generation_pb2.ContinueMelodyResponse:
        """Queues a continuation, or answers with the job that did or does the same."""
        task = Continue(request.bar_count or Continue.bar_count, request.is_accompanied)
        return generation_pb2.ContinueMelodyResponse(job=await self._ordered(request.generation, task))

    async def VaryMelody(
        self, request: generation_pb2.VaryMelodyRequest, context: grpc.aio.ServicerContext
    ) -> generation_pb2.VaryMelodyResponse:
        """Queues a variation, or answers with the job that did or does the same."""
        task = Vary(_KEPT.get(request.kind, "rhythm"))
        return generation_pb2.VaryMelodyResponse(job=await self._ordered(request.generation, task))

    async def FillMelody(
        self, request: generation_pb2.FillMelodyRequest, context: grpc.aio.ServicerContext
    ) -> generation_pb2.FillMelodyResponse:
        """Queues the filling of bars, or answers with the job that did or does the same."""
        task = Fill(request.first_bar, request.last_bar)
        return generation_pb2.FillMelodyResponse(job=await self._ordered(request.generation, task))

    async def AccompanyMelody(
        self, request: generation_pb2.AccompanyMelodyRequest, context: grpc.aio.ServicerContext
    ) -> generation_pb2.AccompanyMelodyResponse:
        """Queues an accompaniment, or answers with the job that did or does the same."""
        task = Accompany(tuple(request.parts) or Accompany.parts)
        return generation_pb2.AccompanyMelodyResponse(job=await self._ordered(request.generation, task))

    async def _ordered(self, request: generation_pb2.GenerationRequest, task: Task) -> job_pb2.Job:
        wish = Wish(
            prompt=generation_codec.parse_prompt(request.prompt),
            task=task,
            sampling=generation_codec.parse_sampling(request.sampling),
            constraints=generation_codec.parse_constraints(request.sampling),
        )
        order = plan_generation(GenerationOrder(request.model, wish, tuple(request.bar_chords)))
        work = _Generation(order, self._store, self._metrics)
        job = await self._scheduler.submit(
            Order("generation", order.model, (), order.parameters(), work.run, partial=work.partial),
            request_id=request.request_id,
            timeout_sec=codec.from_duration(request.timeout) if request.HasField("timeout") else None,
        )
        return codec.to_job(job)


class _Generation:
    """One ordered piece of music; `run` is called on a worker's thread, `partial` on the event loop's."""

    def __init__(self, order: GenerationOrder, store: AssetStore, metrics: Metrics) -> None:
        self._order = order
        self._prompt = order.wish.prompt
        self._store = store
        self._metrics = metrics
        self._partial: Json | None = None  # replaced whole, never changed

    def partial(self) -> Json | None:
        """Returns the facts of the candidates that are finished; None before the first."""
        return self._partial

    def run(self, worker: Worker, report: Report) -> Result:
        """Returns the candidates, best first, with MIDI files as assets. Loading is not counted as running."""
        started_sec, loading_sec = time.perf_counter(), worker.loading_sec
        found: list[Candidate] = []
        facts: dict[int, Json] = {}
        fraction = 0.0

        def tell(done: float, message: str) -> None:
            nonlocal fraction
            fraction = max(fraction, done)
            count = self._order.wish.sampling.candidate_count
            report(fraction, f"{message}, {len(found)} of {count} candidates finished" if found else message)

        with tempfile.TemporaryDirectory(dir=self._store.work_folder()) as name:
            folder = Path(name)
            for candidate in write_candidates(self._order, worker, tell):
                midi = self._midi_of([candidate], folder)
                facts[candidate.index] = generation_codec.candidate_facts(candidate, self._prompt, midi)
                found.append(candidate)
                self._partial = generation_codec.partial_facts(list(facts.values()), candidate, self._prompt)
                tell(fraction, "writing notes")
            best_first = ranked(found)
            midi = self._midi_of(best_first, folder)
        run_sec = time.perf_counter() - started_sec - (worker.loading_sec - loading_sec)
        self._metrics.count_job("generation", self._order.model, run_sec, 0.0)
        in_order = [facts[candidate.index] for candidate in best_first]
        whole = generation_codec.partial_facts(in_order, best_first[0], self._prompt)
        return generation_codec.generation_result(whole, midi)

    def _midi_of(self, candidates: Sequence[Candidate], folder: Path) -> Asset:
        path = folder / f"{uuid4().hex}.mid"
        write_candidate_midi(path, candidates, self._prompt)
        return self._store.adopt(path, "audio/midi")
