"""A sample's file on this machine, for whoever knows its id: the SHA-256 of its audio."""

import re
from pathlib import Path

from bridge.errors import AssetLost
from bridge.library.sample import Wanted
from bridge.library.store import LibraryStore
from bridge.library_client import LibraryClient
from bridge.panel.context import PanelContext

_ID = re.compile(r"[0-9a-f]{64}")


async def sample_file(sample_id: str, context: PanelContext) -> Path:
    """Returns a sample's file on this machine, fetched from the engine if it is not here.

    Raises:
        AssetLost: the library has no such sample.
        BridgeError: it cannot be fetched.
    """
    if not _ID.fullmatch(sample_id):
        raise AssetLost("There is no such sample.")
    place = context.library()
    with LibraryStore(place.database) as store:
        if path := store.paths([sample_id]).get(sample_id):
            return path
    async with context.connect() as engine:
        client = LibraryClient(engine)
        samples, _ = await client.find(Wanted(sample_ids=(sample_id,), count=1))
        if not samples:
            raise AssetLost("The library has no such sample.")
        return await client.fetch(samples[0], place.samples)
