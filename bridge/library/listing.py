"""Rows of samples for a person: a table, and a word for every number."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from bridge.library.rows import Row

_COLUMNS = ("name", "kind", "key", "BPM", "seconds")


def print_rows(rows: Iterable[Row], *, has_reasons: bool) -> None:
    """Prints samples as a table on standard output."""
    table = Table(box=None, header_style="bold")
    for name in _COLUMNS:
        table.add_column(name, justify="right" if name in ("BPM", "seconds") else "left", overflow="fold")
    if has_reasons:
        table.add_column("why", overflow="fold")
    table.add_column("file", overflow="fold")
    for row in rows:
        why = ["; ".join(row.suggestion.reasons)] if has_reasons else []
        table.add_row(*facts(row), *why, str(row.path) if row.path else "not on this machine")
    Console(highlight=False, markup=False, soft_wrap=False).print(table)


def facts(row: Row) -> tuple[str, ...]:
    """Returns what a sample is, as texts in the order of the columns; empty where it is not known."""
    sample = row.sample
    return (
        sample.name,
        sample.kind.removeprefix("one-shot/"),
        sample.key.name if sample.key else "",
        f"{sample.quarter_bpm:.4g}" if sample.quarter_bpm else "",
        f"{sample.duration_sec:.2f}",
    )


def sentence(row: Row) -> str:
    """Returns a sample on one line: “pad: loop, A minor, 92 BPM, 10.43 s (same key)”."""
    name, kind, key, tempo, seconds = facts(row)
    what = ", ".join(filter(None, [kind, key, f"{tempo} BPM" if tempo else "", f"{seconds} s"]))
    why = f" ({'; '.join(row.suggestion.reasons)})" if row.suggestion.reasons else ""
    return f"{name}: {what}{why}"
