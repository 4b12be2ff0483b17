"""The limits of a search as a condition that LanceDB evaluates beside its indexes.

Kinds are expanded to those that the library has, so that an index over kinds can answer for "one-shot", too. Tags are
left out: what fits them is a matter of the whole library, which `Catalogue` has in memory.
"""

from collections.abc import Iterable, Sequence

from engine.library.filters import SampleFilter, is_kind, tempo_ranges
from engine.library.rows import scale_number


def condition_of(wanted: SampleFilter, distinct_kinds: Sequence[str]) -> str:
    """Returns the condition for all limits but tags; "" where there are none.

    Args:
        wanted: the limits.
        distinct_kinds: kinds that the library has.
    """
    parts = []
    if wanted.keys:
        parts.append(f"scale IN ({', '.join(str(scale_number(*scale)) for scale in sorted(wanted.keys))})")
    if wanted.quarter_bpm:
        ranges = tempo_ranges(wanted.quarter_bpm)
        parts.append(" OR ".join(f"quarter_bpm BETWEEN {low!r} AND {high!r}" for low, high in ranges))
    if wanted.kinds:
        fitting = [kind for kind in distinct_kinds if any(is_kind(kind, name) for name in wanted.kinds)]
        parts.append(one_of("kind", fitting))
    if wanted.ids:
        parts.append(one_of("id", wanted.ids))
    if wanted.excluded_ids:
        parts.append(f"NOT {one_of('id', wanted.excluded_ids)}")
    return " AND ".join(f"({part})" for part in parts)


def one_of(column: str, texts: Iterable[str]) -> str:
    """Returns the condition that a column has one of these texts; false for none."""
    quoted = ["'" + text.replace("'", "''") + "'" for text in texts]
    return f"{column} IN ({', '.join(quoted)})" if quoted else "false"
