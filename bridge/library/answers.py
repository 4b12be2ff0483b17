"""The library's verbs for DAW scripts and panels: `suggest`, `search` and `use`."""

import time
from contextlib import AsyncExitStack
from typing import Any

from bridge.core import Connect
from bridge.errors import RequestRefused
from bridge.events import Progress, Report, Step
from bridge.library.place import LibraryPlace
from bridge.library.rows import Row, fetched_rows, local_rows, project_id
from bridge.library.sample import Query, Suggestion, Use, Wanted
from bridge.library.suggest import clip_parcel, suggest_for
from bridge.library_client import LibraryClient
from bridge.library_verbs import Search, Suggest, UseSample
from bridge.midi.key import parse_key
from bridge.midi.notes import Key


async def suggest(order: Suggest, connect: Connect, report: Report, place: LibraryPlace) -> dict[str, Any]:
    """Returns rows of suggestions as the protocol has them.

    Raises:
        BridgeError: anything in `bridge.errors`.
    """
    if order.clip is None and not order.text:
        raise RequestRefused("Select an item, or say in words what you look for.")
    query = Query(
        text=order.text, mode=order.mode, count=order.count, key=_key(order.key), quarter_bpm=order.quarter_bpm,
        kinds=order.kinds, tags=order.tags, liked_ids=order.liked, disliked_ids=order.disliked,
        excluded_ids=order.excluded, variety=order.variety, project_id=project_id(order.project), user=place.user,
    )  # fmt: skip
    async with AsyncExitStack() as stack:
        file = await stack.enter_async_context(clip_parcel(order.clip, report)) if order.clip else None
        report(Progress(Step.CONNECT))
        client = LibraryClient(await stack.enter_async_context(connect()))
        rows = local_rows(await suggest_for(query, file, client, report), place)
        return await _document(order, rows, client, report, place)


async def search(order: Search, connect: Connect, report: Report, place: LibraryPlace) -> dict[str, Any]:
    """Returns rows of samples as the protocol has them.

    Raises:
        BridgeError: anything in `bridge.errors`.
    """
    wanted = Wanted(order.text, _key(order.key), order.quarter_bpm, order.kinds, count=order.count)
    report(Progress(Step.CONNECT))
    async with connect() as engine:
        client = LibraryClient(engine)
        report(Progress(Step.RUN))
        samples, total_count = await client.find(wanted)
        rows = local_rows((Suggestion(sample, 0.0, ()) for sample in samples), place)
        return await _document(order, rows, client, report, place) | {"total_count": total_count}


async def record_use(
    order: UseSample, request_id: str, connect: Connect, report: Report, place: LibraryPlace
) -> dict[str, Any]:
    """Records one use and returns how many that made: 0 where the request was recorded before.

    Raises:
        BridgeError: anything in `bridge.errors`.
    """
    if not order.project:
        raise RequestRefused("“params.project” is empty; give the project's path, or a name for it.")
    use = Use(order.sample, project_id(order.project), order.kind, place.user, time.time())
    report(Progress(Step.CONNECT))
    async with connect() as engine:
        return {"recorded_count": await LibraryClient(engine).record([use], request_id)}


async def _document(
    order: Suggest | Search, rows: list[Row], client: LibraryClient, report: Report, place: LibraryPlace
) -> dict[str, Any]:
    if order.is_fetched:
        rows = await fetched_rows(rows, client, place, report)
    return {"rows": [row.document(order.project_bpm) for row in rows]}


def _key(text: str) -> Key | None:
    """Returns the key that is asked for.

    Raises:
        RequestRefused: the text is no key.
    """
    return parse_key(text) if text else None
