"""`auxsend radio`: one sample after another that goes with a seed, for ever or into a playlist."""

import contextlib
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.commands.options import DeviceOption, EngineOption, OfflineOption
from bridge.library.modes import Mode

if TYPE_CHECKING:
    from bridge.library.radio import Radio
    from bridge.library.rows import Row

HELP = "k keep, s skip, q quit"
LARGEST_HAND = 50


def radio(
    seed: Annotated[
        str, typer.Argument(metavar="SEED", help="Audio file, or a sample's name in the library.", show_default=False)
    ],
    mood: Annotated[
        list[str] | None, typer.Option(metavar="TAG", help="Only what this tag fits: calm, dark, ambient.")
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option(metavar="KIND", help="loop, track, one-shot, one-shot/kick.")
    ] = None,
    mode: Annotated[Mode, typer.Option(help="How samples are found; as for suggest.")] = Mode.MIX,
    count: Annotated[int, typer.Option(min=1, help="How many, where nobody is asked.")] = 20,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE.m3u8", help="Write a playlist, without asking.")
    ] = None,
    is_forced: Annotated[bool, typer.Option("--force", help="Replace an existing playlist.")] = False,
    play: Annotated[
        str, typer.Option(metavar="COMMAND", help="Play each with this command: “mpv --really-quiet”.")
    ] = "",
    engine: EngineOption = None,
    device: DeviceOption = None,
    offline: OfflineOption = None,
) -> None:
    """Go on suggesting: learns from what you keep and skip, never repeats; or write a playlist by mood."""
    from bridge.commands.keys import is_terminal
    from bridge.commands.library_way import engine_way, library_place
    from bridge.commands.running import Display, run_verb
    from bridge.library.names import find_seed
    from bridge.library.radio import Radio
    from bridge.library.sample import Query
    from bridge.library.store import LibraryStore
    from bridge.library.suggest import song_parcel
    from bridge.library_client import LibraryClient
    from bridge.settings import load_settings, user_folders

    settings = load_settings({"engine": engine, "device": device, "offline": offline})
    place = library_place(settings)
    with LibraryStore(place.database) as store:
        song = find_seed(seed, store)
    query = Query(mode=mode, tags=tuple(mood or ()), kinds=tuple(kind or ()), user=settings.user)
    is_asking = output is None and is_terminal()

    async def verb(display: Display) -> None:
        async with song_parcel(song) as file, engine_way(settings).connect() as client:
            queue = Radio(query, file, LibraryClient(client), place, display)
            if is_asking:
                await _ask(queue, play)
                return
            queue.hand = min(count, LARGEST_HAND)
            await _list(queue, count, output, is_forced)

    with Display(user_folders(), has_bar=not is_asking) as display:
        run_verb(verb(display), "Stopped.")


async def _list(queue: "Radio", count: int, output: Path | None, is_forced: bool) -> None:
    """Writes the first samples of the queue into a playlist, or prints them."""
    from bridge.library.listing import sentence
    from bridge.library.playlist import playlist
    from bridge.library.rows import fetched_rows
    from bridge.outputs import staged

    rows: list[Row] = []
    async with contextlib.aclosing(_first(queue, count)) as first:
        rows += [row async for row in first]
    if output is None:
        for row in rows:
            typer.echo(row.path or sentence(row))
        return
    rows = await fetched_rows(rows, queue.client, queue.place, queue.report)
    with staged(output.parent) as stage:
        (stage.staging / output.name).write_text(playlist(rows), encoding="utf-8", newline="\n")
        stage.publish([output.name], is_forced=is_forced)
    typer.echo(output)


async def _first(queue: "Radio", count: int) -> "AsyncGenerator[Row, None]":
    """Yields the first `count` samples of the queue."""
    left = count
    async with contextlib.aclosing(queue.rows()) as rows:
        async for row in rows:
            yield row
            left -= 1
            if not left:
                return


async def _ask(queue: "Radio", play: str) -> None:
    """Shows one sample after another and hears what is thought of it."""
    from bridge.commands.keys import read_key, single_keys
    from bridge.commands.playing import playing
    from bridge.library.listing import sentence

    typer.echo(HELP)
    with single_keys():
        async with contextlib.aclosing(queue.rows()) as rows:
            async for row in rows:
                typer.echo(f"{sentence(row)}\n  {row.path or 'not on this machine'}")
                async with playing(play, row.path):
                    key = await read_key()
                    while key not in ("k", "s", "q", ""):
                        typer.echo(HELP)
                        key = await read_key()
                if key in ("q", ""):
                    break
                await (queue.keep(row) if key == "k" else queue.skip(row))
            else:
                typer.echo("The library has nothing else that fits.")
    typer.echo(f"{len(queue.kept)} kept, {len(queue.skipped)} skipped.")
