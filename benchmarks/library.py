"""How fast the sample library finds neighbours and answers lists, and what its index costs.

    python -m benchmarks.library [nearest] [lists] [map] [--count 1000000] [--queries 200]

Without a name, all three.

- *nearest*: COUNT made-up embeddings of 200 numbers, in two ways: *crowds* (2,000 of them, of unequal size) and *layer*
  (the positive part of a random projection from 24 dimensions, as a network's penultimate layer looks). Recall of the
  ten nearest against an exact search in numpy, time of a search with and without filters, time to build the index,
  and memory.
- *lists*: 100,000 samples: a page by name, within limits, and by words.
- *map*: 2,000 samples laid out, the first time in a process and the second.

Two processor cores are enough; `taskset -c 0,1` makes it two.
"""

import argparse
import hashlib
import resource
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.library.catalogue import Catalogue
from engine.library.filters import SampleFilter, keys_with_notes_of
from engine.library.map_layout import lay_out
from engine.library.rows import schema
from engine.library.sample import EMBEDDING_SIZE
from engine.library.search import find_samples
from engine.library.table import TABLE, SampleTable
from engine.library.tags import TAGGERS
from engine.musical_time import Key

LIST_COUNT = 100_000
MAP_COUNT = 2_000
NEIGHBOURS = 10
KINDS = ("one-shot/kick", "one-shot/snare", "one-shot/hat", "one-shot/tone", "loop", "track")
WORDS = ("warm", "deep", "analog", "punchy", "dusty", "soft", "hard", "tape", "vinyl", "room")
FILTERS = {
    "no filter": SampleFilter(),
    "loops at 120 BPM": SampleFilter(kinds=("loop",), quarter_bpm=120.0),
    "in C major": SampleFilter(keys=keys_with_notes_of(Key(0, "major", 1.0))),
    "one-shots": SampleFilter(kinds=("one-shot",)),
}
_BATCH = 50_000

Vectors = NDArray[np.float32]
T = TypeVar("T")


def crowds(count: int, random: np.random.Generator) -> Vectors:
    """Returns embeddings around 2,000 centres, of which some have many more samples than others."""
    centres = random.standard_normal((2_000, EMBEDDING_SIZE)).astype(np.float32)
    shares = random.pareto(1.5, len(centres)) + 0.1
    chosen = random.choice(len(centres), count, p=shares / shares.sum())
    return _unit(centres[chosen] + 0.7 * random.standard_normal((count, EMBEDDING_SIZE), dtype=np.float32))


def layer(count: int, random: np.random.Generator) -> Vectors:
    """Returns embeddings as a network's layer has them: positive, and of fewer dimensions than numbers."""
    projection = random.standard_normal((24, EMBEDDING_SIZE)).astype(np.float32)
    return _unit(np.maximum(random.standard_normal((count, 24), dtype=np.float32) @ projection, 0))


def _unit(vectors: Vectors) -> Vectors:
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def fill(location: str, embeddings: Vectors, random: np.random.Generator) -> None:
    """Writes a table of samples with these embeddings, everything else made up."""
    import lancedb

    lancedb.connect(location).create_table(TABLE, data=_batches(embeddings, random), schema=schema())


def _batches(embeddings: Vectors, random: np.random.Generator) -> Iterator[Any]:
    import pyarrow as pa

    for start in range(0, len(embeddings), _BATCH):
        vectors = embeddings[start : start + _BATCH]
        count = len(vectors)
        is_tonal, has_tempo = random.random(count) < 0.5, random.random(count) < 0.4
        words = random.choice(WORDS, (count, 2))
        kinds = random.choice(KINDS, count).tolist()
        scores = random.random((len(TAGGERS), count, 50), dtype=np.float32) ** 4
        columns = {
            "id": [hashlib.sha256(b"%d" % (start + row)).hexdigest() for row in range(count)],
            "name": [f"{a}_{b}_{start + row}.wav" for row, (a, b) in enumerate(words)],
            "folders": [["Packs", f"Pack {row % 97}"] for row in range(count)],
            "kind": kinds,
            "scale": np.where(is_tonal, random.integers(0, 24, count), -1).astype(np.int8),
            "key_confidence": np.full(count, 0.5, np.float32),
            "quarter_bpm": np.where(has_tempo, random.uniform(60, 180, count), 0.0),
            "loudness_lufs": np.full(count, -14.0),
            "duration_sec": np.full(count, 2.0),
            "brightness": random.random(count, dtype=np.float32),
            "index_time_sec": np.full(count, 1.7e9),
            "heard_bpm": np.zeros(count),
            "heard_scale": np.full(count, -1, np.int8),
            "heard_key_confidence": np.zeros(count, np.float32),
            "heard_kind": kinds,
            "embedding": _lists(vectors),
            **{model: _lists(scores[place]) for place, model in enumerate(TAGGERS)},
        }
        yield from pa.table(columns, schema=schema()).to_batches()


def _lists(matrix: Vectors) -> Any:  # noqa: ANN401 - pyarrow has no types
    import pyarrow as pa

    return pa.FixedSizeListArray.from_arrays(pa.array(np.ascontiguousarray(matrix).ravel()), matrix.shape[1])


def latencies_ms(ask: Callable[[T], object], inputs: Iterable[T]) -> NDArray[np.float64]:
    """Returns how long the answer to each input took."""
    taken = []
    for given in inputs:
        started_sec = time.perf_counter()
        ask(given)
        taken.append(time.perf_counter() - started_sec)
    return np.array(taken) * 1e3


def spread(taken_ms: NDArray[np.float64]) -> str:
    """Returns median, 99th percentile and longest in words."""
    return f"median {np.median(taken_ms):.1f}, p99 {np.quantile(taken_ms, 0.99):.1f}, longest {taken_ms.max():.1f} ms"


def memory_mb() -> float:
    """Returns the most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure_nearest(count: int, query_count: int, folder: Path) -> None:
    for make in (crowds, layer):
        random = np.random.default_rng(1)
        location = str(folder / make.__name__)
        embeddings = make(count, random)
        fill(location, embeddings, random)
        near = embeddings[random.choice(count, query_count)]
        queries = _unit(near + 0.02 * random.standard_normal(near.shape, dtype=np.float32))
        exact = exact_nearest(embeddings, queries)
        del embeddings
        print(f"{make.__name__}: {count:,} samples", flush=True)
        measure_table(SampleTable(location), queries, exact)


def measure_table(table: SampleTable, queries: Vectors, exact: NDArray[np.intp]) -> None:
    ids = table.catalogue.ids
    started_sec, cpu_sec = time.perf_counter(), time.process_time()
    table.optimise()
    clock_sec, cpu_sec = time.perf_counter() - started_sec, time.process_time() - cpu_sec
    print(f"  index built in {clock_sec:.0f} s on the clock, {cpu_sec:.0f} s of processor", flush=True)
    hits = 0
    for query, best in zip(queries, exact, strict=True):
        found = {sample.id.encode() for sample, _ in table.nearest(query, NEIGHBOURS, SampleFilter())}
        hits += len(found & set(ids[best].tolist()))
    print(f"  recall@{NEIGHBOURS} {hits / exact.size:.3f}")
    for name, wanted in FILTERS.items():
        cpu_sec = time.process_time()
        taken = latencies_ms(partial(table.nearest, count=NEIGHBOURS, wanted=wanted), queries)
        cpu_ms = (time.process_time() - cpu_sec) / len(queries) * 1e3
        print(f"  {name}: {spread(taken)}; {cpu_ms:.1f} ms of processor each", flush=True)
    print(f"  memory at most {memory_mb():,.0f} MB, the embeddings themselves included", flush=True)


def exact_nearest(embeddings: Vectors, queries: Vectors) -> NDArray[np.intp]:
    """Returns the rows of the nearest embeddings of each query, in any order."""
    found = []
    for query in queries:
        similarities = embeddings @ query
        found.append(np.argpartition(-similarities, NEIGHBOURS)[:NEIGHBOURS])
    return np.stack(found)


def measure_lists(folder: Path) -> None:
    random = np.random.default_rng(2)
    location = str(folder / "lists")
    fill(location, layer(LIST_COUNT, random), random)
    table = SampleTable(location)
    table.optimise()
    asks = {
        "all by name": ("", SampleFilter()),
        "loops at 120 BPM in C major": ("", SampleFilter(FILTERS["in C major"].keys, 120.0, ("loop",))),
        "with a mood": ("", SampleFilter(tags=("happy",))),
        "words": ("warm analog loop 120 bpm", SampleFilter()),
    }
    for name, (text, wanted) in asks.items():
        page(table, text, wanted)
        taken = latencies_ms(lambda ask: page(table, *ask), [(text, wanted)] * 50)
        print(f"page of 100 of {LIST_COUNT:,}, {name}: {spread(taken)}", flush=True)


def page(table: SampleTable, text: str, wanted: SampleFilter) -> int:
    """Returns how many samples a text and limits describe, after reading the first hundred."""
    catalogue: Catalogue = table.catalogue
    found = find_samples(catalogue, text, wanted)
    table.get([sample_id.decode() for sample_id in catalogue.ids[found[:100]]])
    return len(found)


def measure_map() -> None:
    embeddings = crowds(MAP_COUNT, np.random.default_rng(3))
    first_ms, second_ms = latencies_ms(lay_out, [embeddings, embeddings])
    print(f"{MAP_COUNT:,} samples laid out in {first_ms / 1e3:.1f} s, and again in {second_ms / 1e3:.1f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=["nearest", "lists", "map", []], help="what to measure")
    parser.add_argument("--count", type=int, default=1_000_000, help="embeddings")
    parser.add_argument("--queries", type=int, default=200, help="searches of each kind")
    options = parser.parse_args()
    parts = options.parts or ["map", "lists", "nearest"]
    with tempfile.TemporaryDirectory() as folder:
        if "map" in parts:
            measure_map()
        if "lists" in parts:
            measure_lists(Path(folder))
        if "nearest" in parts:
            measure_nearest(options.count, options.queries, Path(folder))


if __name__ == "__main__":
    main()
