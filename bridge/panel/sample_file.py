"""A sample's file on this machine, by the sample's id alone."""

import re
from pathlib import Path

from bridge.errors import BridgeError
from bridge.library.place import LibraryPlace
from bridge.library.sample import Wanted
from bridge.library.store import LibraryStore
from bridge.library_client import LibraryClient
from bridge.panel.context import PanelContext
from bridge.panel.once import Once

_ID = re.compile(r"[0-9a-f]{64}")
_fetching: Once[Path] = Once()
"""A list that is drawn and played asks for the same file several times at once."""


class MediaUnknown(BridgeError):
    """Raised when there is nothing of that id or name."""

    reason = "UNKNOWN_MEDIA"


async def sample_file(sample_id: str, context: PanelContext) -> Path:
    """Returns a sample's file, fetched from the engine if it is not here.

    Raises:
        MediaUnknown: the library has no such sample.
        BridgeError: it cannot be fetched.
    """
    if not _ID.fullmatch(sample_id):
        raise MediaUnknown("This is no id of a sample.")
    place = context.library()
    with LibraryStore(place.database) as store:
        path = store.paths([sample_id]).get(sample_id)
    if path is not None:
        return path
    return await _fetching.get(f"{place.samples} {sample_id}", lambda: _fetch(sample_id, context, place))


async def _fetch(sample_id: str, context: PanelContext, place: LibraryPlace) -> Path:
    async with context.connect() as engine:
        client = LibraryClient(engine)
        samples, _ = await client.find(Wanted(sample_ids=(sample_id,), count=1))
        if not samples:
            raise MediaUnknown("The library has no such sample (any more).")
        return await client.fetch(samples[0], place.samples)
