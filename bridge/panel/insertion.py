"""Samples of the library, found by id and put into the DAW that is at hand."""

from collections.abc import Sequence
from typing import Any

from bridge.errors import RequestRefused
from bridge.library.rows import Row
from bridge.library.sample import Sample, Suggestion, Wanted
from bridge.library_client import LibraryClient
from bridge.panel.context import PanelContext
from bridge.panel.sample_file import sample_file


async def find_samples(ids: Sequence[str], context: PanelContext) -> list[Sample]:
    """Returns the samples of these ids, at most 1,000, in the library's order.

    Raises:
        BridgeError: anything in `bridge.errors`.
    """
    async with context.connect() as engine:
        samples, _ = await LibraryClient(engine).find(Wanted(sample_ids=tuple(ids), count=len(ids)))
    return samples


async def insert_sample(sample_id: str, context: PanelContext) -> str:
    """Has the DAW insert a sample at its edit cursor, and returns the DAW's name.

    Raises:
        RequestRefused: the library has no such sample, or no DAW listens.
        BridgeError: its file cannot be fetched.
    """
    samples = await find_samples([sample_id], context)
    if not samples:
        raise RequestRefused("The library has no such sample (any more).")
    row = Row(Suggestion(samples[0], 0.0, ()), await sample_file(sample_id, context))
    selection = context.hosts.selection
    project_bpm = selection.quarter_bpm if selection else 0.0
    payload = {"rows": [row.document(project_bpm)], "project_bpm": project_bpm}
    return context.hosts.order("", "insert_samples", payload)


def sample_state(sample: Sample) -> dict[str, Any]:
    """Returns a sample as the page shows it."""
    return {
        "id": sample.id,
        "name": sample.name,
        "folder": " / ".join(sample.folders),
        "kind": sample.kind,
        "key": sample.key.name if sample.key else "",
        "bpm": round(sample.quarter_bpm, 1),
        "seconds": round(sample.duration_sec, 2),
        "tags": ", ".join(sample.tags),
    }
