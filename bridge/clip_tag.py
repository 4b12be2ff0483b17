"""The verb `tag` for a clip: what an item plays, in words and numbers."""

import math
from dataclasses import replace
from typing import Any

from bridge.core import Connect
from bridge.events import Progress, Report, Step
from bridge.library.suggest import clip_parcel
from bridge.sending import run_on_file
from bridge.tagging import AudioTags, TagWish
from bridge.tagging_client import tag_assets
from bridge.verbs import Tag


async def tag_clip(order: Tag, request_id: str, connect: Connect, report: Report) -> dict[str, Any]:
    """Returns what an item sounds like as the protocol has it.

    Raises:
        BridgeError: anything in `bridge.errors`.
    """
    wish = TagWish(order.models)
    async with clip_parcel(order.clip, report) as file:
        report(Progress(Step.CONNECT))
        async with connect() as client:
            job = await run_on_file(
                client, file, lambda sha256, id_: tag_assets(client, [sha256], wish, id_), request_id, report
            )
    (tags,) = job.tagging.values()
    return _as_played(tags, order).document()


def _as_played(tags: AudioTags, order: Tag) -> AudioTags:
    """Returns the tags of a source, which was heard at its own speed, for an item that plays it at another."""
    rate = order.clip.playrate
    transposition = 0 if order.keeps_pitch else round(12 * math.log2(rate))
    return replace(
        tags,
        quarter_bpm=tags.quarter_bpm * rate,
        key=tags.key.transposed(transposition) if tags.key else None,
        duration_sec=order.clip.length_sec,
    )
