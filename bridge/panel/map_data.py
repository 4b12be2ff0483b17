"""The library's map as the page draws it: columns of places, names and clusters, once for many samples."""

import asyncio
import json
from typing import Any

from bridge.core import Connect
from bridge.library.place import LibraryPlace
from bridge.library.sample import LibraryMap
from bridge.library.store import LibraryStore
from bridge.library_client import LibraryClient

_DIGITS = 4
"""A ten-thousandth of the map is a tenth of a pixel on the widest screen."""


async def map_json(connect: Connect, place: LibraryPlace) -> bytes:
    """Returns the map as JSON: `ids`, `x`, `y`, `cluster` (-1 for none) and `names` per sample, and `clusters`.

    A sample that this machine has not told the engine of has no name here.

    Raises:
        BridgeError: anything in `bridge.errors`.
    """
    async with connect() as engine:
        found = await LibraryClient(engine).map()
    return await asyncio.to_thread(lambda: json.dumps(_document(found, place)).encode())  # of 100,000, 10 MB


def _document(found: LibraryMap, place: LibraryPlace) -> dict[str, Any]:
    with LibraryStore(place.database) as store:
        known = store.known()
    ids = [point.sample_id for point in found.points]
    return {
        "ids": ids,
        "x": [round(point.x, _DIGITS) for point in found.points],
        "y": [round(point.y, _DIGITS) for point in found.points],
        "cluster": [point.cluster_id for point in found.points],
        "names": [known[sample_id].entry.name if sample_id in known else "" for sample_id in ids],
        "clusters": [
            {"id": cluster.id, "name": cluster.name, "count": cluster.sample_count} for cluster in found.clusters
        ],
    }
