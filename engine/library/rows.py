"""Samples as rows of an Arrow table, which is how LanceDB keeps them.

    id  name  folders  kind  scale  key_confidence  quarter_bpm  loudness_lufs  duration_sec  brightness  index_time_sec
    heard_bpm  heard_scale  heard_key_confidence  heard_kind
    embedding (200 numbers)  one column of tag scores per model (50 numbers each; -1 where the model did not run)

A *scale* is one number for a key, so that limits are looked up in a table: twice the tonic, and one more for minor; -1
for no key.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.backends import REGISTRY
from engine.library.sample import EMBEDDING_SIZE, Heard, LibrarySample
from engine.library.tags import TAGGERS
from engine.musical_time import Key

NO_SCALE = -1
_MODES = ("major", "minor")

ArrowTable = Any
"""A pyarrow.Table; pyarrow is loaded when a library is first opened."""


def scale_number(tonic: int, mode: str) -> int:
    """Returns a key's scale."""
    return 2 * tonic + _MODES.index(mode)


@cache
def schema() -> Any:  # noqa: ANN401 - pyarrow has no types
    """Returns the Arrow schema of the table."""
    import pyarrow as pa

    scores = [(model, pa.list_(pa.float32(), len(REGISTRY[model].outputs))) for model in TAGGERS]
    return pa.schema(
        [
            ("id", pa.string()),
            ("name", pa.string()),
            ("folders", pa.list_(pa.string())),
            ("kind", pa.string()),
            ("scale", pa.int8()),
            ("key_confidence", pa.float32()),
            ("quarter_bpm", pa.float64()),
            ("loudness_lufs", pa.float64()),
            ("duration_sec", pa.float64()),
            ("brightness", pa.float32()),
            ("index_time_sec", pa.float64()),
            ("heard_bpm", pa.float64()),
            ("heard_scale", pa.int8()),
            ("heard_key_confidence", pa.float32()),
            ("heard_kind", pa.string()),
            ("embedding", pa.list_(pa.float32(), EMBEDDING_SIZE)),
            *scores,
        ]
    )


def to_rows(samples: Sequence[LibrarySample]) -> ArrowTable:
    """Returns the samples as rows, in their order."""
    import pyarrow as pa

    columns = {
        "id": [sample.id for sample in samples],
        "name": [sample.name for sample in samples],
        "folders": [list(sample.folders) for sample in samples],
        "kind": [sample.kind for sample in samples],
        "scale": [_scale(sample.key) for sample in samples],
        "key_confidence": [_confidence(sample.key) for sample in samples],
        "quarter_bpm": [sample.quarter_bpm for sample in samples],
        "loudness_lufs": [sample.loudness_lufs for sample in samples],
        "duration_sec": [sample.duration_sec for sample in samples],
        "brightness": [sample.brightness for sample in samples],
        "index_time_sec": [sample.index_time_sec for sample in samples],
        "heard_bpm": [sample.heard.quarter_bpm for sample in samples],
        "heard_scale": [_scale(sample.heard.key) for sample in samples],
        "heard_key_confidence": [_confidence(sample.heard.key) for sample in samples],
        "heard_kind": [sample.heard.kind for sample in samples],
        "embedding": [sample.embedding for sample in samples],
        **{model: [_scores(sample, model) for sample in samples] for model in TAGGERS},
    }
    return pa.table(columns, schema=schema())


def samples_of(rows: ArrowTable, embeddings: NDArray[np.float32], scores: NDArray[np.float32]) -> list[LibrarySample]:
    """Returns the samples of rows.

    Args:
        rows: with all columns but those of numbers by the dozen; others are passed over.
        embeddings: of the same samples, shape (samples, EMBEDDING_SIZE).
        scores: as `scores_of` returns them.
    """
    by_model = np.split(scores, np.cumsum([len(REGISTRY[model].outputs) for model in TAGGERS])[:-1], axis=1)
    return [
        LibrarySample(
            id=row["id"],
            name=row["name"],
            folders=tuple(row["folders"]),
            embedding=embeddings[place],
            # No model finds nothing at all of everything: where it did, it did not run.
            tag_scores={model: of[place] for model, of in zip(TAGGERS, by_model, strict=True) if of[place].any()},
            quarter_bpm=row["quarter_bpm"],
            key=_key(row["scale"], row["key_confidence"]),
            loudness_lufs=row["loudness_lufs"],
            duration_sec=row["duration_sec"],
            kind=row["kind"],
            brightness=row["brightness"],
            index_time_sec=row["index_time_sec"],
            heard=Heard(row["heard_bpm"], _key(row["heard_scale"], row["heard_key_confidence"]), row["heard_kind"]),
        )
        for place, row in enumerate(rows.to_pylist())
    ]


def joined(first: ArrowTable, second: ArrowTable) -> ArrowTable:
    """Returns the rows of both, in one piece, from which rows are taken fastest."""
    import pyarrow as pa

    return pa.concat_tables([first, second]).combine_chunks()


def scores_of(rows: ArrowTable) -> NDArray[np.float32]:
    """Returns the scores of all models side by side, shape (samples, tags); 0 where a model did not run."""
    scores: NDArray[np.float32] = np.maximum(np.concatenate([_matrix(rows[model]) for model in TAGGERS], axis=1), 0)
    return scores


def embeddings_of(rows: ArrowTable) -> NDArray[np.float32]:
    """Returns the embeddings, shape (samples, EMBEDDING_SIZE)."""
    return _matrix(rows["embedding"])


def _matrix(column: Any) -> NDArray[np.float32]:  # noqa: ANN401 - pyarrow has no types
    """Returns a column of lists of one length, shape (rows, length)."""
    length = column.type.list_size
    matrix: NDArray[np.float32] = column.combine_chunks().flatten().to_numpy().reshape(-1, length)
    return matrix


def _scores(sample: LibrarySample, model: str) -> NDArray[np.float32]:
    # LanceDB takes every list of one length for a vector, and refuses vectors that are missing or hold no numbers.
    nothing = np.full(len(REGISTRY[model].outputs), -1, np.float32)
    return sample.tag_scores.get(model, nothing)


def _scale(key: Key | None) -> int:
    return NO_SCALE if key is None else scale_number(key.tonic, key.mode)


def _confidence(key: Key | None) -> float:
    return key.confidence if key else 0.0


def _key(scale: int, confidence: float) -> Key | None:
    return None if scale == NO_SCALE else Key(scale // 2, _MODES[scale % 2], confidence)
