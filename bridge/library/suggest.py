"""Suggestions for audio on this machine: the audio travels only if the engine has not got it."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bridge.audio_file import open_song
from bridge.clip import Clip, plan_clip
from bridge.clip_played import as_played
from bridge.events import Progress, Report, Step
from bridge.library.check import open_sample
from bridge.library.sample import Query, Suggestion
from bridge.library_client import LibraryClient
from bridge.outputs import Stage
from bridge.sending import Parcel, ask_then_send, digest_of, parcel


async def suggest_for(query: Query, file: Parcel | None, client: LibraryClient, report: Report) -> list[Suggestion]:
    """Returns what goes with a file, or with what the query says alone.

    Raises:
        BridgeError: anything in `bridge.errors`.
    """
    report(Progress(Step.RUN))
    if file is None:
        return await client.suggest(query)

    async def ask(sha256: str) -> list[Suggestion]:
        return await client.suggest(replace(query, asset_sha256s=(sha256, *query.asset_sha256s)))

    return await ask_then_send(client.engine, file, await digest_of(file, report), ask, report)


@asynccontextmanager
async def song_parcel(song: Path) -> AsyncIterator[Parcel]:
    """Yields a whole file as it travels.

    Raises:
        AudioRefused: it is no audio.
    """
    opened = await asyncio.to_thread(open_sample, song)
    with tempfile.TemporaryDirectory(prefix="auxsend-") as folder, parcel(opened, None, Path(folder)) as file:
        yield file


@asynccontextmanager
async def clip_parcel(clip: Clip, report: Report) -> AsyncIterator[Parcel]:
    """Yields what an item plays as it travels: the source itself where the item plays all of it.

    Raises:
        AudioRefused: the source is no audio.
        RequestRefused: the item cannot be meant.
    """
    song = await asyncio.to_thread(open_song, clip.file)
    plan = plan_clip(clip, song.sample_rate_hz, song.sample_count)
    with tempfile.TemporaryDirectory(prefix="auxsend-") as name:
        played, cut = await as_played(song, clip, plan, Stage(Path(name), Path(name)), report)
        with parcel(played, cut, Path(name)) as file:
            yield file
