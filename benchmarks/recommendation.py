"""How good suggestions are, and how fast.

    python -m benchmarks.recommendation [taste] [studio] [latency] [--seeds 10 11 12] [--samples 100000]

Without a name, all three:

- *taste*: recall and NDCG of 20 on the listening counts of Last.fm users, from ../shared/data/listening, beside
  popularity and what the `implicit` library has (`benchmarks.listening`);
- *studio*: recall of every mode on a made-up studio (`benchmarks.synthetic_studio`): two samples that each project used
  are held out, and its new samples, which nobody has used; a clip of the project is the query. The weights of the mix
  were chosen on studios of other seeds (`benchmarks.mix_weights`);
- *latency*: from a request on the wire to its answer, for a large library.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import grpc
import numpy as np
from auxsend.v1 import recommendation_pb2, recommendation_pb2_grpc
from numpy.typing import NDArray

from benchmarks import listening
from benchmarks.ranking import recall
from benchmarks.synthetic_studio import Studio, make_studio
from engine.library.mix import Mode
from engine.library.suggest import Suggester
from engine.library.suggestion import SuggestionQuery
from engine.library.table import SampleTable
from engine.library.taste_trainer import TasteTrainer
from engine.library.uses import Use, UseKind, UseStore
from engine.library.word_search import WordSearch
from engine.server import build
from engine.settings import Settings
from engine.weights.store import WeightStore

STUDIO_SAMPLES, STUDIO_PROJECTS = 4_000, 400
ASKED_PROJECTS = 60
HELD_OUT_COUNT = 2
RANKED_COUNT = 20
CUT_SEC = 20.0
PUT_SAMPLES = 5_000


def show_taste(seeds: Sequence[int]) -> None:
    """Prints a row for each way: means over the users of every split, and how far the splits lie apart."""
    if not listening.COUNTS.exists():
        print(f"taste: left out, since there is no {listening.COUNTS}")
        return
    counts = listening.read_counts(listening.COUNTS)
    splits = [listening.split(counts, seed) for seed in seeds]
    print(f"{f'Last.fm, {len(seeds)} splits':34} recall@20          NDCG@20")
    for name, way in listening.ways().items():
        figures = [listening.measure(way(known), known, held_out) for known, held_out in splits]
        recalls, ndcgs = [figure.recall for figure in figures], [figure.ndcg for figure in figures]
        print(f"{name:34} {np.mean(recalls):.4f} ± {np.std(recalls):.4f}    {np.mean(ndcgs):.4f} ± {np.std(ndcgs):.4f}")


def show_studio(seeds: Sequence[int]) -> None:
    """Prints recall of each mode, of used and of new samples, beside suggesting at random and the most used."""
    rows: dict[str, list[tuple[float, float]]] = {}
    for seed in seeds:
        studio = make_studio(STUDIO_SAMPLES, STUDIO_PROJECTS, seed)
        with serving(studio) as suggester:
            for mode in Mode:
                rows.setdefault(mode, []).append(studio_recall(studio, suggester, mode))
        rows.setdefault("most used", []).append(most_used_recall(studio))
    print(f"\nrecall@20; at random it is {RANKED_COUNT / STUDIO_SAMPLES:.3f}")
    print(f"{f'studio, {len(seeds)} seeds':34} used             new")
    for name, recalls in rows.items():
        (used, new), (used_spread, new_spread) = np.mean(recalls, axis=0), np.std(recalls, axis=0)
        print(f"{name:34} {used:.3f} ± {used_spread:.3f}    {new:.3f} ± {new_spread:.3f}", flush=True)


@contextmanager
def serving(studio: Studio) -> Iterator[Suggester]:
    """Gives a suggester that has learned the studio's projects, but for what is held out."""
    with tempfile.TemporaryDirectory() as folder:
        table, uses = SampleTable(f"{folder}/library"), UseStore(Path(folder) / "uses.sqlite")
        words = WordSearch(f"{folder}/library", WeightStore(Path(folder) / "weights", is_offline=True))
        trainer = TasteTrainer(uses)
        for start in range(0, len(studio.samples), PUT_SAMPLES):
            table.put(studio.samples[start : start + PUT_SAMPLES])
        table.optimise()
        uses.record(known_uses(studio))
        trainer.refresh()
        trainer.wait()
        yield Suggester(table, words, uses, trainer)
        trainer.close()
        uses.close()


def known_uses(studio: Studio) -> list[Use]:
    """Returns the uses that are not held out."""
    return [
        Use(studio.samples[place].id, f"project {number}", "", UseKind.INSERTED, 0.0)
        for number, project in enumerate(studio.projects)
        for place in split_project(studio, project)[0]
    ]


def split_project(
    studio: Studio, project: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Returns the known samples of a project, the used ones that are held out, and the new ones."""
    used = project[~studio.is_new[project]]
    return used[:-HELD_OUT_COUNT], used[-HELD_OUT_COUNT:], project[studio.is_new[project]]


def studio_recall(studio: Studio, suggester: Suggester, mode: Mode) -> tuple[float, float]:
    """Returns the mean recall of held-out and of new samples, over some projects."""
    places = {sample.id: place for place, sample in enumerate(studio.samples)}
    recalls = []
    for number, project in enumerate(studio.projects[:ASKED_PROJECTS]):
        known, held_out, new = split_project(studio, project)
        query = SuggestionQuery(clips=(studio.samples[known[0]],), mode=mode, project_id=f"project {number}")
        ranked = np.array([places[found.sample.id] for found in suggester.suggest(query, RANKED_COUNT)])
        recalls.append((recall(ranked, held_out), recall(ranked, new) if len(new) else np.nan))
    used_recall, new_recall = np.nanmean(recalls, axis=0)
    return float(used_recall), float(new_recall)


def most_used_recall(studio: Studio) -> tuple[float, float]:
    """Returns the recall of the samples that most projects have."""
    splits = [split_project(studio, project) for project in studio.projects]
    counts = np.bincount(np.concatenate([known for known, _, _ in splits]), minlength=len(studio.samples))
    recalls = []
    for known, held_out, _ in splits[:ASKED_PROJECTS]:
        order = np.argsort(-counts, kind="stable")
        recalls.append(recall(order[~np.isin(order, known)][:RANKED_COUNT], held_out))
    return float(np.mean(recalls)), 0.0


def show_latency(sample_count: int) -> None:
    """Prints how long a warm engine takes from a request to its answer."""
    studio = make_studio(sample_count, project_count=400, seed=1)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_folder=Path(folder), weights_folder=Path(folder) / "weights", port=0, device="cpu")
        table = SampleTable(settings.library_location)
        started_sec = time.perf_counter()
        for start in range(0, sample_count, PUT_SAMPLES):
            table.put(studio.samples[start : start + PUT_SAMPLES])
        table.optimise()
        print(f"\nlatency: {sample_count:,} samples put and indexed in {time.perf_counter() - started_sec:.0f} s")
        uses = UseStore(settings.data_folder / "uses.sqlite")
        uses.record(known_uses(studio))
        uses.close()
        asyncio.run(_measure_latency(studio, settings))


async def _measure_latency(studio: Studio, settings: Settings) -> None:
    engine = build(settings)
    await engine.start()
    async with grpc.aio.insecure_channel(engine.address) as channel:
        service = recommendation_pb2_grpc.RecommendationServiceStub(channel)
        await service.SuggestSamples(recommendation_pb2.SuggestSamplesRequest(asset_sha256s=[studio.samples[0].id]))
        await asyncio.sleep(CUT_SEC)  # a library that was just opened is cut into cells in the background
        for mode, name in ((recommendation_pb2.SUGGESTION_MODE_SIMILAR, "similar"),
                           (recommendation_pb2.SUGGESTION_MODE_COMPLEMENT, "complement"),
                           (recommendation_pb2.SUGGESTION_MODE_TASTE, "taste"),
                           (recommendation_pb2.SUGGESTION_MODE_MIX, "mix")):  # fmt: skip
            spent_ms, spent_cpu_ms = [], []
            for number in range(35):
                project = studio.projects[number % len(studio.projects)]
                request = recommendation_pb2.SuggestSamplesRequest(
                    asset_sha256s=[studio.samples[project[0]].id],
                    project_id=f"project {number}",
                    mode=mode,
                    variety=0.2,
                )
                started_sec, started_cpu_sec = time.perf_counter(), time.process_time()
                answer = await service.SuggestSamples(request)
                spent_ms.append(1e3 * (time.perf_counter() - started_sec))
                spent_cpu_ms.append(1e3 * (time.process_time() - started_cpu_sec))
                assert len(answer.suggestions) == RANKED_COUNT
            warm, cpu = spent_ms[5:], spent_cpu_ms[5:]
            print(
                f"  {name:12} median {np.median(warm):5.1f} ms, best {min(warm):5.1f} ms, 9 of 10 within "
                f"{np.quantile(warm, 0.9):5.1f} ms; processor time {np.median(cpu):5.1f} ms"
            )
    await engine.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description="How good suggestions are, and how fast.")
    parser.add_argument("parts", nargs="*", choices=["taste", "studio", "latency", []], metavar="PART")
    parser.add_argument("--seeds", nargs="+", type=int, default=[10, 11, 12])
    parser.add_argument("--samples", type=int, default=100_000)
    arguments = parser.parse_args()
    parts = arguments.parts or ["taste", "studio", "latency"]
    if "taste" in parts:
        show_taste(arguments.seeds)
    if "studio" in parts:
        show_studio(arguments.seeds)
    if "latency" in parts:
        show_latency(arguments.samples)


if __name__ == "__main__":
    main()
